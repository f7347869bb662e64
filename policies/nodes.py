"""Where managed nodes live: what starts machines in this stack, and the subnets that they run in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies import route_tables, tokens
from policies.graph import UNKNOWN, Graph, Maybe, References, Resource
from policies.pack_config import PackConfig, names

_TEMPLATES = (tokens.LAUNCH_TEMPLATE, tokens.LAUNCH_CONFIGURATION)


@dataclass(frozen=True)
class Launch:
    """Something that starts machines, with what it takes from its launch template: where they run, their security groups
    and their instance profile (a URN, a name or an ARN; None where there is none)."""

    resource: Resource
    subnets: References
    groups: References
    profile: Maybe

    @property
    def label(self) -> str:
        return f"{self.resource.type.rsplit(':', 1)[-1]} {self.resource.name!r}"


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


def launches(graph: Graph) -> list[Launch]:
    """Everything in the stack that starts machines. A launch template that something here uses is read as part of that."""
    return graph.once("launches", lambda: _launches(graph))


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


def subnets(graph: Graph, vpc: str | None, config: PackConfig) -> list[Subnet]:
    """The subnets of a VPC that nodes run in: those that the pack's configuration names and those that this stack starts
    machines in; where neither tells, every subnet of the VPC here with no route to an internet gateway."""
    if vpc is None:
        return []
    found = {each.key: each for each in _declared(graph, vpc, config)}
    by_vpc = graph.once(("starts", config.node_subnets), lambda: _starts(graph, config))
    for key in by_vpc.get(vpc, ()):
        found.setdefault(key, subnet(graph, key))
    if not found:
        found = {each.key: each for each in graph.once("private", lambda: _private(graph)).get(vpc, ())}
    return list(found.values())


def _starts(graph: Graph, config: PackConfig) -> dict[Maybe, list[str]]:
    """The subnets that machines start in, by VPC."""
    found: dict[Maybe, list[str]] = {}
    for launch in launches(graph):
        found.setdefault(vpc_of(graph, launch, config), []).extend(launch.subnets.keys)
    return found


def _private(graph: Graph) -> dict[Maybe, list[Subnet]]:
    """The subnets of this stack with no route to an internet gateway, by VPC."""
    found: dict[Maybe, list[Subnet]] = {}
    public = route_tables.public(graph)
    for resource in graph.of_type(*tokens.SUBNETS):
        each = subnet(graph, resource.urn)
        if not each.tables & public:
            found.setdefault(graph.vpc_of(resource), []).append(each)
    return found


def _launches(graph: Graph) -> list[Launch]:
    found = [(resource, list(_templates(graph, resource))) for resource in graph.of_type(*tokens.LAUNCHES)]
    used = {template.urn for _, templates in found for template in templates}
    return [_launch(graph, resource, templates) for resource, templates in found if resource.urn not in used]


def _declared(graph: Graph, vpc: str, config: PackConfig) -> Iterator[Subnet]:
    """The subnets in the pack's configuration that are of this VPC."""
    home = graph.get(vpc)
    for each in config.node_subnets:
        if not names(each.vpc, vpc, home and home.props.get("id")):
            continue
        here = [s for s in graph.of_type(*tokens.SUBNETS) if names(each.id, s.urn, s.props.get("id"))]
        for resource in here:
            if graph.vpc_of(resource) == vpc:
                yield subnet(graph, resource.urn)
        if not here and not each.id.startswith("urn:") and "*" not in each.id:
            blocks = tuple(block for block in (each.cidr, each.ipv6_cidr) if block) or (UNKNOWN,)
            tables = frozenset(
                {each.route_table} if each.route_table else route_tables.of_subnet(graph, each.id)
            )
            if each.route_table:
                tables |= route_tables.same_as(graph, each.route_table)
            yield Subnet(each.id, each.id, None, each.zone or UNKNOWN, blocks, tables)


def subnet(graph: Graph, key: str) -> Subnet:
    """A subnet by its URN or id."""
    resource = graph.get(key)
    if resource is None:
        return Subnet(key, key, None, UNKNOWN, (UNKNOWN,), route_tables.of_subnet(graph, key))
    zone = resource.text("availabilityZone") or resource.text("availabilityZoneId") or UNKNOWN
    v4, v6 = resource.text("cidrBlock"), resource.text("ipv6CidrBlock")
    native = resource.props.get("ipv6Native") is True
    blocks = tuple(block for block in (v4, v6) if block is not None) or (UNKNOWN,)
    # An IPv6 block that the program did not ask for is not there, whatever a preview does not know.
    if v6 is UNKNOWN and not native and resource.given is not None and "ipv6CidrBlock" not in resource.given:
        blocks = (UNKNOWN if v4 is None else v4,)
    return Subnet(key, repr(resource.name), resource.urn, zone, blocks, route_tables.of_subnet(graph, key))


def _templates(graph: Graph, resource: Resource) -> Iterator[Resource]:
    """The launch templates and configurations of this stack that something takes its machines from."""
    if resource.type in _TEMPLATES:
        return
    for key in ("launchTemplate", "launchConfiguration", "mixedInstancesPolicy"):
        value = resource.props.get(key)
        if value is not None:
            ids = list(_strings(value))
            for found in graph.refer_to(resource, key, _TEMPLATES, ids).keys:
                template = graph.get(found)
                if template is not None:
                    yield template


def _strings(value: Any) -> Iterator[Any]:
    """The texts and unknowns anywhere in a value."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str) or value is UNKNOWN:
        yield value


def _launch(graph: Graph, resource: Resource, templates: list[Resource]) -> Launch:
    """What the resource says itself comes before what its template says."""
    places, groups, profile = References(), References(), None
    for each in (resource, *templates):
        interfaces = each.props.get("networkInterfaces")
        interfaces = interfaces if isinstance(interfaces, list) else []
        own_places = _joined(
            graph, each, interfaces, ("subnetId", "vpcZoneIdentifiers"), "subnetId", tokens.SUBNETS
        )
        own_groups = _joined(
            graph,
            each,
            interfaces,
            ("vpcSecurityGroupIds", "securityGroups"),
            "securityGroups",
            tokens.SECURITY_GROUPS,
        )
        places = places if places.keys or places.more else own_places
        groups = groups if groups.keys or groups.more else own_groups
        profile = _profile(graph, each) if profile is None else profile
    return Launch(resource, places, groups, profile)


def _joined(
    graph: Graph,
    resource: Resource,
    interfaces: list[Any],
    keys: tuple[str, ...],
    inner: str,
    types: tuple[str, ...],
) -> References:
    found = sum((graph.refer_to(resource, key, types) for key in keys), References())
    nested: list[Any] = []
    for interface in interfaces:
        value = interface.get(inner) if isinstance(interface, Mapping) else UNKNOWN
        nested += value if isinstance(value, list) else [value] if value is not None else []
    return found + graph.refer_to(resource, "networkInterfaces", types, nested) if nested else found


def _profile(graph: Graph, resource: Resource) -> Maybe:
    """The instance profile that machines start with: by name on an instance, by name or ARN in a launch template."""
    value = resource.props.get("iamInstanceProfile")
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("arn")
    if value is None:
        return None
    found = graph.refer_to(resource, "iamInstanceProfile", (tokens.INSTANCE_PROFILE,), [value])
    return found.keys[0] if len(found.keys) == 1 else UNKNOWN
