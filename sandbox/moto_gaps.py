"""What moto has to be told before it can play some calls that stacks make."""

from moto.ec2.models import vpcs


def fill() -> None:
    """Lets moto list the services that have endpoints.

    It asks each of its own services, and one of them needs packages that do not come with moto: that one is
    listed like all the services that moto only knows by name.
    """
    for services in (vpcs.IMPLEMENTED_ENDPOINT_SERVICES, vpcs.COVERED_ENDPOINT_SERVICES):
        if "cloudformation" in services:
            services.remove("cloudformation")
