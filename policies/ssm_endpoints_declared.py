"""The component's own word, before anything is created: its inputs declare every endpoint and bucket.

The word may prove an omission and never a presence, so the stack policies still look for the real resources. This one
also holds where they come too late: `pulumi up --skip-preview`.
"""

from collections.abc import Iterator

from policies import tokens
from policies.coverage import promised
from policies.graph import Resource
from policies.pack_config import PackConfig, names
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
    if any(names(each.vpc, *vpcs) for each in config.internet_access):
        return
    needed = [each for each in services(region, config) if not promised(config, each, *vpcs)]
    endpoints = [(s.name, f"the endpoint {s.name} ({s.why})", s.way_out) for s in needed]
    yield from _declared(resource, "services", endpoints)
    known = [b for b in buckets(region, config) if b.name is not None]
    yield from (unpublished(each, region) for each in buckets(region, config) if each.name is None)
    named = [(str(b.name), f"the bucket {b.name} ({b.why})", "") for b in known]
    yield from _declared(resource, "buckets", named)


def _declared(resource: Resource, key: str, wanted: list[tuple[str, str, str]]) -> Iterator[Finding]:
    """`wanted` holds names, what each is, and the way to do without it."""
    declared = resource.props.get(key)
    if wanted and not isinstance(declared, list):
        yield Finding(
            f"component {resource.name!r} does not declare its {key} in plain text, so nothing proves that "
            f"{', '.join(name for name, _, _ in wanted)} {'are' if len(wanted) > 1 else 'is'} among them.\n"
            f"fix: give the component's {key} as a list of text, with no Output in it",
            resource.urn,
            unproven=True,
        )
        return
    for name, what, way_out in wanted:
        if name not in (declared or ()):
            yield Finding(
                f"component {resource.name!r} leaves out {what}.\nfix: let the stack's configuration ask for it "
                f"(ssm-vpc-endpoints:features, minimumAgentVersion){way_out}",
                resource.urn,
            )


policy = resource_policy(ABOUT, rule, tokens.COMPONENT)
