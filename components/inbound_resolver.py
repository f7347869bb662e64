"""A Route 53 Resolver inbound endpoint: the way in for DNS servers outside the VPC."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import route53

from blueprint.plan import Plan
from components.admitting_group import Admitted, admitting_group
from components.network import Network


class InboundResolver(pulumi.ComponentResource):
    """The inbound endpoint, an address in each endpoint subnet, and its security group: 53 over TCP and UDP from the given
    blocks. Queries from other networks to a VPC's own resolver address are not supported
    (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-getting-started.html)."""

    addresses: pulumi.Output[Sequence[str]]
    """What DNS servers elsewhere forward to."""

    def __init__(
        self, name: str, plan: Plan, network: Network, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "ssm-vpc-endpoints:index:InboundResolver", name, {"clientCidrs": list(plan.resolver_cidrs)}, opts
        )
        group = admitting_group(
            f"{name}-dns",
            "DNS from servers outside the VPC to the Resolver inbound endpoint",
            Admitted(what="DNS", port=53, protocols=("tcp", "udp"), ipv4=plan.resolver_cidrs),
            vpc_id=network.vpc_id,
            tags=plan.tags,
            parent=self,
        )
        endpoint = route53.ResolverEndpoint(
            name,
            name=name,
            direction="INBOUND",
            security_group_ids=[group.id],
            ip_addresses=[{"subnet_id": id} for id in network.endpoint_subnet_ids],
            tags={"Name": name, **plan.tags},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.addresses = endpoint.ip_addresses.apply(
            lambda found: sorted(str(each.ip) for each in found if each.ip)
        )
        self.register_outputs({"addresses": self.addresses})
