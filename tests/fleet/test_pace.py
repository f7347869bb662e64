"""How many stacks run at once: never more than was said, half where AWS throttles, and one more for each run it answers."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.pace import PAUSES, Pace, pause
from fleet.settings import Concurrency
from fleet.shapes import PASSING, Stack, Status
from tests.fleet.fleets import stack

ACCOUNTS = ("111111111111", "222222222222", "333333333333")
REGIONS = ("eu-west-1", "us-east-1")


def limits(overall: int, account: int, region: int) -> Concurrency:
    return Concurrency.model_validate({"overall": overall, "perAccount": account, "perRegion": region})


def admitted(pace: Pace, stacks: Any) -> list[str]:
    """The stacks that start, in their order."""
    names = []
    for each in stacks:
        if pace.admits(each):
            pace.started(each)
            names.append(each.name)
    return names


def test_an_account_has_its_limit_and_leaves_the_rest_to_others() -> None:
    pace = Pace(limits(8, 2, 8))
    own = [stack(f"a{number}") for number in range(4)]
    others = [stack(f"b{number}", account=ACCOUNTS[1]) for number in range(4)]
    assert admitted(pace, [*own, *others]) == ["a0", "a1", "b0", "b1"]


def test_a_region_has_its_limit_over_all_accounts() -> None:
    pace = Pace(limits(8, 8, 2))
    stacks = [stack(f"s{number}", account=str(number) * 12) for number in range(4)]
    assert admitted(pace, [*stacks, stack("elsewhere", region="us-east-1")]) == ["s0", "s1", "elsewhere"]


def test_overall_has_its_limit_over_all_accounts_and_regions() -> None:
    pace = Pace(limits(3, 8, 8))
    stacks = [stack(f"s{n}", account=str(n) * 12, region=REGIONS[n % 2]) for n in range(6)]
    assert admitted(pace, stacks) == ["s0", "s1", "s2"]


def throttled(pace: Pace, times: int = 1) -> None:
    for _ in range(times):
        pace.started(one := stack("throttled"))
        pace.ended(one, "throttled")


def test_being_throttled_halves_the_account_and_all_and_spares_other_accounts() -> None:
    pace = Pace(limits(8, 4, 8))
    throttled(pace)
    own = [stack(f"a{number}") for number in range(4)]
    others = [stack(f"b{number}", account=ACCOUNTS[1]) for number in range(4)]
    assert admitted(pace, own) == ["a0", "a1"]
    # Four in all, now.
    assert admitted(pace, others) == ["b0", "b1"]


def test_one_may_always_run() -> None:
    pace = Pace(limits(8, 4, 8))
    throttled(pace, times=10)
    assert admitted(pace, [stack("a"), stack("b")]) == ["a"]


@pytest.mark.parametrize("status", get_args(Status))
def test_a_run_that_aws_answered_gives_one_back(status: Status) -> None:
    pace = Pace(limits(4, 4, 4))
    throttled(pace, times=2)
    pace.started(one := stack("one"))
    pace.ended(one, status)
    # A lock of somebody else's or a worker that is gone says nothing of AWS.
    assert pace.overall == (1 if status in PASSING else 2)
    assert len(admitted(pace, [stack("a"), stack("b"), stack("c")])) == (1 if status in PASSING else 2)


def test_what_was_said_is_reached_again_and_not_passed() -> None:
    pace = Pace(limits(6, 3, 6))
    throttled(pace, times=5)
    for _ in range(20):
        pace.started(one := stack("one"))
        pace.ended(one, "passed")
    own = [stack(f"a{number}") for number in range(9)]
    others = [stack(f"b{number}", account=ACCOUNTS[1]) for number in range(9)]
    assert admitted(pace, [*own, *others]) == ["a0", "a1", "a2", "b0", "b1", "b2"]


@given(
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(1, 6),
    st.lists(
        st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(REGIONS), st.sampled_from(get_args(Status))),
        max_size=60,
    ),
    st.randoms(use_true_random=False),
)
def test_no_limit_is_ever_passed_and_nothing_stands_still(
    overall: int, account: int, region: int, asked: list[tuple[str, str, Status]], lot: random.Random
) -> None:
    """Beside a model that knows the configured limits alone."""
    pace, running = Pace(limits(overall, account, region)), list[tuple[Stack, Status]]()
    for number, (owner, place, status) in enumerate(asked):
        one = stack(f"s{number}", account=owner, region=place)
        # Where nothing runs, the next one always may.
        assert pace.admits(one) or running
        if pace.admits(one):
            pace.started(one)
            running.append((one, status))
        accounts = Counter(each.account_id for each, _ in running)
        regions = Counter(each.region for each, _ in running)
        assert len(running) <= overall
        assert max(accounts.values()) <= account
        assert max(regions.values()) <= region
        if running and lot.random() < 0.5:
            pace.ended(*running.pop(lot.randrange(len(running))))
        assert 1 <= pace.overall <= overall
        assert all(1 <= limit <= account for limit in pace.accounts.values())


class Highest(random.Random):
    """Draws the longest pause."""

    def uniform(self, a: float, b: float) -> float:
        assert a == 0
        return b


@pytest.mark.parametrize(
    ("status", "longest"),
    [
        ("throttled", [4, 8, 16, 32, 64, 120, 120]),
        ("locked", [2, 4, 8, 16, 30, 30, 30]),
        ("lost", [1, 2, 4, 8, 10, 10, 10]),
    ],
)
def test_a_pause_doubles_up_to_its_most(status: Status, longest: list[float]) -> None:
    assert [pause(status, attempt, Highest()) for attempt in range(1, 8)] == longest


@given(st.sampled_from(sorted(PAUSES)), st.integers(1, 2000), st.randoms())
def test_no_pause_is_longer_than_its_most(status: Status, attempt: int, lot: random.Random) -> None:
    assert 0 <= pause(status, attempt, lot) <= 120


def test_everything_that_is_tried_again_has_a_pause() -> None:
    assert set(PAUSES) == PASSING


def test_two_that_were_throttled_together_do_not_come_back_together() -> None:
    lot = random.Random(1)
    assert len({pause("throttled", 1, lot) for _ in range(50)}) == 50
