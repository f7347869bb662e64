"""The security groups that nodes are in, over every way of giving them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies import tokens
from policies.graph import UNKNOWN, Graph, References, Resource
from policies.nodes import Launch
from policies.vpcs import Vpc


def groups_of(graph: Graph, vpc: Vpc, launch: Launch) -> References:
    """The security groups of a launch: its own, those of network interfaces that it is given, and those attached to it
    afterwards; if none, the VPC's default one, where the stack manages it."""
    return graph.once((_groups, vpc.key, launch.resource.urn), lambda: _groups(graph, vpc, launch))


def _groups(graph: Graph, vpc: Vpc, launch: Launch) -> References:
    found = launch.groups + sum(_of_interfaces(graph, launch.resource), References())
    for attachment in graph.of_type(tokens.NETWORK_INTERFACE_SECURITY_GROUP):
        if launch.resource.urn in attachment.references.get("networkInterfaceId", ()):
            found += graph.refer_to(attachment, "securityGroupId", tokens.SECURITY_GROUPS)
    if found.keys or found.more:
        return found
    homes = {each.urn: graph.vpc_of(each) for each in graph.of_type(tokens.DEFAULT_SECURITY_GROUP)}
    managed = tuple(urn for urn, home in homes.items() if home == vpc.key)
    return References(managed, more=not managed and UNKNOWN in homes.values())


def _of_interfaces(graph: Graph, resource: Resource) -> Iterator[References]:
    for key in ("networkInterfaces", "primaryNetworkInterface"):
        value = resource.props.get(key)
        given = value if isinstance(value, list) else [value]
        ids = [each.get("networkInterfaceId") if isinstance(each, Mapping) else each for each in given]
        # All at once: of two that are not known, one may be of this stack and the other not.
        named = graph.refer_to(
            resource, key, (tokens.NETWORK_INTERFACE,), [id for id in ids if id is not None]
        )
        known = [interface for name in named.keys if (interface := graph.get(name))]
        yield References(more=named.more or len(known) < len(named.keys))
        for interface in known:
            yield graph.refer_to(interface, "securityGroups", tokens.SECURITY_GROUPS)
