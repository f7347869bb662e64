"""Interface endpoints have a network interface in every Availability Zone that nodes live in, and in two at least."""

from collections.abc import Iterator

from policies.coverage import serving
from policies.endpoints import Endpoint
from policies.graph import Graph, References
from policies.nodes import subnets
from policies.pack_config import PackConfig
from policies.requirements import services
from policies.rule import About, Finding, stack_policy
from policies.vpcs import judged
from policies.zones import gaps

ABOUT = About(
    name="endpoint-spans-node-zones",
    description="An interface endpoint is in every Availability Zone that nodes live in, and in two at least",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    fix="Give the endpoint one subnet per zone: when its only zone fails, every node loses Systems Manager.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for vpc, region, found in judged(graph, config):
        nodes = subnets(graph, vpc.key, config)
        by_subnets: dict[References, list[Endpoint]] = {}
        for required in services(region, config):
            for endpoint in serving(found, vpc, required) if required.type == "Interface" else []:
                by_subnets.setdefault(endpoint.subnets, []).append(endpoint)
        for where, sharing in by_subnets.items():
            names = ", ".join(repr(endpoint.name) for endpoint in sharing)
            who = f"each of {names}" if len(sharing) > 1 else names
            for gap in gaps(graph, where, nodes, config):
                message = f"{vpc.label}: {who} {gap.message}.\nfix: {gap.fix}"
                yield Finding(message, sharing[0].resource.urn, gap.unproven)


policy = stack_policy(ABOUT, rule)
