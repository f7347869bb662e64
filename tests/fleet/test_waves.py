"""Who goes first: what the inventory says, else the first stacks and then a part that is spread over the fleet."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet import waves
from fleet.settings import Rollout
from fleet.shapes import WAVES, Stack, Wave
from tests.fleet.fleets import stack


def rollout(canaries: int = 1, early: int = 10) -> Rollout:
    return Rollout.model_validate({"canaries": canaries, "earlyPercent": early})


def in_wave(stacks: Any, wave: Wave) -> list[str]:
    return [each.name for each in stacks if each.wave == wave]


def plain(count: int) -> list[Stack]:
    return [stack(f"s{number}") for number in range(count)]


def test_the_first_stacks_are_canaries_where_none_is_named() -> None:
    found = waves.assign(plain(10), rollout(canaries=2, early=0))
    assert in_wave(found, "canary") == ["s0", "s1"]
    assert in_wave(found, "early") == []


def test_a_named_canary_is_the_only_one() -> None:
    stacks = [*plain(4), stack("chosen", wave="canary")]
    assert in_wave(waves.assign(stacks, rollout(canaries=3)), "canary") == ["chosen"]


def test_where_early_stacks_are_named_no_other_is_early() -> None:
    stacks = [*plain(10), stack("chosen", wave="early")]
    found = waves.assign(stacks, rollout(early=50))
    assert in_wave(found, "early") == ["chosen"]
    assert in_wave(found, "canary") == ["s0"]


def test_a_named_early_stack_is_no_canary_even_if_it_is_the_first() -> None:
    stacks = [stack("chosen", wave="early"), *plain(2)]
    assert in_wave(waves.assign(stacks, rollout()), "canary") == ["s0"]


# Stacks beside one canary, per cent of them, and how many come early: a part of a stack is a stack.
@pytest.mark.parametrize(
    ("others", "percent", "early"),
    [
        (10, 0, 0),
        (10, 1, 1),
        (10, 10, 1),
        (10, 11, 2),
        (100, 10, 10),
        (101, 10, 11),
        (7, 50, 4),
        (7, 100, 7),
        (0, 50, 0),
    ],
)
def test_the_early_part_is_rounded_up(others: int, percent: int, early: int) -> None:
    found = waves.assign(plain(others + 1), rollout(early=percent))
    assert len(in_wave(found, "early")) == early


def test_early_stacks_are_spread_over_all_accounts() -> None:
    stacks = [
        stack(f"{account}-{number}", account=str(account) * 12)
        for account in range(5)
        for number in range(20)
    ]
    found = waves.assign([stack("canary", wave="canary"), *stacks], rollout(early=10))
    assert [each.account_id for each in found if each.wave == "early"] == [
        str(account) * 12 for account in range(5) for _ in range(2)
    ]


@given(
    st.lists(st.sampled_from(WAVES), max_size=40), st.integers(min_value=1, max_value=50), st.integers(0, 100)
)
def test_every_stack_is_in_one_wave_and_keeps_all_else(said: list[Wave], canaries: int, percent: int) -> None:
    stacks = [stack(f"s{number}", wave=wave) for number, wave in enumerate(said)]
    found = waves.assign(stacks, rollout(canaries, percent))
    assert [each.name for each in found] == [each.name for each in stacks]
    assert sum(len(in_wave(found, wave)) for wave in WAVES) == len(stacks)
    # What somebody named stays, and a rollout never lacks a canary that it could have.
    assert all(new.wave == old.wave for new, old in zip(found, stacks, strict=True) if old.wave != "rest")
    assert bool(in_wave(found, "canary")) is any(wave != "early" for wave in said)


@given(st.integers(1, 60), st.integers(0, 100))
def test_the_same_fleet_is_in_the_same_waves(count: int, percent: int) -> None:
    assert waves.assign(plain(count), rollout(early=percent)) == waves.assign(
        plain(count), rollout(early=percent)
    )
