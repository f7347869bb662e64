"""An interface in every zone that nodes live in, and in two at least."""

import json
import re

import pytest

from tests.policies.conftest import Judge
from tests.support.graph import UNKNOWN_LIST, UNKNOWN_STRING, JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}


def subnet(zone: str, **more: object) -> JsonObject:
    block = f"10.0.{ord(zone)}.0/24"
    return {
        "Subnet": zone,
        "vpcId": "${net}",
        "cidrBlock": block,
        "availabilityZone": f"eu-west-1{zone}",
        **more,
    }


def ssm(*subnets: str, **more: object) -> JsonObject:
    return {
        "VpcEndpoint": "ssm",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-1.ssm",
        "vpcEndpointType": "Interface",
        "subnetIds": [s if s.startswith("subnet-") else f"${{Subnet.{s}}}" for s in subnets],
        **more,
    }


def test_one_zone_is_said_with_what_to_do(judge: Judge) -> None:
    few, gap = judge.fixture("fail-one-zone")
    assert "'ssm' is in 1 Availability Zone, not 2" in few
    assert '{"minimumZones": 1} in the pack\'s configuration' in few
    assert "has no network interface in eu-west-1b, where nodes live ('b')" in gap


def test_a_node_zone_without_an_interface_is_found_beside_two_others(judge: Judge) -> None:
    (said,) = judge.resources(VPC, *map(subnet, "abc"), ssm("a", "b"))
    assert "no network interface in eu-west-1c" in said
    assert "fix: add a subnet of eu-west-1c to subnet_ids" in said


def test_another_subnet_of_the_same_zone_is_as_good(judge: Judge) -> None:
    second = {**subnet("b"), "Subnet": "b2", "cidrBlock": "10.0.200.0/24"}
    assert judge.resources(VPC, subnet("a"), subnet("b"), second, ssm("a", "b2")) == []


def test_two_subnets_in_one_zone_are_refused_by_aws(judge: Judge) -> None:
    second = {**subnet("a"), "Subnet": "a2", "cidrBlock": "10.0.200.0/24"}
    said = judge.resources(VPC, subnet("a"), second, ssm("a", "a2"))
    assert "has 2 subnets in eu-west-1a ('a', 'a2'), which AWS refuses" in said[0]
    assert "is in 1 Availability Zone, not 2" in said[1]


def test_three_subnets_in_one_zone_are_one_zone(judge: Judge) -> None:
    more = [{**subnet("a"), "Subnet": f"a{n}", "cidrBlock": f"10.0.20{n}.0/24"} for n in (2, 3)]
    many, few = judge.resources(VPC, subnet("a"), *more, ssm("a", "a2", "a3"))
    assert "has 3 subnets in eu-west-1a ('a', 'a2', 'a3'), which AWS refuses" in many
    assert "is in 1 Availability Zone, not 2" in few


def test_only_zones_in_which_machines_start_count_where_any_do(judge: Judge) -> None:
    node = {"Instance": "web", "subnetId": "${Subnet.a}"}
    network = (VPC, *map(subnet, "abc"), ssm("a", "b"))
    assert judge.resources(*network, node) == []
    assert len(judge.resources(*network, {**node, "subnetId": "${Subnet.c}"})) == 1


@pytest.mark.parametrize("kind", ["group", "template"])
def test_auto_scaling_groups_and_templates_start_machines(judge: Judge, kind: str) -> None:
    starts: JsonObject = {
        "AutoScalingGroup": "g",
        "minSize": 1,
        "maxSize": 1,
        "vpcZoneIdentifiers": ["${Subnet.c}"],
    }
    if kind == "template":
        starts = {"LaunchTemplate": "t", "networkInterfaces": [{"subnetId": "${Subnet.c}"}]}
    (said,) = judge.resources(VPC, *map(subnet, "abc"), ssm("a", "b"), starts)
    assert "eu-west-1c" in said


def test_a_public_subnet_is_no_home_of_private_nodes(judge: Judge) -> None:
    public = (
        {"InternetGateway": "igw", "vpcId": "${net}"},
        {"RouteTable": "public", "vpcId": "${net}"},
        {
            "Route": "out",
            "routeTableId": "${public}",
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": "${igw}",
        },
        {"RouteTableAssociation": "c", "subnetId": "${Subnet.c}", "routeTableId": "${public}"},
    )
    network = (VPC, *map(subnet, "abc"), ssm("a", "b"))
    assert judge.resources(*network, *public) == []
    private = [each for each in public if "Route" not in each]
    assert len(judge.resources(*network, *private)) == 1


