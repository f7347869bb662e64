"""An endpoint for a service that nodes need is of the type that the service has."""

from collections.abc import Iterator

from blueprint.catalog import load
from policies import tokens
from policies.endpoints import DEFAULT_TYPE
from policies.graph import UNKNOWN, Resource
from policies.pack_config import PackConfig
from policies.rule import About, Finding, resource_policy
from policies.service_names import service_meant

ABOUT = About(
    name="endpoint-type-correct",
    description="An endpoint is of the type that its service has: Interface, or Gateway for S3",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
    fix="Set vpc_endpoint_type: AWS takes an endpoint that does not say its type for a Gateway, and refuses it.",
)
# What only the one type has. AWS refuses it on the other.
ONLY = {
    "Interface": ("subnetIds", "securityGroupIds", "subnetConfigurations", "dnsOptions"),
    "Gateway": ("routeTableIds",),
}


def rule(resource: Resource, _config: PackConfig) -> Iterator[Finding]:
    name = resource.text("serviceName")
    service = service_meant(name) if isinstance(name, str) else None
    if service is None:
        # An unknown name is no violation: it counts for nothing, and what is missing is missed elsewhere.
        return
    type_ = resource.text("vpcEndpointType")
    # S3 has interface endpoints too; that nodes have its gateway is for s3-gateway-buckets-complete.
    allowed = {load().services[service].type, "Interface"}
    if type_ is UNKNOWN:
        yield Finding(
            f"endpoint {resource.name!r} ({name}) has a type that is not known in the preview.\n"
            f'fix: vpc_endpoint_type="{load().services[service].type}"',
            resource.urn,
            unproven=True,
        )
    elif (type_ or DEFAULT_TYPE) not in allowed:
        said = f"is of type {type_!r}" if type_ else f"says no type, which means {DEFAULT_TYPE}"
        yield Finding(
            f"endpoint {resource.name!r} ({name}) {said}, but the service has {' and '.join(sorted(allowed))} endpoints.\n"
            f'fix: vpc_endpoint_type="{load().services[service].type}"',
            resource.urn,
        )
    else:
        other = "Gateway" if (type_ or DEFAULT_TYPE) == "Interface" else "Interface"
        for key in ONLY[other]:
            if resource.props.get(key) not in (None, []):
                yield Finding(
                    f"endpoint {resource.name!r} ({name}) is of type {type_ or DEFAULT_TYPE} and has {key}, which AWS "
                    f"refuses.\nfix: take out {key}",
                    resource.urn,
                )


policy = resource_policy(ABOUT, rule, tokens.ENDPOINT)
