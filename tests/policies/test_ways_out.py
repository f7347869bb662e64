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
DECLARED = {"internetAccess": [{"vpc": URN, "where": "NAT"}]}
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}


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
        ("vpcEndpointId", "an endpoint of a firewall"),
        ("coreNetworkArn", "a core network"),
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
        {**ROUTE, "natGatewayId": None, "gatewayId": "local"},
        {**ROUTE, "routeTableId": "rtb-0000000a"},
    ],
    ids=["to some addresses", "to a peer", "local", "of another table"],
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
    ((policy, message),) = said(plain_pack, flat.build(list(NETWORK)), **DECLARED)
    assert policy == "ssm-endpoints-complete"
    assert (
        "VPC 'net' is said to have internet access, and no default route leads out of 'a', where" in message
    )
    assert (
        "fix: a route 0.0.0.0/0 to a NAT gateway in 'private', or say in nodeSubnets where nodes live, or take"
        in message
    )


@pytest.mark.parametrize("route", [ROUTE, None])
def test_the_way_out_of_a_public_subnet_is_none_of_the_nodes(
    plain_pack: Pack, route: JsonObject | None
) -> None:
    public = [
        {"InternetGateway": "igw", "vpcId": "${net}"},
        {"Subnet": "public", "vpcId": "${net}", "cidrBlock": "10.0.9.0/24"},
        {"RouteTable": "public", "vpcId": "${net}"},
        {
            "RouteTableAssociation": "p",
            "subnetId": "${Subnet.public}",
            "routeTableId": "${RouteTable.public}",
        },
        {
            **ROUTE,
            "Route": "p",
            "routeTableId": "${RouteTable.public}",
            "natGatewayId": None,
            "gatewayId": "${igw}",
        },
    ]
    found = said(plain_pack, flat.build([*NETWORK, *public, *([route] if route else [])]), **DECLARED)
    assert len(found) == (0 if route else 1)
    told = hints(plain_pack, *NETWORK, *public, *([route] if route else []))
    assert len(told) == (1 if route else 0)
    assert not any("internet gateway" in each for each in told)


def test_a_vpc_whose_subnets_are_all_public_has_a_way_out(plain_pack: Pack) -> None:
    network = (
        *NETWORK,
        {"InternetGateway": "igw", "vpcId": "${net}"},
        {**ROUTE, "natGatewayId": None, "gatewayId": "${igw}"},
    )
    (hint,) = hints(plain_pack, *network)
    assert "the default route of 'private' to an internet gateway" in hint
    assert said(plain_pack, flat.build(list(network)), **DECLARED) == []


def test_a_subnet_without_a_way_out_is_named_and_the_others_are_said_to_be_the_nodes(
    plain_pack: Pack,
) -> None:
    isolated = {"Subnet": "b", "vpcId": "${net}", "cidrBlock": "10.0.2.0/24"}
    shown = flat.build([*NETWORK, ROUTE, isolated])
    ((policy, message),) = said(plain_pack, shown, **DECLARED)
    assert policy == "ssm-endpoints-complete"
    assert "no default route leads out of 'b', where nodes live" in message
    (hint,) = hints(plain_pack, *NETWORK, ROUTE, isolated)
    assert "(nodes in 'a' have a way out: the default route of 'private' to a NAT gateway." in hint
    pasted = json.loads(re.search(r"configuration: (.*internetAccess.*)", hint)[1])  # type: ignore[index]
    assert [each["id"] for each in pasted["nodeSubnets"]] == [
        "urn:pulumi:dev::flat::aws:ec2/subnet:Subnet::a"
    ]
    assert said(plain_pack, shown, **pasted) == []


