"""AWS's alternative to endpoints: nodes that reach Systems Manager over the internet.

https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html (read 2026-11-23): they need outbound 443
to the public names of ssm, ssmmessages and ec2messages. The pack recognises it and does not build on it: the owner has to
say it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprint.catalog import Region
from policies import nodes, route_tables, tokens
from policies.graph import UNKNOWN, Graph, Resource
from policies.pack_config import PackConfig
from policies.requirements import services
from policies.rule import Finding
from policies.vpcs import Vpc

# What a route can lead to, as people call it. A peering connection is no way to the internet.
_TARGETS = {
    "natGatewayId": "a NAT gateway",
    "gatewayId": "a gateway",
    "transitGatewayId": "a transit gateway",
    "networkInterfaceId": "a network interface",
    "instanceId": "an instance",
    "vpcEndpointId": "an endpoint of a firewall",
    "coreNetworkArn": "a core network",
    "carrierGatewayId": "a carrier gateway",
    "localGatewayId": "a local gateway",
}
_GATEWAYS = {tokens.INTERNET_GATEWAY: "an internet gateway", tokens.VPN_GATEWAY: "a virtual private gateway"}
# IPv4, as the public names are.
_DEFAULT = "0.0.0.0/0"


@dataclass
class _Routes:
    """The default routes of a stack's route tables, by each name of the table and in words: "'private' to a NAT gateway".
    `unread`: names of tables that may have one that cannot be read; `stray`: so may any table; `here`: names of tables
    whose routes are in this stack."""

    out: dict[str, dict[str, None]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    stray: bool = False
    here: set[str] = field(default_factory=set)

    def of(self, tables: Iterable[str]) -> list[str]:
        """The ways out of a route table that goes by these names."""
        return list(dict.fromkeys(way for name in tables for way in self.out.get(name, ())))

    def leads_out(self, tables: frozenset[str]) -> object:
        """Whether a route table that goes by these names has a default route."""
        if self.of(tables):
            return True
        return UNKNOWN if self.stray or tables & self.unread or not tables & self.here else False


def explained(graph: Graph, vpc: Vpc, region: Region, config: PackConfig) -> str:
    """What to say of a VPC without endpoints whose nodes have a way out; "" where none is seen."""
    if vpc.key is None:
        return ""
    routes, used = _routes(graph), nodes.subnets(graph, vpc.key, config)
    outside = [each for each in used if routes.of(each.tables)]
    ways = routes.of(name for each in outside for name in each.tables)
    if not used:
        # Every subnet here is public.
        ways = routes.of(_tables(graph, vpc.key))
    if not ways:
        return ""
    hosts = sorted(region.dns_name(each.id) for each in services(region, config) if each.type == "Interface")
    entry: dict[str, Any] = {"internetAccess": [{"vpc": vpc.key, "where": f"default route of {ways[0]}"}]}
    who = "the nodes have"
    if len(outside) < len(used):
        who = f"nodes in {_named(outside)} have"
        entry["nodeSubnets"] = [{"vpcId": vpc.key, "id": each.key} for each in outside]
    return (
        f"\n  ({who} a way out: the default route of {', '.join(ways)}. AWS's alternative to endpoints is outbound "
        f"443 from the nodes to {', '.join(hosts)}, over the internet.)\n"
        f"  or, if that is meant, in the pack's configuration: {json.dumps(entry)}"
    )


def not_seen(graph: Graph, vpc: Vpc, config: PackConfig) -> Iterator[Finding]:
    """What speaks against a VPC's internet access that the pack's configuration declares. Of a VPC of another stack it is
    believed, unless the route tables of its node subnets are here."""
    key, routes = str(vpc.key), _routes(graph)
    used = nodes.subnets(graph, key, config)
    states = [(each, routes.leads_out(each.tables)) for each in used]
    said = f"{vpc.label} is said to have internet access, and"
    take_out = "take the VPC out of internetAccess in the pack's configuration"
    shut = [each for each, state in states if state is False]
    if shut:
        tables = dict.fromkeys(route_tables.label(graph, each.tables) for each in shut)
        yield Finding(
            f"{said} no default route leads out of {_named(shut)}, where nodes live.\n"
            f"fix: a route {_DEFAULT} to a NAT gateway in {', '.join(tables)}, or say in nodeSubnets where nodes live, or "
            f"{take_out}",
            vpc.urn,
        )
    unread = [each for each, state in states if state is UNKNOWN]
    if vpc.urn and unread:
        yield Finding(
            f"{said} whether a default route leads out of {_named(unread)}, where nodes live, cannot be read in the "
            f"preview.\nfix: give the route table and its routes in plain text, or {take_out}",
            vpc.urn,
            unproven=True,
        )
    if vpc.urn and not used and not routes.of(_tables(graph, key)):
        yield Finding(
            f"{said} none of its subnets is here, so whether a default route leads out of them cannot be proven.\n"
            f"fix: say it in the stack that has the subnets, or {take_out}",
            vpc.urn,
            unproven=True,
        )


def _named(found: Iterable[nodes.Subnet]) -> str:
    return ", ".join(each.label for each in found)


def _tables(graph: Graph, vpc: str) -> list[str]:
    """The route tables of this stack that are of a VPC."""
    return [vpc, *(table.urn for table in graph.of_type(*tokens.ROUTE_TABLES) if graph.vpc_of(table) == vpc)]


def _routes(graph: Graph) -> _Routes:
    return graph.once(_Routes, lambda: _read(graph))


def _read(graph: Graph) -> _Routes:
    found = _Routes()
    for home in graph.of_type(*tokens.ROUTED):
        found.here |= route_tables.same_as(graph, home.urn)
    for table in graph.of_type(*tokens.ROUTE_TABLES):
        inline = table.props.get("routes")
        names = route_tables.same_as(graph, table.urn)
        for route in inline if isinstance(inline, list) else [inline]:
            if route is not None:
                _note(graph, found, names, table, "routes", route)
        # What a VPN announces stands in no program.
        found.unread |= names if table.props.get("propagatingVgws") else frozenset()
    for route in graph.of_type(tokens.ROUTE, tokens.VPN_ROUTES):
        key = graph.refers_to(route, "routeTableId", tokens.ROUTED)
        names = route_tables.same_as(graph, key) if isinstance(key, str) else frozenset()
        named = graph.get(key) if isinstance(key, str) else None
        given = UNKNOWN if route.type == tokens.VPN_ROUTES else route.props
        _note(graph, found, names, named or route, "gatewayId", given, route)
    return found


def _note(
    graph: Graph,
    found: _Routes,
    names: frozenset[str],
    named: Resource,
    key: str,
    route: Any,
    own: Resource | None = None,
) -> None:
    """Note a route of the table that goes by these names; `named` is what people know it by."""
    known = isinstance(route, Mapping)
    where = (
        [route[each] for each in ("destinationCidrBlock", "cidrBlock") if route.get(each)]
        if known
        else [UNKNOWN]
    )
    ways = list(_targets(graph, own or named, key, route)) if known else []
    if where == [_DEFAULT] and ways:
        for name in names:
            found.out.setdefault(name, {}).update(dict.fromkeys(f"{named.name!r} to {way}" for way in ways))
        found.stray = found.stray or not names
    elif where == [UNKNOWN] and (ways or not known):
        found.unread |= names
        found.stray = found.stray or not names


def _targets(graph: Graph, resource: Resource, key: str, route: Mapping[str, Any]) -> Iterator[str]:
    """What a route leads to, in words."""
    for target, what in _TARGETS.items():
        value = route.get(target)
        if value in (None, "", "local"):
            continue
        if target == "gatewayId":
            meant = [type_ for type_ in _GATEWAYS if graph.refer_to(resource, key, (type_,)).keys]
            if isinstance(value, str):
                meant = [tokens.INTERNET_GATEWAY] if value.startswith("igw-") else []
            what = _GATEWAYS[meant[0]] if len(meant) == 1 else what
        yield what
