"""The interface endpoints that nodes need answer to AWS's public names inside the VPC."""

from collections.abc import Iterator

from policies.coverage import serving
from policies.graph import UNKNOWN, Graph
from policies.pack_config import PackConfig
from policies.requirements import services
from policies.rule import About, Finding, stack_policy
from policies.vpcs import judged

ABOUT = About(
    name="interface-private-dns",
    description="An interface endpoint for Systems Manager has private DNS on",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    fix="Set private_dns_enabled=True: without it the agent's calls go to the public address and never arrive.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for vpc, region, found in judged(graph, config):
        for required in services(region, config):
            there = serving(found, vpc, required) if required.type == "Interface" else []
            if there and not any(endpoint.private_dns is True for endpoint in there):
                endpoint = there[0]
                unread = endpoint.private_dns is UNKNOWN
                state = "is not known in the preview" if unread else "is off"
                yield Finding(
                    f"{vpc.label}: private DNS of {endpoint.name!r} ({required.name}) {state}, so nodes would resolve the "
                    "service to its public address, which they cannot reach.\n"
                    f"fix: private_dns_enabled=True on {endpoint.name!r}",
                    endpoint.resource.urn,
                    unproven=unread,
                )


policy = stack_policy(ABOUT, rule)