@pytest.mark.parametrize(
    "items",
    [
        (VPC, SUBNET, {**TABLE, "routes": "${?}"}, ASSOCIATION),
        (VPC, SUBNET, {**TABLE, "routes": ["${?}"]}, ASSOCIATION),
        (
            VPC,
            SUBNET,
            {**TABLE, "routes": [{"cidrBlock": "${?}", "natGatewayId": "nat-0000000a"}]},
            ASSOCIATION,
        ),
        (*NETWORK, {**ROUTE, "routeTableId": "${?}"}),
        (*NETWORK, {**ROUTE, "destinationCidrBlock": "${?}"}),
        (VPC, SUBNET, {**ASSOCIATION, "routeTableId": "rtb-0000000a"}),
        (VPC, SUBNET, {**ASSOCIATION, "routeTableId": "${?}"}),
        (VPC,),
    ],
    ids=["routes", "a route", "where to", "a table", "where to, alone", "elsewhere", "no table", "no subnet"],
)
def test_routes_that_cannot_be_read_prove_nothing(plain_pack: Pack, items: tuple[JsonObject, ...]) -> None:
    shown = flat.build(list(items))
    ((policy, message),) = said(plain_pack, shown, **DECLARED)
    assert policy == "ssm-endpoints-complete"
    assert "is said to have internet access, and" in message
    assert "cannot be" in message
    assert said(plain_pack, shown, **DECLARED, onUnknown="warn") == []


@pytest.mark.parametrize(
    "items",
    [
        (VPC, SUBNET, {**TABLE, "propagatingVgws": ["vgw-0000000a"]}, ASSOCIATION),
        (
            *NETWORK,
            {"VpnGatewayRoutePropagation": "p", "routeTableId": "${private}", "vpnGatewayId": "vgw-0000000a"},
        ),
        (
            *NETWORK,
            {"VpnGatewayRoutePropagation": "p", "routeTableId": "${?}", "vpnGatewayId": "vgw-0000000a"},
        ),
    ],
)
def test_routes_that_a_vpn_announces_are_not_read(plain_pack: Pack, items: tuple[JsonObject, ...]) -> None:
    ((_, message),) = said(plain_pack, flat.build(list(items)), **DECLARED)
    assert "whether a default route leads out of 'a', where nodes live, cannot be read" in message


def test_a_stray_route_to_a_peer_is_no_way_out_of_anything(plain_pack: Pack) -> None:
    stray = {**ROUTE, "routeTableId": "${?}", "destinationCidrBlock": "10.9.0.0/16"}
    ((_, message),) = said(plain_pack, flat.build([*NETWORK, stray]), **DECLARED)
    assert "no default route leads out of 'a'" in message


def test_a_vpc_of_another_stack_is_believed_where_nothing_here_tells(plain_pack: Pack) -> None:
    declared = {"internetAccess": [{"vpc": "vpc-0000000a", "where": "NAT"}]}
    subnet = {**SUBNET, "vpcId": "vpc-0000000a"}
    assert said(plain_pack, flat.build([subnet]), **declared) == []
    table = {**TABLE, "vpcId": "vpc-0000000a"}
    ((_, message),) = said(plain_pack, flat.build([subnet, table, ASSOCIATION]), **declared)
    assert (
        "VPC vpc-0000000a is said to have internet access, and no default route leads out of 'a'" in message
    )
    assert said(plain_pack, flat.build([subnet, table, ASSOCIATION, ROUTE]), **declared) == []


def test_a_region_that_is_not_known_is_said_of_an_excused_vpc_too(plain_pack: Pack) -> None:
    shown = flat.build([*NETWORK, ROUTE], region="")
    assert any("its Region" in message for _, message in said(plain_pack, shown, **DECLARED))


ENDPOINT: JsonObject = {
    "VpcEndpoint": "ssm",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.ssm",
    "vpcEndpointType": "Interface",
    "subnetIds": ["${Subnet.a}"],
    "securityGroupIds": ["${https}"],
}
CLOSED: JsonObject = {"SecurityGroup": "https", "vpcId": "${net}"}
HTTPS: JsonObject = {"protocol": "tcp", "fromPort": 443, "toPort": 443}


def test_an_endpoint_that_is_there_has_to_admit_the_nodes(plain_pack: Pack) -> None:
    """Private DNS leads the nodes to it, whatever other way out there is. Without private DNS it takes nobody in."""
    endpoint = {**ENDPOINT, "privateDnsEnabled": True}
    more = {**DECLARED, "minimumZones": 1}
    found = said(plain_pack, flat.build([*NETWORK, ROUTE, endpoint, CLOSED]), **more)
    assert {policy for policy, _ in found} == {"endpoint-ingress-https"}
    opened = {**CLOSED, "ingress": [{**HTTPS, "cidrBlocks": ["10.0.1.0/24"]}]}
    assert said(plain_pack, flat.build([*NETWORK, ROUTE, endpoint, opened]), **more) == []
    assert said(plain_pack, flat.build([*NETWORK, ROUTE, ENDPOINT, opened]), **more) == []


