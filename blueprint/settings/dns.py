"""`dns` and `hybrid`: who answers names, and for networks outside AWS."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from blueprint.fields import ClientCidr, SomeItems
from blueprint.settings.base import Keys


class InboundResolver(Keys):
    """A Route 53 Resolver inbound endpoint in the endpoints' subnets, for DNS servers elsewhere."""

    client_cidrs: SomeItems[ClientCidr] = Field(
        description="CIDR blocks of the DNS servers that forward to it"
    )


class Dns(Keys):
    """How the endpoints are addressed. `ip_address_type` is "" for AWS's default, ipv4 (nothing is sent: to go back to it,
    say ipv4), `dns_record_ip_type` for what goes with the address type."""

    ip_address_type: Literal["", "ipv4", "dualstack", "ipv6"] = Field(
        default="", description="ipv4, dualstack or ipv6: the endpoints' own addresses"
    )
    dns_record_ip_type: Literal["", "ipv4", "dualstack", "ipv6", "service-defined"] = Field(
        default="", description="ipv4, dualstack, ipv6 or service-defined: what their names answer"
    )
    inbound_resolver: InboundResolver | None = Field(
        default=None, description="the inbound endpoint for DNS servers elsewhere: clientCidrs"
    )

    @property
    def has_ipv6(self) -> bool:
        """Whether the endpoints have IPv6 addresses."""
        return self.ip_address_type in ("dualstack", "ipv6")


class Hybrid(Keys):
    """`s3_interface_endpoint`: S3 for machines over VPN or Direct Connect, which a gateway endpoint does not reach."""

    s3_interface_endpoint: bool = Field(
        default=False, description="S3 for machines over VPN or Direct Connect: an interface endpoint"
    )
