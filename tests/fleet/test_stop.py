"""Calling a run off: its engine is interrupted once it listens, and never while it holds a lock and does not."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fleet import stop
from fleet.stop import Stop, timer

Sent = list[tuple[int, int]]
PRELUDE = '{"sequence": 1, "preludeEvent": {"config": {}}}\n'
CANCEL = '{"sequence": 9, "cancelEvent": {}}\n'


@pytest.fixture
def call(sent: Sent) -> Iterator[Callable[[], Stop]]:  # noqa: ARG001 (its signals go nowhere)
    """Makes a Stop that is over before the signals are real again."""
    made: list[Stop] = []

    def make() -> Stop:
        made.append(Stop())
        return made[-1]

    yield make
    for each in made:
        each.over()
    time.sleep(0.1)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The signals that would have been sent."""
    found: Sent = []
    monkeypatch.setattr(os, "killpg", lambda group, number: found.append((group, number)))
    return found


def until(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not what() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert what()


def test_an_engine_that_has_said_something_is_interrupted(
    sent: Sent, call: Callable[[], Stop], tmp_path: Path
) -> None:
    off = call()
    off.events = tmp_path / "events.jsonl"
    off.events.write_text(PRELUDE, encoding="utf-8")
    off("it was called off")
    until(lambda: sent)
    assert sent == [(os.getpgrp(), signal.SIGINT)]


@pytest.mark.parametrize("said", [None, "", PRELUDE + CANCEL])
def test_before_its_first_event_and_between_its_phases_an_engine_is_left_alone(
    sent: Sent, call: Callable[[], Stop], tmp_path: Path, said: str | None
) -> None:
    """An interrupt then would end it on the spot, with the stack's lock in its hands."""
    off = call()
    off.events = tmp_path / "events.jsonl"
    if said is not None:
        off.events.write_text(said, encoding="utf-8")
    off("it was called off")
    time.sleep(0.3)
    assert sent == []
    off.events.write_text(PRELUDE, encoding="utf-8")
    until(lambda: sent)


def test_where_there_is_no_engine_yet_nobody_is_interrupted(sent: Sent, call: Callable[[], Stop]) -> None:
    off = call()
    off("it was called off")
    time.sleep(0.3)
    assert (sent, off.reason()) == ([], "it was called off")


def test_an_engine_that_never_says_anything_is_interrupted_all_the_same(
    sent: Sent, call: Callable[[], Stop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stop, "_LISTENS_SECONDS", 0.2)
    call()("it was called off")
    until(lambda: sent)


def test_a_run_that_is_over_interrupts_nobody(sent: Sent, call: Callable[[], Stop], tmp_path: Path) -> None:
    off = call()
    off.events = tmp_path / "events.jsonl"
    off("it was called off")
    off.over()
    off.events.write_text(PRELUDE, encoding="utf-8")
    time.sleep(0.3)
    assert sent == []


def test_who_is_in_a_hurry_does_not_wait_and_the_first_reason_is_told(
    sent: Sent, call: Callable[[], Stop]
) -> None:
    off = call()
    off("it was called off")
    off.now("it was called off, and not given the time to finish")
    assert len(sent) == 1
    assert off.reason() == "it was called off"


def test_a_run_that_takes_too_long_is_called_off_and_says_what_limited_it(
    sent: Sent, call: Callable[[], Stop], tmp_path: Path
) -> None:
    off = call()
    off.events = tmp_path / "events.jsonl"
    off.events.write_text(PRELUDE, encoding="utf-8")
    with timer(0.01, off):
        until(lambda: sent)
    assert off.reason() == "it was stopped after 0 seconds: timeoutMinutes of the inventory"


def test_a_run_in_time_is_not_called_off(sent: Sent, call: Callable[[], Stop]) -> None:
    off = call()
    before = threading.active_count()
    with timer(60, off):
        assert threading.active_count() == before + 1
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(5)
            assert not thread.is_alive()
    assert (off.reason(), sent) == ("", [])
