"""A fleet goes through a verb: canaries first, again where that may help, and no further where too many have failed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from fleet import runner as module
from fleet.shapes import PASSING, WELL, Result, Stack, Status, Verb, Wave
from tests.fleet.fleets import stack
from tests.fleet.runs import GoneError, Script, Seen, Slow, runner, statuses

# One at a time, so that what was started is what came before.
ONE = {"concurrency": {"overall": 1, "perAccount": 1, "perRegion": 1}}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOK", 0.001)


def stacks(canary: int = 0, early: int = 0, rest: int = 0) -> list[Stack]:
    """The rest comes first in the inventory, so that order alone does not make waves."""
    counts: list[tuple[Wave, int]] = [("rest", rest), ("early", early), ("canary", canary)]
    return [stack(f"{wave}{number}", wave=wave) for wave, count in counts for number in range(count)]


def run(
    folder: Path,
    those: list[Stack],
    script: Script,
    says: Mapping[str, Any] | None = None,
    verb: Verb = "up",
) -> tuple[list[Result], Seen]:
    made, seen = runner(folder, script, verb, {**ONE, **(says or {})})
    return made.run(those), seen


def started(script: Script) -> list[str]:
    return [name for name, _ in script.submitted]


@pytest.mark.parametrize("verb", ["up", "destroy"])
def test_canaries_are_done_before_early_stacks_and_those_before_the_rest(tmp_path: Path, verb: Verb) -> None:
    script = Script()
    results, seen = run(
        tmp_path, stacks(2, 2, 3), script, {"concurrency": {"overall": 8, "perRegion": 8}}, verb
    )
    assert started(script) == ["canary0", "canary1", "early0", "early1", "rest0", "rest1", "rest2"]
    assert seen.told[0] == ("begin", 7, {"canary": 2, "early": 2, "rest": 3})
    assert seen.of("wave") == [("canary", 2), ("early", 2), ("rest", 3)]
    # A wave begins when the one before has ended, not when its last stack was started.
    place = seen.told.index(("wave", "early", 2))
    assert {told[1] for told in seen.told[:place] if told[0] == "ended"} == {"canary0", "canary1"}
    assert [each.stack for each in results] == [each.name for each in stacks(2, 2, 3)]


def test_a_canary_that_fails_stops_the_rollout(tmp_path: Path) -> None:
    script = Script({"canary0": ["failed"]})
    results, seen = run(tmp_path, stacks(2, 1, 1), script, {"rollout.failureBudgetPercent": 100})
    assert started(script) == ["canary0"]
    assert statuses(results) == [
        ("rest0", "not run"),
        ("early0", "not run"),
        ("canary0", "failed"),
        ("canary1", "not run"),
    ]
    why = "canary canary0 ended failed: no further stack was started"
    assert seen.of("stopping") == [(why,)]
    assert [each.error for each in results if each.status == "not run"] == [why] * 3


@pytest.mark.parametrize("status", sorted(set(get_args(Status)) - WELL - PASSING))
def test_a_canary_that_does_not_end_well_stops_the_rollout(tmp_path: Path, status: Status) -> None:
    script = Script({"canary0": [status]})
    run(tmp_path, stacks(1, 0, 1), script)
    assert started(script) == ["canary0"]


# Stacks, of which the first ones fail, per cent that may, and how many are started.
@pytest.mark.parametrize(
    ("count", "failing", "percent", "begun"),
    [
        (10, 1, 0, 1),
        (10, 1, 9, 1),
        (10, 1, 10, 10),
        (10, 2, 10, 2),
        (10, 2, 19, 2),
        (10, 2, 20, 10),
        (3, 1, 33, 1),
        (3, 1, 34, 3),
        (10, 10, 99, 10),
        (10, 10, 100, 10),
    ],
)
def test_no_further_stack_is_started_when_more_than_the_budget_failed(
    tmp_path: Path, count: int, failing: int, percent: int, begun: int
) -> None:
    script = Script({f"rest{number}": ["failed"] for number in range(failing)})
    results, _ = run(tmp_path, stacks(rest=count), script, {"rollout.failureBudgetPercent": percent})
    assert len(script.submitted) == begun
    assert [each.status for each in results].count("not run") == count - begun


def test_the_budget_is_of_all_stacks_and_counts_over_all_waves(tmp_path: Path) -> None:
    """Twenty per cent of ten are two: one failed early, and the second of the rest is the third in all."""
    script = Script({"early0": ["failed"], "rest0": ["blocked"], "rest1": ["failed"]})
    results, seen = run(tmp_path, stacks(1, 2, 7), script, {"rollout.failureBudgetPercent": 20})
    assert started(script) == ["canary0", "early0", "early1", "rest0", "rest1"]
    assert [each.status for each in results].count("not run") == 5
    assert seen.of("stopping") == [
        ("3 stacks failed, and failureBudgetPercent allows 2: no further one was started",)
    ]


@pytest.mark.parametrize("verb", ["preview", "refresh", "drift"])
def test_where_nothing_is_made_all_are_asked_whatever_fails(tmp_path: Path, verb: Verb) -> None:
    script = Script({each.name: ["failed"] for each in stacks(1, 1, 2)})
    results, seen = run(tmp_path, stacks(1, 1, 2), script, verb=verb)
    assert started(script) == ["rest0", "rest1", "early0", "canary0"]
    assert seen.of("wave") == []
    assert seen.of("stopping") == []
    assert {each.status for each in results} == {"failed"}


# Of the inventory below: how often each is tried again.
AGAIN = {"retries": {"throttled": 3, "locked": 2, "lost": 1}}


@pytest.mark.parametrize(("status", "attempts"), [("throttled", 4), ("locked", 3), ("lost", 2)])
def test_what_may_pass_is_tried_again_so_often_and_not_more(
    tmp_path: Path, status: Status, attempts: int
) -> None:
    script = Script({"rest0": [status] * 20})
    (result,), seen = run(tmp_path, stacks(rest=1), script, AGAIN)
    assert script.submitted == [("rest0", attempt) for attempt in range(1, attempts + 1)]
    assert (result.status, result.attempts) == (status, attempts)
    assert [told[:2] for told in seen.of("retrying")] == [("rest0", status)] * (attempts - 1)


@pytest.mark.parametrize("status", ["throttled", "locked", "lost"])
def test_the_last_attempt_may_still_pass(tmp_path: Path, status: Status) -> None:
    script = Script({"canary0": [status]})
    results, seen = run(tmp_path, stacks(1, 0, 1), script, AGAIN)
    assert statuses(results) == [("rest0", "passed"), ("canary0", "passed")]
    assert [each.attempts for each in results] == [1, 2]
    assert seen.of("stopping") == []


@pytest.mark.parametrize("status", sorted(set(get_args(Status)) - PASSING))
def test_what_no_attempt_can_mend_is_not_tried_again(tmp_path: Path, status: Status) -> None:
    script = Script({"rest0": [status]})
    run(tmp_path, stacks(rest=1), script, AGAIN)
    assert script.submitted == [("rest0", 1)]


def test_a_pause_lasts_until_its_end_of_the_clock(tmp_path: Path) -> None:
    script, looks = Script({"rest0": ["throttled"]}), list[float]()
    made, seen = runner(tmp_path, script)
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 0.25
        return now

    script.before = lambda _: looks.append(now)
    made.clock = clock
    made.run(stacks(rest=1))
    ((_, _, seconds),) = seen.of("retrying")
    assert 0 < seconds <= 4
    assert seconds <= looks[1] - looks[0] <= seconds + 1


def test_a_run_whose_worker_is_gone_is_lost_and_tried_again(tmp_path: Path) -> None:
    script = Script({"rest0": [GoneError("worker 3")], "rest1": [GoneError("worker 4")] * 9})
    results, _ = run(tmp_path, stacks(rest=2), script, AGAIN)
    assert statuses(results) == [("rest0", "passed"), ("rest1", "lost")]
    assert results[1].error == "whoever ran it is gone: GoneError: worker 4"
    assert results[1].attempts == 2


def test_a_run_that_nobody_takes_does_not_leave_the_others_alone(tmp_path: Path) -> None:
    script = Script(refuses=frozenset({"rest1"}))
    results, _ = run(tmp_path, stacks(rest=3), script, {**AGAIN, "rollout.failureBudgetPercent": 50})
    assert statuses(results) == [("rest0", "passed"), ("rest1", "lost"), ("rest2", "passed")]
    assert results[1].error == "whoever ran it is gone: GoneError: no scheduler"


def test_limits_of_all_of_accounts_and_of_regions_are_kept(tmp_path: Path) -> None:
    those = [
        stack(f"s{n}", account=str(n % 3 + 1) * 12, region=("eu-west-1", "us-east-1")[n % 2])
        for n in range(30)
    ]
    slow = Slow(those)
    made, _ = runner(
        tmp_path, slow, "preview", {"concurrency": {"overall": 5, "perAccount": 2, "perRegion": 3}}
    )
    made.run(those)
    slow.close()
    assert len(slow.submitted) == 30
    assert slow.most["all"] == 5
    assert max(slow.most[str(n) * 12] for n in (1, 2, 3)) == 2
    assert max(slow.most["eu-west-1"], slow.most["us-east-1"]) == 3


def lines(folder: Path) -> list[tuple[str, str]]:
    text = (folder / "results.jsonl").read_text(encoding="utf-8")
    return [(each["stack"], each["status"]) for each in map(json.loads, text.splitlines())]


def test_every_run_has_one_line_in_the_ledger_and_what_was_not_run_none(tmp_path: Path) -> None:
    script = Script({"canary0": ["throttled", "passed"], "early0": ["blocked"]})
    run(tmp_path, stacks(1, 1, 2), script)
    assert lines(tmp_path) == [("canary0", "passed"), ("early0", "blocked")]


def test_a_result_says_whose_it_is_whatever_the_worker_knew(tmp_path: Path) -> None:
    (result,), _ = run(tmp_path, [stack("s", account="3" * 12, region="us-east-1", wave="early")], Script())
    assert (result.account, result.region, result.wave) == ("account-333333333333", "us-east-1", "early")
    assert (result.worker, result.log, result.attempts) == ("w1", "said", 1)
    assert len(result.content) == 64
