"""Wheels of botocore that nobody released: the installed one's data, changed as a test says, and nothing to run."""

from __future__ import annotations

import copy
import importlib.metadata
import importlib.util
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from blueprint.iam_actions import load as iam_services

# If anybody imports a wheel's code, this is what happens.
_PROGRAM = "raise SystemExit('botocore of a wheel was run')\n"


@cache
def _folder() -> Path:
    found = importlib.util.find_spec("botocore")
    assert found is not None
    assert found.submodule_search_locations
    return Path(found.submodule_search_locations[0]) / "data"


def data() -> dict[str, Any]:
    """partitions.json and endpoints.json of the installed botocore, to be changed."""
    return {name: json.loads(_text(name)) for name in ("partitions.json", "endpoints.json")}


@cache
def _text(name: str) -> str:
    return (_folder() / name).read_text(encoding="utf-8")


def partition(found: dict[str, Any], id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A partition of both files, to be changed."""
    return (
        next(each for each in found["partitions.json"]["partitions"] if each["id"] == id),
        next(each for each in found["endpoints.json"]["partitions"] if each["partition"] == id),
    )


def wheel(
    folder: Path,
    version: str = "99.0.0",
    found: dict[str, Any] | None = None,
    operations: dict[str, list[str]] | None = None,
    files: dict[str, str] | None = None,
) -> Path:
    """Write botocore-<version>. `operations` replace those of a service; `files` are written as they are, in place of the
    data of that name."""
    path = folder / f"botocore-{version}-py3-none-any.whl"
    info = f"botocore-{version}.dist-info"
    documents = copy.deepcopy(found or data())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("botocore/__init__.py", _PROGRAM)
        made.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: botocore\nVersion: {version}\n")
        made.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        made.writestr(f"{info}/RECORD", "")
        texts = {name: json.dumps(document) for name, document in documents.items()} | (files or {})
        for name, text in texts.items():
            made.writestr(f"botocore/data/{name}", text)
        for service, names in (_operations() | (operations or {})).items():
            model = json.dumps({"operations": {name: {} for name in names}})
            made.writestr(f"botocore/data/{service}/2000-01-01/service-2.json", model)
            made.writestr(f"botocore/data/{service}/1999-01-01/service-2.json", '{"operations": {"Old": {}}}')
    return path


def installed_version() -> str:
    """Of the botocore that is installed."""
    return importlib.metadata.version("botocore")


@cache
def _operations() -> dict[str, list[str]]:
    """What each service's operations would have to be for our actions to be right."""
    import tomllib

    from tools.iam_actions import FACTS

    rows = tomllib.loads((FACTS / "iam_services.toml").read_text(encoding="utf-8"))
    return {
        row["operations"]: sorted(
            (set(iam_services()[id].actions) - set(row["more_actions"])) | set(row.get("no_action", ()))
        )
        for id, row in rows.items()
        if "operations" in row
    }
