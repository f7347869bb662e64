"""Where managed nodes live: in the subnets that the pack's owner names, where machines start, or in every private subnet."""

from __future__ import annotations

from typing import Any

import pytest

from policies import nodes, pack_config
from policies.graph import UNKNOWN, Graph
from policies.launches import launches
from tests.policies.seen import named, seen, urn
from tests.support.graph import JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16"}
OTHER: JsonObject = {"Vpc": "other", "cidrBlock": "10.1.0.0/16"}


def subnet(name: str, **more: object) -> JsonObject:
    return {
        "Subnet": name,
        "vpcId": "${net}",
        "cidrBlock": "10.0.1.0/24",
        "availabilityZone": "eu-west-1a",
        **more,
    }


def config(*node_subnets: JsonObject) -> pack_config.PackConfig:
    return pack_config.read({"nodeSubnets": list(node_subnets)})


def found(graph: Graph, vpc: str, *node_subnets: JsonObject) -> list[nodes.Subnet]:
    key = vpc if vpc.startswith("vpc-") else urn(graph, vpc)
    return nodes.subnets(graph, key, config(*node_subnets))


def where(graph: Graph, vpc: str, *node_subnets: JsonObject) -> set[str]:
    return set(named(graph, (each.key for each in found(graph, vpc, *node_subnets))))


# --- What is known of a subnet -----------------------------------------------------------------------------------------
def read(**props: object) -> nodes.Subnet:
    graph = seen(VPC, {"Subnet": "s", "vpcId": "${net}", **props})
    return nodes.subnet(graph, urn(graph, "s"))


def test_a_subnet_of_this_stack_is_called_by_its_name() -> None:
    own = read(cidrBlock="10.0.1.0/24")
    assert (own.label, own.key, own.urn) == ("'s'", own.urn, own.key)


def test_of_a_subnet_known_by_id_nothing_is_known() -> None:
    assert nodes.subnet(seen(VPC), "subnet-1") == nodes.Subnet(
        "subnet-1", "subnet-1", None, UNKNOWN, (UNKNOWN,), frozenset()
    )


def test_a_zone_is_given_by_name_or_by_id() -> None:
    assert read(availabilityZone="eu-west-1a").zone == "eu-west-1a"
    assert read(availabilityZoneId="euw1-az1").zone == "euw1-az1"
    assert read(availabilityZone="", availabilityZoneId="euw1-az1").zone == "euw1-az1"
    assert read().zone is UNKNOWN
    assert read(availabilityZone="").zone is UNKNOWN


@pytest.mark.parametrize(
    ("props", "blocks"),
    [
        ({"cidrBlock": "10.0.1.0/24"}, ("10.0.1.0/24",)),
        ({"cidrBlock": "10.0.1.0/24", "ipv6CidrBlock": "fd00::/64"}, ("10.0.1.0/24", "fd00::/64")),
        ({"cidrBlock": "${?}"}, (UNKNOWN,)),
        ({"cidrBlock": "10.0.1.0/24", "ipv6CidrBlock": "${?}"}, ("10.0.1.0/24", UNKNOWN)),
        ({"ipv6CidrBlock": "fd00::/64", "ipv6Native": True}, ("fd00::/64",)),
        # AWS chooses: from an IPAM pool, or for a subnet with IPv6 alone.
        ({"ipv4IpamPoolId": "ipam-pool-1"}, (UNKNOWN,)),
        ({"ipv6Native": True}, (UNKNOWN,)),
    ],
)
def test_an_ipv6_block_that_nobody_asked_for_is_not_there(
    props: JsonObject, blocks: tuple[object, ...]
) -> None:
    assert read(**props).blocks == blocks


def test_an_ipv6_block_that_is_not_known_counts_where_nobody_saw_what_was_asked_for() -> None:
    graph = seen(VPC, subnet("s"))
    own = graph.resources[urn(graph, "s")]
    unseen = Graph(
        [type(own)(own.urn, own.type, own.name, {**own.props, "ipv6CidrBlock": UNKNOWN}, own.region)]
    )
    assert nodes.subnet(unseen, own.urn).blocks == ("10.0.1.0/24", UNKNOWN)


# --- In which VPC machines start ----------------------------------------------------------------------------------------
def vpc_of(node: JsonObject, *node_subnets: JsonObject) -> Any:
    graph = seen(
        *(
            VPC,
            OTHER,
            subnet("a"),
            subnet("b"),
            subnet("x", vpcId="${other}"),
            subnet("unread", vpcId="${?}"),
        ),
        *({"SecurityGroup": "app", "vpcId": "${net}"}, {"SecurityGroup": "no-vpc"}),
        {"Instance": "n", **node},
    )
    (launch,) = launches(graph)
    key = nodes.vpc_of(graph, launch, config(*node_subnets))
    return named(graph, [key])[0] if isinstance(key, str) else key


DECLARED: JsonObject = {"vpcId": "vpc-1", "id": "subnet-1"}


