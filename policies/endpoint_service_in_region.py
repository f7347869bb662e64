"""An endpoint for a service that nodes need names it exactly, in the Region and partition it is created in."""

from collections.abc import Iterator

from blueprint.catalog import load
from policies import tokens
from policies.graph import UNKNOWN, Resource
from policies.pack_config import PackConfig
from policies.requirements import region_of
from policies.rule import About, Finding, resource_policy
from policies.service_names import is_s3_interface, service_meant

ABOUT = About(
    name="endpoint-service-in-region",
    description="An endpoint names its service exactly as its own Region and partition do",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
    fix="Use the service name of the Region that the endpoint is created in.",
)


def rule(resource: Resource, _config: PackConfig) -> Iterator[Finding]:
    name = resource.text("serviceName")
    if not isinstance(name, str):
        # An unknown name is no violation: it counts for nothing, and what is missing is missed elsewhere.
        return
    service = service_meant(name)
    if service is None:
        return
    region = region_of(resource.region, f"endpoint {resource.name!r}")
    if isinstance(region, Finding):
        yield region
        return
    cross = load().services[service].cross_region
    # "" is what the provider reads back where no other Region's service was asked for.
    asked = (resource.text("serviceRegion") or region.id) if cross else region.id
    far = region if asked is UNKNOWN else load().regions.get(asked, region)
    exact = far.service_name(service)
    if name != exact and not is_s3_interface(name, region.id, resource.text("vpcEndpointType")):
        where = f"{region.id} (partition {region.partition.id})"
        where += "" if far is region else f" with service_region {far.id}"
        reach = (
            "reaches another Region with service_region alone" if cross else "does not reach another Region"
        )
        yield Finding(
            f"endpoint {resource.name!r} is created in {where}, where the service is {exact}, but names {name!r}. "
            f"A VPC endpoint {reach}.\n"
            f'fix: service_name="{exact}"',
            resource.urn,
            unproven=asked is UNKNOWN,
        )


policy = resource_policy(ABOUT, rule, tokens.ENDPOINT)
