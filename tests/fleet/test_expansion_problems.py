"""One report of what is wrong with all stacks, and the stacks of VPCs that somebody has to look up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from blueprint.problems import SettingsError
from fleet import expansion
from fleet.expansion import Found
from fleet.settings import Account, Discovery
from fleet.shapes import Stack
from tests.fleet.fleets import NODES, fleet

NO_NETWORK = {"network": {"create": None}}
DISCOVER = {"vpcTags": {"ssm": "private"}, "nodeSubnetTags": {"tier": "nodes"}}
DISCOVERED = {"accounts.1.regions.0.vpcs": [{"settings": NO_NETWORK, "discover": DISCOVER}]}
IDS = ("vpc-0a1b2c3d4e5f60718", "vpc-0b1b2c3d4e5f60718")


def wrong(changes: dict[str, Any], finder: expansion.Finder | None = None) -> list[tuple[str, str, str]]:
    """Key, value and message of each problem of an inventory with changes."""
    with pytest.raises(SettingsError) as caught:
        expansion.expand(fleet(changes), "fleet.yaml", finder)
    assert str(caught.value).startswith("fleet.yaml: ")
    return [(each.key, each.value, each.message) for each in caught.value.problems]


def test_a_problem_that_a_level_hands_down_is_told_once_with_its_stacks() -> None:
    ((key, value, message),) = wrong({"settings.network.create.cidr": "10.0.0.5/16"})
    assert key == (
        "accounts[0].regions[0] (3 stacks: shop-eu-west-1, shop-eu-west-2, bank-eu-west-1): "
        "ssm-vpc-endpoints:network.create.cidr"
    )
    assert value == '"10.0.0.5/16"'
    assert message == "has host bits set"


def test_many_stacks_of_one_problem_are_counted() -> None:
    ((key, _, _),) = wrong(
        {"settings.tagz": {}, "accounts.0.regions.0.vpcs": [{"name": f"v{n}"} for n in range(5)]}
    )
    assert key.startswith(
        "accounts[0].regions[0].vpcs[0] (7 stacks: shop-eu-west-1-v0, shop-eu-west-1-v1, shop-eu-west-1-v2 and 4 more): "
    )


def test_a_problem_with_the_regions_name_in_it_is_still_one() -> None:
    found = wrong({"settings.network.create.availabilityZones": ["ap-east-1a", "ap-east-1b"]})
    assert [key for key, _, _ in found] == [
        "accounts[0].regions[0] (3 stacks: shop-eu-west-1, shop-eu-west-2, bank-eu-west-1): "
        f"ssm-vpc-endpoints:network.create.availabilityZones[{number}]"
        for number in (0, 1)
    ]


def test_problems_of_all_stacks_and_of_settings_and_requirements_are_in_one_report() -> None:
    found = wrong(
        {
            "accounts.0.regions.1.settings": {"tags": {"team": 3}},
            "accounts.1.requirements": {"scop": "always"},
        }
    )
    assert [key for key, _, _ in found] == [
        "accounts[0].regions[1] (stack shop-eu-west-2): ssm-vpc-endpoints:tags.team",
        "accounts[1].regions[0] (stack bank-eu-west-1): requirements",
    ]
    assert "'scop' is not a property; did you mean scope?" in found[1][2]


def test_two_ways_to_one_name_are_refused() -> None:
    changes = {
        "accounts.0.regions.0.vpcs": [{"name": "eu-west-1"}],
        "accounts.1.name": "shop-eu-west-1",
    }
    ((key, value, message),) = wrong(changes)
    assert key == "accounts[1].regions[0] (stack shop-eu-west-1-eu-west-1): name"
    assert value == '"shop-eu-west-1-eu-west-1"'
    assert message.startswith("is the name of another stack, too")


def test_a_name_that_pulumi_does_not_take_is_refused() -> None:
    changes = {
        "accounts.0.name": "a" * 40,
        "accounts.0.regions.0": {
            "region": "ap-southeast-2",
            "vpcs": [{"name": "b" * 40}, {"name": "b" * 39}],
        },
    }
    assert len(expansion.expand(fleet(changes), "fleet.yaml")[0].name) == 96
    found = Found("vpc-0a1b2c3d4e5f60718", {"vpcId": "vpc-0a1b2c3d4e5f60718", "nodeSubnets": NODES})
    changes["accounts.0.regions.0"] = {
        "region": "eu-west-1",
        "vpcs": [{"name": "b" * 40, "settings": NO_NETWORK, "discover": DISCOVER}],
    }
    ((_, _, message),) = wrong(changes, lambda *_: [found])
    assert message.startswith("is longer than 100 characters")


def finding(*ids: str) -> expansion.Finder:
    """A finder that finds these, and is asked for nothing but what the inventory says."""

    def find(account: Account, region: str, discovery: Discovery) -> Sequence[Found]:
        assert (account.name, region) == ("bank", "eu-west-1")
        assert discovery.vpc_tags == {"ssm": "private"}
        assert discovery.node_subnet_tags == {"tier": "nodes"}
        return [Found(id, {"vpcId": id, "nodeSubnets": NODES}) for id in ids]

    return find


def discovered(*ids: str, **more: Any) -> list[Stack]:
    changes = {**DISCOVERED, **more}
    return [
        each
        for each in expansion.expand(fleet(changes), "fleet.yaml", finding(*ids))
        if each.account == "bank"
    ]


def test_stacks_of_vpcs_that_were_found_are_named_after_their_ids() -> None:
    one, other = discovered(*IDS)
    assert (one.name, other.name) == (
        "bank-eu-west-1-vpc-0a1b2c3d4e5f60718",
        "bank-eu-west-1-vpc-0b1b2c3d4e5f60718",
    )
    assert one.config["ssm-vpc-endpoints:network"] == {"vpcId": IDS[0], "nodeSubnets": NODES}
    assert other.requirements["nodeSubnets"] == [{"vpcId": IDS[1], **each} for each in NODES]
    # With one VPC fewer, the other's stack has the name that it had.
    assert [each.name for each in discovered(IDS[1])] == [other.name]


def test_the_name_that_a_discovery_has_comes_before_the_id() -> None:
    vpcs = [{**DISCOVERED["accounts.1.regions.0.vpcs"][0], "name": "web"}]
    (stack,) = discovered(IDS[0], **{"accounts.1.regions.0.vpcs": vpcs})
    assert stack.name == f"bank-eu-west-1-web-{IDS[0]}"


def test_one_vpc_that_two_discoveries_find_is_refused() -> None:
    twice = {"accounts.1.regions.0.vpcs": DISCOVERED["accounts.1.regions.0.vpcs"] * 2}
    ((key, _, message),) = wrong(twice, finding(IDS[0]))
    assert key == f"accounts[1].regions[0].vpcs[1] (stack bank-eu-west-1-{IDS[0]}): name"
    assert message.startswith("is the name of another stack")


def test_a_discovery_that_finds_nothing_is_a_problem() -> None:
    ((key, _, message),) = wrong(DISCOVERED, finding())
    assert key == "accounts[1].regions[0].vpcs[0] (stack bank-eu-west-1): discover"
    assert message.startswith("no VPC there has these tags")


def test_a_discovery_that_nobody_can_make_is_a_problem() -> None:
    ((key, _, message),) = wrong(DISCOVERED)
    assert key == "accounts[1].regions[0].vpcs[0] (stack bank-eu-west-1): discover"
    assert "leave --offline out" in message