@pytest.mark.parametrize(
    ("node", "vpc"),
    [
        ({}, None),
        ({"subnetId": "${a}"}, "net"),
        ({"vpcSecurityGroupIds": ["${app}"]}, "net"),
        ({"subnetId": "subnet-9", "vpcSecurityGroupIds": ["${app}"]}, "net"),
        ({"subnetId": "${a}", "vpcSecurityGroupIds": ["sg-1"]}, "net"),
        ({"subnetId": "${a}", "vpcSecurityGroupIds": ["${no-vpc}"]}, "net"),
        ({"subnetId": "${x}", "vpcSecurityGroupIds": ["${app}"]}, UNKNOWN),
        ({"subnetId": "${unread}"}, UNKNOWN),
        ({"subnetId": "${?}"}, UNKNOWN),
        ({"vpcSecurityGroupIds": "${?}"}, UNKNOWN),
        ({"subnetId": "subnet-9"}, UNKNOWN),
        ({"subnetId": "subnet-1"}, "vpc-1"),
    ],
)
def test_the_vpc_of_a_machine_is_that_of_its_subnet_or_of_its_group(node: JsonObject, vpc: object) -> None:
    assert vpc_of(node, DECLARED) == vpc


# --- Which subnets -------------------------------------------------------------------------------------------------------
def test_without_a_word_nodes_live_in_every_private_subnet_of_their_vpc() -> None:
    graph = seen(VPC, OTHER, subnet("a"), subnet("b"), subnet("x", vpcId="${other}"))
    assert where(graph, "net") == {"a", "b"}
    assert where(graph, "other") == {"x"}
    assert nodes.subnets(graph, None, config()) == []


def test_machines_say_where_nodes_live_in_their_own_vpc_alone() -> None:
    graph = seen(
        *(VPC, OTHER, subnet("a"), subnet("b"), subnet("c"), subnet("x", vpcId="${other}")),
        *({"Instance": "one", "subnetId": "${a}"}, {"Instance": "two", "subnetId": "${b}"}),
    )
    assert where(graph, "net") == {"a", "b"}
    assert where(graph, "other") == {"x"}


def test_the_same_stack_may_be_judged_with_several_configurations() -> None:
    graph = seen({"Instance": "n", "subnetId": "subnet-1"})
    for number in (1, 2):
        assert where(graph, f"vpc-{number}", {"vpcId": f"vpc-{number}", "id": "subnet-1"}) == {"subnet-1"}
        assert where(graph, f"vpc-{3 - number}", {"vpcId": f"vpc-{number}", "id": "subnet-1"}) == set()


def test_a_subnet_in_which_two_machines_start_is_one() -> None:
    graph = seen(VPC, subnet("a"), *({"Instance": name, "subnetId": "${a}"} for name in ("one", "two")))
    assert named(graph, (each.key for each in found(graph, "net"))) == ["a"]


def test_declared_subnets_and_those_with_machines_count_together() -> None:
    graph = seen(VPC, subnet("a"), subnet("b"), subnet("c"), {"Instance": "one", "subnetId": "${a}"})
    assert where(graph, "net", {"vpcId": "*", "id": "urn:*::b"}) == {"a", "b"}