def test_inline_routes_to_an_internet_gateway_count(judge: Judge) -> None:
    table = {
        "RouteTable": "t",
        "vpcId": "${net}",
        "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "${igw}"}],
    }
    joined = {"RouteTableAssociation": "c", "subnetId": "${Subnet.c}", "routeTableId": "${t}"}
    network = (VPC, {"InternetGateway": "igw", "vpcId": "${net}"}, *map(subnet, "abc"), ssm("a", "b"))
    assert judge.resources(*network, table, joined) == []
    nat = {**table, "routes": [{"cidrBlock": "0.0.0.0/0", "natGatewayId": "${?}"}]}
    assert len(judge.resources(*network, nat, joined)) == 1


def test_a_zone_that_nobody_knows_is_not_proven_unless_the_endpoint_is_in_the_subnet(judge: Judge) -> None:
    nameless = subnet("c")
    del nameless["availabilityZone"]
    (said,) = judge.resources(VPC, subnet("a"), subnet("b"), nameless, ssm("a", "b"))
    assert "the zone of that subnet is not known in the preview" in said
    assert judge.resources(VPC, subnet("a"), nameless, ssm("a", "c")) == []


def test_two_subnets_known_by_id_are_two_zones(judge: Judge) -> None:
    """AWS refuses two subnets of one zone, so as many subnets are as many zones."""
    ids = {"vpcId": "vpc-0123456789abcdef0"}
    assert judge.resources(ssm("subnet-0123456789abcdef0", "subnet-0123456789abcdef1", **ids)) == []
    assert len(judge.resources(ssm("subnet-0123456789abcdef0", **ids))) == 1


def test_unknown_subnets_prove_nothing(judge: Judge) -> None:
    assert judge.resources(VPC, subnet("a"), ssm(subnetIds=["${Subnet.a}", UNKNOWN_STRING])) != []
    # No subnet at all is another policy's word.
    assert judge.resources(VPC, subnet("a"), ssm(subnetIds=UNKNOWN_LIST)) == []


def test_declared_node_subnets_are_judged(judge: Judge) -> None:
    ids = {"vpcId": "vpc-0123456789abcdef0"}
    node = {**ids, "id": "subnet-0123456789abcdef2"}
    endpoint = ssm("subnet-0123456789abcdef0", "subnet-0123456789abcdef1", **ids)
    (said,) = judge.resources(endpoint, config={"nodeSubnets": [node]})
    assert '{"nodeSubnets": [{"vpcId": "<its VPC>", "id": "subnet-0123456789abcdef2"' in said
    (said,) = judge.resources(endpoint, config={"nodeSubnets": [{**node, "availabilityZone": "eu-west-1c"}]})
    assert "is not known to have a network interface in eu-west-1c" in said
    # What to paste, with the zones filled in, decides it.
    (paste,) = re.findall(r'\{"nodeSubnets": (\[.*\])\}; or', said)
    for places, expected in (("ab", 1), ("ac", 0)):
        filled = [
            {**each, **ids, "availabilityZone": f"eu-west-1{zone}"}
            for each, zone in zip(json.loads(paste), places, strict=True)
        ]
        config = {"nodeSubnets": [{**node, "availabilityZone": "eu-west-1c"}, *filled]}
        assert len(judge.resources(endpoint, config=config)) == expected
    zones = [
        {**ids, "id": f"subnet-0123456789abcdef{n}", "availabilityZone": zone}
        for n, zone in enumerate(("eu-west-1a", "eu-west-1b", "eu-west-1a"))
    ]
    assert judge.resources(endpoint, config={"nodeSubnets": zones}) == []


def test_a_pattern_narrows_the_subnets_of_the_stack(judge: Judge) -> None:
    network = (VPC, *map(subnet, "abc"), ssm("a", "b"))
    app = [{"vpcId": "*", "id": f"urn:*::{zone}"} for zone in "ab"]
    assert judge.resources(*network, config={"nodeSubnets": app}) == []


def test_a_number_of_zones_may_be_asked_for(judge: Judge) -> None:
    network = (VPC, *map(subnet, "ab"), ssm("a", "b"))
    (said,) = judge.resources(*network, config={"minimumZones": 3})
    assert "is in 2 Availability Zones, not 3" in said


# --- Which machines say where private nodes live -----------------------------------------------------------------------
PUBLIC: tuple[JsonObject, ...] = (
    {"InternetGateway": "igw", "vpcId": "${net}"},
    {"RouteTable": "public", "vpcId": "${net}"},
    {"Route": "out", "routeTableId": "${public}", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "${igw}"},
    {"RouteTableAssociation": "c", "subnetId": "${Subnet.c}", "routeTableId": "${public}"},
)
BASTION: JsonObject = {"Instance": "bastion", "subnetId": "${Subnet.c}", "associatePublicIpAddress": True}


def test_a_public_bastion_neither_hides_the_private_subnets_nor_needs_an_endpoint(judge: Judge) -> None:
    network = (VPC, *map(subnet, "abc"), *PUBLIC, BASTION)
    assert judge.resources(*network, ssm("a", "b")) == []
    assert any("eu-west-1b" in said for said in judge.resources(*network, ssm("a", "c")))


