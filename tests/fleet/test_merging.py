"""Laws of what the levels of an inventory make together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fleet import expansion
from tests.fleet.fleets import fleet

KEYS = st.sampled_from(["a", "b", "c"])
LEVELS: Any = st.dictionaries(
    KEYS,
    st.recursive(
        st.none() | st.integers(0, 9) | st.lists(st.integers(0, 9), max_size=2),
        lambda inner: st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=3,
)


def merged(*levels: Any) -> Any:
    return expansion._merged([*levels])


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value that is no object, with its path."""
    for key, each in value.items():
        if isinstance(each, dict):
            yield from leaves(each, (*path, key))
        else:
            yield (*path, key), each


@given(st.lists(LEVELS, max_size=3), LEVELS)
def test_what_the_innermost_level_says_is_said(outer: list[Any], innermost: Any) -> None:
    found = dict(leaves(merged(*outer, innermost)))
    for path, value in leaves(innermost):
        assert found.get(path) == value


@given(st.lists(LEVELS, max_size=4))
def test_no_null_is_left(levels: list[Any]) -> None:
    assert all(value is not None for _, value in leaves(merged(*levels)))


@given(st.lists(LEVELS, max_size=4))
def test_to_say_it_twice_is_to_say_it_once(levels: list[Any]) -> None:
    once = merged(*levels)
    assert merged(once) == once
    assert merged(once, once) == once
    assert merged(*levels, *levels[-1:]) == once


@given(LEVELS, LEVELS, LEVELS)
def test_a_level_that_says_nothing_changes_nothing(outer: Any, middle: Any, inner: Any) -> None:
    assert merged(outer, {}, middle, {}, inner, {}) == merged(outer, middle, inner)


@given(LEVELS, LEVELS)
def test_keys_that_the_inner_level_does_not_name_are_kept(outer: Any, inner: Any) -> None:
    alone, both = merged(outer), merged(outer, inner)
    assert all(both[key] == alone[key] for key in alone if key not in inner)


@given(st.lists(LEVELS, max_size=4))
def test_no_level_is_changed(levels: list[Any]) -> None:
    before = json.dumps(levels)
    merged(*levels)
    assert json.dumps(levels) == before


def test_the_order_is_fleet_account_region_vpc() -> None:
    vpcs = [{"settings": {"tags": {"d": "vpc"}}}]
    changes = {
        "settings.tags": {"a": "fleet", "b": "fleet", "c": "fleet", "d": "fleet"},
        "accounts.1.settings": {"tags": {"b": "account", "c": "account", "d": "account"}},
        "accounts.1.regions.0": {
            "region": "eu-west-1",
            "settings": {"tags": {"c": "region", "d": "region"}},
            "vpcs": vpcs,
        },
    }
    stack = expansion.expand(fleet(changes), "fleet.yaml")[-1]
    assert stack.config["ssm-vpc-endpoints:tags"] == {"a": "fleet", "b": "account", "c": "region", "d": "vpc"}
