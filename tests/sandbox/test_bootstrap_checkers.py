"""The step that brings BIND's and unbound's checkers: found on PATH, or unpacked, or said; no network here."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.bootstrap import checkers
from sandbox.bootstrap.places import SetupError


def program(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text("#!/bin/sh\necho 9.18.1\n", encoding="utf-8")
    file.chmod(0o755)
    return file


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no checker anywhere; returns its cache."""
    cache = tmp_path / "cache"
    monkeypatch.setattr(checkers, "cached", lambda: cache)
    monkeypatch.setattr(checkers, "MORE_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return cache


def test_what_is_on_the_path_is_taken_before_the_cache(bare: Path, tmp_path: Path) -> None:
    program(bare / "one" / "bin", "named-checkconf")
    on_path = program(tmp_path / "bin", "named-checkconf")
    assert checkers.find("named-checkconf") == on_path


def test_the_cache_is_taken_where_there_is_no_other_and_it_runs(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = program(bare / "a" / "bin", "named-checkconf")
    broken.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    works = program(bare / "b" / "bin", "named-checkconf")
    monkeypatch.setenv("PATH", "/nowhere")
    assert checkers.find("named-checkconf") == works


def test_a_machine_without_them_is_told_what_to_install(bare: Path) -> None:
    assert checkers.find("named-checkconf") is None
    with pytest.raises(SetupError, match="named-checkconf, unbound-checkconf not on PATH") as refused:
        checkers.ensure(lambda _: None)
    assert "brew install bind unbound" in str(refused.value)
    assert not bare.exists()


def test_only_what_this_system_lacks_is_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = (
        "Inst libuv1 (1.44.2-1 Debian:12 [amd64])\n"
        "Inst libc6 [2.36-9] (2.36-10 Debian:12 [amd64])\n"
        "Inst unbound (1.17.1-2 Debian:12 [amd64])\n"
        "Conf unbound (1.17.1-2 Debian:12 [amd64])\n"
    )
    ran: list[list[str]] = []

    def simulate(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 0, said, "")

    monkeypatch.setattr(subprocess, "run", simulate)
    monkeypatch.setattr(checkers, "_run", lambda command, *_: ran.append(command))
    assert checkers._fetch(["unbound"], tmp_path) == {"libuv1": "1.44.2-1", "unbound": "1.17.1-2"}
    assert ran[0][-2:] == ["libuv1=1.44.2-1", "unbound=1.17.1-2"]
