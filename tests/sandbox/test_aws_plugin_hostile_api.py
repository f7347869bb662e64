"""The stand-in before an AWS that throttles, lags and hangs: it tries again as often as aws:maxRetries says, waits for what
it made, and ends with a message within a bounded time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.aws_plugin import guard, resources
from tests.sandbox.plugin import SANDBOX, SERVICES, AbortedError, Plugin
from tests.support.aws_api import serving
from tests.support.aws_proxy import LOST
from tests.support.hostile_api import Answers, Lag, hostile, throttled

VPC = "aws:ec2/vpc:Vpc"
NEWS = {"cidrBlock": "10.0.0.0/16"}


@pytest.fixture(scope="module")
def moto() -> Iterator[int]:
    with serving() as port:
        yield port


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that are a hundredth as long: what is looked at is how often, not how long."""
    sleep = time.sleep
    monkeypatch.setattr("time.sleep", lambda seconds: sleep(seconds / 100))


def plugin(port: int, **more: Any) -> Plugin:
    urls = dict.fromkeys(SERVICES, f"http://127.0.0.1:{port}")
    return Plugin({**SANDBOX, "endpoints": json.dumps([urls]), **more})


@pytest.mark.parametrize(("more", "calls"), [({}, 26), ({"maxRetries": "3"}, 4)])
def test_a_throttled_call_is_tried_again_as_often_as_the_official_plugin_does(
    moto: int, more: dict[str, str], calls: int
) -> None:
    unkind = Answers({"CreateVpc": throttled("ec2")})
    with hostile(moto, unkind) as port, pytest.raises(AbortedError, match="RequestLimitExceeded"):
        plugin(port, **more).make(VPC, NEWS)
    assert unkind.calls["CreateVpc"] == calls


def test_a_number_of_retries_that_is_none_is_refused() -> None:
    said = Plugin().check_config({**SANDBOX, "maxRetries": "many"})
    assert "aws:maxRetries must be a whole number; it got 'many'" in said


def test_what_was_made_is_waited_for_and_read_in_full(moto: int) -> None:
    lag = Lag(reads=5)
    with hostile(moto, lag) as port:
        state = plugin(port).make(VPC, {**NEWS, "tags": {"team": "a"}})
    assert state["tags"] == {"team": "a"}
    assert lag.seen["not there"] == 5


def test_what_never_comes_is_an_error_and_not_waited_for_for_ever(
    moto: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "NOT_THERE_SECONDS", 0.5)
    with hostile(moto, Lag(reads=10**6)) as port, pytest.raises(AbortedError, match="does not list it"):
        plugin(port).make(VPC, NEWS)


@pytest.mark.parametrize(
    "behaviour", [Answers(hang="CreateVpc"), Answers({"CreateVpc": LOST})], ids=["hangs", "lost"]
)
def test_who_hangs_is_asked_twice_and_who_drops_connections_as_often_as_any(
    moto: int, behaviour: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "READ_SECONDS", 0.3)
    try:
        with hostile(moto, behaviour) as port, pytest.raises(AbortedError):
            plugin(port, maxRetries="5").make(VPC, NEWS)
    finally:
        behaviour.release.set()
    assert behaviour.calls["CreateVpc"] == (2 if behaviour.hang else 6)
