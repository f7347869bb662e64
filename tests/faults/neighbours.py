"""What others have in this process's AWS before a stack comes, and what its file says of that."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.own_stack import Network
from tests.support.aws_api import REGION, client

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
_HUBS = ("ssm", "ssmmessages", "ec2messages", "ec2")


@dataclass(frozen=True)
class Keys:
    """Of the stack file, as they are at first, and after a change."""

    first: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)


def found(variant: str, port: int) -> Keys:
    """Make what a variant finds in AWS; the keys that name it."""
    if variant == "existing":
        return _existing(port)
    return _spoke(port) if variant == "spoke" else Keys()


def _existing(port: int) -> Keys:
    """A VPC in which nodes run: with their role and their security group, of which the stack lets go in the change."""
    network = Network(port)
    client(port, "iam").create_role(RoleName="web-servers", AssumeRolePolicyDocument=json.dumps(_TRUST))
    group = network.ec2.create_security_group(GroupName="web", Description="web", VpcId=network.vpc)[
        "GroupId"
    ]
    here = {"ssm-vpc-endpoints:network": network.settings["network"]}
    nodes = {"existingRoles": ["web-servers"], "existingSecurityGroups": [group]}
    return Keys(
        {**here, "ssm-vpc-endpoints:nodes": nodes},
        {**here, "ssm-vpc-endpoints:nodes": {"instanceRole": True}},
    )


def _spoke(port: int) -> Keys:
    """A spoke's VPC, and the zones of its hub in the same account, one of which the stack leaves in the change."""
    network, hub, route53 = Network(port), Network(port, "10.50.0.0/16"), client(port, "route53")
    zones = {}
    for service in _HUBS:
        made = route53.create_hosted_zone(
            Name=f"{service}.{REGION}.amazonaws.com",
            CallerReference=service,
            HostedZoneConfig={"PrivateZone": True},
            VPC={"VPCRegion": REGION, "VPCId": hub.vpc},
        )
        zones[service] = made["HostedZone"]["Id"].removeprefix("/hostedzone/")
    here = {
        "ssm-vpc-endpoints:network": network.settings["network"],
        "ssm-vpc-endpoints:nodes": {"securityGroup": True},
    }
    topology = {"kind": "spoke", "zones": zones, "endpointCidrs": ["10.50.1.0/24", "10.50.2.0/24"]}
    fewer = {service: id for service, id in zones.items() if service != "ec2"}
    return Keys(
        {**here, "ssm-vpc-endpoints:topology": topology},
        {**here, "ssm-vpc-endpoints:topology": {**topology, "zones": fewer}},
    )
