"""Who uses what: the lock files' packages, the Go modules of what the set-up builds, a test's npm packages."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.advisories.go import BUILT
from tools.licences import texts

ROOT = Path(__file__).resolve().parents[2]
NPM_LOCK = ROOT / "tests" / "fixtures" / "typescript" / "package-lock.json"
# Read by a person, where the package says nothing that a program can read: the licence, and where it stands.
READ = {
    "colorama": "BSD-3-Clause",  # On Windows alone: https://pypi.org/project/colorama/0.4.6/ (2026-11-30)
    "github.com/mattn/go-localereader": "MIT",  # its README.md (v0.0.1, 2026-11-30)
    # It says nothing at all (2026-11-30). Pulumi's command draws in these pictures of a trace viewer; nothing of it is
    # passed on by this project: the program is built on the user's machine.
    "github.com/sourcegraph/appdash-data": "NOASSERTION",
    "@logdna/tail-file": "MIT",  # the file LICENSE that its metadata points to (2026-11-30)
}
FILES = re.compile(r"^(licen[cs]e|copying)", re.IGNORECASE)


class UnknownLicenceError(Exception):
    """A package whose licence nobody has read: which, and what it says of itself."""


@dataclass(frozen=True, order=True)
class Package:
    """A package, its version and the SPDX identifier of its licence."""

    name: str
    version: str
    licence: str


def locked(lock: Path) -> dict[str, str]:
    """Package to version, as a lock file says."""
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def python(lock: Path) -> Iterator[Package]:
    """The packages of a lock file, by what is installed. Raises: UnknownLicenceError."""
    for name, version in sorted(locked(lock).items()):
        yield Package(name, version, READ.get(name) or _of_installed(name))


def _of_installed(name: str) -> str:
    try:
        about = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise UnknownLicenceError(f"{name}: it is not installed here, and sources.py does not say") from None
    said = about.metadata
    words = [each for key in ("License-Expression", "License") for each in said.get_all(key) or []]
    words += [
        each.split(" :: ")[-1] for each in said.get_all("Classifier") or [] if each.startswith("License")
    ]
    for word in words:
        if found := texts.of_word(word):
            return found
    for file in about.files or ():
        is_licence = FILES.match(file.name) and ".dist-info" in str(file)
        if is_licence and (found := texts.of_text(file.read_text())):
            return found
    raise UnknownLicenceError(f"{name}: it says {[word[:60] for word in words if word]}")


def go(module: str) -> Iterator[Package]:
    """The modules whose packages are in the program that is built of a folder of tools/. Raises: UnknownLicenceError."""
    listed = subprocess.run(  # noqa: S603
        [  # noqa: S607
            "go",
            "list",
            "-deps",
            "-f",
            "{{with .Module}}{{.Path}} {{.Version}} {{.Dir}}{{end}}",
            BUILT[module],
        ],
        cwd=ROOT / "tools" / module,
        env={**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "local", "GOWORK": "off"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in sorted(set(filter(str.strip, listed.splitlines()))):
        name, version, folder = line.split(" ", 2)
        if version:
            yield Package(name, version, READ.get(name) or _of_folder(name, Path(folder)))


def _of_folder(name: str, folder: Path) -> str:
    # A module below the root of its repository may have its licence there.
    files = [file for file in sorted(folder.iterdir()) if FILES.match(file.name) and file.is_file()]
    found = sorted(
        {
            each
            for file in files
            if (each := texts.of_text(file.read_text(encoding="utf-8", errors="replace")))
        }
    )
    if not found:
        raise UnknownLicenceError(
            f"{name}: {[file.name for file in files] or 'no file with a licence'} in {folder}"
        )
    return " AND ".join(found)


def npm(lock: Path = NPM_LOCK) -> Iterator[Package]:
    """The packages of an npm lock file, by what it says of each. Raises: UnknownLicenceError."""
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    seen = {
        (path.rpartition("node_modules/")[2], about["version"], str(about.get("license", "")))
        for path, about in packages.items()
        if path
    }
    for name, version, word in sorted(seen):
        licence = READ.get(name) or texts.of_word(word)
        if licence is None:
            raise UnknownLicenceError(f"npm {name}: it says {word!r}")
        yield Package(name, version, licence)
