"""Which VPCs are judged: those of the stack, those that it names by id, and the one that nothing identifies."""

from __future__ import annotations

import pytest

from policies import pack_config, vpcs
from policies.graph import UNKNOWN, Graph
from policies.vpcs import Vpc
from tests.policies.seen import named, seen, seen_of, urn
from tests.support import flat
from tests.support.graph import UNKNOWN_STRING, JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16"}
SUBNET: JsonObject = {"Subnet": "s", "vpcId": "${net}", "cidrBlock": "10.0.1.0/24"}
GROUP: JsonObject = {"SecurityGroup": "g", "vpcId": "vpc-1"}
CONFIG = pack_config.read({})
ALWAYS = pack_config.read({"scope": "always"})


def found(
    graph: Graph, config: pack_config.PackConfig = CONFIG
) -> list[tuple[str | None, str, object, str | None]]:
    """Each VPC's key, label, Region and URN, with names in place of URNs."""

    def name(key: str | None) -> str | None:
        return named(graph, [key])[0] if key else None

    return [(name(each.key), each.label, each.region, name(each.urn)) for each in vpcs.vpcs(graph, config)]


def test_every_vpc_of_the_stack_is_judged_for_itself() -> None:
    graph = seen(VPC, {"DefaultVpc": "default"}, SUBNET)
    assert found(graph) == [
        ("default", "VPC 'default'", "eu-west-1", "default"),
        ("net", "VPC 'net'", "eu-west-1", "net"),
    ]


def test_a_vpc_that_something_is_in_is_judged_by_its_id() -> None:
    assert found(seen(VPC, GROUP, {**GROUP, "SecurityGroup": "g2"})) == [
        ("net", "VPC 'net'", "eu-west-1", "net"),
        ("vpc-1", "VPC vpc-1", "eu-west-1", None),
    ]


def test_one_id_in_two_regions_is_two_vpcs() -> None:
    graph = seen(GROUP, {**GROUP, "SecurityGroup": "g2", "region": "eu-central-1"})
    assert {(key, region) for key, _, region, _ in found(graph)} == {
        ("vpc-1", "eu-west-1"),
        ("vpc-1", "eu-central-1"),
    }


def test_what_is_in_no_vpc_names_none() -> None:
    record = {"Zone": "zone", "name": "example.com", "vpcId": "vpc-2"}
    assert found(seen(VPC, record, {"KeyPair": "key", "vpcId": "vpc-3"})) == [
        ("net", "VPC 'net'", "eu-west-1", "net")
    ]


def test_the_vpc_of_a_machine_in_a_declared_subnet_is_judged() -> None:
    config = pack_config.read({"nodeSubnets": [{"vpcId": "vpc-2", "id": "subnet-1"}]})
    graph = seen(VPC, {"Instance": "n", "subnetId": "subnet-1"})
    assert found(graph, config)[1:] == [("vpc-2", "VPC vpc-2", "eu-west-1", None)]
    assert found(graph)[1:] == []
    inside = seen(VPC, SUBNET, {"Instance": "n", "subnetId": "${s}"})
    assert found(inside, config) == [("net", "VPC 'net'", "eu-west-1", "net")]


def test_a_stack_in_a_vpc_that_nothing_identifies_is_judged_once_for_each_region() -> None:
    where = "the VPC of 'a' (which nothing in this stack identifies)"
    assert found(seen({"Instance": "a"}, {"Instance": "b"})) == [(None, where, "eu-west-1", "a")]
    graph = seen({"Instance": "a"}, {"Instance": "b", "region": "eu-central-1"})
    assert found(graph) == [(None, where, "eu-west-1", "a"), (None, where, "eu-central-1", "a")]


def test_a_stack_outside_of_any_vpc_is_judged_only_when_the_scope_is_always() -> None:
    bucket: JsonObject = {"Bucket": "b"}
    assert found(seen()) == found(seen(bucket)) == []
    assert found(seen(bucket), ALWAYS) == [(None, "this stack", None, None)]
    assert found(seen(VPC), ALWAYS) == found(seen(VPC))


def test_the_region_of_an_empty_stack_is_its_providers() -> None:
    recorded = flat.build([])
    for region in ("eu-west-1", "eu-central-1"):
        urn = f"urn:pulumi:dev::flat::pulumi:providers:aws::{region}"
        provider = {
            "type": "pulumi:providers:aws",
            "name": region,
            "urn": urn,
            "properties": {"region": region},
        }
        recorded.add(provider)
    assert found(seen_of(recorded), ALWAYS) == [
        (None, "this stack", "eu-central-1", None),
        (None, "this stack", "eu-west-1", None),
    ]
    assert found(seen_of(recorded)) == []


