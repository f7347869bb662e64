"""The interface endpoints that nodes need answer to AWS's public names inside the VPC."""

import json
from collections.abc import Iterator

from policies.coverage import serving
from policies.graph import UNKNOWN, Graph
from policies.hosted_zones import record_type
from policies.names_in_a_vpc import answered, stand_ins
from policies.pack_config import THIS_STACK, PackConfig
from policies.requirements import services
from policies.rule import About, Finding, stack_policy
from policies.vpcs import judged

ABOUT = About(
    name="interface-private-dns",
    description="An interface endpoint for Systems Manager has private DNS on, or a hosted zone in its place",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    fix="Set private_dns_enabled=True: without it the agent's calls go to the public address and never arrive.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for vpc, region, found in judged(graph, config):
        for required in services(region, config):
            there = serving(found, vpc, required) if required.type == "Interface" else []
            name = region.dns_name(required.id)
            # Where nodes use the internet, the public address is the one they reach.
            if not there or vpc.internet or answered(graph, vpc, required, there, name, config):
                continue
            zones = stand_ins(graph, vpc, required, config)
            endpoint = there[0]
            unread = endpoint.private_dns is UNKNOWN
            state = "is not known in the preview" if unread else "is off"
            fix = f"fix: private_dns_enabled=True on {endpoint.name!r}"
            if zones:
                record = record_type(endpoint.resource)
                alias = f"an {record} record, alias of {endpoint.name!r}"
                fix = f"fix: a private aws.route53.Zone {name!r} for this VPC with {alias}"
            else:
                entry = {"vpc": vpc.key, "services": [required.id], "where": THIS_STACK}
                paste = json.dumps({"hostedZones": [entry]})
                fix += f"\n  or, if a hosted zone does it, in the pack's configuration: {paste}"
            yield Finding(
                f"{vpc.label}: private DNS of {endpoint.name!r} ({required.name}) {state}"
                f"{' and no hosted zone here stands in for it' if zones else ''}, so nodes {'may' if unread else 'would'} "
                f"resolve the service to its public address, which they cannot reach.\n{fix}",
                endpoint.resource.urn,
                unproven=unread,
            )


policy = stack_policy(ABOUT, rule)
