"""AWS's alternative to endpoints: nodes that reach Systems Manager over the internet.

https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html (read 2026-11-23): they need outbound 443
to the public names of ssm, ssmmessages and ec2messages. The pack recognises it and does not build on it: the owner has to
say it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from blueprint.catalog import Region
from policies import tokens
from policies.graph import UNKNOWN, Graph, Resource
from policies.pack_config import PackConfig
from policies.requirements import services
from policies.vpcs import Vpc

# What a route can lead to, as people call it. A peering connection or an endpoint is no way to the internet.
_TARGETS = {
    "natGatewayId": "a NAT gateway",
    "gatewayId": "a gateway",
    "transitGatewayId": "a transit gateway",
    "networkInterfaceId": "a network interface",
    "instanceId": "an instance",
}
_DEFAULT = "0.0.0.0/0"


def ways_out(graph: Graph, vpc: str) -> Iterator[str]:
    """The default routes of a VPC's route tables, in words: "'private' to a NAT gateway". IPv4, as the public names are."""
    homes = {table.urn: table for table in graph.of_type(*tokens.ROUTE_TABLES) if graph.vpc_of(table) == vpc}
    for table in homes.values():
        inline = table.props.get("routes")
        for route in inline if isinstance(inline, list) else []:
            if isinstance(route, Mapping):
                yield from _leading(table, route, "cidrBlock")
    for route in graph.of_type(tokens.ROUTE):
        key = graph.refers_to(route, "routeTableId", tokens.ROUTED)
        found = homes.get(key) if isinstance(key, str) else None
        if found or key == vpc:
            yield from _leading(found or route, route.props, "destinationCidrBlock")


def explained(graph: Graph, vpc: Vpc, region: Region, config: PackConfig) -> str:
    """What to say of a VPC without endpoints that has a way out; "" where none is seen."""
    ways = list(dict.fromkeys(ways_out(graph, vpc.key))) if vpc.key else []
    if not ways:
        return ""
    names = sorted(region.dns_name(each.id) for each in services(region, config) if each.type == "Interface")
    entry = json.dumps({"internetAccess": [{"vpc": vpc.key, "where": f"default route of {ways[0]}"}]})
    return (
        f"\n  (the VPC has a way out: the default route of {ways[0]}. AWS's alternative to endpoints is outbound 443 from "
        f"the nodes to {', '.join(names)}, over the internet.)\n  or, if that is meant, in the pack's configuration: {entry}"
    )


def _leading(named: Resource, route: Mapping[str, object], destination: str) -> Iterator[str]:
    if route.get(destination) == _DEFAULT:
        for key, what in _TARGETS.items():
            if route.get(key) not in (None, ""):
                yield f"{named.name!r} to {what}"


def unseen(graph: Graph, vpc: Vpc) -> bool:
    """Whether a VPC of this stack has route tables here, and none with a default route or one that cannot be read."""
    if graph.get(vpc.key or "") is None or any(ways_out(graph, str(vpc.key))):
        return False
    tables = [
        each for each in graph.of_type(*tokens.ROUTE_TABLES) if graph.vpc_of(each) in (vpc.key, UNKNOWN)
    ]
    routes = [
        *(each.props.get("routes") for each in tables),
        *(r.props.get("routeTableId") for r in graph.of_type(tokens.ROUTE)),
    ]
    return UNKNOWN not in routes
