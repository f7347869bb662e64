"""The VPCs to judge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from blueprint.catalog import Region
from policies import nodes, tokens
from policies.endpoints import Endpoints, endpoints
from policies.graph import UNKNOWN, Graph, Maybe, Resource, in_scope
from policies.pack_config import PackConfig, names
from policies.requirements import region_of
from policies.telling import name, word

PROVIDER = "pulumi:providers:aws"


@dataclass(frozen=True)
class Vpc:
    """A VPC to judge. `key` is a URN of this stack, an id, or None where nothing identifies it; `internet`: the pack's
    configuration says that its nodes use the internet instead of endpoints, so that it may lack some."""

    key: str | None
    label: str
    region: Maybe
    urn: str | None
    internet: bool = False


def vpcs(graph: Graph, config: PackConfig) -> list[Vpc]:
    """The VPCs to judge: those of this stack, those that its resources name by id, and, if a stack works in a VPC that
    nothing identifies, that one: a stack with no endpoint at all is the loudest omission."""
    return [replace(each, internet=_uses_internet(graph, each, config)) for each in _all(graph, config)]


def _uses_internet(graph: Graph, vpc: Vpc, config: PackConfig) -> bool:
    known = names_of(graph, vpc)
    return bool(known) and any(names(each.vpc, *known) for each in config.internet_access)


def names_of(graph: Graph, vpc: Vpc) -> tuple[object, ...]:
    """What a VPC goes by in the pack's configuration: its URN and, where that is known, its id; nothing where nothing
    identifies it."""
    home = graph.get(vpc.key) if vpc.key else None
    return () if vpc.key is None else (vpc.key, home and home.props.get("id"))


def _all(graph: Graph, config: PackConfig) -> list[Vpc]:
    found: dict[tuple[str, Maybe], Vpc] = {}
    network = [resource for resource in graph.resources.values() if in_scope(resource)]
    for resource in network:
        # A VPC that was read twice is one VPC.
        if resource.type in tokens.VPCS and graph.canonical(resource) == resource.urn:
            label = f"VPC {name(resource.name)}"
            found[resource.urn, None] = Vpc(resource.urn, label, resource.region, resource.urn)
    for resource in network:
        key = None if resource.type in tokens.VPCS else graph.vpc_of(resource)
        if isinstance(key, str) and graph.get(key) is None:
            found[key, resource.region] = Vpc(key, f"VPC {word(key)}", resource.region, None)
    for launch in nodes.launches(graph):
        key, region = nodes.vpc_of(graph, launch, config), launch.resource.region
        if isinstance(key, str) and graph.get(key) is None:
            found[key, region] = Vpc(key, f"VPC {word(key)}", region, None)
    if found or not (network or config.scope == "always"):
        return list(found.values())
    regions = dict.fromkeys(r.region for r in network or graph.of_type(PROVIDER))
    where = (
        f"the VPC of {network[0].name!r} (which nothing in this stack identifies)"
        if network
        else "this stack"
    )
    return [Vpc(None, where, region, network[0].urn if network else None) for region in regions or [None]]


def judged(graph: Graph, config: PackConfig) -> Iterator[tuple[Vpc, Region, Endpoints]]:
    """The VPCs whose Region's facts are known, with the endpoints of the whole stack. ssm-endpoints-complete reports the
    others, once for each."""
    found = endpoints(graph)
    for vpc in vpcs(graph, config):
        region = region_of(vpc.region, vpc.label)
        if isinstance(region, Region):
            yield vpc, region, found


def astray(graph: Graph, config: PackConfig) -> Iterator[tuple[Resource, str]]:
    """Resources in a VPC that the preview does not know, and the way out. (Endpoints are left out: there they merely prove
    nothing.) None, where every VPC uses the internet instead."""
    if any(each.vpc == "*" for each in config.internet_access):
        return
    for resource in graph.resources.values():
        if (
            in_scope(resource)
            and resource.type not in (*tokens.VPCS, tokens.ENDPOINT, tokens.COMPONENT)
            and (resource.given is None or "vpcId" in resource.given)
            and graph.vpc_of(resource) is UNKNOWN
        ):
            yield resource, "take vpc_id straight from a VPC of this stack, or give the id in plain text"
    for launch in nodes.launches(graph):
        vpc, template = nodes.vpc_of(graph, launch, config), launch.resource.type in nodes.TEMPLATES
        if vpc is UNKNOWN and (not template or launch.subnets.keys or launch.subnets.more):
            entries = [
                {"vpcId": "<its VPC>", "id": key} for key in launch.subnets.keys if graph.get(key) is None
            ]
            paste = json.dumps({"nodeSubnets": entries or [{"vpcId": "<its VPC>", "id": "<subnet>"}]})
            say = f"say in the pack's configuration which VPC its subnets are of: {paste}"
            if launch.elsewhere and not launch.subnets.keys:
                say = "give its subnets here, or take its launch template from this stack: another's is not seen"
            yield launch.resource, say
        elif vpc is None and not template and not any(graph.of_type(tokens.DEFAULT_VPC)):
            yield (
                launch.resource,
                "subnet_id=<a subnet with endpoints>: without one AWS takes the default VPC",
            )
