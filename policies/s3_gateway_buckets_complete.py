"""Every VPC in scope has an S3 gateway endpoint, and every one it has admits every bucket that nodes read."""

from collections.abc import Iterator

from policies.coverage import missing, near_misses, provided, serving
from policies.gateway_policy import findings
from policies.graph import Graph
from policies.pack_config import PackConfig
from policies.requirements import gateway
from policies.rule import About, Finding, stack_policy
from policies.vpcs import judged

ABOUT = About(
    name="s3-gateway-buckets-complete",
    description="The S3 gateway endpoint admits every AWS-owned bucket that Systems Manager reads in its Region",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html#ssm-agent-minimum-s3-permissions",
    fix="Add the missing bucket's objects to the endpoint's policy, by the exact name that it has in this Region.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for vpc, region, found in judged(graph, config):
        required = gateway(region)
        there = serving(found, vpc, required)
        if not there and not vpc.internet and not provided(graph, vpc, required, config):
            misses = list(near_misses(found, vpc, required))
            unproven = any(miss.unproven for miss in misses)
            yield Finding(missing(vpc, required, misses), vpc.urn, unproven)
        # Each serves its own route tables, so each has to admit them all.
        for endpoint in there:
            for policy in dict.fromkeys(endpoint.policies):
                where = f"{vpc.label}: S3 gateway endpoint {endpoint.name!r}"
                yield from findings(policy, region, config, where, endpoint.resource.urn)


policy = stack_policy(ABOUT, rule)
