"""Whether the public name of a service leads to its endpoint inside a VPC."""

from __future__ import annotations

from collections.abc import Iterable

from policies.coverage import declared
from policies.endpoints import Endpoint
from policies.graph import Graph
from policies.hosted_zones import answers
from policies.pack_config import THIS_STACK, Elsewhere, PackConfig
from policies.requirements import RequiredService
from policies.vpcs import Vpc


def answered(
    graph: Graph,
    vpc: Vpc,
    required: RequiredService,
    there: Iterable[Endpoint],
    name: str,
    config: PackConfig,
) -> bool:
    """Whether `name` surely leads to one of these endpoints: by private DNS, or by a hosted zone that the pack's
    configuration declares, and that is believed or, where it has to be in this stack, found there."""
    found = list(there)
    if any(endpoint.private_dns is True for endpoint in found):
        return True
    zones = stand_ins(graph, vpc, required, config)
    if any(zone.where != THIS_STACK for zone in zones):
        return True
    return bool(zones) and any(answers(graph, str(vpc.key), name, each.resource.urn) for each in found)


def stand_ins(graph: Graph, vpc: Vpc, required: RequiredService, config: PackConfig) -> list[Elsewhere]:
    """The hosted zones that the pack's configuration declares for a service in a VPC."""
    return [each for each in config.hosted_zones if declared(each, graph, vpc, required)]
