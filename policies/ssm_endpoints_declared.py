"""The component's own word, before anything is created: its inputs declare every endpoint and bucket.

The word may prove an omission and never a presence, so the stack policies still look for the real resources. This one
also holds where they come too late: `pulumi up --skip-preview`.
"""

from collections.abc import Iterator

from policies import tokens
from policies.coverage import promised
from policies.graph import Resource
from policies.pack_config import PackConfig
from policies.requirements import buckets, region_of, services, unpublished
from policies.rule import About, Finding, resource_policy

ABOUT = About(
    name="ssm-endpoints-declared",
    description="The SsmEndpoints component declares every endpoint and bucket that Systems Manager needs",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html",
    fix="Turn the feature on in ssm-vpc-endpoints:features, or tell the policy pack that the nodes do not use it.",
)


def rule(resource: Resource, config: PackConfig) -> Iterator[Finding]:
    region = region_of(resource.text("region"), f"component {resource.name!r}")
    if isinstance(region, Finding):
        yield region
        return
    vpcs = (resource.text("vpcId"), *resource.references.get("vpcId", ()))
    for required in services(region, config):
        if promised(config, required, *vpcs):
            continue
        what = f"the endpoint {required.name} ({required.why})"
        yield from _declared(resource, "services", required.name, what, required.way_out)
    for bucket in buckets(region, config):
        if bucket.name is None:
            yield unpublished(bucket, region)
        else:
            yield from _declared(resource, "buckets", bucket.name, f"the bucket {bucket.name} ({bucket.why})")


def _declared(resource: Resource, key: str, wanted: str, what: str, way_out: str = "") -> Iterator[Finding]:
    declared = resource.props.get(key)
    if not isinstance(declared, list):
        yield Finding(
            f"component {resource.name!r} does not declare its {key} in plain text, so {what} cannot be proven.\n"
            f"fix: give the component's {key} as a list of text, with no Output in it",
            resource.urn,
            unproven=True,
        )
    elif wanted not in declared:
        yield Finding(
            f"component {resource.name!r} leaves out {what}.\n"
            f"fix: let the stack's configuration ask for it (ssm-vpc-endpoints:features, minimumAgentVersion){way_out}",
            resource.urn,
        )


policy = resource_policy(ABOUT, rule, tokens.COMPONENT)
