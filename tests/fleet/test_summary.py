"""The summary of a fleet: every stack counted once, what went wrong first, and no price made up."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, get_args

from fleet import summary
from fleet.shapes import WELL, Result, Status
from fleet.summary import Policy
from tests.fleet.fleets import result

HOSTILE = "\x1b[2J\x07\u202e"


def finding(policy: str, level: str = "mandatory") -> dict[str, Any]:
    return {"policy": policy, "enforcementLevel": level}


def mixed() -> list[Result]:
    """Two accounts in two Regions; one price is not verified, one stack is skipped, one never ran."""
    ireland: dict[str, Any] = {"region": "eu-west-1", "monthly_usd": Decimal("100.10")}
    zurich: dict[str, Any] = {"region": "eu-central-2"}
    return [
        result(
            "passed", stack="a", account="shop", seconds=10.0, changes={"create": 14, "same": 2}, **ireland
        ),
        result("unchanged", stack="b", account="shop", findings=(finding("w", "advisory"),), **ireland),
        result(
            *("blocked",),
            stack="c",
            account="bank",
            seconds=30.0,
            error="no private DNS\n  fix: turn it on",
            findings=(finding("dns"), finding("dns"), finding("w", "advisory")),
            **ireland,
        ),
        result(
            "failed",
            stack="d",
            account="bank",
            seconds=20.0,
            changes={"create": 1},
            error="refused",
            **zurich,
        ),
        result("not run", stack="e", account="bank", error="canary c ended blocked", **ireland),
    ]


def test_every_status_has_its_place_in_the_order_and_what_is_well_comes_last() -> None:
    assert sorted(summary.ORDER) == sorted(get_args(Status))
    assert set(summary.ORDER[-len(WELL) :]) == WELL


def test_the_figures_are_those_of_the_results() -> None:
    found = summary.of(mixed(), 120.0)
    assert (found.stacks, found.well, found.ran, found.per_minute) == (5, 2, 3, 2.5)
    assert list(found.statuses.items()) == [
        *(("failed", 1), ("blocked", 1), ("not run", 1), ("passed", 1), ("unchanged", 1)),
    ]
    assert found.accounts == {
        "bank": {"failed": 1, "blocked": 1, "not run": 1},
        "shop": {"passed": 1, "unchanged": 1},
    }
    assert found.regions == {
        "eu-central-2": {"failed": 1},
        "eu-west-1": {"blocked": 1, "not run": 1, "passed": 1, "unchanged": 1},
    }
    assert found.changes == {"create": 15, "same": 2}
    assert list(found.policies.items()) == [("dns", Policy(2, 0, 1)), ("w", Policy(0, 2, 2))]
    assert (found.usd, found.unpriced) == (Decimal("400.40"), 1)
    assert found.slowest == (("c", 30.0), ("d", 20.0), ("a", 10.0))


def test_the_policy_that_blocks_most_comes_first_and_not_the_one_that_says_most() -> None:
    often = tuple(finding("advises", "advisory") for _ in range(9))
    found = summary.of([result("blocked", findings=(*often, finding("blocks"), finding("also")))], 1.0)
    assert list(found.policies) == ["also", "blocks", "advises"]


def test_only_so_many_of_the_slowest_are_named() -> None:
    found = summary.of([result(stack=f"s{number}", seconds=float(number)) for number in range(30)], 1.0)
    assert found.slowest == tuple((f"s{number}", float(number)) for number in (29, 28, 27, 26, 25))


def test_the_document_is_json_with_amounts_as_text() -> None:
    found = json.loads(json.dumps(summary.of(mixed(), 120.04).document()))
    assert found == {
        "stacks": 5,
        "well": 2,
        "ran": 3,
        "statuses": {"failed": 1, "blocked": 1, "not run": 1, "passed": 1, "unchanged": 1},
        "statusesByAccount": {
            "bank": {"failed": 1, "blocked": 1, "not run": 1},
            "shop": {"passed": 1, "unchanged": 1},
        },
        "statusesByRegion": {
            "eu-central-2": {"failed": 1},
            "eu-west-1": {"blocked": 1, "not run": 1, "passed": 1, "unchanged": 1},
        },
        "changes": {"create": 15, "same": 2},
        "findingsByPolicy": {
            "dns": {"mandatory": 2, "advisory": 0, "stacks": 1},
            "w": {"mandatory": 0, "advisory": 2, "stacks": 2},
        },
        "monthlyUsd": "400.40",
        "stacksWithoutPrice": 1,
        "slowest": [
            *(
                {"stack": name, "seconds": seconds}
                for name, seconds in (("c", 30.0), ("d", 20.0), ("a", 10.0))
            )
        ],
        "wallSeconds": 120.0,
        "stacksPerMinute": 2.5,
    }


def test_rows_say_what_went_wrong_first_and_why_in_one_line() -> None:
    found = summary.rows(mixed())
    assert all(len(row) == len(summary.COLUMNS) for row in found)
    assert [row[:2] for row in found] == [
        ("d", "failed"),
        ("c", "blocked"),
        ("e", "not run"),
        ("a", "passed"),
        ("b", "unchanged"),
    ]
    assert found[1] == ("c", "blocked", "2 + 1", "", "30.0", "no private DNS")
    assert found[3] == ("a", "passed", "", "14 create", "10.0", "")


def test_many_unchanged_stacks_are_one_line_and_few_are_not() -> None:
    few = [result("unchanged", stack=f"s{number}") for number in range(12)]
    assert len(summary.rows(few)) == 12
    many = [*few, result("unchanged", stack="one more"), result("failed", stack="bad")]
    assert [row[:2] for row in summary.rows(many)] == [("bad", "failed"), ("13 more", "unchanged")]


def test_the_sentences_say_the_figures_and_for_how_many_no_price_is_known() -> None:
    assert summary.sentences(summary.of(mixed(), 120.0)) == [
        "well: 2 of 5 stacks (1 failed, 1 blocked, 1 not run, 1 passed, 1 unchanged)",
        "took: 2 min 0 s, 2.5 stacks a minute, 3 of which ran",
        "slowest: c 30.0 s, d 20.0 s, a 10.0 s",
        "changes: 15 create",
        "findings: dns 2, w 2",
        "interface endpoints: 400.40 USD a month, without 1 stack whose Region's price is not verified",
    ]


def test_of_no_stack_there_is_a_summary_too() -> None:
    found = summary.of([], 0.0)
    assert summary.rows([]) == []
    assert summary.sentences(found) == [
        "well: 0 of 0 stacks (none)",
        "took: 0.0 s",
        "interface endpoints: 0.00 USD a month",
    ]
    assert found.document()["stacksPerMinute"] == 0.0


def test_no_escape_of_a_text_reaches_the_screen() -> None:
    bad = result(
        *("failed",),
        stack=f"s{HOSTILE}",
        error=f"no {HOSTILE}",
        changes={f"c{HOSTILE}": 1},
        findings=(finding(f"p{HOSTILE}"),),
        seconds=1.0,
    )
    shown = [*summary.rows([bad])[0], *summary.sentences(summary.of([bad, bad], 1.0))]
    assert all(text.isprintable() for text in shown)
    assert r"no \x1b[2J\x07\u202e" in shown
