"""The S3 gateway endpoint leads to the buckets that nodes need, not to every bucket of every account: that is the way on
which data leaves. Advice, unless the pack's configuration makes it mandatory.
"""

import json
from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from blueprint.catalog import Region
from policies.endpoints import endpoints
from policies.graph import Graph
from policies.open_gateway import open_to_all
from policies.pack_config import PackConfig
from policies.requirements import buckets, facts_of, gateway
from policies.rule import About, Finding, stack_policy

ABOUT = About(
    name="s3-gateway-policy-not-open",
    description="An S3 gateway endpoint's policy does not lead to every bucket of every account",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html",
    fix="Give the endpoint a policy with the Region's buckets and your own.",
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for endpoint in endpoints(graph):
        region = facts_of(endpoint.resource.region)
        # ssm-endpoints-complete says what is wrong with the Region.
        if region is None or endpoint.type != "Gateway" or endpoint.service_name != gateway(region).name:
            continue
        for policy in dict.fromkeys(endpoint.policies):
            how = open_to_all(policy, region.partition.id)
            if how:
                yield Finding(
                    f"S3 gateway endpoint {endpoint.name!r} {how}, so it leads to every bucket of every account.\n"
                    f"fix: policy={_paste(region, config)}, with a statement more for your own buckets",
                    endpoint.resource.urn,
                )


def _paste(region: Region, config: PackConfig) -> str:
    arns = [f"arn:{region.partition.id}:s3:::{each.name}/*" for each in buckets(region, config) if each.name]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": arns}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


policy = stack_policy(ABOUT, rule)
