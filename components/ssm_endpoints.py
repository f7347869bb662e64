"""The endpoints of one VPC, built as planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from blueprint.plan import AdoptedEndpoint, InterfaceEndpoint, Plan, notices
from components.admitting_group import Admitted, admitting_group
from components.network import Network

# All of an adopted endpoint that may be changed in place.
_LEFT_ALONE = [
    "autoAccept",
    "dnsOptions",
    "ipAddressType",
    "policy",
    "privateDnsEnabled",
    "routeTableIds",
    "securityGroupIds",
    "subnetConfigurations",
    "subnetIds",
    "tags",
    "tagsAll",
]


@dataclass(frozen=True, kw_only=True)
class SsmEndpointsArgs:
    """Where to build a plan. Only ids may be Outputs: the plan is plain, so that policies can read it in a preview."""

    plan: Plan
    network: Network


class SsmEndpoints(pulumi.ComponentResource):
    """Interface endpoints for the planned services, their security group, and the S3 gateway endpoint.

    Endpoints that are there already are imported and left as they are, so that policies judge them like the others.
    """

    endpoints: dict[str, ec2.VpcEndpoint]
    """The endpoints by AWS's short service id ("ssmmessages"), the gateway's ("s3") included."""
    endpoint_ids: dict[str, pulumi.Output[str]]
    """Their ids; "s3-interface" is that of S3's interface endpoint, where there is one."""
    dns_names: dict[str, pulumi.Output[str]]
    """The Regional DNS name of each interface endpoint that is created here, by service id."""
    security_group_id: pulumi.Output[str] | None
    """None where no interface endpoint is created here."""
    s3_prefix_list_id: pulumi.Output[str]

    def __init__(self, name: str, args: SsmEndpointsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        plan, self._args, self._name = args.plan, args, name
        # The policy pack compares these words with its own list before anything is created.
        declared = {
            "region": plan.region,
            "vpcId": args.network.vpc_id,
            "services": list(plan.services),
            "buckets": list(plan.buckets),
        }
        super().__init__("ssm-vpc-endpoints:index:SsmEndpoints", name, declared, opts)
        if pulumi.runtime.is_dry_run():
            for notice in notices(plan):
                pulumi.log.info(notice, self)
        created = [
            *plan.interface_endpoints,
            *([plan.s3_interface_endpoint] if plan.s3_interface_endpoint else []),
        ]
        group = self._security_group(f"{name}-https") if created else None
        groups = [group.id] if group else []
        interfaces = {each.service: self._interface(each, groups) for each in plan.interface_endpoints}
        adopted = {each.service: self._adopted(each) for each in plan.adopted}
        gateway = self._gateway()
        self.endpoints = {**interfaces, **adopted, plan.gateway_endpoint.service: gateway}
        self.endpoint_ids = {service: endpoint.id for service, endpoint in self.endpoints.items()}
        if plan.s3_interface_endpoint:
            # Its private DNS, for the inbound resolver alone, is refused in a VPC without a gateway endpoint
            # (https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/982).
            interfaces["s3-interface"] = self._interface(plan.s3_interface_endpoint, groups, after=gateway)
            self.endpoint_ids["s3-interface"] = interfaces["s3-interface"].id
        self.dns_names = {
            service: endpoint.dns_entries.apply(_regional_name) for service, endpoint in interfaces.items()
        }
        self.security_group_id = group.id if group else None
        self.s3_prefix_list_id = gateway.prefix_list_id
        outputs = {
            **declared,
            "endpointIds": self.endpoint_ids,
            "dnsNames": self.dns_names,
            "s3PrefixListId": self.s3_prefix_list_id,
        }
        self.register_outputs(outputs | ({"securityGroupId": group.id} if group else {}))

    def _interface(
        self,
        planned: InterfaceEndpoint,
        groups: Sequence[pulumi.Input[str]],
        after: ec2.VpcEndpoint | None = None,
    ) -> ec2.VpcEndpoint:
        plan, network = self._args.plan, self._args.network
        name = f"{self._name}-{planned.service}{'-interface' if after else ''}"
        options = ec2.VpcEndpointDnsOptionsArgs(
            dns_record_ip_type=planned.dns_record_ip_type or None,
            private_dns_only_for_inbound_resolver_endpoint=True if after else None,
        )
        return ec2.VpcEndpoint(
            name,
            vpc_id=network.vpc_id,
            service_name=planned.service_name,
            vpc_endpoint_type="Interface",
            subnet_ids=network.endpoint_subnet_ids,
            security_group_ids=groups,
            # Said aloud even where it is the default: taking either out later would not reset it.
            private_dns_enabled=planned.private_dns,
            policy=planned.policy,
            ip_address_type=plan.ip_address_type or None,
            dns_options=options if planned.dns_record_ip_type or after else None,
            tags={"Name": name, **plan.tags},
            # A VPC takes one endpoint per service with private DNS: the old one has to go first
            # (https://github.com/hashicorp/terraform-provider-aws/issues/17535).
            opts=pulumi.ResourceOptions(
                parent=self, delete_before_replace=True, depends_on=[after] if after else None
            ),
        )

    def _gateway(self) -> ec2.VpcEndpoint:
        plan, planned = self._args.plan, self._args.plan.gateway_endpoint
        if planned.adopted:
            return self._adopted(planned.adopted)
        name = f"{self._name}-{planned.service}"
        return ec2.VpcEndpoint(
            name,
            vpc_id=self._args.network.vpc_id,
            service_name=planned.service_name,
            vpc_endpoint_type="Gateway",
            route_table_ids=self._args.network.route_table_ids,
            policy=planned.policy,
            tags={"Name": name, **plan.tags},
            # A route table takes one gateway endpoint per service.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )

    def _adopted(self, planned: AdoptedEndpoint) -> ec2.VpcEndpoint:
        """An endpoint that is there. An import, because the engine shows policies nothing that a program merely reads; what
        it is, is compared, and how it is set up, is left alone, also when the stack is destroyed."""
        return ec2.VpcEndpoint(
            f"{self._name}-{planned.service}",
            vpc_id=self._args.network.vpc_id,
            service_name=planned.service_name,
            vpc_endpoint_type=planned.type,
            opts=pulumi.ResourceOptions(
                parent=self, import_=planned.id, ignore_changes=_LEFT_ALONE, retain_on_delete=True
            ),
        )

    def _security_group(self, name: str) -> ec2.SecurityGroup:
        plan = self._args.plan
        return admitting_group(
            name,
            "HTTPS from managed nodes to Systems Manager endpoints",
            Admitted(what="HTTPS", port=443, ipv4=plan.client_cidrs, ipv6=plan.client_ipv6_cidrs),
            vpc_id=self._args.network.vpc_id,
            tags=plan.tags,
            parent=self,
        )


def _regional_name(entries: Sequence[object]) -> str:
    """The first DNS entry of an endpoint is its Regional name; zonal names follow."""
    first = entries[0] if entries else None
    return str(getattr(first, "dns_name", "") or "")