def test_a_gateway_endpoint_that_is_there_has_to_admit_the_buckets_and_needs_no_route_table(
    plain_pack: Pack,
) -> None:
    gateway = {
        "VpcEndpoint": "s3",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-1.s3",
        "routeTableIds": ["${net}"],
    }
    found = said(plain_pack, flat.build([*NETWORK, ROUTE, gateway]), **DECLARED)
    assert {policy for policy, _ in found} == {"s3-gateway-policy-not-open"}
    shut = {**gateway, "policy": json.dumps({"Statement": [{**ALLOW, "Resource": "arn:aws:s3:::acme/*"}]})}
    found = said(plain_pack, flat.build([*NETWORK, ROUTE, shut]), **DECLARED)
    assert {policy for policy, _ in found} == {"s3-gateway-policy-complete", "s3-gateway-buckets-complete"}


def test_a_component_in_an_excused_vpc_has_nothing_to_declare(plain_pack: Pack) -> None:
    component = {
        "SsmEndpoints": "c",
        "region": "eu-west-1",
        "vpcId": "vpc-0000000a",
        "services": [],
        "buckets": [],
    }
    declared = {"internetAccess": [{"vpc": "vpc-0000000a", "where": "NAT"}]}
    of = [
        p for p, _ in said(plain_pack, flat.build([component]), **declared) if p == "ssm-endpoints-declared"
    ]
    assert of == []
    other = {"internetAccess": [{"vpc": "vpc-0000000b", "where": "NAT"}]}
    assert any(p == "ssm-endpoints-declared" for p, _ in said(plain_pack, flat.build([component]), **other))


# --- The nodes' own way out -------------------------------------------------------------------------------------------
NODE: JsonObject = {"Instance": "web", "subnetId": "${Subnet.a}", "vpcSecurityGroupIds": ["${node}"]}


def node(*blocks: str, **more: object) -> JsonObject:
    return {
        "SecurityGroup": "node",
        "vpcId": "${net}",
        "egress": [{**HTTPS, "cidrBlocks": list(blocks), **more}],
    }


@pytest.mark.parametrize(
    "group",
    [
        node("0.0.0.0/0"),
        node("0.0.0.0/1", "128.0.0.0/1"),
        node("0.0.0.0/0", protocol="-1", fromPort=0, toPort=0),
    ],
)
def test_nodes_that_get_out_to_everywhere_pass(plain_pack: Pack, group: JsonObject) -> None:
    assert said(plain_pack, flat.build([*NETWORK, ROUTE, NODE, group]), **DECLARED) == []
    bare = {key: value for key, value in NODE.items() if key != "vpcSecurityGroupIds"}
    assert said(plain_pack, flat.build([*NETWORK, ROUTE, bare]), **DECLARED) == []


@pytest.mark.parametrize(
    ("group", "verb"),
    [
        (node("10.0.0.0/8"), "do not let"),
        (node("0.0.0.0/0", fromPort=80, toPort=80), "do not let"),
        (node("52.94.0.0/16"), "cannot be shown to let"),
        (node("${?}"), "cannot be shown to let"),
        (node(prefixListIds=["pl-6da54004"]), "cannot be shown to let"),
    ],
)
def test_nodes_whose_groups_keep_them_inside_are_found(
    plain_pack: Pack, group: JsonObject, verb: str
) -> None:
    ((policy, message),) = said(plain_pack, flat.build([*NETWORK, ROUTE, NODE, group]), **DECLARED)
    assert policy == "node-egress-to-endpoints"
    assert f"the security groups of Instance 'web' ('node') {verb} tcp/443 out to the internet" in message
    assert 'from_port=443, to_port=443, cidr_ipv4="0.0.0.0/0")' in message


def test_a_network_acl_may_keep_nodes_from_the_internet(plain_pack: Pack) -> None:
    acl = {"NetworkAcl": "acl", "vpcId": "${net}", "subnetIds": ["${Subnet.a}"], "ingress": [], "egress": []}
    found = said(plain_pack, flat.build([*NETWORK, ROUTE, acl]), **DECLARED)
    assert {policy for policy, _ in found} == {"node-nacl-allows-https"}
    assert "does not let tcp/443 out of 'a' to the internet (0.0.0.0/0)" in found[0][1]


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
