"""Whatever data an inventory holds, it is a fleet or a report; and what is a fleet can be sent to a worker."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from blueprint.problems import SettingsError
from blueprint.reading import key_order
from blueprint.settings import Settings
from fleet import expansion, inventory
from fleet.settings import Fleet
from tests.fleet.fleets import RIGHT, ROLE, said

PLAIN: Any = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.dates(),
        st.binary(max_size=3),
        st.text(st.characters(exclude_categories=()), max_size=6),
        st.sampled_from(["eu-west-1", "111111111111", ROLE, "s3://x", "canary", RIGHT["accounts"], 10**4000]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.sets(st.integers(), max_size=2),
        st.dictionaries(
            st.one_of(st.sampled_from([*key_order(Fleet)]), st.text(max_size=3), st.integers(), st.none()),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)
PLACES = [
    "name", "backend", "backend.url", "settings", "settings.network", "requirements", "wave", "concurrency",
    "rollout", "retries.lost", "accounts", "accounts.0", "accounts.0.name", "accounts.0.roleArn",
    "accounts.0.settings", "accounts.0.regions", "accounts.0.regions.0", "accounts.0.regions.0.region",
    "accounts.0.regions.0.vpcs", "accounts.1.secretsProvider", "x", "\x1b",
]  # fmt: skip


def report(data: Any) -> SettingsError | None:
    """What is wrong, or None where the data is a fleet."""
    try:
        assert isinstance(inventory.parse(data, "fleet.yaml"), Fleet)
    except SettingsError as error:
        return error
    return None


def assert_answered(data: Any) -> None:
    """A fleet, or a report that a terminal can show."""
    if (error := report(data)) is not None:
        assert error.problems
        assert all(line.isprintable() for line in str(error).split("\n"))
        assert all(len(problem.value) <= 80 for problem in error.problems)


@given(
    st.dictionaries(st.one_of(st.sampled_from([*key_order(Fleet)]), st.text(max_size=3)), PLAIN, max_size=6)
)
@settings(max_examples=200)
def test_any_data_is_a_fleet_or_a_report(data: Any) -> None:
    assert_answered(data)


@given(st.sampled_from(PLACES), PLAIN)
@settings(max_examples=200)
def test_any_value_in_a_right_inventory_is_a_fleet_or_a_report(place: str, value: Any) -> None:
    assert_answered(said({place: value}))


SETTINGS: Any = st.dictionaries(
    st.one_of(st.sampled_from([*key_order(Settings)]), st.text(max_size=3)), PLAIN, max_size=4
)


@given(SETTINGS, SETTINGS)
@settings(max_examples=200)
def test_any_settings_are_stacks_that_go_over_the_wire_or_a_report(own: Any, required: Any) -> None:
    config = {**RIGHT["settings"], **own}
    try:
        fleet = inventory.parse(said({"settings": config, "requirements": required}), "fleet.yaml")
        stacks = expansion.expand(fleet, "fleet.yaml")
    except SettingsError as error:
        assert error.problems  # noqa: PT017
        return
    assert len(stacks) == 3
    for stack in stacks:
        assert json.loads(json.dumps(stack.config)) == stack.config