def test_only_vpcs_in_a_region_that_the_facts_know_are_judged() -> None:
    graph = seen(
        GROUP, *({**GROUP, "SecurityGroup": name, "region": name} for name in ("eu-wst-1", UNKNOWN_STRING))
    )
    judged = [(vpc, region.id) for vpc, region, _ in vpcs.judged(graph, CONFIG)]
    assert judged == [(Vpc("vpc-1", "VPC vpc-1", "eu-west-1", None), "eu-west-1")]
    assert {region for *_, region, _ in found(graph)} == {"eu-west-1", "eu-wst-1", UNKNOWN}


def test_every_vpc_is_judged_with_all_endpoints_of_the_stack() -> None:
    endpoint = {"VpcEndpoint": "e", "vpcId": "vpc-1", "serviceName": "com.amazonaws.eu-west-1.ssm"}
    seen_with = [[each.name for each in those] for *_, those in vpcs.judged(seen(VPC, endpoint), CONFIG)]
    assert seen_with == [["e"], ["e"]]


# --- Of what nobody knows where it is -----------------------------------------------------------------------------------
def astray(*items: JsonObject, config: pack_config.PackConfig = CONFIG) -> set[str]:
    return {resource.name for resource, _ in vpcs.astray(seen(VPC, SUBNET, *items), config)}


@pytest.mark.parametrize(
    "item",
    [
        {"Subnet": "x", "vpcId": "${?}"},
        {"SecurityGroup": "x", "vpcId": "${?}"},
        {"Instance": "x", "subnetId": "${?}"},
        {"Instance": "x", "subnetId": "subnet-1"},
        {"Instance": "x"},
        {"LaunchTemplate": "x", "networkInterfaces": [{"subnetId": "subnet-1"}]},
        {"LaunchTemplate": "x", "networkInterfaces": [{"subnetId": "${?}"}]},
    ],
)
def test_what_is_in_a_vpc_that_the_preview_does_not_know_is_said(item: JsonObject) -> None:
    assert astray(item) == {"x"}


@pytest.mark.parametrize(
    "item",
    [
        {"Subnet": "x", "vpcId": "${net}"},
        {"Subnet": "x", "vpcId": "vpc-1"},
        {"VpcEndpoint": "x", "vpcId": "${?}"},
        {"Zone": "x", "vpcId": "${?}"},
        {"KeyPair": "x", "vpcId": "${?}"},
        {"Instance": "x", "subnetId": "${s}"},
        # A template that says no subnet: who uses it says where.
        {"LaunchTemplate": "x"},
        {"LaunchTemplate": "x", "vpcSecurityGroupIds": ["sg-1"]},
        {"LaunchTemplate": "x", "vpcSecurityGroupIds": "${?}"},
    ],
)
def test_what_is_elsewhere_or_says_nothing_of_a_vpc_is_not(item: JsonObject) -> None:
    assert astray(item) == set()


def test_a_vpc_that_is_computed_and_was_not_asked_for_is_nobodys_mistake() -> None:
    recorded = flat.build([VPC, {"Route": "r", "routeTableId": "rtb-1"}])
    recorded.resource("r")["properties"]["vpcId"] = UNKNOWN_STRING
    assert list(vpcs.astray(seen_of(recorded), CONFIG)) == []
    recorded.inputs = []
    assert [resource.name for resource, _ in vpcs.astray(seen_of(recorded), CONFIG)] == ["r"]


def test_a_machine_that_says_nothing_is_in_the_default_vpc_of_the_stack_if_that_has_one() -> None:
    assert astray({"Instance": "x"}, {"DefaultVpc": "default"}) == set()
    assert astray({"Instance": "x", "subnetId": "${?}"}, {"DefaultVpc": "default"}) == {"x"}


def test_declaring_the_subnets_of_a_machine_in_the_packs_configuration_is_a_way_out() -> None:
    declared = [{"vpcId": "vpc-1", "id": f"subnet-{number}"} for number in (1, 2)]
    group = {"AutoScalingGroup": "x", "vpcZoneIdentifiers": ["subnet-1", "subnet-2"]}
    assert astray(group) == {"x"}
    assert astray(group, config=pack_config.read({"nodeSubnets": declared})) == set()
    two = pack_config.read({"nodeSubnets": [declared[0], {**declared[1], "vpcId": "vpc-2"}]})
    assert astray(group, config=two) == {"x"}


def test_a_vpc_goes_by_its_urn() -> None:
    graph = seen(VPC)
    (one,) = vpcs.vpcs(graph, CONFIG)
    assert one.key == one.urn == urn(graph, "net")
