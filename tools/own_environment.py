"""Tools that are no part of what they look at have an environment of their own, with one lock file."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path


def installed(home: Path, lock: Path) -> Path:
    """The programs (`bin`) of an environment at `home`, made where there is none, with all of `lock` by its hashes. Raises:
    CalledProcessError."""
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
    install = ["-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "-r"]
    subprocess.run([python, *install, lock], check=True, capture_output=True, text=True)  # noqa: S603
    return home / "bin"
