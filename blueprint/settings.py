"""What the stack's owner says: the keys of the stack's configuration, typed.

`parse` is the way in. It raises one SettingsError with every problem in it, whatever the input, and returns
Settings that the planner can trust: ids, names, CIDR blocks and zones are well-formed and fit together, and
every bucket name that the chosen features need is known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError
from pydantic.alias_generators import to_camel

from blueprint import network_rules, ownership, reading, stack_rules
from blueprint.catalog import load
from blueprint.fields import (
    AgentVersion,
    BucketFamilyId,
    BucketName,
    ClientCidr,
    Items,
    NewVpcCidr,
    RegionId,
    RouteTableId,
    SomeItems,
    SubnetCidr,
    SubnetId,
    TagKey,
    TagValue,
    VpcCidr,
    VpcId,
)
from blueprint.problems import NAMESPACE, REGION_KEY, Problem, Report, SettingsError

__all__ = ["NAMESPACE", "Problem", "Settings", "SettingsError", "parse"]


class _Keys(BaseModel):
    """Keys are camelCase, as Pulumi's own; values are never converted: "true" is not true."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, alias_generator=to_camel)


class NodeSubnet(_Keys):
    """A private subnet that nodes run in. `cidr` is admitted to the endpoints; S3 joins its route table."""

    id: SubnetId = Field(description="the subnet's id, subnet-...")
    cidr: SubnetCidr = Field(description="the subnet's IPv4 CIDR block, such as 10.0.1.0/24")
    availability_zone: str = Field(description="the name of the zone that the subnet is in")
    route_table_id: RouteTableId = Field(description="the id of the subnet's route table, rtb-...")


