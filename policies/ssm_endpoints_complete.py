"""Every VPC in scope has every endpoint that its managed nodes need."""

from collections.abc import Iterator

from policies.endpoints import astray, endpoints, missing, near_misses, serving, vpcs
from policies.graph import Graph
from policies.pack_config import PackConfig
from policies.requirements import region_of, services, unverified
from policies.rule import About, Finding, stack_policy

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
            yield region
            continue
        yield from unverified(region, config)
        for required in services(region, config):
            if not serving(found, vpc, required):
                misses = list(near_misses(found, vpc, required))
                unproven = any(miss.unproven for miss in misses)
                yield Finding(missing(vpc, required, misses), vpc.urn, unproven)
    for resource in astray(graph) if any(vpc.key for vpc in judged) else ():
        yield Finding(
            f"{resource.name!r} is in a VPC that the preview does not know, so nothing about that VPC can be proven.\n"
            "fix: take vpc_id straight from a VPC of this stack, or give the id in plain text",
            resource.urn,
            unproven=True,
        )


policy = stack_policy(ABOUT, rule)
