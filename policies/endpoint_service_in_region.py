"""An endpoint for a service that nodes need names it exactly, in the Region and partition it is created in."""

from collections.abc import Iterator

from blueprint.catalog import load
from policies import tokens
from policies.graph import Resource
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
    exact = region.service_name(service)
    service_region = resource.text("serviceRegion")
    if (
        isinstance(service_region, str)
        and service_region not in ("", region.id)
        and load().services[service].cross_region
    ):
        far = load().regions.get(service_region)
        exact = far.service_name(service) if far else exact
    if name != exact and not is_s3_interface(name, region.id, resource.text("vpcEndpointType")):
        yield Finding(
            f"endpoint {resource.name!r} is created in {region.id} (partition {region.partition.id}), where the service is "
            f"{exact}, but names {name!r}. A VPC endpoint does not reach another Region.\n"
            f'fix: service_name="{exact}"',
            resource.urn,
        )


policy = resource_policy(ABOUT, rule, tokens.ENDPOINT)
