"""An endpoint policy that names AWS's buckets names this Region's, exactly."""

from collections.abc import Iterator

from blueprint.catalog import Region, load
from policies import iam, tokens
from policies.bucket_names import S3_ARN, family_of, owner_of
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
    if resource.type not in (tokens.ENDPOINT, tokens.ENDPOINT_POLICY) or text is None or text is UNKNOWN:
        # An unknown policy is for the policies that ask whether it admits what is needed.
        return
    try:
        patterns = [pattern for _, pattern in iam.resource_patterns(iam.parse(str(text)), effect="Allow")]
    except iam.Malformed:
        # Said by s3-gateway-policy-complete where it matters.
        return
    named = [match for pattern in patterns if (match := S3_ARN.match(pattern))]
    if not any(family_of(match["bucket"]) for match in named):
        return
    region = region_of(resource.region, f"endpoint policy of {resource.name!r}")
    if isinstance(region, Finding):
        yield region
        return
    for match in named:
        wrong = _wrong(match["partition"], match["bucket"], region, config)
        if wrong:
            yield Finding(f"{resource.name!r} in {region.id} names {match[0]!r}: {wrong}", resource.urn)


def _wrong(partition: str, bucket: str, region: Region, config: PackConfig) -> str | None:
    family = family_of(bucket)
    if family is None:
        return None
    right = region.bucket(load().buckets[family]) or config.aws_managed.get(family)
    fix = f"\nfix: arn:{region.partition.id}:s3:::{right or '<the exact name>'}/*"
    if bucket in config.aws_managed.values() or bucket == right:
        same = partition in (region.partition.id, "*")
        return None if same else f"partition {partition!r} is not {region.partition.id!r}.{fix}"
    other = owner_of(bucket)
    if other:
        return f"the bucket of {other}, which a gateway endpoint in {region.id} does not reach.{fix}"
    if "*" in bucket or "?" in bucket:
        return f"a wildcard in the name of a {family} bucket also admits buckets of strangers.{fix}"
    return f"AWS publishes no {family} bucket of that name for {region.id}.{fix}"


policy = resource_policy(ABOUT, rule)
