"""botocore's data, read and never run: of the newest wheel that pip finds, of one that is given, or of the installed one."""

from __future__ import annotations

import gzip
import importlib.metadata
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from tools.facts_check.shapes import CheckError, shown

# Bytes: the largest file that is read is EC2's model, 11 MB unpacked (botocore 1.44.8).
_MOST = 64 * 1024 * 1024
# Seconds that pip may take for one wheel of 17 MB.
_PATIENCE = 180
_VERSION = re.compile(r"\d{1,4}(\.\d{1,6}){1,3}")


# What a broken, encrypted or hostile archive or text raises. RecursionError is a RuntimeError.
_UNREADABLE = (OSError, KeyError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error)


class _Files(Protocol):
    def models(self, service: str) -> list[str]: ...
    def read(self, name: str) -> bytes: ...


class _Wheel:
    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise CheckError(f"{shown(path.name)} is no wheel: {shown(str(error))}") from None

    def models(self, service: str) -> list[str]:
        return _models(service, (name.removeprefix("botocore/data/") for name in self._zip.namelist()))

    def read(self, name: str) -> bytes:
        with self._zip.open(f"botocore/data/{name}") as stream:
            return stream.read(_MOST + 1)


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def models(self, service: str) -> list[str]:
        found = (self._path / service).glob("*/service-2.json*")
        return _models(service, (path.relative_to(self._path).as_posix() for path in found))

    def read(self, name: str) -> bytes:
        with (self._path / name).open("rb") as stream:
            return stream.read(_MOST + 1)


def _models(service: str, names: Iterable[str]) -> list[str]:
    """The models among the files, the oldest API first."""
    pattern = re.compile(rf"{re.escape(service)}/\d{{4}}-\d\d-\d\d/service-2\.json(\.gz)?")
    return sorted(name for name in names if pattern.fullmatch(name))


@dataclass(frozen=True)
class Botocore:
    """The data of one version: `version` ("1.44.8"), and whether it is the one that is installed here."""

    version: str
    installed: bool
    _files: _Files
    _read: dict[str, Any] = field(default_factory=dict)

    def partitions(self) -> list[dict[str, Any]]:
        """partitions.json: id, outputs, regions of each."""
        found: list[dict[str, Any]] = self._json("partitions.json")["partitions"]
        return found

    def endpoints(self) -> Mapping[str, dict[str, Any]]:
        """endpoints.json: partition -> regions and services."""
        return {each["partition"]: each for each in self._json("endpoints.json")["partitions"]}

    def operations(self, service: str) -> set[str]:
        """The operations of the service's newest API."""
        models = self._files.models(service)
        if not models:
            raise CheckError(f"botocore {self.version} has no model of {service}")
        return set(self._json(models[-1])["operations"])

    def _json(self, name: str) -> Any:
        if name not in self._read:
            self._read[name] = self._parsed(name)
        return self._read[name]

    def _parsed(self, name: str) -> Any:
        try:
            data = self._files.read(name)
            if name.endswith(".gz"):
                with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
                    data = stream.read(_MOST + 1)
            if len(data) > _MOST:
                raise CheckError(f"botocore {self.version}: {shown(name)} is larger than {_MOST} bytes")
            return json.loads(data)
        except _UNREADABLE as error:
            raise CheckError(
                f"botocore {self.version}: {shown(name)} cannot be read: {shown(str(error))}"
            ) from None


def installed() -> Botocore:
    """What is installed here, without importing it. Raises: CheckError."""
    found = importlib.util.find_spec("botocore")
    if found is None or not found.submodule_search_locations:
        raise CheckError("botocore is not installed here\n  fix: make setup")
    folder = Path(next(iter(found.submodule_search_locations))) / "data"
    return Botocore(importlib.metadata.version("botocore"), installed=True, _files=_Folder(folder))


@contextmanager
def newest(asked: str = "") -> Iterator[Botocore]:
    """The newest version that the package index has, or the one that was asked for: "1.44.8", or the path of a wheel.

    Raises: CheckError, where the index cannot be reached or what it gave is no wheel.
    """
    if asked.endswith(".whl"):
        yield _wheel(Path(asked))
        return
    if asked and not _VERSION.fullmatch(asked):
        raise CheckError(
            f"{shown(asked)!r} is neither a version of botocore nor the path of its wheel\n"
            "  fix: BOTOCORE=1.44.8, BOTOCORE=path/to/botocore-1.44.8-py3-none-any.whl, or nothing for the newest"
        )
    with TemporaryDirectory(prefix="facts-check-") as folder:
        _download(f"botocore=={asked}" if asked else "botocore", folder)
        wheels = list(Path(folder).glob("botocore-*.whl"))
        if len(wheels) != 1:
            raise CheckError(f"pip brought {len(wheels)} wheels of botocore instead of one")
        yield _wheel(wheels[0])


def _wheel(path: Path) -> Botocore:
    named = re.match(r"botocore-([^-]+)-", path.name)
    if named is None or not path.is_file():
        raise CheckError(f"there is no botocore wheel {shown(str(path))}")
    return Botocore(shown(named[1]), installed=False, _files=_Wheel(path))


def _download(what: str, folder: str) -> None:
    """A wheel, which pip unpacks nowhere and runs nothing of: never a source distribution, whose build is a program."""
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--no-input",
        "--quiet",
    ]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - our own Python; `what` is a name and a version that was checked
            [*pip, "--dest", folder, what],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CheckError(f"pip did not bring {what} within {_PATIENCE} seconds") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it says nothing"])[-1]
        raise CheckError(f"pip cannot bring {what}: {shown(last)}")
