"""AWS's alternative to endpoints: seen, explained, and accepted when the pack's owner says so."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.support import flat
from tests.support.graph import JsonObject, RecordedGraph
from tests.support.pack import Pack

URN = "urn:pulumi:dev::flat::aws:ec2/vpc:Vpc::net"
VPC: JsonObject = {"Vpc": "net", "enableDnsHostnames": True}
SUBNET: JsonObject = {"Subnet": "a", "vpcId": "${net}", "cidrBlock": "10.0.1.0/24"}
TABLE: JsonObject = {"RouteTable": "private", "vpcId": "${net}"}
ASSOCIATION: JsonObject = {
    "RouteTableAssociation": "a",
    "subnetId": "${Subnet.a}",
    "routeTableId": "${private}",
}
ROUTE: JsonObject = {
    "Route": "out",
    "routeTableId": "${private}",
    "destinationCidrBlock": "0.0.0.0/0",
    "natGatewayId": "nat-0000000a",
}
HOSTS = ", ".join(
    f"{service}.eu-west-1.amazonaws.com" for service in ("ec2", "ec2messages", "ssm", "ssmmessages")
)
NETWORK = (VPC, SUBNET, TABLE, ASSOCIATION)


def said(pack: Pack, graph: RecordedGraph, **config: Any) -> list[tuple[str, str]]:
    pack.configure({"scope": "always", **config})
    return [(d.policy, d.message) for d in pack.judge(graph)]


def hints(pack: Pack, *resources: JsonObject, **config: Any) -> list[str]:
    return [
        message
        for _, message in said(pack, flat.build(list(resources)), **config)
        if "alternative" in message
    ]


def test_a_nat_gateway_is_seen_and_the_alternative_explained_once(plain_pack: Pack) -> None:
    (hint,) = hints(plain_pack, *NETWORK, ROUTE)
    assert "the default route of 'private' to a NAT gateway" in hint
    assert HOSTS in hint


@pytest.mark.parametrize(
    "graph", [flat.build, lambda rows: flat.known(flat.build(rows))], ids=["first", "later"]
)
def test_what_the_finding_offers_to_paste_is_accepted(plain_pack: Pack, graph: Any) -> None:
    shown = graph([*NETWORK, ROUTE])
    (hint,) = [message for _, message in said(plain_pack, shown) if "alternative" in message]
    pasted = re.search(r"configuration: (.*internetAccess.*)", hint)
    assert pasted is not None
    assert said(plain_pack, shown, **json.loads(pasted[1])) == []


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("natGatewayId", "a NAT gateway"),
        ("gatewayId", "a gateway"),
        ("transitGatewayId", "a transit gateway"),
        ("networkInterfaceId", "a network interface"),
    ],
)
def test_an_inline_route_counts_whatever_it_leads_to(plain_pack: Pack, key: str, what: str) -> None:
    table = {**TABLE, "routes": [{"cidrBlock": "0.0.0.0/0", key: "x-0000000a"}]}
    (hint,) = hints(plain_pack, VPC, SUBNET, table, ASSOCIATION)
    assert f"'private' to {what}" in hint


@pytest.mark.parametrize(
    "route",
    [
        {**ROUTE, "destinationCidrBlock": "10.0.0.0/8"},
        {**ROUTE, "natGatewayId": None, "vpcPeeringConnectionId": "pcx-0000000a"},
        {**ROUTE, "routeTableId": "rtb-0000000a"},
    ],
    ids=["to some addresses", "to a peer", "of another table"],
)
def test_other_routes_are_no_way_out(plain_pack: Pack, route: JsonObject) -> None:
    assert hints(plain_pack, *NETWORK, route) == []


def test_a_vpc_with_some_of_the_endpoints_is_not_meant_to_do_without(plain_pack: Pack) -> None:
    endpoint = {
        "VpcEndpoint": "ssm",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-1.ssm",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        "subnetIds": ["${Subnet.a}"],
    }
    assert hints(plain_pack, *NETWORK, ROUTE, endpoint) == []


def test_an_s3_gateway_alone_does_not_hide_the_way_out(plain_pack: Pack) -> None:
    gateway = {
        "VpcEndpoint": "s3",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-1.s3",
        "routeTableIds": ["${private}"],
    }
    assert len(hints(plain_pack, *NETWORK, ROUTE, gateway)) == 1


def test_what_is_declared_and_not_there_is_a_finding(plain_pack: Pack) -> None:
    declared = {"internetAccess": [{"vpc": URN, "where": "NAT"}]}
    ((policy, message),) = said(plain_pack, flat.build(list(NETWORK)), **declared)
    assert policy == "ssm-endpoints-complete"
    assert "is said to have internet access, and no route table of it here has a default route" in message


def test_routes_that_cannot_be_read_may_lead_out(plain_pack: Pack) -> None:
    declared = {"internetAccess": [{"vpc": URN, "where": "NAT"}]}
    table = {**TABLE, "routes": "${?}"}
    assert said(plain_pack, flat.build([VPC, SUBNET, table, ASSOCIATION]), **declared) == []


def test_what_exists_in_an_excused_vpc_is_judged(plain_pack: Pack) -> None:
    declared = {"internetAccess": [{"vpc": URN, "where": "NAT"}]}
    far = {
        "VpcEndpoint": "ssm",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-2.ssm",
        "vpcEndpointType": "Interface",
    }
    found = {policy for policy, _ in said(plain_pack, flat.build([*NETWORK, ROUTE, far]), **declared)}
    assert found == {"endpoint-service-in-region"}


def test_another_vpc_is_judged_as_before(plain_pack: Pack) -> None:
    declared = {"internetAccess": [{"vpc": "vpc-0000000a", "where": "NAT"}]}
    assert len(hints(plain_pack, *NETWORK, ROUTE, **declared)) == 1


def test_a_stack_that_names_no_vpc_is_not_excused(plain_pack: Pack) -> None:
    everything = {"internetAccess": [{"vpc": "*", "where": "NAT"}]}
    assert said(plain_pack, flat.build([]), **everything) != []
