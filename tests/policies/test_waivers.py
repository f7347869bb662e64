"""A waiver by itself: what it names, how long it counts, and what the ledger keeps of a run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pulumi.runtime.proto import analyzer_pb2

from policies.pack_config import PackConfigError
from policies.waivers import Ledger, Waiver, read
from tests.policies.test_waivers_in_use import waiver
from tests.support import flat
from tests.support.graph import JsonObject
from tests.support.pack import Pack


def on(days: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=days)


def made(urn: str = "urn:pulumi:dev::shop::*::net", days: int = 30) -> Waiver:
    return Waiver(urn, "moves to the hub", "platform@example.com", on(days))


def given(**other: str) -> JsonObject:
    return {**waiver("urn:pulumi:dev::shop::*::net"), **other}


def day(days: int) -> str:
    return on(days).isoformat()


def test_it_is_read_as_it_is_written() -> None:
    assert read({"waivers": [given(reason="why not now", owner="a@example.com", expires=day(7))]}) == [
        Waiver("urn:pulumi:dev::shop::*::net", "why not now", "a@example.com", on(7))
    ]
    assert read({}) == []


def test_it_says_whom_to_ask() -> None:
    own = Waiver("urn:pulumi:dev::shop::*::net", "moves", "platform@example.com", date(2026, 12, 31))
    said = "The waiver of urn:pulumi:dev::shop::*::net (moves; platform@example.com; until 2026-12-31)"
    assert str(own) == said


def test_it_counts_until_the_end_of_its_last_day() -> None:
    assert [made(days=days).expired for days in (-1, 0, 1)] == [True, False, False]


def test_it_lasts_ninety_days_at_most() -> None:
    assert len(read({"waivers": [given(expires=day(90))]})) == 1
    with pytest.raises(PackConfigError) as caught:
        read({"waivers": [given(), given(expires=day(91))]})
    assert str(caught.value) == (
        f"waivers[1].expires is '{day(91)}'; allowed is a day until {day(90)}: a waiver lasts at most 90 days"
    )


def test_every_wrong_day_is_said_in_one_message() -> None:
    wrong = [given(expires="2026-02-30"), given(), given(expires=day(120)), given(expires="2026-13-01")]
    with pytest.raises(PackConfigError) as caught:
        read({"waivers": wrong})
    first, second, third = str(caught.value).split("; waivers")
    assert first == "waivers[0].expires is '2026-02-30', which is no day"
    assert second.startswith(f"[2].expires is '{day(120)}'; allowed is a day until ")
    assert third == "[3].expires is '2026-13-01', which is no day"


NET = "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::net"


@pytest.mark.parametrize(
    ("pattern", "covers", "may_concern", "names"),
    [
        (NET, True, True, True),
        ("urn:pulumi:dev::shop::*::net", True, True, True),
        ("urn:pulumi:dev::shop::*::other", False, True, True),
        ("urn:pulumi:d*::shop::*::net", True, True, False),
        ("urn:pulumi:dev::*::*::net", True, True, False),
        ("urn:pulumi:*::*::*::*", True, True, False),
        ("urn:pulumi:prod::shop::*::net", False, False, False),
        ("urn:pulumi:dev::bank::*::net", False, False, False),
        ("urn:pulumi:p*::shop::*::net", False, False, False),
    ],
)
def test_whom_its_pattern_means(pattern: str, covers: bool, may_concern: bool, names: bool) -> None:
    own = made(pattern)
    assert (own.covers(NET), own.may_concern(NET), own.names(NET)) == (covers, may_concern, names)


def test_an_expired_waiver_does_not_stop_the_preview_of_an_empty_stack(plain_pack: Pack) -> None:
    plain_pack.configure({"waivers": [waiver(days=-1, policy="ssm-endpoints-complete")]})
    for request in flat.build([]).analyze_requests():  # a new run, and nothing that comes of it
        plain_pack.stub.Analyze(request)
    answer = plain_pack.stub.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest())
    assert list(answer.diagnostics) == []


# --- The ledger -------------------------------------------------------------------------------------------------------
def test_what_excused_nothing_is_told_by_policy_in_the_order_of_its_text() -> None:
    ledger = Ledger()
    a, b, c = (made(f"urn:pulumi:dev::shop::*::{name}") for name in "abc")
    ledger.open(1, "one", [c, a])
    ledger.open(1, "one", [b])
    ledger.open(1, "two", [b])
    ledger.excuse("one", "no DNS", NET, b)
    assert list(ledger.unused()) == [("one", a), ("one", c), ("two", b)]


def test_what_was_excused_is_kept_for_one_run() -> None:
    ledger = Ledger()
    own = made()
    ledger.open(1, "one", [own])
    ledger.excuse("one", "no DNS", NET, own)
    ledger.excuse("one", "no DNS at all", None, own)
    ledger.open(1, "one", [own])
    assert ledger.excused == {"one": [("no DNS", NET, own), ("no DNS at all", None, own)]}
    ledger.open(2, "one", [own])
    assert ledger.excused == {}
    assert list(ledger.unused()) == [("one", own)]
    ledger.open(3, "two", [])
    assert list(ledger.unused()) == []


def test_a_policy_is_met_for_the_first_time_once_a_run() -> None:
    ledger = Ledger()
    asked = [(1, "one"), (1, "one"), (1, "two"), (2, "one"), (2, "one")]
    assert [ledger.first_time(*each) for each in asked] == [True, False, True, True, False]


def test_meeting_a_policy_forgets_no_waiver_of_it() -> None:
    ledger = Ledger()
    ledger.open(1, "one", [made()])
    assert ledger.first_time(1, "one") is False
    assert list(ledger.unused()) == [("one", made())]
