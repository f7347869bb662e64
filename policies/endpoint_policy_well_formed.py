"""A policy that a VPC endpoint is given is one that AWS accepts and reads as it is written.

One resource decides this, so it holds before the endpoint is created, even in `pulumi up --skip-preview`. A policy that is
not known in the preview is for the policies that need to read it.
"""

from collections.abc import Iterator

from policies import tokens
from policies.endpoint_documents import problems
from policies.endpoints import DEFAULT_TYPE
from policies.graph import Resource
from policies.pack_config import PackConfig
from policies.rule import About, Finding, resource_policy

ABOUT = About(
    name="endpoint-policy-well-formed",
    description="An endpoint's policy is one that AWS accepts: JSON, version, length, principals, no unknown keys",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    fix="Correct the policy as the message says; made with json.dumps from a dict, it is JSON at least.",
)


def rule(resource: Resource, _config: PackConfig) -> Iterator[Finding]:
    text = resource.text("policy")
    if not isinstance(text, str):
        return
    # A policy of its own does not tell what kind of endpoint it is for.
    gateway = resource.type == tokens.ENDPOINT and resource.text("vpcEndpointType") in (None, DEFAULT_TYPE)
    what = "endpoint" if resource.type == tokens.ENDPOINT else "endpoint policy"
    for problem, fix in problems(text, gateway=gateway):
        yield Finding(f"{what} {resource.name!r}: its policy {problem}.\nfix: {fix}", resource.urn)


policy = resource_policy(ABOUT, rule, tokens.ENDPOINT, tokens.ENDPOINT_POLICY)
