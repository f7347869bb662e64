"""The types of single keys: text that has passed its check, and lists of such.

Each names what it holds; `names.py` knows the shapes and `catalog.py` what AWS has. `InSchema` says the same to editors, as
far as a JSON Schema can: what it refuses, the check beside it refuses, never the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BeforeValidator, GetJsonSchemaHandler
from pydantic.config import JsonDict
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from blueprint import announced, identifiers, names, patterns
from blueprint.catalog import load
from blueprint.problems import allowed

T = TypeVar("T")

# Lists of which the rules refuse an entry that is there twice.
ONCE: Final[JsonDict] = {"uniqueItems": True}


@dataclass(frozen=True)
class InSchema:
    """What a JSON Schema says of a type beside what pydantic sees; `keywords` are asked for when one is made."""

    keywords: Callable[[], Mapping[str, Any]]

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(core_schema), **self.keywords()}


def _like(pattern: Callable[[], str], example: str) -> InSchema:
    return InSchema(
        lambda: {"pattern": f"^{patterns.nameless(pattern())}$", "examples": [example]},
    )


def _one_of(known: Callable[[], list[str]]) -> InSchema:
    return InSchema(lambda: {"enum": known()})


def _id(prefix: str) -> InSchema:
    return _like(partial(patterns.aws_id, prefix), f"{prefix}-0a1b2c3d4e5f60718")


def _prefixes(limit: str, example: str, less: int = 0) -> InSchema:
    """An IPv4 block between AWS's two bounds, the upper one less by so many."""
    return _like(lambda: patterns.cidr(load().limit(limit)[0], load().limit(limit)[1] - less), example)


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
            f"is not a Region whose names are known{announced.said(text)}\n{allowed(regions)}",
            "" if announced.said(text) else names.nearest(text, regions),
        )
    return text


def _family(text: str) -> str:
    if text not in load().buckets:
        raise names.ShapeError(
            f"is not a family of AWS's buckets\n{allowed(_families())}", names.nearest(text, _families())
        )
    return text


def _families() -> list[str]:
    return [family.id for family in load().buckets.values() if not family.legacy]


def _service(text: str, *, gateway: bool) -> str:
    services = _services(gateway=gateway)
    if text not in services:
        raise names.ShapeError(
            f"is not the short id of a service that nodes need\n{allowed(services)}",
            names.nearest(text, services),
        )
    return text


def _services(*, gateway: bool) -> list[str]:
    return [each.id for each in load().services.values() if gateway or each.type == "Interface"]


def _fips(text: str) -> str:
    known = _with_fips()
    if text not in known:
        raise names.ShapeError(
            f"has no FIPS endpoint service that anybody could verify\n{allowed(known)}",
            names.nearest(text.removesuffix("-fips"), known),
        )
    return text


def _with_fips() -> list[str]:
    return [each.id for each in load().services.values() if each.fips]


# Lists of the configuration become tuples, so that settings cannot change after they were checked.
Items = Annotated[tuple[T, ...], BeforeValidator(_listed)]
SomeItems = Annotated[
    tuple[T, ...],
    BeforeValidator(_not_empty),
    BeforeValidator(_listed),
    InSchema(lambda: {"minItems": 1}),
]

RegionId = Annotated[str, AfterValidator(_region), _one_of(lambda: list(load().regions))]
# Which zones and Region belong to the stack's, its rules say.
ZoneName = Annotated[str, _like(lambda: patterns.ZONE, "eu-west-1a")]
NewZoneName = Annotated[str, _like(lambda: patterns.NEW_ZONE, "eu-west-1a")]
RegionOfStack = Annotated[str, _one_of(lambda: list(load().regions))]
AgentVersion = Annotated[str, AfterValidator(names.version), _like(lambda: patterns.VERSION, "3.3.40.0")]
VpcId = Annotated[str, AfterValidator(partial(names.aws_id, prefix="vpc")), _id("vpc")]
SubnetId = Annotated[str, AfterValidator(partial(names.aws_id, prefix="subnet")), _id("subnet")]
RouteTableId = Annotated[str, AfterValidator(partial(names.aws_id, prefix="rtb")), _id("rtb")]
VpcCidr = Annotated[str, AfterValidator(names.vpc_cidr), _prefixes("vpc-prefix-lengths", "10.0.0.0/16")]
NewVpcCidr = Annotated[
    str, AfterValidator(names.new_vpc_cidr), _prefixes("subnet-prefix-lengths", "10.0.0.0/16", less=3)
]
SubnetCidr = Annotated[
    str, AfterValidator(names.subnet_cidr), _prefixes("subnet-prefix-lengths", "10.0.1.0/24")
]
ClientCidr = Annotated[
    str,
    AfterValidator(names.client_cidr),
    _like(lambda: rf"(?!0\.0\.0\.0/0$){patterns.cidr(0, 32)}", "192.168.0.0/16"),
]
SubnetIpv6Cidr = Annotated[
    str,
    AfterValidator(identifiers.subnet_ipv6_cidr),
    _like(lambda: patterns.ipv6_cidr(identifiers.SUBNET_IPV6_PREFIXES), "2001:db8:0:1::/64"),
]
SecurityGroupId = Annotated[str, AfterValidator(partial(names.aws_id, prefix="sg")), _id("sg")]
EndpointId = Annotated[str, AfterValidator(partial(names.aws_id, prefix="vpce")), _id("vpce")]
ZoneId = Annotated[
    str, AfterValidator(identifiers.zone_id), _like(lambda: patterns.HOSTED_ZONE, "Z2FDTNDATAQYW2")
]
AccountId = Annotated[
    str, AfterValidator(identifiers.account_id), _like(lambda: patterns.ACCOUNT, "123456789012")
]
OrganizationId = Annotated[
    str, AfterValidator(identifiers.organization_id), _like(lambda: patterns.ORGANIZATION, "o-a1b2c3d4e5")
]
RoleName = Annotated[str, AfterValidator(identifiers.role_name), _like(lambda: patterns.ROLE, "web-servers")]
PolicyArn = Annotated[
    str,
    AfterValidator(identifiers.policy_arn),
    _like(lambda: patterns.POLICY_ARN, "arn:aws:iam::123456789012:policy/nodes-boundary"),
]
ServiceId = Annotated[
    str, AfterValidator(partial(_service, gateway=True)), _one_of(partial(_services, gateway=True))
]
# A gateway endpoint is of one VPC, which a rule says in full where somebody names it.
HubServiceId = Annotated[
    str, AfterValidator(partial(_service, gateway=True)), _one_of(partial(_services, gateway=False))
]
InterfaceServiceId = Annotated[
    str, AfterValidator(partial(_service, gateway=False)), _one_of(partial(_services, gateway=False))
]
FipsServiceId = Annotated[str, AfterValidator(_fips), _one_of(_with_fips)]
BucketName = Annotated[str, AfterValidator(names.bucket), _like(patterns.bucket, "acme-session-logs")]
BucketFamilyId = Annotated[str, AfterValidator(_family), _one_of(_families)]
TagKey = Annotated[
    str,
    AfterValidator(names.tag_key),
    _like(lambda: f"(?![aA][wW][sS]:){patterns.tag(1, load().limit('tag-key-characters'))}", "team"),
]
TagValue = Annotated[
    str,
    AfterValidator(names.tag_value),
    _like(lambda: patterns.tag(0, load().limit("tag-value-characters")), "platform"),
]
