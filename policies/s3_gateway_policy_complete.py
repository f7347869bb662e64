"""The policy that an S3 gateway endpoint is given admits every bucket that nodes read.

One resource decides this, so it holds before the endpoint is created, even in `pulumi up --skip-preview`.
"""

from collections.abc import Iterator
from functools import cache

from blueprint.catalog import load
from policies import tokens
from policies.endpoints import DEFAULT_TYPE
from policies.gateway_policy import findings
from policies.graph import Resource
from policies.pack_config import PackConfig
from policies.requirements import gateway, region_of
from policies.rule import About, Finding, resource_policy

ABOUT = About(
    name="s3-gateway-policy-complete",
    description="A policy given to an S3 gateway endpoint admits every bucket that Systems Manager reads",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html#ssm-agent-minimum-s3-permissions",
    fix="Add the missing bucket's objects to the policy, by the exact name that it has in this Region.",
)


def rule(resource: Resource, config: PackConfig) -> Iterator[Finding]:
    if not is_s3_gateway(resource):
        return
    where = f"S3 gateway endpoint {resource.name!r}"
    region = region_of(resource.region, where)
    if isinstance(region, Finding):
        yield region
    else:
        yield from findings(resource.text("policy"), region, config, where, resource.urn)


def is_s3_gateway(endpoint: Resource) -> bool:
    """An endpoint that surely is a gateway for S3, in whichever Region its service name says."""
    gateway_type = endpoint.text("vpcEndpointType") in (None, DEFAULT_TYPE)
    return gateway_type and endpoint.text("serviceName") in _gateway_names()


@cache
def _gateway_names() -> frozenset[str]:
    return frozenset(gateway(region).name for region in load().regions.values())


policy = resource_policy(ABOUT, rule, tokens.ENDPOINT)
