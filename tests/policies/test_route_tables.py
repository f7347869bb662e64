"""Which route table a subnet uses, under every name that it goes by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from policies import route_tables, tokens
from policies.graph import UNKNOWN, Graph, Resource
from tests.policies.seen import named, seen, urn
from tests.support.graph import JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16"}
TOLD: JsonObject = {**VPC, "mainRouteTableId": "rtb-1", "defaultRouteTableId": "rtb-2"}
SUBNET: JsonObject = {"Subnet": "s", "vpcId": "${net}", "cidrBlock": "10.0.1.0/24"}
TABLE: JsonObject = {"RouteTable": "table", "vpcId": "${net}"}
DEFAULT: JsonObject = {"DefaultRouteTable": "default", "defaultRouteTableId": "${net}"}
IN_TABLE: JsonObject = {"RouteTableAssociation": "in", "subnetId": "${s}", "routeTableId": "${table}"}


def table_of(subnet: str, *items: JsonObject) -> set[str]:
    graph = seen(*items)
    return set(named(graph, route_tables.of_subnet(graph, subnet if "-" in subnet else urn(graph, subnet))))


def test_a_subnet_uses_the_table_of_its_association() -> None:
    assert table_of("s", VPC, SUBNET, TABLE, IN_TABLE) == {"table"}
    assert table_of("s", TOLD, SUBNET, DEFAULT, {**IN_TABLE, "routeTableId": "rtb-9"}) == {"rtb-9"}


def test_a_table_that_has_told_its_id_goes_by_that_too() -> None:
    assert table_of("s", VPC, SUBNET, {**TABLE, "id": "rtb-7"}, IN_TABLE) == {"table", "rtb-7"}
    default = {**DEFAULT, "id": "rtb-1"}
    assert table_of("s", VPC, SUBNET, default, {**IN_TABLE, "routeTableId": "rtb-1"}) == {
        "net",
        "default",
        "rtb-1",
    }


def test_an_association_of_another_subnet_is_not_its_own() -> None:
    other = {**SUBNET, "Subnet": "other"}
    assert table_of("other", TOLD, SUBNET, other, TABLE, IN_TABLE) == {"net", "rtb-1", "rtb-2"}


def test_an_association_with_a_table_that_is_not_known_tells_none() -> None:
    assert table_of("s", TOLD, SUBNET, TABLE, {**IN_TABLE, "routeTableId": "${?}"}) == set()


def test_an_association_whose_subnet_is_not_known_may_be_anyones() -> None:
    assert table_of("s", VPC, SUBNET, TABLE, {**IN_TABLE, "subnetId": "${?}"}) == set()


def test_an_association_of_one_of_two_other_subnets_is_not_this_ones() -> None:
    others = [{**SUBNET, "Subnet": name} for name in ("x", "y")]
    graph = seen(VPC, SUBNET, *others, TABLE, {**IN_TABLE, "subnetId": ["${x}", "${y}"]})
    assert named(graph, route_tables.of_subnet(graph, urn(graph, "s"))) == ["net"]
    assert not route_tables.of_subnet(graph, urn(graph, "x"))


def test_a_subnet_known_by_id_has_the_table_of_its_association_or_none_that_is_known() -> None:
    by_id = {**IN_TABLE, "subnetId": "subnet-1"}
    assert table_of("subnet-1", VPC, TABLE, by_id) == {"table"}
    assert table_of("subnet-2", VPC, TABLE, by_id) == set()


def test_a_subnet_of_a_vpc_that_is_not_known_or_not_here_uses_a_table_that_nothing_tells() -> None:
    assert table_of("s", VPC, {**SUBNET, "vpcId": "${?}"}) == set()
    assert table_of("s", {**SUBNET, "vpcId": "vpc-1"}) == set()


# --- The main route table ---------------------------------------------------------------------------------------------
def test_the_main_table_goes_by_its_vpc_by_its_ids_and_by_its_resource() -> None:
    assert table_of("s", VPC, SUBNET) == {"net"}
    assert table_of("s", {**TOLD, "id": "vpc-1"}, SUBNET) == {"net", "rtb-1", "rtb-2"}
    assert table_of("s", TOLD, SUBNET, DEFAULT) == {"net", "rtb-1", "rtb-2", "default"}
    by_id = {**DEFAULT, "defaultRouteTableId": "rtb-2"}
    assert table_of("s", TOLD, SUBNET, by_id) == {"net", "rtb-1", "rtb-2", "default"}


@pytest.mark.parametrize("main", ["${net}", "${default}"])
def test_an_association_with_the_main_table_means_it_under_every_name(main: str) -> None:
    joined = {**IN_TABLE, "routeTableId": main}
    assert table_of("s", TOLD, SUBNET, DEFAULT, joined) == {"net", "rtb-1", "rtb-2", "default"}


def test_the_default_table_of_another_vpc_is_another() -> None:
    other = {**DEFAULT, "defaultRouteTableId": "${other}"}
    assert table_of("s", VPC, {**VPC, "Vpc": "other"}, SUBNET, other) == {"net"}
    elsewhere = ({**DEFAULT, "defaultRouteTableId": "rtb-9"}, {**IN_TABLE, "routeTableId": "${default}"})
    assert table_of("s", VPC, SUBNET, *elsewhere) == {"default"}
    unread = ({**DEFAULT, "defaultRouteTableId": "${?}"}, {**IN_TABLE, "routeTableId": "${default}"})
    assert table_of("s", VPC, SUBNET, *unread) == {"default"}


MAIN: JsonObject = {"MainRouteTableAssociation": "main", "vpcId": "${net}", "routeTableId": "${table}"}


def test_a_main_table_that_was_replaced_is_the_new_one_alone() -> None:
    assert table_of("s", TOLD, SUBNET, TABLE, DEFAULT, MAIN) == {"table"}
    assert table_of("s", VPC, SUBNET, TABLE, {**MAIN, "routeTableId": "rtb-9"}) == {"rtb-9"}


def test_a_main_table_that_was_replaced_by_one_that_is_not_known_is_none() -> None:
    assert table_of("s", TOLD, SUBNET, TABLE, {**MAIN, "routeTableId": "${?}"}) == set()


def test_the_main_table_of_another_vpc_was_replaced() -> None:
    assert table_of("s", VPC, {**VPC, "Vpc": "other"}, SUBNET, TABLE, {**MAIN, "vpcId": "${other}"}) == {
        "net"
    }


def test_the_main_table_of_a_vpc_known_by_id_may_be_replaced_here() -> None:
    subnet, main = {**SUBNET, "vpcId": "vpc-1"}, {**MAIN, "vpcId": "vpc-1"}
    assert table_of("s", subnet, {**TABLE, "vpcId": "vpc-1"}, main) == {"table"}


# --- Public route tables ----------------------------------------------------------------------------------------------
GATEWAY: JsonObject = {"InternetGateway": "igw", "vpcId": "${net}"}


def public(*items: JsonObject) -> set[str]:
    graph = seen(VPC, TABLE, GATEWAY, *items)
    return set(named(graph, route_tables.public(graph)))


def inline(**route: object) -> tuple[JsonObject, ...]:
    return ({"RouteTable": "inline", "vpcId": "${net}", "routes": [route]},)


def detached(**route: object) -> tuple[JsonObject, ...]:
    names = {"cidrBlock": "destinationCidrBlock", "ipv6CidrBlock": "destinationIpv6CidrBlock"}
    named = {names.get(key, key): value for key, value in route.items()}
    return ({"RouteTable": "inline", "vpcId": "${net}"}, {"Route": "r", "routeTableId": "${inline}", **named})


WAYS = pytest.mark.parametrize("way", [inline, detached])
Way = Callable[..., tuple[JsonObject, ...]]


@WAYS
@pytest.mark.parametrize("gateway", ["${igw}", "igw-0123456789abcdef0"])
@pytest.mark.parametrize(
    "where", [{"cidrBlock": "0.0.0.0/0"}, {"ipv6CidrBlock": "::/0"}, {"cidrBlock": "${?}"}]
)
def test_a_route_to_an_internet_gateway_makes_a_table_public(
    way: Way, gateway: str, where: JsonObject
) -> None:
    assert public(*way(gatewayId=gateway, **where)) == {"inline"}


@WAYS
@pytest.mark.parametrize(
    "route",
    [
        {"gatewayId": "${igw}", "cidrBlock": "198.51.100.0/24"},
        {"gatewayId": "${igw}"},
        {"gatewayId": "vgw-0123456789abcdef0", "cidrBlock": "0.0.0.0/0"},
        {"gatewayId": "${?}", "cidrBlock": "0.0.0.0/0"},
        {"natGatewayId": "nat-0123456789abcdef0", "cidrBlock": "0.0.0.0/0"},
        {"natGatewayId": "${?}", "cidrBlock": "${?}"},
    ],
    ids=["some addresses", "no address", "virtual private", "not known", "NAT", "NAT, not known"],
)
def test_no_other_route_does(way: Way, route: JsonObject) -> None:
    assert public(*way(**route)) == set()


def test_one_route_out_among_others_is_enough() -> None:
    table, routes = inline()[0], [{"cidrBlock": "10.1.0.0/16", "gatewayId": "local"}, "${?}"]
    out = {"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-0123456789abcdef0"}
    assert public({**table, "routes": [*routes, out]}) == {"inline"}
    assert public({**table, "routes": routes}) == set()
    assert public({**table, "routes": "${?}"}) == set()


def test_a_public_main_table_is_public_under_every_name() -> None:
    out = {"cidrBlock": "0.0.0.0/0", "gatewayId": "${igw}"}
    assert public({**DEFAULT, "routes": [out]}) == {"net", "default"}
    route = {"Route": "r", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "${igw}"}
    assert public({**route, "routeTableId": "${net}"}) == {"net"}
    assert public({**route, "routeTableId": "rtb-9"}) == {"rtb-9"}


def test_every_public_table_is_found() -> None:
    out = {"cidrBlock": "0.0.0.0/0", "gatewayId": "${igw}"}
    tables = [{"RouteTable": name, "vpcId": "${net}", "routes": [out]} for name in ("one", "two")]
    bare = [{"RouteTable": name, "vpcId": "${net}"} for name in ("three", "four")]
    routes = [
        {
            "Route": f"of-{name}",
            "routeTableId": f"${{{name}}}",
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": "${igw}",
        }
        for name in ("three", "four")
    ]
    assert public(*tables, *bare, *routes) == {"one", "two", "three", "four"}


def test_a_route_of_a_table_that_is_not_known_makes_none_public() -> None:
    assert (
        public(
            {"Route": "r", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "${igw}", "routeTableId": "${?}"}
        )
        == set()
    )


# --- What messages call it --------------------------------------------------------------------------------------------
def called(graph: Graph, *names: str) -> str:
    return route_tables.label(graph, [name if "-" in name else urn(graph, name) for name in names])


def test_a_table_is_called_by_its_own_name_first_and_by_its_ids_last() -> None:
    graph = seen(VPC, TABLE, DEFAULT)
    assert called(graph, "rtb-2", "rtb-1") == "rtb-1, rtb-2"
    assert called(graph, "rtb-1", "net") == "the main route table of 'net'"
    assert called(graph, "net", "default", "rtb-1") == called(graph, "default", "net") == "'default'"
    assert called(graph, "table") == "'table'"


@pytest.mark.parametrize("default", ["${igw}", "${vpn}"])
def test_which_of_two_unknown_gateways_the_default_route_means_cannot_be_told(default: str) -> None:
    """In a first preview both are unknown, and a table behind a VPN would otherwise count as public."""
    other = "${vpn}" if default == "${igw}" else "${igw}"
    routes = [
        {"cidrBlock": "0.0.0.0/0", "gatewayId": default},
        {"cidrBlock": "198.51.100.0/24", "gatewayId": other},
    ]
    table = {"RouteTable": "inline", "vpcId": "${net}", "routes": routes}
    assert public({"VpnGateway": "vpn", "vpcId": "${net}"}, table) == set()


@pytest.mark.parametrize("other", ["${igw}", "igw-0123456789abcdef0"], ids=["first", "later"])
def test_an_internet_gateway_of_another_route_does_not_stand_for_a_default_route_that_is_not_known(
    other: str,
) -> None:
    """The default route may lead to the virtual private gateway of another stack."""
    routes = [
        {"cidrBlock": "0.0.0.0/0", "gatewayId": "${?}"},
        {"cidrBlock": "198.51.100.0/24", "gatewayId": other},
    ]
    graph = seen(VPC, {**GATEWAY, "id": "igw-0123456789abcdef0"} if "-" in other else GATEWAY)
    (gateway,) = graph.of_type(tokens.INTERNET_GATEWAY)
    table = Resource("urn:table", tokens.ROUTE_TABLE, "table", {"routes": _read(routes)}, "eu-west-1")
    table = replace(table, references={"routes": (gateway.urn,)})
    assert route_tables.public(Graph([*graph.resources.values(), table])) == set()


def test_default_routes_of_both_versions_to_an_internet_gateway_are_public() -> None:
    routes = [
        {key: where, "gatewayId": "${igw}"}
        for key, where in (("cidrBlock", "0.0.0.0/0"), ("ipv6CidrBlock", "::/0"))
    ]
    assert public({"RouteTable": "inline", "vpcId": "${net}", "routes": routes}) == {"inline"}


def _read(routes: list[dict[str, str]]) -> list[dict[str, object]]:
    return [{key: UNKNOWN if "$" in value else value for key, value in route.items()} for route in routes]