def _first_of_each_zone(data: dict[str, Any]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for subnet in data["node_subnets"]:
        first.setdefault(subnet.availability_zone, subnet.id)
    return tuple(first.values())


class ExistingNetwork(_Keys):
    """A VPC that is there.

    `vpc_cidrs`, if given, are the VPC's blocks, to check the subnets against. `endpoint_subnets` are ids of
    node subnets, one per zone; by default the first listed of each zone.
    """

    vpc_id: VpcId = Field(description="the VPC's id, vpc-...")
    vpc_cidrs: SomeItems[VpcCidr] = Field(default=(), description="the VPC's CIDR blocks")
    node_subnets: SomeItems[NodeSubnet] = Field(
        description="the private subnets that the managed nodes run in"
    )
    endpoint_subnets: SomeItems[SubnetId] = Field(
        default_factory=_first_of_each_zone, description="ids of node subnets, one per zone"
    )
    client_cidrs: Items[ClientCidr] = Field(
        default=(), description="CIDR blocks of the endpoints' other clients"
    )


@dataclass(frozen=True, kw_only=True)
class NewSubnet:
    """A subnet to create: `letter` is its zone's, which decides its CIDR block."""

    letter: str
    availability_zone: str
    cidr: str


class Create(_Keys):
    """The VPC to create, /16 to /25, and the Availability Zones to have a subnet in."""

    cidr: NewVpcCidr = Field(description="the new VPC's IPv4 CIDR block, /16 to /25")
    availability_zones: SomeItems[str] = Field(description="names of Availability Zones, letters a to h")


class NewNetwork(_Keys):
    """A VPC to create, with one private subnet per zone."""

    create: Create = Field(description="the VPC to create")
    client_cidrs: Items[ClientCidr] = Field(
        default=(), description="CIDR blocks of the endpoints' other clients"
    )

    @property
    def cidr(self) -> str:
        """The VPC's CIDR block."""
        return self.create.cidr

    @property
    def availability_zones(self) -> tuple[str, ...]:
        """The zones' names, as listed."""
        return self.create.availability_zones

    @property
    def subnets(self) -> tuple[NewSubnet, ...]:
        """One subnet per zone, as listed.

        The VPC's block is split in eight equal parts, one for each letter a to h whether it is used or not,
        so that adding or re-ordering zones moves no subnet.
        """
        parts = network_rules.parts_by_letter(IPv4Network(self.cidr))
        return tuple(
            NewSubnet(letter=zone[-1], availability_zone=zone, cidr=str(parts[zone[-1]]))
            for zone in self.availability_zones
        )


class Features(_Keys):
    """What the nodes use. Each decides endpoints, buckets or both: see `features` in blueprint/facts."""

    patch_manager: bool = True
    distributor: bool = True
    vss_snapshots: bool = True
    windows: bool = True
    macos: bool = False
    amazon_linux: bool = False
    kms_encryption: bool = False
    cloudwatch_logs: bool = False

    @property
    def enabled(self) -> frozenset[str]:
        """The names of the features that are on, as in YAML and in the facts."""
        return frozenset(name for name, on in self.model_dump(by_alias=True).items() if on)


class OwnBucket(_Keys):
    """A bucket of the owner's that nodes use. `region` is the stack's, or "" when it was not said."""

    name: BucketName = Field(description="the bucket's name")
    access: Literal["read", "readWrite"] = Field(description="read or readWrite")
    region: str = Field(default="", description="the Region the bucket is in")


class Buckets(_Keys):
    """Buckets beyond those whose names AWS publishes. `aws_managed` maps a family to its exact name."""

    own: Items[OwnBucket] = Field(default=(), description="your buckets: name, access read or readWrite")
    aws_managed: Mapping[BucketFamilyId, BucketName] = Field(
        default_factory=dict, description="names that AWS does not publish, by family"
    )
    other_aws_managed: Items[BucketName] = Field(
        default=(), description="further exact names of AWS's buckets"
    )


EXISTING_KEYS = frozenset(reading.keys_of(ExistingNetwork)) - {"clientCidrs"}


def _kind_of_network(value: object) -> str:
    given = value if isinstance(value, dict) else {"vpcId": None}
    return "existing" if not given.keys().isdisjoint(EXISTING_KEYS) else "new"


class Settings(_Keys):
    """Everything the stack's owner says. `minimum_agent_version` is "" when it was not given."""

    region: RegionId = Field(
        alias=REGION_KEY, description="the Region to deploy into; pulumi config set aws:region <Region>"
    )
    network: Annotated[
        Annotated[ExistingNetwork, Tag("existing")] | Annotated[NewNetwork, Tag("new")],
        Discriminator(_kind_of_network),
    ] = Field(description="vpcId and nodeSubnets of a VPC that is there, or create for a new one")
    features: Features = Field(default_factory=Features, description="what the nodes use")
    minimum_agent_version: AgentVersion = Field(
        default="", description='the oldest SSM Agent on any node, such as "3.3.40.0"'
    )
    buckets: Buckets = Field(
        default_factory=lambda: Buckets.model_validate({}), description="buckets that nodes use"
    )
    tags: Mapping[TagKey, TagValue] = Field(
        default_factory=dict, description="tags, a name and a value each, both text"
    )


def parse(
    config: Mapping[str, str | object], *, stack_file: str, secret_keys: Collection[str] = ()
) -> Settings:
    """Check the stack's configuration.

    Args: `config` is all of it, full key ("aws:region", "ssm-vpc-endpoints:network") to value: text, with
    JSON text for structured values as Pulumi hands it over, or plain Python values. `stack_file` names it in
    the report. Values under `secret_keys` (full keys) are shown nowhere, and refused if they are the project's.
    Raises: SettingsError, with every problem, and nothing else.
    """
    report = Report((*reading.key_order(Settings), *load().buckets), secret_keys)
    data = reading.read(config, Settings, report)
    settings = None
    for variant in _variants(data, report):
        try:
            settings = Settings.model_validate(variant)
            valid = variant
        except ValidationError as error:
            valid = reading.without(variant, reading.translate(error, Settings, report))
        network_rules.check(valid, report)
        stack_rules.check(valid, report, Features().model_dump(by_alias=True))
    ownership.refuse_secrets(secret_keys, config, report)
    if report.problems or settings is None:
        raise SettingsError(report.problems, stack_file=stack_file)
    return settings


def _variants(data: dict[str, Any], report: Report) -> list[dict[str, Any]]:
    """The data as it is, or one for each kind of network where both were given: each may have problems."""
    network = data.get("network")
    if not isinstance(network, dict) or "create" not in network or network.keys().isdisjoint(EXISTING_KEYS):
        return [data]
    report.add(("network",), "has both create, for a new VPC, and keys of a VPC that is there: keep one kind")
    new = {key: value for key, value in network.items() if key not in EXISTING_KEYS}
    existing = {key: value for key, value in network.items() if key != "create"}
    return [{**data, "network": kind} for kind in (existing, new)]
