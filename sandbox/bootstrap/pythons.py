"""Other Pythons, for `make compat` alone: from PATH, else unpacked from a Go module that go.sum pins.

The module github.com/kluctl/go-embed-python carries the builds of https://github.com/astral-sh/python-build-standalone.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from sandbox.bootstrap import build
from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.places import TOOLS, VENV_PYTHON, SetupError, cache_folder, child_environment, system

CACHE = "pythons"
SOURCES = ("go.mod", "go.sum", "main.go")


def find(version: str, environment: Mapping[str, str] = os.environ) -> Path | None:
    """A Python of that minor version ("3.12"): this one, the user's own, else from the cache; None before set-up."""
    if version == ".".join(map(str, sys.version_info[:2])):
        return Path(sys.executable)
    candidates = [shutil.which(f"python{version}", path=environment.get("PATH", "")), _program(version)]
    return next((Path(each) for each in candidates if each and answers(Path(each), version)), None)


def answers(python: Path, version: str) -> bool:
    """True if the program is a Python of that minor version and runs here."""
    try:
        said = subprocess.run(  # noqa: S603
            [python, "-c", "import ssl, sys; print(*sys.version_info[:2], sep='.')"],
            env=child_environment(),
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return said.stdout.strip() == version


def cached(version: str) -> Path:
    """The folder of the cache for these sources, this system and this processor."""
    digest = hashlib.sha256()
    for name in SOURCES:
        digest.update((TOOLS / "pythons" / version / name).read_bytes())
    return cache_folder() / CACHE / "-".join([version, *system(), digest.hexdigest()[:12]])


def ensure(version: str, note: Callable[[str], None]) -> Path:
    """Finds or brings it. Raises: SetupError, with what to install."""
    found = find(version)
    if found is not None:
        return found
    fix = f"install Python {version} and put python{version} on PATH"
    if not (TOOLS / "pythons" / version).is_dir():
        raise SetupError(f"python {version}: not on PATH, and none is pinned\n  fix: {fix}")
    home = cached(version)
    with exclusive(home.with_name(f"{home.name}.lock")):
        if not answers(_program(version), version):
            note(f"no Python {version} on PATH; unpacking one in {home}")
            for leftover in home.parent.glob(f"{home.name}.new-*"):
                build.remove(leftover)
            new = Path(tempfile.mkdtemp(prefix=f"{home.name}.new-", dir=home.parent))
            try:
                _unpack(version, new, note)
                new.chmod(0o755)
                build.remove(home)
                new.rename(home)
            except SetupError as error:
                raise SetupError(f"python {version}: {error}\n  fix: {fix}") from None
            finally:
                build.remove(new)
    return _program(version)


def _program(version: str) -> Path:
    if not re.fullmatch(r"3\.\d+", version) or not (TOOLS / "pythons" / version).is_dir():
        return Path(os.devnull)
    return cached(version) / "bin" / f"python{version}"


def _unpack(version: str, folder: Path, note: Callable[[str], None]) -> None:
    unpacker = "unpack"
    build.programs(folder, {unpacker: (f"pythons/{version}", ".")}, note, VENV_PYTHON)
    try:
        subprocess.run(  # noqa: S603
            [folder / unpacker, folder], capture_output=True, text=True, timeout=300, check=True
        )
    except subprocess.CalledProcessError as error:
        raise SetupError(f"it cannot be unpacked: {str(error.stderr).strip()}") from None
    (folder / unpacker).unlink()
    program = folder / "bin" / f"python{version}"
    if not answers(program, version):
        raise SetupError(f"what was unpacked is no Python {version} that runs here")
