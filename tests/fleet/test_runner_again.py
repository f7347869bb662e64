"""Runs of a fleet that were called off, and runs after runs: what is known to be the same is not made again."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet import runner as module
from fleet.shapes import VERBS, WAVES, Job, Stack, Status, Verb, Wave
from tests.fleet.fleets import stack
from tests.fleet.runs import End, GoneError, Script, runner, statuses
from tests.fleet.test_fleet_runner import AGAIN, ONE, lines, stacks, started


@pytest.fixture(autouse=True, scope="module")
def _no_waiting() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_LOOK", 0.001)
        yield


def again(folder: Path, those: list[Stack], verb: Verb = "up", **more: Any) -> list[tuple[str, Status]]:
    """A run by a process that knows the ledger alone."""
    return statuses(runner(folder, Script(), verb, ONE, **more)[0].run(those))


def test_what_passed_is_not_made_again_and_has_no_second_line(tmp_path: Path) -> None:
    those = stacks(1, 0, 1)
    again(tmp_path, those)
    script = Script()
    made, seen = runner(tmp_path, script, "up", ONE)
    results = made.run(those)
    assert script.submitted == []
    assert statuses(results) == [("rest0", "unchanged"), ("canary0", "unchanged")]
    assert [(each.seconds, each.changes, each.log, each.wave) for each in results] == [
        (0, {}, "", "rest"),
        (0, {}, "", "canary"),
    ]
    assert len(lines(tmp_path)) == 2
    # Who watches hears of them, too.
    assert seen.told[0] == ("begin", 2, {})
    assert sorted(seen.of("ended")) == [("canary0", "unchanged"), ("rest0", "unchanged")]


def test_only_the_stack_whose_settings_changed_is_made_again(tmp_path: Path) -> None:
    those = stacks(rest=3)
    again(tmp_path, those)
    those[1] = replace(those[1], config={"ssm-vpc-endpoints:tags": {"team": "bank"}})
    assert again(tmp_path, those) == [("rest0", "unchanged"), ("rest1", "passed"), ("rest2", "unchanged")]


def test_all_are_made_again_where_that_is_asked_for_or_the_world_is_another(tmp_path: Path) -> None:
    those = stacks(rest=1)
    again(tmp_path, those)
    assert again(tmp_path, those, again=True) == [("rest0", "passed")]
    assert again(tmp_path, those, world="sandbox 2") == [("rest0", "passed")]


def test_what_failed_and_what_was_not_run_is_made_in_the_next_run(tmp_path: Path) -> None:
    script = Script({"rest1": ["failed"]})
    runner(tmp_path, script, "up", ONE)[0].run(stacks(rest=3))
    assert started(script) == ["rest0", "rest1"]
    assert again(tmp_path, stacks(rest=3)) == [
        ("rest0", "unchanged"),
        ("rest1", "passed"),
        ("rest2", "passed"),
    ]


def test_unchanged_stacks_count_among_those_of_which_so_many_may_fail(tmp_path: Path) -> None:
    """Ten per cent of ten are one, though only two are made: as many as would be allowed to fail in a first run."""
    again(tmp_path, stacks(rest=10)[2:])
    script = Script({"rest0": ["failed"]})
    made, _ = runner(tmp_path, script, "up", {**ONE, "rollout.failureBudgetPercent": 10})
    made.run(stacks(rest=10))
    assert started(script) == ["rest0", "rest1"]


def called_off(folder: Path, times: int, ends: Mapping[str, list[End]]) -> tuple[Script, Any, Any]:
    """A run of three stacks that is called off while the second one runs."""
    script = Script(ends)
    made, seen = runner(folder, script, "up", {**ONE, **AGAIN})

    def before(job: Job) -> None:
        if job.stack == "rest1":
            for _ in range(times):
                made.call_off()

    script.before = before
    return script, made.run(stacks(rest=3)), seen


def test_a_run_that_is_called_off_lets_what_runs_end_and_starts_nothing_more(tmp_path: Path) -> None:
    script, results, seen = called_off(tmp_path, 1, {"rest1": ["interrupted"]})
    assert script.asked == ["stop"]
    assert started(script) == ["rest0", "rest1"]
    assert statuses(results) == [("rest0", "passed"), ("rest1", "interrupted"), ("rest2", "not run")]
    assert results[2].error == "it was called off before it began"
    assert len(seen.of("stopping")) == 1
    assert lines(tmp_path) == [("rest0", "passed"), ("rest1", "interrupted")]


def test_a_second_time_hurries_what_runs_and_a_third_is_no_other(tmp_path: Path) -> None:
    assert called_off(tmp_path / "2", 2, {})[0].asked == ["stop", "kill"]
    assert called_off(tmp_path / "3", 3, {})[0].asked == ["stop", "kill", "kill"]


def test_what_was_called_off_is_not_tried_again(tmp_path: Path) -> None:
    script, results, _ = called_off(tmp_path, 1, {"rest1": ["throttled"] * 9})
    assert script.submitted == [("rest0", 1), ("rest1", 1)]
    assert statuses(results)[1] == ("rest1", "throttled")


def test_a_run_that_stopped_for_a_failure_is_called_off_kindly_at_first(tmp_path: Path) -> None:
    script = Script({"canary0": ["failed"]})
    made, _ = runner(tmp_path, script, "up", ONE)
    made.run(stacks(1, 0, 1))
    made.call_off()
    assert script.asked == ["stop"]


ENDS: Any = st.lists(
    st.sampled_from([*get_args(Status), GoneError("gone"), RuntimeError("else")]), max_size=4
)


@given(
    verb=st.sampled_from(VERBS),
    those=st.lists(st.tuples(st.sampled_from(WAVES), st.sampled_from("123"), ENDS), max_size=12),
    refused=st.sets(st.integers(0, 11), max_size=3),
    budget=st.integers(0, 100),
    overall=st.integers(1, 4),
    off=st.none() | st.integers(0, 11),
)
@settings(max_examples=150)
def test_every_stack_has_one_result_whatever_becomes_of_its_runs(
    verb: Verb,
    those: list[tuple[Wave, str, list[End]]],
    refused: set[int],
    budget: int,
    overall: int,
    off: int | None,
) -> None:
    fleet = [stack(f"s{n}", account=owner * 12, wave=wave) for n, (wave, owner, _) in enumerate(those)]
    script = Script(
        {f"s{n}": ends for n, (_, _, ends) in enumerate(those)}, refuses=frozenset(f"s{n}" for n in refused)
    )
    says = {
        **AGAIN,
        "concurrency": {"overall": overall, "perAccount": 1},
        "rollout.failureBudgetPercent": budget,
    }
    with tempfile.TemporaryDirectory() as folder:
        made, seen = runner(Path(folder), script, verb, says)
        script.before = lambda job: made.call_off() if job.stack == f"s{off}" else None
        results = made.run(fleet)
        written = lines(Path(folder)) if (Path(folder) / "results.jsonl").exists() else []
    assert [each.stack for each in results] == [each.name for each in fleet]
    assert Counter(name for name, _ in seen.of("ended")) == Counter(each.name for each in fleet)
    # What an executor itself calls "not run" has no line either.
    assert Counter(written) == Counter(each for each in statuses(results) if each[1] != "not run")
    tries = Counter(script.submitted)
    assert all(count == 1 for count in tries.values())
    assert all(attempt <= 4 for _, attempt in tries)
    if not made.stopped:
        assert {name for name, _ in tries} == {each.name for each in fleet}
    if verb not in ("up", "destroy") and off is None:
        assert not made.stopped
