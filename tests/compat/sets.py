"""Which versions a cell has: the oldest that pyproject.toml allows, the locked ones, the newest that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

from tests.support.pack import ROOT

PYTHONS = ("3.11", "3.12", "3.13")
SETS = ("oldest", "locked", "newest")
# What pyproject.toml gives a range: the table of docs/compatibility.md has a column for each.
NAMED = ("pulumi", "pulumi-aws", "pulumi-policy", "pydantic")
LOCKS = {"requirements.txt": (), "requirements-dev.txt": ("--group", "dev")}


def ranges() -> dict[str, tuple[str, str]]:
    """The project's own dependencies: the oldest version that is allowed, and the first that is not any more."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = (re.fullmatch(r"([\w-]+)>=([\d.]+),<([\d.]+)", each) for each in project["dependencies"])
    return {each[1]: (each[2], each[3]) for each in found if each is not None}


def locked(lock: Path) -> dict[str, str]:
    """Package to version, as a lock file says."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def write(uv: Path, chosen: str, python: str, folder: Path) -> None:
    """The two lock files of a set for one Python, into `folder`. What the set does not speak of stays as it is locked."""
    for name in LOCKS:
        shutil.copy(ROOT / name, folder / name)
    if chosen == "locked":
        return
    wanted: list[str] = []
    if chosen == "oldest":
        constraints = folder / "oldest.txt"
        lines = [f"{package}=={oldest}\n" for package, (oldest, _) in ranges().items()]
        constraints.write_text("".join(lines), encoding="utf-8")
        wanted = ["--constraint", str(constraints)]
    else:
        for package in locked(ROOT / "requirements.txt"):
            wanted += ["--upgrade-package", package]
    # What is resolved has no hashes yet: nothing is built for it (tools/lock.py).
    options = ["--python-version", python, "--generate-hashes", "--only-binary", ":all:"]
    options += ["--no-header", "--no-annotate", "--quiet"]
    for name, group in LOCKS.items():
        command = [str(uv), "pip", "compile", "pyproject.toml", *group, "-o", str(folder / name)]
        subprocess.run([*command, *options, *wanted], cwd=ROOT, check=True)
