"""What a change of the configuration does to what is there: in place or anew, and nothing else is replaced or deleted."""

from __future__ import annotations

import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.components.change_table import (
    ADDED,
    EXISTING,
    INTERFACES,
    NEW,
    S3,
    SHAPES,
    TABLE,
    Config,
    with_keys,
)
from tests.components.test_components import GIVEN
from tests.components.test_shapes import HUB, HYBRID, SERVICES, SPOKE
from tests.support.changes import REPLACE, REPLACE_DELETE_FIRST, Program, operations, program


@cache
def _program(config: str) -> Program:
    return program(json.loads(config))


def made(config: Config) -> Program:
    """A program, registered once for all tests that start from it."""
    return _program(json.dumps({"network": GIVEN, **config}))


@pytest.mark.parametrize(("before", "after", "allowed"), TABLE.values(), ids=TABLE)
def test_a_change_does_what_it_says_and_no_more(
    before: Config, after: Config, allowed: dict[str, str]
) -> None:
    assert operations(made(before), made(after)) == allowed


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=15, deadline=None)
@given(added=st.lists(st.sampled_from(ADDED), min_size=1, unique_by=repr))
def test_what_is_added_replaces_and_deletes_nothing(shape: str, added: list[Config]) -> None:
    keys = {path: value for each in added for path, value in each.items()}
    found = operations(made(SHAPES[shape]), made(with_keys(SHAPES[shape], **keys)))
    assert set(found.values()) <= {"create", "update"}


def moved(config: Config) -> dict[str, str]:
    return operations(made(config), made(with_keys(config, network__vpcId="vpc-11111111")))


@pytest.mark.parametrize("config", [EXISTING, HUB, HYBRID, SPOKE], ids=["private", "hub", "hybrid", "spoke"])
def test_another_vpc_replaces_its_endpoints_the_old_one_first(config: Config) -> None:
    """A VPC takes one endpoint per service with private DNS, a route table one gateway endpoint."""
    found = moved(config)
    endpoints = {name: each for name, each in found.items() if name.startswith("VpcEndpoint ")}
    assert set(endpoints.values()) == {REPLACE_DELETE_FIRST}
    assert len(endpoints) == sum(
        key.startswith("aws:ec2/vpcEndpoint:VpcEndpoint::") for key in made(config).resources
    )


def test_the_zones_of_a_hub_move_with_it() -> None:
    """Their `vpcs` are not looked at, because of the spokes; left where it was, a zone would answer nobody here."""
    found = moved(HUB)
    for service in SERVICES:
        assert found[f"Zone hub-{service}"] == found[f"Record hub-{service}-a"] == REPLACE


def test_another_region_replaces_everything_and_endpoints_delete_first() -> None:
    elsewhere = {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-2a", "eu-west-2b"]}}
    found = operations(made(NEW), made({"region": "eu-west-2", "network": elsewhere}))
    assert len(found) == len(made(NEW).resources) == 15
    assert {name for name, each in found.items() if each == REPLACE_DELETE_FIRST} == {*INTERFACES, S3}
    assert set(found.values()) == {REPLACE, REPLACE_DELETE_FIRST}


def test_a_policy_in_a_role_that_is_there_keeps_the_name_that_it_has() -> None:
    """Of another name it would be deleted before there is a new one: one that Pulumi named, or that names another VPC."""
    config = with_keys(EXISTING, nodes={"existingRoles": ["web"]})
    policy = "aws:iam/rolePolicy:RolePolicy::nodes-web-buckets"
    before = program(config)
    drawn = "nodes-web-buckets-0a1b2c3"
    before.resources[policy].inputs["name"] = before.resources[policy].state["name"] = drawn
    assert operations(before, program(config)) == {}
    elsewhere = operations(before, program(with_keys(config, network__vpcId="vpc-0000000f")))
    assert "VpcEndpoint ssm-s3" in elsewhere
    assert "RolePolicy nodes-web-buckets" not in elsewhere
