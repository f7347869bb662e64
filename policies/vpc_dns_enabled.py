"""A VPC answers DNS queries and gives names: private DNS and private hosted zones need both attributes."""

from collections.abc import Iterator

from policies import tokens
from policies.graph import UNKNOWN, Resource
from policies.pack_config import PackConfig
from policies.rule import About, Finding, resource_policy

ABOUT = About(
    name="vpc-dns-enabled",
    description="A VPC has DNS support and DNS hostnames on",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    fix="Set enable_dns_support=True and enable_dns_hostnames=True: AWS refuses private DNS without them.",
)
# What AWS makes of an attribute that is not given: a new VPC has no DNS hostnames, the default VPC has.
# https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html (read 2026-11-23)
DEFAULTS = {
    tokens.VPC: {"enableDnsSupport": True, "enableDnsHostnames": False},
    tokens.DEFAULT_VPC: {"enableDnsSupport": True, "enableDnsHostnames": True},
}


def rule(resource: Resource, _config: PackConfig) -> Iterator[Finding]:
    for key, state, said in off(resource):
        code = "enable_dns_support" if key == "enableDnsSupport" else "enable_dns_hostnames"
        yield Finding(
            f"VPC {resource.name!r}: {key} {said}, so no endpoint can have private DNS in it.\nfix: {code}=True",
            resource.urn,
            unproven=state is UNKNOWN,
        )


def off(resource: Resource) -> Iterator[tuple[str, object, str]]:
    """The attributes of a VPC that are not surely on: key, False or UNKNOWN, and that in words."""
    for key, default in DEFAULTS[resource.type].items():
        value = resource.props.get(key)
        state = default if value is None else value
        if state is not True:
            said = "is not known in the preview" if state is UNKNOWN else "is off"
            yield key, state, "is not given, and off by default" if value is None else said


policy = resource_policy(ABOUT, rule, *tokens.VPCS)
