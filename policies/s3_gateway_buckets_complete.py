"""Every VPC in scope has an S3 gateway endpoint, and every one it has admits every bucket that nodes read."""

from collections.abc import Iterator

from policies.endpoints import judged, near_misses, serving
from policies.gateway_policy import findings
from policies.graph import Graph
from policies.pack_config import PackConfig
from policies.requirements import gateway
from policies.rule import About, Finding, stack_policy

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
        if not there:
            misses = list(near_misses(found, vpc, required))
            yield Finding(
                f"{vpc.label} has no gateway endpoint for {required.name} that counts, so no bucket can be read.\n"
                f'fix: aws.ec2.VpcEndpoint("s3", vpc_id=<the VPC>, service_name="{required.name}", '
                'vpc_endpoint_type="Gateway", route_table_ids=[<the nodes\' route tables>], policy=<the buckets>)',
                vpc.urn,
                any(unproven for _, unproven in misses),
            )
        # Each serves its own route tables, so each has to admit them all.
        for endpoint in there:
            for policy in dict.fromkeys(endpoint.policies):
                where = f"{vpc.label}: S3 gateway endpoint {endpoint.name!r}"
                yield from findings(policy, region, config, where, endpoint.resource.urn)


policy = stack_policy(ABOUT, rule)
