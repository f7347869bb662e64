"""Which route table a subnet uses, under every name that it goes by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from policies import tokens
from policies.endpoints import Endpoint
from policies.graph import UNKNOWN, Graph, Resource

# What a VPC tells of its main route table.
_MAIN = ("mainRouteTableId", "defaultRouteTableId")
_DESTINATIONS = ("destinationCidrBlock", "cidrBlock", "destinationIpv6CidrBlock", "ipv6CidrBlock")


def of_subnet(graph: Graph, subnet: str) -> frozenset[str]:
    """Every name of the route table that a subnet uses: that of its association, or else the VPC's main one."""
    associations = graph.satellites(tokens.ROUTE_TABLE_ASSOCIATION, "subnetId", tokens.SUBNETS)
    if own := associations.of.get(subnet):
        keys = {graph.refers_to(each, "routeTableId", tokens.ROUTED) for each in own}
        return frozenset().union(*(same_as(graph, key) for key in keys if isinstance(key, str)))
    resource = graph.get(subnet)
    if resource is None or any(resource.urn in urns or not urns for urns in _sources(associations.untold)):
        return frozenset()
    vpc = graph.vpc_of(resource)
    return main_of(graph, vpc) if isinstance(vpc, str) else frozenset()


def main_of(graph: Graph, vpc: str) -> frozenset[str]:
    """Every name of a VPC's main route table: the one that replaced it, the default one, or what the VPC tells of it."""
    replaced = graph.satellites(tokens.MAIN_ROUTE_TABLE_ASSOCIATION, "vpcId", tokens.VPCS)
    if vpc in replaced.of:
        keys = {graph.refers_to(each, "routeTableId", tokens.ROUTED) for each in replaced.of[vpc]}
        return frozenset().union(*(same_as(graph, key) for key in keys if isinstance(key, str)))
    return same_as(graph, vpc) if graph.get(vpc) else frozenset()


def same_as(graph: Graph, table: str) -> frozenset[str]:
    """Everything that means this route table. A VPC's URN means its main one."""
    resource = home = graph.get(table)
    found = {table}
    if resource and resource.type in tokens.ROUTE_TABLES and isinstance(id := resource.props.get("id"), str):
        found.add(id)
    if resource and resource.type == tokens.DEFAULT_ROUTE_TABLE:
        key = graph.refers_to(resource, "defaultRouteTableId", tokens.VPCS)
        home = graph.get(key) if isinstance(key, str) else None
    if home:
        found |= {home.urn, *(id for key in _MAIN if isinstance(id := home.props.get(key), str))}
        default = graph.satellites(tokens.DEFAULT_ROUTE_TABLE, "defaultRouteTableId", tokens.VPCS)
        same = [each for name in found for each in default.of.get(name, [])]
        found |= {each.urn for each in same}
    return frozenset(found)


def joined_by(graph: Graph, gateways: Iterable[Endpoint]) -> frozenset[str]:
    """Every name of the route tables that gateway endpoints surely are on."""
    keys = [key for endpoint in gateways for key in endpoint.route_tables.keys]
    return frozenset().union(*(same_as(graph, key) for key in keys))


def public(graph: Graph) -> frozenset[str]:
    """The route tables with a route to an internet gateway."""
    found: set[str] = set()
    for table in graph.of_type(*tokens.ROUTE_TABLES):
        routes = table.props.get("routes")
        inline = routes if isinstance(routes, list) else []
        if any(_leads_out(graph, table, "routes", each, inline) for each in inline):
            found |= same_as(graph, table.urn)
    for route in graph.of_type(tokens.ROUTE):
        target = graph.refers_to(route, "routeTableId", tokens.ROUTED)
        if isinstance(target, str) and _leads_out(graph, route, "gatewayId", route.props, [route.props]):
            found |= same_as(graph, target)
    return frozenset(found)


def _leads_out(graph: Graph, resource: Resource, key: str, route: Any, routes: list[Any]) -> bool:
    """Whether one of the routes that the property `key` holds, or the route that the resource is, is a default route to an
    internet gateway."""
    gateway = _gateway(route)
    if gateway is None or not _is_default(route):
        # A way out to some addresses alone makes no subnet public.
        return False
    if isinstance(gateway, str):
        return gateway.startswith("igw-")
    if graph.refer_to(resource, key, (tokens.VPN_GATEWAY,)).keys or not all(
        _is_default(each) for each in routes if _gateway(each) is UNKNOWN
    ):
        # Of several gateways, the default route may mean the VPN's: then machines live behind it.
        return False
    known = {id for each in routes if isinstance(id := _gateway(each), str)}
    meant = (graph.get(each) for each in graph.refer_to(resource, key, (tokens.INTERNET_GATEWAY,)).keys)
    return any(each is not None and each.props.get("id") not in known for each in meant)


def _gateway(route: Any) -> object:
    return route.get("gatewayId") if isinstance(route, Mapping) else None


def _is_default(route: Mapping[str, Any]) -> bool:
    where = [route.get(each) for each in _DESTINATIONS]
    return any(each in ("0.0.0.0/0", "::/0") or each is UNKNOWN for each in where)


def _sources(satellites: Iterable[Resource]) -> Iterator[tuple[str, ...]]:
    return (satellite.references.get("subnetId", ()) for satellite in satellites)


def label(graph: Graph, names: Collection[str]) -> str:
    """How messages call a route table that goes by these names."""
    found = meant(graph, names)
    if found is None:
        return ", ".join(sorted(names))
    return f"the main route table of {found.name!r}" if found.type in tokens.VPCS else repr(found.name)


def meant(graph: Graph, names: Iterable[str]) -> Resource | None:
    """The resource of a route table that goes by these names, or else the VPC whose main one it is."""
    found = (resource for name in names if (resource := graph.get(name)))
    return min(found, key=lambda resource: resource.type in tokens.VPCS, default=None)
