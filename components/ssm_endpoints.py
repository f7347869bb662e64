"""The endpoints of one VPC, built as planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pulumi
from pulumi_aws import ec2, vpc

from blueprint.plan import Plan


class Network(Protocol):
    """Ids of the network to build in, known (`GivenNetwork`) or about to be (`PrivateNetwork`)."""

    @property
    def vpc_id(self) -> pulumi.Input[str]: ...

    @property
    def endpoint_subnet_ids(self) -> Sequence[pulumi.Input[str]]:
        """One subnet per zone, for the interface endpoints' network interfaces."""

    @property
    def route_table_ids(self) -> Sequence[pulumi.Input[str]]:
        """The route tables of the nodes' subnets, for the S3 gateway endpoint."""


@dataclass(frozen=True, kw_only=True)
class SsmEndpointsArgs:
    """Where to build a plan. Only ids may be Outputs: the plan is plain, so that policies can read it in a preview."""

    plan: Plan
    network: Network


class SsmEndpoints(pulumi.ComponentResource):
    """Interface endpoints for the planned services, their security group, and the S3 gateway endpoint."""

    endpoint_ids: dict[str, pulumi.Output[str]]
    """Endpoint ids by AWS's short service id ("ssmmessages"), the gateway's ("s3") included."""
    dns_names: dict[str, pulumi.Output[str]]
    """The Regional DNS name of each interface endpoint, by service id."""
    security_group_id: pulumi.Output[str]
    s3_prefix_list_id: pulumi.Output[str]

    def __init__(self, name: str, args: SsmEndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        plan = args.plan
        # The policy pack compares these words with its own list before anything is created.
        declared = {
            "region": plan.region,
            "vpcId": args.network.vpc_id,
            "services": list(plan.services),
            "buckets": list(plan.buckets),
        }
        super().__init__("ssm-vpc-endpoints:index:SsmEndpoints", name, declared, opts)
        if pulumi.runtime.is_dry_run():
            for notice in plan.notices:
                pulumi.log.info(notice, self)
        security_group = self._security_group(f"{name}-https", args)
        interfaces = {
            planned.service: ec2.VpcEndpoint(
                f"{name}-{planned.service}",
                vpc_id=args.network.vpc_id,
                service_name=planned.service_name,
                vpc_endpoint_type="Interface",
                subnet_ids=args.network.endpoint_subnet_ids,
                security_group_ids=[security_group.id],
                # Said aloud even where it is the default: taking either out later would not reset it.
                private_dns_enabled=True,
                policy=planned.policy,
                tags={"Name": f"{name}-{planned.service}", **plan.tags},
                # A VPC takes one endpoint per service with private DNS: the old one has to go first
                # (https://github.com/hashicorp/terraform-provider-aws/issues/17535).
                opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
            )
            for planned in plan.interface_endpoints
        }
        gateway = ec2.VpcEndpoint(
            f"{name}-{plan.gateway_endpoint.service}",
            vpc_id=args.network.vpc_id,
            service_name=plan.gateway_endpoint.service_name,
            vpc_endpoint_type="Gateway",
            route_table_ids=args.network.route_table_ids,
            policy=plan.gateway_endpoint.policy,
            tags={"Name": f"{name}-{plan.gateway_endpoint.service}", **plan.tags},
            # A route table takes one gateway endpoint per service.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.endpoint_ids = {service: endpoint.id for service, endpoint in interfaces.items()}
        self.endpoint_ids[plan.gateway_endpoint.service] = gateway.id
        self.dns_names = {
            service: endpoint.dns_entries.apply(_regional_name) for service, endpoint in interfaces.items()
        }
        self.security_group_id = security_group.id
        self.s3_prefix_list_id = gateway.prefix_list_id
        self.register_outputs(
            {
                **declared,
                "endpointIds": self.endpoint_ids,
                "dnsNames": self.dns_names,
                "securityGroupId": self.security_group_id,
                "s3PrefixListId": self.s3_prefix_list_id,
            }
        )

    def _security_group(self, name: str, args: SsmEndpointsArgs) -> ec2.SecurityGroup:
        """443 from each client block, one rule resource each; nothing out, because an endpoint starts no connection."""
        child = pulumi.ResourceOptions(parent=self)
        group = ec2.SecurityGroup(
            name,
            # Changing the description replaces the group, so it holds nothing that may change.
            description="HTTPS from managed nodes to Systems Manager endpoints",
            vpc_id=args.network.vpc_id,
            tags={"Name": name, **args.plan.tags},
            opts=child,
        )
        for cidr in args.plan.client_cidrs:
            vpc.SecurityGroupIngressRule(
                f"{name}-{cidr.replace('/', '-')}",
                security_group_id=group.id,
                description=f"HTTPS from {cidr}",
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                cidr_ipv4=cidr,
                tags={"Name": f"{name}-{cidr}", **args.plan.tags},
                opts=child,
            )
        return group


def _regional_name(entries: Sequence[object]) -> str:
    """The first DNS entry of an endpoint is its Regional name; zonal names follow."""
    first = entries[0] if entries else None
    return str(getattr(first, "dns_name", "") or "")
