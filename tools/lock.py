"""Writes requirements.txt and requirements-dev.txt anew: one version and its hashes each, for every platform.

Versions that still satisfy pyproject.toml stay; `make lock ARGS=--upgrade` takes the newest of all.
"""

import subprocess
import sys
import venv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
RESOLVER = "uv==0.13.9"
OPTIONS = (
    "--universal",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--python-version",
    "3.11",
    "--quiet",
)
TARGETS = {"requirements.txt": (), "requirements-dev.txt": ("--group", "dev")}


def main(arguments: list[str]) -> None:
    """Resolves in a throwaway environment: the resolver is no part of what it locks."""
    home = REPOSITORY / ".sandbox" / "lock"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", RESOLVER], check=True)  # noqa: S603
    for name, group in TARGETS.items():
        resolve = [str(home / "bin" / "uv"), "pip", "compile", "pyproject.toml", "-o", name]
        command = [*resolve, *OPTIONS, *group, *arguments]
        subprocess.run(command, cwd=REPOSITORY, check=True)  # noqa: S603
        sys.stdout.write(f"{name} written\n")


if __name__ == "__main__":
    main(sys.argv[1:])
