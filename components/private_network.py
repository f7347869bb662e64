"""A VPC with private subnets only, for managed nodes that Systems Manager reaches through endpoints."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws import ec2

from blueprint.plan import PlannedNetwork


class PrivateNetwork(pulumi.ComponentResource):
    """A VPC with both DNS attributes and, per zone, a private subnet with its own route table.

    No internet gateway, no NAT gateway, no route but the local one. Names end in the zone's letter, so adding or
    re-ordering zones changes no other resource.
    """

    vpc_id: pulumi.Output[str]
    endpoint_subnet_ids: list[pulumi.Output[str]]
    route_table_ids: list[pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        network: PlannedNetwork,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ssm-vpc-endpoints:index:PrivateNetwork", name, {"cidr": network.cidr}, opts)
        child = pulumi.ResourceOptions(parent=self)
        vpc = ec2.Vpc(
            name,
            cidr_block=network.cidr,
            # Private DNS of an interface endpoint needs both.
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name, **tags},
            opts=child,
        )
        self.vpc_id = vpc.id
        self.endpoint_subnet_ids, self.route_table_ids = [], []
        for planned in network.subnets:
            zone = f"{name}-{planned.key}"
            subnet = ec2.Subnet(
                zone,
                vpc_id=vpc.id,
                cidr_block=planned.cidr,
                availability_zone=planned.availability_zone,
                tags={"Name": zone, **tags},
                opts=child,
            )
            table = ec2.RouteTable(zone, vpc_id=vpc.id, tags={"Name": zone, **tags}, opts=child)
            ec2.RouteTableAssociation(zone, subnet_id=subnet.id, route_table_id=table.id, opts=child)
            self.endpoint_subnet_ids.append(subnet.id)
            self.route_table_ids.append(table.id)
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "subnetIds": self.endpoint_subnet_ids,
                "routeTableIds": self.route_table_ids,
            }
        )
