"""Other Pythons for `make compat`: found, or unpacked from a pinned module; every program here is a fake."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sandbox.bootstrap import places, pythons
from tests.sandbox.machines import FAKE_GO, script, silent


@pytest.fixture
def machine(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go, and no other Python."""
    script(bare / "bin/go", FAKE_GO)
    unpacks(bare, "3.12")
    monkeypatch.setenv("PATH", f"{bare / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("GO_LOG", str(bare / "go.log"))
    monkeypatch.setenv("GO_PROGRAM", str(bare / "unpacker"))
    (bare / "bin/python3.12").unlink(missing_ok=True)
    return bare


def unpacks(bare: Path, version: str) -> None:
    script(
        bare / "unpacker",
        'mkdir -p "$1/bin"',
        f"printf '#!/bin/sh\\necho {version}\\n' > \"$1/bin/python3.12\"",
        'chmod +x "$1/bin/python3.12"',
    )


def test_this_python_is_taken_as_it_is(machine: Path) -> None:
    own = ".".join(map(str, sys.version_info[:2]))
    assert pythons.ensure(own, silent) == Path(sys.executable)
    assert not (machine / "go.log").exists()


def test_the_users_own_python_is_taken_if_it_answers(machine: Path) -> None:
    mine = script(machine / "bin/python3.12", "echo 3.12")
    assert pythons.ensure("3.12", silent) == mine
    assert not (machine / "go.log").exists()


def test_a_python_is_unpacked_once_from_a_pinned_module(machine: Path) -> None:
    # One that lies on PATH and does not run, as after an upgrade of the system, is none.
    script(machine / "bin/python3.12", "exit 1")
    notes: list[str] = []
    found = pythons.ensure("3.12", notes.append)
    assert found == pythons.cached("3.12") / "bin" / "python3.12"
    assert found.is_relative_to(machine / "cache")
    assert len(notes) == 1
    (built,) = (machine / "go.log").read_text(encoding="utf-8").splitlines()
    assert built.startswith(f"{places.TOOLS / 'pythons' / '3.12'} ")
    assert " -mod=readonly " in built
    assert sorted(file.name for file in pythons.cached("3.12").iterdir()) == ["bin"]
    assert pythons.ensure("3.12", notes.append) == found
    assert len((machine / "go.log").read_text(encoding="utf-8").splitlines()) == 1


def test_what_is_no_python_of_that_version_is_not_kept(machine: Path) -> None:
    unpacks(machine, "3.9")
    with pytest.raises(
        places.SetupError, match=r"(?s)no Python 3\.12 that runs here.*fix: install Python 3\.12"
    ):
        pythons.ensure("3.12", silent)
    assert pythons.find("3.12") is None
    assert [file for file in pythons.cached("3.12").parent.iterdir() if file.is_dir()] == []


def test_an_unpacker_that_fails_says_why(machine: Path) -> None:
    script(machine / "unpacker", "echo no room left >&2; exit 1")
    with pytest.raises(places.SetupError, match=r"(?s)no room left.*fix: install Python 3\.12"):
        pythons.ensure("3.12", silent)


def test_a_version_that_nobody_pinned_says_what_to_install(machine: Path) -> None:
    for version in ("3.9", "../../etc"):
        with pytest.raises(places.SetupError, match="none is pinned"):
            pythons.ensure(version, silent)
    assert not (machine / "go.log").exists()
