"""Runs of the engine that have a limit: nothing of one that took too long goes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.sandbox.machines import wait_until
from tools import previewed


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, words: str, seconds: float) -> tuple[int, str]:
    monkeypatch.setattr(previewed, "_command", lambda *_: ["sh", "-c", words])
    with (folder / "output").open("w", encoding="utf-8") as output:
        code = previewed.within(seconds, "drift", "dev", folder / "log", output)
    return code, (folder / "output").read_text(encoding="utf-8")


def test_the_exit_code_and_all_that_is_said_are_passed_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    code, said = run(monkeypatch, tmp_path, "echo one; echo two >&2; exit 7", 20)
    assert (code, said) == (7, "one\ntwo\n")


def test_a_run_that_takes_too_long_is_ended_with_all_that_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun = time.monotonic()
    words = f"sleep 60 & echo $! > {tmp_path / 'pid'}; wait"
    code, _ = run(monkeypatch, tmp_path, words, 0.5)
    assert code == previewed.TOO_LONG
    assert time.monotonic() - begun < previewed._GRACE
    child = Path("/proc", (tmp_path / "pid").read_text(encoding="utf-8").strip())
    assert wait_until(lambda: not child.exists() or "Z" in (child / "stat").read_text().split()[2])


def test_one_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(previewed, "_GRACE", 0.3)
    code, _ = run(monkeypatch, tmp_path, "trap '' TERM; while :; do sleep 0.1; done", 0.3)
    assert code == previewed.TOO_LONG
