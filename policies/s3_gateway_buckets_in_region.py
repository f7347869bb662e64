"""An endpoint policy that names AWS's buckets names this Region's, exactly."""

from collections.abc import Iterator

from policies import iam, tokens
from policies.bucket_names import is_of_aws, without_variables, wrong_with
from policies.graph import UNKNOWN, Resource
from policies.pack_config import PackConfig
from policies.requirements import region_of
from policies.rule import About, Finding, resource_policy

ABOUT = About(
    name="s3-gateway-buckets-in-region",
    description="An endpoint policy names AWS's buckets of its own Region and partition, without wildcards",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-operations-s3-buckets.html",
    fix="Use the exact bucket name of the Region: a gateway endpoint reaches no other, and a wildcard admits strangers.",
)


def rule(resource: Resource, config: PackConfig) -> Iterator[Finding]:
    text = resource.text("policy")
    if text is None or text is UNKNOWN:
        # An unknown policy is for the policies that ask whether it admits what is needed.
        return
    try:
        allowed = iam.resource_patterns(iam.parse(str(text)), effect="Allow")
        patterns = dict.fromkeys(pattern for _, pattern in allowed)
    except iam.Malformed:
        # Said by s3-gateway-policy-complete where it matters.
        return
    region = region_of(resource.region, f"endpoint policy of {resource.name!r}")
    if isinstance(region, Finding):
        if any(is_of_aws(without_variables(pattern)) for pattern in patterns):
            yield region
        return
    for pattern in patterns:
        wrong = wrong_with(without_variables(pattern), region, config.aws_managed)
        if wrong:
            yield Finding(f"{resource.name!r} in {region.id} names {pattern!r}: {wrong}", resource.urn)


policy = resource_policy(ABOUT, rule, tokens.ENDPOINT, tokens.ENDPOINT_POLICY)
