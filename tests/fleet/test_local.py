"""Runs on this machine whose process comes to an end that nobody wanted."""

from __future__ import annotations

import subprocess
from typing import IO

import pytest

from fleet import local
from fleet.local import Runs
from fleet.shapes import Job

JOB = Job("shop-eu-west-1", "up", {}, {}, "file:///state", "passphrase", "0" * 64, 60.0)


def ends_with(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """In place of a run, a process that does this."""

    def start(out: IO[str], err: IO[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(["sh", "-c", words], stdin=subprocess.PIPE, stdout=out, stderr=err, text=True)

    monkeypatch.setattr(local, "_start", start)


def test_a_run_whose_process_is_killed_is_lost_and_says_by_what(monkeypatch: pytest.MonkeyPatch) -> None:
    ends_with(monkeypatch, "kill -9 $$")
    result = Runs().run(JOB)
    assert (result.stack, result.status) == ("shop-eu-west-1", "lost")
    assert "the run's process was killed by signal 9" in result.error
    assert "fix: " in result.error


def test_a_run_that_was_called_off_and_killed_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    ends_with(monkeypatch, "read job; read end; kill -9 $$")
    runs = Runs()

    def wanted() -> bool:
        runs.stop()
        return True

    assert runs.run(JOB, wanted).status == "interrupted"


def test_a_process_that_fails_by_itself_is_no_lost_one(monkeypatch: pytest.MonkeyPatch) -> None:
    ends_with(monkeypatch, "echo no such module >&2; exit 3")
    result = Runs().run(JOB)
    assert (result.status, result.error) == (
        "failed",
        "the run's process ended with 3 and said:\nno such module",
    )
