"""Lock files: pip and uv install the bytes by their hashes and build nothing, and the audit leaves none out."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from sandbox.bootstrap import environment, places
from tests.support.pack import ROOT
from tests.tools.test_supply_chain import LISTED, lists
from tools.advisories import __main__ as audit
from tools.advisories import python
from tools.advisories.shapes import Looked
from tools.lock import LOCK_FILES

# A build system that says where it was: whoever wrote it could have done anything.
BACKEND = """
import os, pathlib

def _ran(*args, **kwargs):
    pathlib.Path(os.environ["RAN"]).write_text("somebody else's code", encoding="utf-8")
    raise SystemExit(1)

get_requires_for_build_wheel = prepare_metadata_for_build_wheel = build_wheel = _ran
"""


def wheel(folder: Path, name: str, module: str) -> Path:
    """A package of one module, in version 1.0.0."""
    file = folder / f"{name}-1.0.0-py3-none-any.whl"
    info = f"{name}-1.0.0.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{name}.py", module)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"{name}.py,,\n")
    return file


def source(folder: Path) -> Path:
    """A source distribution of `word` that is built with `builder`."""
    file = folder / "word-1.0.0.tar.gz"
    members = {
        "PKG-INFO": "Metadata-Version: 2.1\nName: word\nVersion: 1.0.0\n",
        "pyproject.toml": '[build-system]\nrequires = ["builder"]\nbuild-backend = "builder"\n',
        "word.py": "VALUE = 1\n",
    }
    with tarfile.open(file, "w:gz") as archive:
        for name, text in members.items():
            about = tarfile.TarInfo(f"word-1.0.0/{name}")
            about.size = len(text.encode())
            archive.addfile(about, io.BytesIO(text.encode()))
    return file


def line(*files: Path) -> str:
    """What a lock file says of `word`."""
    hashes = (f"--hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}" for file in files)
    return f"word==1.0.0 {' '.join(hashes)}\n"


def pip(verb: str, lock: Path, packages: Path) -> subprocess.CompletedProcess[str]:
    shutil.rmtree(packages / "to", ignore_errors=True)
    command = [sys.executable, "-m", "pip", verb, "--require-hashes", "--no-deps", "--no-index"]
    to = "--dest" if verb == "download" else "--wheel-dir"
    return subprocess.run(
        [*command, "--find-links", str(packages), to, str(packages / "to"), "-r", str(lock)],
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )


def test_pip_refuses_a_package_with_other_bytes_than_the_lock_says(tmp_path: Path) -> None:
    """What the set-up asks of pip, of a package on disk: one changed byte, and one package without a hash."""
    package, lock = wheel(tmp_path, "word", "VALUE = 1\n"), tmp_path / "lock.txt"
    lock.write_text(line(package), encoding="utf-8")
    assert pip("download", lock, tmp_path).returncode == 0
    content = bytearray(package.read_bytes())
    content[60] ^= 1
    package.write_bytes(content)
    refused = pip("download", lock, tmp_path)
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    lock.write_text("word==1.0.0\n", encoding="utf-8")
    refused = pip("download", lock, tmp_path)
    assert refused.returncode != 0
    assert "Hashes are required" in refused.stderr


def test_an_index_that_drops_a_wheel_makes_the_set_up_build_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock has the hashes of wheel and source; the index has the source alone, and a build system of its own making."""
    index, ran = tmp_path / "index", tmp_path / "ran"
    index.mkdir()
    dropped = wheel(index, "word", "VALUE = 1\n")
    lock = tmp_path / "lock.txt"
    lock.write_text(line(dropped, source(index)), encoding="utf-8")
    dropped.unlink()
    wheel(index, "builder", BACKEND)
    monkeypatch.setenv("RAN", str(ran))
    # What pip does where nobody tells it more than the hashes: without this, the test could pass for another reason.
    assert pip("wheel", lock, index).returncode != 0
    assert ran.read_text(encoding="utf-8") == "somebody else's code"
    ran.unlink()

    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(places.SetupError, match=r"(?s)No matching distribution found for word.*fix:"):
        environment.ensure(tmp_path / "venv", lock)
    assert not ran.exists()
    assert not environment.is_right(tmp_path / "venv", lock)


def wheels_alone(words: list[str]) -> bool:
    """True if a command has the option with its value behind it."""
    return ("--only-binary", ":all:") in itertools.pairwise(words)


def test_every_pip_and_uv_of_the_project_installs_by_hashes_and_builds_nothing() -> None:
    """Other programs that know the word: apt-get, which only simulates, and pulumi, whose file was verified."""
    found = []
    for file, words in lists():
        if "install" in words and not {"apt-get", "plugin"} & set(words):
            found.append(str(file.relative_to(ROOT)))
            assert "--require-hashes" in words, f"{file}: {words}"
            assert wheels_alone(words), f"{file}: {words}"
    assert set(found) == {
        "benchmarks/peer_tools.py",
        "sandbox/bootstrap/build.py",
        "sandbox/bootstrap/environment.py",
        "tests/compat/cells.py",
        "tests/e2e/test_policy_pack.py",
        "tests/mutation/environment.py",
        "tools/own_environment.py",
    }


def test_no_lock_file_is_resolved_by_building_anything() -> None:
    """There are no hashes yet to hold a build against: uv would run what the index has."""
    found = []
    for file, words in lists():
        if "--generate-hashes" in words:
            found.append(str(file.relative_to(ROOT)))
            assert wheels_alone(words), f"{file}: {words}"
    assert sorted(found) == ["tests/compat/sets.py", "tools/lock.py"]


def test_every_command_that_people_are_told_to_type_asks_for_the_same() -> None:
    found = {}
    for name in LISTED:
        if name.endswith((".md", ".py", ".sh", ".yml")) and (ROOT / name).is_file():
            text = (ROOT / name).read_text(encoding="utf-8")
            for words in re.findall(r"\bpip (install\s[^`\"]*?-r\s+[\w./-]+)", text):
                found[name] = " ".join(words.split())
    assert set(found) == {"README.md", "tools/policy_pack.py"}
    for words in found.values():
        assert words == "install --require-hashes --only-binary :all: -r requirements.txt"


def test_every_lock_file_is_looked_at_under_a_name_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of them are called requirements.txt: what is accepted in one place is not in the other."""
    asked: list[str] = []

    def look(_: Path, lock: str) -> Looked:
        asked.append(lock)
        return Looked(lock)

    monkeypatch.setattr(python, "program", lambda: Path("pip-audit"))
    monkeypatch.setattr(python, "look", look)
    assert [each.place for each in audit._python()] == asked == list(LOCK_FILES)
    assert "benchmarks/requirements-peers.txt" in asked
    assert "tests/mutation/requirements.txt" in asked
