"""The types of single keys: text that has passed its check, and lists of such.

Each names what it holds; `names.py` knows the shapes and `catalog.py` what AWS has.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator

from blueprint import identifiers, names
from blueprint.catalog import load
from blueprint.problems import allowed

T = TypeVar("T")


def _listed(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise names.ShapeError("must be a list")
    return tuple(value)


def _not_empty(value: object) -> object:
    if value == ():
        raise names.ShapeError("is an empty list: give at least one, or remove the key")
    return value


def _region(text: str) -> str:
    regions = load().regions
    if text not in regions:
        raise names.ShapeError(
            f"is not a Region whose names are known\n{allowed(regions)}", names.nearest(text, regions)
        )
    return text


def _family(text: str) -> str:
    known = load().buckets
    families = [family.id for family in known.values() if not family.legacy]
    if text not in known:
        raise names.ShapeError(
            f"is not a family of AWS's buckets\n{allowed(families)}", names.nearest(text, families)
        )
    return text


def _service(text: str, *, gateway: bool) -> str:
    services = [each.id for each in load().services.values() if gateway or each.type == "Interface"]
    if text not in services:
        raise names.ShapeError(
            f"is not the short id of a service that nodes need\n{allowed(services)}",
            names.nearest(text, services),
        )
    return text


def _fips(text: str) -> str:
    known = [each.id for each in load().services.values() if each.fips]
    if text not in known:
        raise names.ShapeError(
            f"has no FIPS endpoint service that anybody could verify\n{allowed(known)}",
            names.nearest(text.removesuffix("-fips"), known),
        )
    return text


# Lists of the configuration become tuples, so that settings cannot change after they were checked.
Items = Annotated[tuple[T, ...], BeforeValidator(_listed)]
SomeItems = Annotated[tuple[T, ...], BeforeValidator(_not_empty), BeforeValidator(_listed)]

RegionId = Annotated[str, AfterValidator(_region)]
AgentVersion = Annotated[str, AfterValidator(names.version)]
VpcId = Annotated[str, AfterValidator(partial(names.aws_id, prefix="vpc"))]
SubnetId = Annotated[str, AfterValidator(partial(names.aws_id, prefix="subnet"))]
RouteTableId = Annotated[str, AfterValidator(partial(names.aws_id, prefix="rtb"))]
VpcCidr = Annotated[str, AfterValidator(names.vpc_cidr)]
NewVpcCidr = Annotated[str, AfterValidator(names.new_vpc_cidr)]
SubnetCidr = Annotated[str, AfterValidator(names.subnet_cidr)]
ClientCidr = Annotated[str, AfterValidator(names.client_cidr)]
SubnetIpv6Cidr = Annotated[str, AfterValidator(identifiers.subnet_ipv6_cidr)]
SecurityGroupId = Annotated[str, AfterValidator(partial(names.aws_id, prefix="sg"))]
EndpointId = Annotated[str, AfterValidator(partial(names.aws_id, prefix="vpce"))]
ZoneId = Annotated[str, AfterValidator(identifiers.zone_id)]
AccountId = Annotated[str, AfterValidator(identifiers.account_id)]
OrganizationId = Annotated[str, AfterValidator(identifiers.organization_id)]
RoleName = Annotated[str, AfterValidator(identifiers.role_name)]
ServiceId = Annotated[str, AfterValidator(partial(_service, gateway=True))]
InterfaceServiceId = Annotated[str, AfterValidator(partial(_service, gateway=False))]
FipsServiceId = Annotated[str, AfterValidator(_fips)]
BucketName = Annotated[str, AfterValidator(names.bucket)]
BucketFamilyId = Annotated[str, AfterValidator(_family)]
TagKey = Annotated[str, AfterValidator(names.tag_key)]
TagValue = Annotated[str, AfterValidator(names.tag_value)]
