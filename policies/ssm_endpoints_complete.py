"""Every VPC in scope has every endpoint that its managed nodes need."""

from collections.abc import Iterator
from dataclasses import replace

from policies.coverage import missing, near_misses, paste, provided, serving
from policies.endpoints import endpoints
from policies.graph import Graph
from policies.pack_config import PackConfig
from policies.requirements import region_of, services, undecided, unverified
from policies.rule import About, Finding, stack_policy
from policies.vpcs import astray, vpcs
from policies.ways_out import explained, not_seen

ABOUT = About(
    name="ssm-endpoints-complete",
    description="A VPC with managed nodes has every endpoint that Systems Manager needs",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html",
    fix="Add the missing endpoint to the VPC, with its exact service name, type and at least one subnet or route table.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    found = endpoints(graph)
    judged = vpcs(graph, config)
    for vpc in judged:
        region = region_of(vpc.region, vpc.label)
        if isinstance(region, Finding):
            yield replace(region, urn=vpc.urn)
            continue
        if vpc.internet:
            yield from not_seen(graph, vpc, config)
            continue
        yield from unverified(region, config)
        yield from undecided(region, config)
        wanted = list(services(region, config))
        lacking = [
            required
            for required in wanted
            if not serving(found, vpc, required) and not provided(graph, vpc, required, config)
        ]
        bare = all(each in lacking for each in wanted if each.type == "Interface")
        way_out = explained(graph, vpc, region, config) if bare else ""
        for required in lacking:
            misses = list(near_misses(found, vpc, required))
            unproven = any(miss.unproven for miss in misses)
            message = missing(vpc, required, misses)
            if required.type == "Interface" and not any(miss.fix for miss in misses):
                message += f"\n  or, if a hub has them, in the pack's configuration: {paste(vpc, lacking)}"
            message, way_out = message + way_out, ""
            yield Finding(message, vpc.urn, unproven, required.control)
    for resource, fix in astray(graph, config) if any(vpc.key for vpc in judged) else ():
        what = f"{resource.name!r} is in a VPC that the preview does not know"
        message = f"{what}, so nothing about that VPC can be proven.\nfix: {fix}"
        yield Finding(message, resource.urn, unproven=True)


policy = stack_policy(ABOUT, rule)
