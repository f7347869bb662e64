"""`topology`: whose endpoints the nodes use, and who else uses these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from blueprint.fields import (
    ONCE,
    AccountId,
    ClientCidr,
    EndpointId,
    FipsServiceId,
    HubServiceId,
    Items,
    ServiceId,
    SomeItems,
    VpcId,
    ZoneId,
)
from blueprint.settings.base import Keys


class Spoke(Keys):
    """A VPC whose nodes use the hub's endpoints. `account_id` is "" for the hub's own account."""

    vpc_id: VpcId = Field(description="the spoke VPC's id, vpc-...")
    cidrs: SomeItems[ClientCidr] = Field(description="the CIDR blocks of the spoke's node subnets")
    account_id: AccountId = Field(default="", description="the account that owns the spoke VPC, 12 digits")


class Peer(Keys):
    """A network that reaches this VPC over a connection that is there, and what its clients call here."""

    via: Literal["peering", "transitGateway", "vpn", "directConnect"] = Field(
        description="peering, transitGateway, vpn or directConnect: the connection, which is yours"
    )
    cidrs: SomeItems[ClientCidr] = Field(description="CIDR blocks of the clients over there")
    services: Items[ServiceId] = Field(
        default=(), description="short ids of the services that they call here"
    )


class Topology(Keys):
    """`private`: endpoints for this VPC. `hub`: for spoke VPCs too. `spoke`: a hub's endpoints.

    `zones` maps services to the hub's private hosted zones (for a spoke). `existing` maps services to endpoints of this VPC
    that are there and stay as they are. `endpoint_cidrs` are the blocks of the subnets that hold endpoints not made here.
    """

    kind: Literal["private", "hub", "spoke"] = Field(
        default="private",
        description="private, hub or spoke: endpoints for this VPC, for spoke VPCs too, or a hub's",
    )
    spokes: Items[Spoke] = Field(default=(), description="the VPCs that use this hub")
    zones: Mapping[HubServiceId, ZoneId] = Field(
        default_factory=dict, description="the hub's private hosted zones, by service"
    )
    existing: Mapping[ServiceId, EndpointId] = Field(
        default_factory=dict, description="endpoints that are there, by service"
    )
    endpoint_cidrs: Items[ClientCidr] = Field(
        default=(), description="CIDR blocks of the subnets of endpoints that are not made here"
    )
    fips: Items[FipsServiceId] = Field(
        default=(),
        description="services whose FIPS endpoint is made as well: ec2, kms",
        json_schema_extra=ONCE,
    )
    peers: Items[Peer] = Field(default=(), description="networks that reach this VPC's endpoints")
