"""An S3 interface endpoint through which nodes reach S3 admits every bucket that they read.

Nodes outside AWS reach S3 nowhere else. With private DNS for all resolvers, the nodes of the VPC go there as well.
"""

import json
from collections.abc import Iterator

from policies import tokens
from policies.endpoints import endpoints, inbound_only
from policies.gateway_policy import findings
from policies.graph import Graph, Resource
from policies.pack_config import PackConfig
from policies.requirements import facts_of
from policies.rule import About, Finding, stack_policy

ABOUT = About(
    name="s3-interface-buckets-complete",
    description="An S3 interface endpoint that nodes use admits every AWS-owned bucket that Systems Manager reads",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html#ssm-agent-minimum-s3-permissions",
    fix="Give it the gateway endpoint's policy: the exact names of the Region's buckets and your own.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    hybrid = any(graph.of_type(tokens.SSM_ACTIVATION)) or any(
        map(_of_hybrid_nodes, graph.of_type(tokens.ROLE))
    )
    for endpoint in endpoints(graph):
        region = facts_of(endpoint.resource.region)
        if region is None or endpoint.type != "Interface" or endpoint.private_dns in (False, None):
            continue
        if endpoint.service_name == region.service_name("s3", "Interface") and (
            hybrid or not inbound_only(endpoint)
        ):
            for policy in dict.fromkeys(endpoint.policies):
                where = f"S3 interface endpoint {endpoint.name!r}"
                yield from findings(policy, region, config, where, endpoint.resource.urn)


def _of_hybrid_nodes(role: Resource) -> bool:
    """Whether Systems Manager may take the role, as it does for machines outside EC2."""
    try:
        statements = json.loads(str(role.text("assumeRolePolicy")))["Statement"]
        listed = statements if isinstance(statements, list) else [statements]
        services = [each["Principal"]["Service"] for each in listed if "Service" in each.get("Principal", ())]
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return any("ssm.amazonaws.com" in (each if isinstance(each, list) else [each]) for each in services)


policy = stack_policy(ABOUT, rule)
