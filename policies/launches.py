"""What starts machines in a stack, together with its launch template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies import tokens
from policies.graph import UNKNOWN, Graph, Maybe, References, Resource

TEMPLATES = (tokens.LAUNCH_TEMPLATE, tokens.LAUNCH_CONFIGURATION)


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


def launches(graph: Graph) -> list[Launch]:
    """Everything in the stack that starts machines. A launch template that something here uses is read as part of that."""
    return graph.once(_launches, lambda: _launches(graph))


def _launches(graph: Graph) -> list[Launch]:
    found = [(resource, list(_templates(graph, resource))) for resource in graph.of_type(*tokens.LAUNCHES)]
    used = {template.urn for _, templates in found for template in templates}
    return [_launch(graph, resource, templates) for resource, templates in found if resource.urn not in used]


def _templates(graph: Graph, resource: Resource) -> Iterator[Resource]:
    """The launch templates and configurations of this stack that something takes its machines from."""
    if resource.type in TEMPLATES:
        return
    for key in ("launchTemplate", "launchConfiguration", "mixedInstancesPolicy"):
        value = resource.props.get(key)
        if value is not None:
            ids = list(_strings(value))
            for found in graph.refer_to(resource, key, TEMPLATES, ids).keys:
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
        interfaces = each.props.get("networkInterfaces") or []
        interfaces = interfaces if isinstance(interfaces, list) else [UNKNOWN]
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
        own_places += _of_interfaces(graph, each, interfaces)
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
    return found + graph.refer_to(resource, "networkInterfaces", types, nested)


def _profile(graph: Graph, resource: Resource) -> Maybe:
    """The instance profile that machines start with: by name on an instance, by name or ARN in a launch template."""
    value = resource.props.get("iamInstanceProfile")
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("arn")
    if value is None:
        return None
    found = graph.refer_to(resource, "iamInstanceProfile", (tokens.INSTANCE_PROFILE,), [value])
    return found.keys[0] if len(found.keys) == 1 else UNKNOWN


def _of_interfaces(graph: Graph, resource: Resource, interfaces: list[Any]) -> References:
    """The subnets of the network interfaces that an instance is given."""
    found = References()
    primary = resource.props.get("primaryNetworkInterface")
    for key, given in (("networkInterfaces", interfaces), ("primaryNetworkInterface", [primary])):
        ids = [each.get("networkInterfaceId") if isinstance(each, Mapping) else each for each in given]
        ids = [id for id in ids if id is not None]
        named = graph.refer_to(resource, key, (tokens.NETWORK_INTERFACE,), ids)
        known = [interface for name in named.keys if (interface := graph.get(name))]
        found += References(more=named.more or len(known) < len(named.keys))
        found = sum((graph.refer_to(each, "subnetId", tokens.SUBNETS) for each in known), found)
    return found