def test_a_machine_without_a_public_address_in_a_public_subnet_counts(judge: Judge) -> None:
    inside = {**BASTION, "associatePublicIpAddress": False}
    assert judge.resources(VPC, *map(subnet, "abc"), *PUBLIC, inside, ssm("a", "b"))


def test_a_way_out_to_some_addresses_alone_makes_no_subnet_public(judge: Judge) -> None:
    some = [
        {**each, "destinationCidrBlock": "198.51.100.7/32"} if "Route" in each else each for each in PUBLIC
    ]
    assert len(judge.resources(VPC, *map(subnet, "abc"), *some, ssm("a", "b"))) == 1


def test_machines_are_where_their_network_interfaces_are(judge: Judge) -> None:
    interface = {"NetworkInterface": "eni", "subnetId": "${Subnet.c}"}
    node = {"Instance": "web", "networkInterfaces": [{"networkInterfaceId": "${eni}", "deviceIndex": 0}]}
    (said,) = judge.resources(VPC, *map(subnet, "abc"), ssm("a", "b"), interface, node)
    assert "eu-west-1c" in said


def test_zones_may_be_given_by_id(judge: Judge) -> None:
    def by_id(zone: str) -> JsonObject:
        own = {**subnet(zone), "availabilityZoneId": f"euw1-az{ord(zone) - 96}"}
        return {key: value for key, value in own.items() if key != "availabilityZone"}

    second = {**by_id("b"), "Subnet": "b2", "cidrBlock": "10.0.200.0/24"}
    assert judge.resources(VPC, by_id("a"), by_id("b"), second, ssm("a", "b2")) == []


def by_id(name: str, zone_id: str, **more: object) -> JsonObject:
    own = {**subnet(name), "availabilityZoneId": zone_id, **more}
    return own if "availabilityZone" in more else {k: v for k, v in own.items() if k != "availabilityZone"}


NODE: JsonObject = {"Instance": "web", "subnetId": "${Subnet.n}"}


def test_a_zone_by_its_name_and_by_its_id_is_one_zone_where_a_subnet_tells_both(judge: Judge) -> None:
    both = by_id("x", "euw1-az1", availabilityZone="eu-west-1a")
    network = (VPC, subnet("a"), subnet("b"), both, by_id("n", "euw1-az1"), NODE)
    assert judge.resources(*network, ssm("a", "b")) == []
    said = judge.resources(*network, ssm("a", "n"))
    assert "has 2 subnets in eu-west-1a ('a', 'n'), which AWS refuses" in said[0]
    assert "is in 1 Availability Zone, not 2" in said[1]


def test_a_zone_by_its_name_may_be_one_by_its_id(judge: Judge) -> None:
    network = (VPC, subnet("a"), subnet("b"), by_id("n", "euw1-az1"), NODE)
    (said,) = judge.resources(*network, ssm("a", "b"))
    assert "is not known to have a network interface in euw1-az1, where nodes live ('n')" in said
    assert (
        "fix: give the zones of all subnets in one way, by name or by id; or, if it has none there, add"
        in said
    )
    assert judge.resources(*network, ssm("a", "b"), config={"onUnknown": "warn"}) == []
    turned = (VPC, by_id("a", "euw1-az1"), by_id("b", "euw1-az2"), subnet("n"), NODE)
    (said,) = judge.resources(*turned, ssm("a", "b"))
    assert "is not known to have a network interface in eu-west-1n" in said


def test_a_zone_whose_id_is_told_is_no_zone_of_another_id(judge: Judge) -> None:
    told = [by_id(z, f"euw1-az{n}", availabilityZone=f"eu-west-1{z}") for n, z in enumerate("ab", 1)]
    (said,) = judge.resources(VPC, *told, by_id("n", "euw1-az3"), NODE, ssm("a", "b"))
    assert "has no network interface in euw1-az3, where nodes live ('n')" in said


def test_a_zone_id_of_two_names_stands_for_neither(judge: Judge) -> None:
    """Each account has its own names."""
    told = [by_id(z, "euw1-az1", availabilityZone=f"eu-west-1{z}") for z in "xy"]
    (said,) = judge.resources(
        VPC, *told, subnet("a"), subnet("b"), by_id("n", "euw1-az1"), NODE, ssm("a", "b")
    )
    assert "is not known to have a network interface in euw1-az1" in said


def test_a_zone_that_the_packs_owner_gives_by_id_is_translated_too(judge: Judge) -> None:
    both = by_id("a", "euw1-az1", availabilityZone="eu-west-1a")
    entry = {"vpcId": "*", "id": "subnet-1", "availabilityZone": "euw1-az1"}
    network = (VPC, both, subnet("b"), ssm("a", "b"))
    assert judge.resources(*network, config={"nodeSubnets": [entry]}) == []
