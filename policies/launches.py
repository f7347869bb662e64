"""What starts machines in a stack, together with its launch template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies import tokens
from policies.graph import UNKNOWN, Graph, Maybe, References, Resource

TEMPLATES = (tokens.LAUNCH_TEMPLATE, tokens.LAUNCH_CONFIGURATION)
# Where templates are named: on instances and groups, and in a mixed instances policy.
_FROM_TEMPLATE = ("launchTemplate", "launchConfiguration", "mixedInstancesPolicy")
_NAMES = ("id", "launchTemplateId", "name", "launchTemplateName")
_NESTED = ("launchTemplate", "launchTemplateSpecification", "overrides")


@dataclass(frozen=True)
class Launch:
    """Something that starts machines, with what it takes from its launch template: where they run, their security groups
    and their instance profile (a URN, a name or an ARN; None where there is none). `elsewhere`: a template of another stack
    may say of subnets and groups what the launch does not; its profile is for that stack's preview."""

    resource: Resource
    subnets: References
    groups: References
    profile: Maybe
    elsewhere: bool = False

    @property
    def label(self) -> str:
        return f"{self.resource.type.rsplit(':', 1)[-1]} {self.resource.name!r}"


def launches(graph: Graph) -> list[Launch]:
    """Everything in the stack that starts machines. A launch template that something here uses is read as part of that."""
    return graph.once(_launches, lambda: _launches(graph))


def _launches(graph: Graph) -> list[Launch]:
    found = [(resource, *_templates(graph, resource)) for resource in graph.of_type(*tokens.LAUNCHES)]
    used = {template.urn for _, templates, _ in found for template in templates}
    return [_launch(graph, *each) for each in found if each[0].urn not in used]


def _templates(graph: Graph, resource: Resource) -> tuple[list[Resource], bool]:
    """The launch templates and configurations of this stack that something takes its machines from, and whether there are
    others."""
    here: list[Resource] = []
    more = False
    for key in () if resource.type in TEMPLATES else _FROM_TEMPLATE:
        names = list(_named(resource.props.get(key)))
        found = graph.refer_to(resource, key, TEMPLATES, names)
        known = [template for name in found.keys if (template := graph.get(name))]
        here += known
        more = more or found.more or len(known) < len(found.keys)
    return here, more


def _named(value: Any) -> Iterator[Any]:
    """The launch templates that a value names, each once: by its id or its name, whichever is known."""
    if isinstance(value, Mapping):
        own = [value[key] for key in _NAMES if value.get(key) not in (None, "")]
        yield from [next((each for each in own if each is not UNKNOWN), UNKNOWN)] if own else []
        value = [each for key, each in value.items() if key in _NESTED]
    if isinstance(value, list):
        for each in value:
            yield from _named(each)
    elif value is UNKNOWN or (isinstance(value, str) and value):
        yield value


def _launch(graph: Graph, resource: Resource, templates: list[Resource], elsewhere: bool) -> Launch:
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
        if each is resource:
            said = (bool(places.keys or places.more), bool(groups.keys or groups.more))
    places += References(more=elsewhere and not said[0])
    groups += References(more=elsewhere and not said[1])
    return Launch(resource, places, groups, profile, elsewhere)


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
