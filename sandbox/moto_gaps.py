"""What moto has to be told before it can play some calls that stacks make."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import vpcs
from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend
from moto.route53.responses import Route53
from moto.servicequotas.responses import ServiceQuotasResponse


def fill() -> None:
    """Fills the gaps below. Twice is as good as once."""
    _list_endpoint_services()
    _once(Route53, "create_hosted_zone", _private_with_a_vpc)
    _once(IAMBackend, "remove_role_from_instance_profile", _no_such_role_in_the_profile)
    if not hasattr(ServiceQuotasResponse, "get_aws_default_service_quota"):
        # The official plugin asks for the default beside the quota. In moto every quota is at its default.
        ServiceQuotasResponse.get_aws_default_service_quota = ServiceQuotasResponse.get_service_quota  # type: ignore[attr-defined]


def _list_endpoint_services() -> None:
    """Lets moto list the services that have endpoints.

    It asks each of its own services, and one of them needs packages that do not come with moto: that one is
    listed like all the services that moto only knows by name.
    """
    for services in (vpcs.IMPLEMENTED_ENDPOINT_SERVICES, vpcs.COVERED_ENDPOINT_SERVICES):
        if "cloudformation" in services:
            services.remove("cloudformation")


def _private_with_a_vpc(original: Any) -> Any:
    """A hosted zone that is made with a VPC is a private one; moto looks for a flag that AWS only ever answers."""

    def create(self: Any) -> ActionResult:
        if self._get_param("VPC.VPCId"):
            wanted = self._get_bool_param
            self._get_bool_param = lambda name, *rest, **more: (
                name == "HostedZoneConfig.PrivateZone" or wanted(name, *rest, **more)
            )
        answer: ActionResult = original(self)
        return answer

    return create


def _no_such_role_in_the_profile(original: Any) -> Any:
    """A role that the profile does not have: moto breaks where AWS answers NoSuchEntity, and a deletion that was interrupted
    after it took the role out could not be taken up again.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html names the error. That the
    official plugin takes it for done: https://github.com/hashicorp/terraform-provider-aws/pull/16188 (read 2026-11-30)
    """

    def remove(self: Any, profile_name: str, role_name: str) -> None:
        roles = self.get_instance_profile(profile_name).roles
        if self.get_role(role_name) not in roles:
            raise NotFoundException(f"Role {role_name} in Instance Profile {profile_name} cannot be found.")
        original(self, profile_name, role_name)

    return remove


def _once(owner: Any, name: str, wrapped: Any) -> None:
    original = getattr(owner, name)
    if not hasattr(original, "fills_a_gap"):
        filled = wrapped(original)
        filled.fills_a_gap = True
        setattr(owner, name, filled)
