"""The shapes of a plan: plain values, frozen. Only ids become Outputs, and not before a component builds the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class InterfaceEndpoint:
    """An interface endpoint: `service` is AWS's short id ("ssm"), `service_name` the full name, `policy` JSON text.

    `dns_record_ip_type` is "" where AWS's default for the address type holds.
    """

    service: str
    service_name: str
    policy: str
    private_dns: bool
    dns_record_ip_type: str


@dataclass(frozen=True, kw_only=True)
class AdoptedEndpoint:
    """An endpoint that is there and stays as it is: it is read, so that policies judge it, and never written."""

    service: str
    service_name: str
    type: Literal["Interface", "Gateway"]
    id: str


@dataclass(frozen=True, kw_only=True)
class GatewayEndpoint:
    """The S3 gateway endpoint and the names of the buckets its policy admits: AWS's and the owner's.

    `adopted` is one that is there (None: it is created).
    """

    service: str
    service_name: str
    policy: str
    aws_buckets: tuple[str, ...]
    own_buckets: tuple[str, ...]
    adopted: AdoptedEndpoint | None


@dataclass(frozen=True, kw_only=True)
class PrivateSubnet:
    """A private subnet to create. `key` ends the names of everything in its zone; it is the zone's letter."""

    key: str
    availability_zone: str
    cidr: str


@dataclass(frozen=True, kw_only=True)
class PlannedNetwork:
    """The network to create: a VPC and one private subnet with a route table of its own per zone."""

    cidr: str
    subnets: tuple[PrivateSubnet, ...]


@dataclass(frozen=True, kw_only=True)
class GivenNetwork:
    """The network that is there: ids of the VPC, of one subnet per zone, and of the route tables of the nodes' subnets."""

    vpc_id: str
    endpoint_subnet_ids: tuple[str, ...]
    route_table_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HostedZone:
    """A private hosted zone that answers `name`, a service's public name, with the endpoint of `service`."""

    service: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SpokeVpc:
    """A spoke's VPC; `account_id` is "" where the hub's account owns it."""

    vpc_id: str
    account_id: str


@dataclass(frozen=True, kw_only=True)
class Role:
    """An IAM role to create: its trust policy (JSON text), the managed policies and the permissions boundary, by ARN.

    `permissions_boundary` is "" where there is none.
    """

    trust: str
    managed_policies: tuple[str, ...]
    permissions_boundary: str


@dataclass(frozen=True, kw_only=True)
class NodesPlan:
    """What the nodes get. `s3_policy` (JSON text) goes to every role here, new or there."""

    s3_policy: str
    instance_role: Role | None
    hybrid_role: Role | None
    existing_roles: tuple[str, ...]
    security_group: bool
    existing_security_groups: tuple[str, ...]
    endpoint_cidrs: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether there is anything to make."""
        roles = self.instance_role or self.hybrid_role or self.existing_roles
        return bool(roles or self.security_group or self.existing_security_groups)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that will be built in one Region.

    `client_cidrs` and `client_ipv6_cidrs` are admitted to the interface endpoints on 443, canonical, in the order of the
    settings. `ip_address_type` is "" for AWS's default. `adopted` are interface endpoints. `zones_of_hub` are (service,
    hosted zone id) for a spoke to join, `resolver_cidrs` the DNS servers that a Resolver inbound endpoint answers (none:
    there is no such endpoint). `forwarded_zones` are the zones that other DNS servers forward, to `vpc_resolver` inside the
    VPC. `firewall_hosts` are what machines outside AWS call.
    """

    region: str
    partition: str
    kind: str
    network: PlannedNetwork | GivenNetwork
    client_cidrs: tuple[str, ...]
    client_ipv6_cidrs: tuple[str, ...]
    ip_address_type: str
    interface_endpoints: tuple[InterfaceEndpoint, ...]
    adopted: tuple[AdoptedEndpoint, ...]
    gateway_endpoint: GatewayEndpoint
    s3_interface_endpoint: InterfaceEndpoint | None
    hosted_zones: tuple[HostedZone, ...]
    spokes: tuple[SpokeVpc, ...]
    zones_of_hub: tuple[tuple[str, str], ...]
    nodes: NodesPlan
    resolver_cidrs: tuple[str, ...]
    forwarded_zones: tuple[str, ...]
    vpc_resolver: str
    firewall_hosts: tuple[str, ...]
    protect: bool
    tags: Mapping[str, str]

    @property
    def services(self) -> tuple[str, ...]:
        """Full names of all endpoint services here, created or adopted, the gateway's last."""
        names = (
            *(each.service_name for each in self.interface_endpoints),
            *(each.service_name for each in self.adopted),
        )
        return (*names, self.gateway_endpoint.service_name)

    @property
    def buckets(self) -> tuple[str, ...]:
        """Every bucket that the nodes' route tables can still reach: AWS's, then the owner's."""
        return (*self.gateway_endpoint.aws_buckets, *self.gateway_endpoint.own_buckets)
