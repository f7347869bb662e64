"""`network`: a VPC that is there, or one to create."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from blueprint import network_rules
from blueprint.fields import (
    ONCE,
    ClientCidr,
    Items,
    NewVpcCidr,
    NewZoneName,
    RouteTableId,
    SomeItems,
    SubnetCidr,
    SubnetId,
    SubnetIpv6Cidr,
    VpcCidr,
    VpcId,
    ZoneName,
)
from blueprint.settings.base import Keys


class NodeSubnet(Keys):
    """A private subnet that nodes run in. `cidr` is admitted to the endpoints; S3 joins its route table."""

    id: SubnetId = Field(description="the subnet's id, subnet-...")
    cidr: SubnetCidr = Field(description="the subnet's IPv4 CIDR block, such as 10.0.1.0/24")
    availability_zone: ZoneName = Field(description="the name of the zone that the subnet is in")
    route_table_id: RouteTableId = Field(description="the id of the subnet's route table, rtb-...")
    ipv6_cidr: SubnetIpv6Cidr = Field(default="", description="the subnet's IPv6 CIDR block, if it has one")


def _first_of_each_zone(data: dict[str, Any]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    # pydantic before 2.14 asks for the default even where the node subnets were wrong, and then they are not there.
    for subnet in data.get("node_subnets", ()):
        first.setdefault(subnet.availability_zone, subnet.id)
    return tuple(first.values())


class ExistingNetwork(Keys):
    """A VPC that is there.

    `vpc_cidrs`, if given, are the VPC's blocks, the primary one first, to check the subnets against.
    `endpoint_subnets` are ids of node subnets, one per zone; by default the first listed of each zone.
    `accept_unadmitted_subnets`: private DNS may redirect further subnets of the VPC that no rule admits.
    """

    vpc_id: VpcId = Field(description="the VPC's id, vpc-...")
    vpc_cidrs: SomeItems[VpcCidr] = Field(
        default=(), description="the VPC's CIDR blocks, the primary one first", json_schema_extra=ONCE
    )
    node_subnets: SomeItems[NodeSubnet] = Field(
        description="the private subnets that the managed nodes run in"
    )
    endpoint_subnets: SomeItems[SubnetId] = Field(
        default_factory=_first_of_each_zone,
        description="ids of node subnets for the endpoints' network interfaces, one per zone; "
        "by default the first of each",
        json_schema_extra=ONCE,
    )
    client_cidrs: Items[ClientCidr] = Field(
        default=(), description="CIDR blocks of the endpoints' other clients", json_schema_extra=ONCE
    )
    accept_unadmitted_subnets: bool = Field(
        default=False,
        description="the preflight accepts subnets of the VPC that private DNS redirects and no rule admits",
    )


@dataclass(frozen=True, kw_only=True)
class NewSubnet:
    """A subnet to create: `letter` is its zone's, which decides its CIDR block."""

    letter: str
    availability_zone: str
    cidr: str


class Create(Keys):
    """The VPC to create, /16 to /25, and the Availability Zones to have a subnet in."""

    cidr: NewVpcCidr = Field(description="the new VPC's IPv4 CIDR block, /16 to /25")
    availability_zones: SomeItems[NewZoneName] = Field(
        description="names of Availability Zones, letters a to h", json_schema_extra=ONCE
    )


class NewNetwork(Keys):
    """A VPC to create, with one private subnet per zone."""

    create: Create = Field(description="the VPC to create")
    client_cidrs: Items[ClientCidr] = Field(
        default=(), description="CIDR blocks of the endpoints' other clients", json_schema_extra=ONCE
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


EXISTING_KEYS = frozenset(str(field.alias) for field in ExistingNetwork.model_fields.values()) - {
    "clientCidrs"
}


def _kind(value: object) -> str:
    given = value if isinstance(value, dict) else {"vpcId": None}
    return "existing" if not given.keys().isdisjoint(EXISTING_KEYS) else "new"


Network = Annotated[
    Annotated[ExistingNetwork, Tag("existing")] | Annotated[NewNetwork, Tag("new")],
    Discriminator(_kind),
]
"""One of the two kinds; which, its keys tell."""
