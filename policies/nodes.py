"""Where managed nodes live: what starts machines in this stack, and the subnets that they run in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from policies import route_tables, tokens
from policies.graph import UNKNOWN, Graph, Maybe
from policies.launches import TEMPLATES, Launch, launches
from policies.pack_config import NodeSubnet, PackConfig, names

__all__ = ["TEMPLATES", "Launch", "Subnet", "launches", "of_vpc", "subnet", "subnets", "vpc_of"]


@dataclass(frozen=True)
class Subnet:
    """A subnet that nodes run in. `key` is a URN of this stack or an id. What is not known is UNKNOWN; `blocks` holds its
    address blocks, `tables` every name of the route table that it uses (none where that cannot be told)."""

    key: str
    label: str
    urn: str | None
    zone: Maybe
    blocks: tuple[Maybe, ...]
    tables: frozenset[str]


def vpc_of(graph: Graph, launch: Launch, config: PackConfig) -> Maybe:
    """The VPC that machines start in: that of their subnets, or else of their security groups; None where nothing is said
    (AWS takes the default VPC), UNKNOWN where it cannot be told."""
    said = (*launch.subnets.keys, *launch.groups.keys)
    if not said and not launch.subnets.more and not launch.groups.more:
        return None
    found: set[Maybe] = set()
    for key in said:
        resource = graph.get(key)
        if resource is not None:
            found.add(graph.vpc_of(resource))
        else:
            found.update(each.vpc for each in config.node_subnets if each.id == key)
    found.discard(None)
    return found.pop() if len(found) == 1 else UNKNOWN


def of_vpc(graph: Graph, vpc: str, config: PackConfig) -> list[Launch]:
    """What surely starts machines in a VPC."""
    return [launch for launch in launches(graph) if vpc_of(graph, launch, config) == vpc]


def subnets(graph: Graph, vpc: str | None, config: PackConfig) -> list[Subnet]:
    """The subnets of a VPC that nodes run in: those that the pack's configuration names and those that this stack starts
    machines in; where neither tells, every subnet of the VPC here with no route to an internet gateway."""
    if vpc is None:
        return []
    found = {each.key: each for each in _declared(graph, vpc, config)}
    by_vpc = graph.once((_starts, config.node_subnets), lambda: _starts(graph, config))
    for key in by_vpc.get(vpc, ()):
        found.setdefault(key, subnet(graph, key))
    if not found:
        found = {each.key: each for each in graph.once(_private, lambda: _private(graph)).get(vpc, ())}
    return list(found.values())


def _starts(graph: Graph, config: PackConfig) -> dict[Maybe, list[str]]:
    """The subnets that machines start in, by VPC."""
    found: dict[Maybe, list[str]] = {}
    for launch in launches(graph):
        if not _is_public(graph, launch):
            found.setdefault(vpc_of(graph, launch, config), []).extend(launch.subnets.keys)
    return found


def _is_public(graph: Graph, launch: Launch) -> bool:
    """Whether its machines surely have a public address and a route to an internet gateway: they need no endpoint, and say
    nothing of where private nodes live."""
    places = [place for key in launch.subnets.keys if (place := graph.get(key))]
    asked = launch.resource.props.get("associatePublicIpAddress")
    out = _public_tables(graph)
    return (
        bool(places)
        and len(places) == len(launch.subnets.keys)
        and not launch.subnets.more
        and all(
            subnet(graph, place.urn).tables & out
            and (asked is True or (asked is None and place.props.get("mapPublicIpOnLaunch") is True))
            for place in places
        )
    )


def _public_tables(graph: Graph) -> frozenset[str]:
    return graph.once(route_tables.public, lambda: route_tables.public(graph))


def _private(graph: Graph) -> dict[Maybe, list[Subnet]]:
    """The subnets of this stack with no route to an internet gateway, by VPC."""
    found: dict[Maybe, list[Subnet]] = {}
    public = _public_tables(graph)
    for resource in graph.of_type(*tokens.SUBNETS):
        each = subnet(graph, resource.urn)
        if not each.tables & public:
            found.setdefault(graph.vpc_of(resource), []).append(each)
    return found


def _declared(graph: Graph, vpc: str, config: PackConfig) -> Iterator[Subnet]:
    """The subnets in the pack's configuration that are of this VPC."""
    home = graph.get(vpc)
    for each in config.node_subnets:
        if not names(each.vpc, vpc, home and home.props.get("id")):
            continue
        here = [s for s in graph.of_type(*tokens.SUBNETS) if names(each.id, s.urn, s.props.get("id"))]
        for resource in here:
            if graph.vpc_of(resource) == vpc:
                yield _with(graph, subnet(graph, resource.urn), each)
        if not here and not each.id.startswith("urn:") and "*" not in each.id:
            yield _with(graph, subnet(graph, each.id), each)


def _with(graph: Graph, own: Subnet, said: NodeSubnet) -> Subnet:
    """A subnet with what its owner says of it where the stack itself does not tell."""
    blocks = tuple(block for block in (said.cidr, said.ipv6_cidr) if block)
    return replace(
        own,
        zone=zone_names(graph).get(said.zone, said.zone) or UNKNOWN if own.zone is UNKNOWN else own.zone,
        tables=own.tables or frozenset(filter(None, (said.route_table,))),
        blocks=blocks if blocks and UNKNOWN in own.blocks else own.blocks,
    )


def zone_names(graph: Graph) -> dict[str, str]:
    """The names of zones by their ids, from subnets that tell both. Each account has its own: an id of two tells nothing."""
    return graph.once(zone_names, lambda: _zone_names(graph))


def _zone_names(graph: Graph) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for each in graph.of_type(*tokens.SUBNETS):
        name, id = each.text("availabilityZone"), each.text("availabilityZoneId")
        if isinstance(name, str) and isinstance(id, str) and name and id:
            found.setdefault(id, set()).add(name)
    return {id: min(names) for id, names in found.items() if len(names) == 1}


def subnet(graph: Graph, key: str) -> Subnet:
    """A subnet by its URN or id."""
    resource = graph.get(key)
    if resource is None:
        return Subnet(key, key, None, UNKNOWN, (UNKNOWN,), route_tables.of_subnet(graph, key))
    said = (resource.text("availabilityZone"), resource.text("availabilityZoneId"))
    zone = next((each for each in said if isinstance(each, str) and each), UNKNOWN)
    zone = zone_names(graph).get(zone, zone) if isinstance(zone, str) else zone
    v4, v6 = resource.text("cidrBlock"), resource.text("ipv6CidrBlock")
    blocks = tuple(block for block in (v4, v6) if block is not None) or (UNKNOWN,)
    # An IPv6 block that the program did not ask for is not there, whatever a preview does not know.
    if v6 is UNKNOWN and resource.given is not None and "ipv6CidrBlock" not in resource.given:
        blocks = (UNKNOWN if v4 is None else v4,)
    return Subnet(key, repr(resource.name), resource.urn, zone, blocks, route_tables.of_subnet(graph, key))