# --- Machines that need no endpoint ---------------------------------------------------------------------------------------
PUBLIC: tuple[JsonObject, ...] = (
    {"InternetGateway": "igw", "vpcId": "${net}"},
    {"RouteTable": "out", "vpcId": "${net}", "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "${igw}"}]},
    {"RouteTableAssociation": "p", "subnetId": "${Subnet.p}", "routeTableId": "${out}"},
    {"RouteTableAssociation": "q", "subnetId": "${Subnet.q}", "routeTableId": "${out}"},
    subnet("q"),
)
SEEN = pytest.mark.parametrize(
    ("node", "public", "expected"),
    [
        ({"subnetId": "${Subnet.p}", "associatePublicIpAddress": True}, {}, {"a"}),
        ({"subnetId": "${Subnet.p}"}, {"mapPublicIpOnLaunch": True}, {"a"}),
        ({"subnetId": "${Subnet.p}"}, {}, {"p"}),
        (
            {"subnetId": "${Subnet.p}", "associatePublicIpAddress": False},
            {"mapPublicIpOnLaunch": True},
            {"p"},
        ),
        (
            {"subnetId": "${Subnet.p}", "associatePublicIpAddress": "${?}"},
            {"mapPublicIpOnLaunch": True},
            {"p"},
        ),
        ({"subnetId": "${Subnet.p}"}, {"mapPublicIpOnLaunch": "${?}"}, {"p"}),
        ({"subnetId": "${Subnet.a}", "associatePublicIpAddress": True}, {}, {"a"}),
    ],
)


@SEEN
def test_a_machine_that_surely_has_a_public_address_says_nothing_of_private_nodes(
    node: JsonObject, public: JsonObject, expected: set[str]
) -> None:
    graph = seen(VPC, subnet("a"), subnet("p", **public), *PUBLIC, {"Instance": "n", **node})
    assert where(graph, "net") == expected


@pytest.mark.parametrize(
    ("subnets", "expected"),
    [
        (["${Subnet.p}", "${Subnet.q}"], {"a"}),
        (["${Subnet.p}", "${Subnet.a}"], {"p", "a"}),
        (["${Subnet.p}", "${?}"], {"p"}),
        (["${Subnet.p}", "subnet-1"], {"p", "subnet-1"}),
        (["${Subnet.p}", "${Subnet.no-address}"], {"p", "no-address"}),
    ],
)
def test_machines_are_public_if_they_are_in_every_subnet(subnets: list[str], expected: set[str]) -> None:
    mapped = {"mapPublicIpOnLaunch": True}
    network = [{**each, **mapped} if "Subnet" in each else each for each in PUBLIC]
    no_address = (
        subnet("no-address"),
        {"RouteTableAssociation": "no", "subnetId": "${Subnet.no-address}", "routeTableId": "${out}"},
    )
    group = {"AutoScalingGroup": "g", "vpcZoneIdentifiers": subnets}
    graph = seen(VPC, subnet("a", **mapped), subnet("p", **mapped), *network, *no_address, group)
    assert where(graph, "net") == expected


# --- What the pack's owner says -----------------------------------------------------------------------------------------
def test_a_declared_subnet_of_another_stack_is_what_its_owner_says() -> None:
    graph = seen(
        {"RouteTable": "t", "vpcId": "vpc-1"},
        {"RouteTableAssociation": "j", "subnetId": "subnet-2", "routeTableId": "${t}"},
    )
    full = {
        **DECLARED,
        "cidr": "10.0.1.0/24",
        "ipv6Cidr": "fd00::/64",
        "availabilityZone": "eu-west-1a",
        "routeTableId": "rtb-01234567",
    }
    (one,) = found(graph, "vpc-1", full)
    assert one == nodes.Subnet(
        *("subnet-1", "subnet-1", None, "eu-west-1a"),
        ("10.0.1.0/24", "fd00::/64"),
        frozenset({"rtb-01234567"}),
    )
    (two,) = found(graph, "vpc-1", {**DECLARED, "id": "subnet-2"})
    assert (two.zone, two.blocks, named(graph, two.tables)) == (UNKNOWN, (UNKNOWN,), ["t"])
    assert found(graph, "vpc-2", full) == []


@pytest.mark.parametrize("id", ["urn:pulumi:dev::flat::aws:ec2/subnet:Subnet::gone", "urn:*::gone", "*-gone"])
def test_a_declared_urn_or_pattern_that_names_nothing_here_is_no_subnet(id: str) -> None:
    graph = seen(VPC, subnet("a"))
    assert where(graph, "net", {"vpcId": "*", "id": id}) == {"a"}


def test_a_declared_subnet_counts_in_its_own_vpc_alone() -> None:
    graph = seen(VPC, OTHER, subnet("a"), subnet("x", vpcId="${other}"), subnet("y", vpcId="${other}"))
    every = {"vpcId": "*", "id": "urn:*::x"}
    assert where(graph, "other", every) == {"x"}
    assert where(graph, "net", every) == {"a"}
    of_net = {"vpcId": "urn:*::net", "id": "urn:*::x"}
    assert where(graph, "other", of_net) == {"x", "y"}
    assert where(graph, "other", of_net, {**of_net, "vpcId": "urn:*::other", "id": "urn:*::y"}) == {"y"}


def test_a_vpc_and_a_subnet_of_this_stack_may_be_declared_by_id() -> None:
    graph = seen({**VPC, "id": "vpc-1"}, subnet("a", id="subnet-1"), subnet("b"))
    assert where(graph, "net", DECLARED) == {"a"}


def test_what_the_stack_tells_of_its_subnet_comes_before_what_its_owner_says() -> None:
    said = {
        "vpcId": "*",
        "id": "urn:*::s",
        "cidr": "10.0.9.0/24",
        "availabilityZone": "eu-west-1c",
        "routeTableId": "rtb-01234567",
    }
    graph = seen(VPC, subnet("s"))
    (own,) = found(graph, "net", said)
    assert (own.zone, own.blocks, named(graph, own.tables)) == ("eu-west-1a", ("10.0.1.0/24",), ["net"])


def test_what_the_stack_does_not_tell_of_its_subnet_its_owner_says() -> None:
    said = {"vpcId": "*", "id": "urn:*::s"}
    unread = {"Subnet": "s", "vpcId": "${net}", "cidrBlock": "${?}"}
    graph = seen(VPC, unread, {"RouteTableAssociation": "j", "subnetId": "${s}", "routeTableId": "${?}"})
    (bare,) = found(graph, "net", said)
    assert (bare.zone, bare.blocks, bare.tables) == (UNKNOWN, (UNKNOWN,), frozenset())
    told = {
        "cidr": "10.0.9.0/24",
        "ipv6Cidr": "fd00::/64",
        "availabilityZone": "eu-west-1c",
        "routeTableId": "rtb-01234567",
    }
    (full,) = found(graph, "net", {**said, **told})
    assert (full.zone, full.blocks) == ("eu-west-1c", ("10.0.9.0/24", "fd00::/64"))
    assert full.tables == {"rtb-01234567"}
    assert (full.key, full.label) == (bare.key, "'s'")
