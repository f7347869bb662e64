"""A state of a few resources and AWS's answers about it, typed in the shapes of AWS's API reference."""

from __future__ import annotations

from typing import Any

from verification.answers import Live
from verification.state import Overlay

REGION = "eu-west-1"
VPC = "vpc-0a1b2c3d4e5f60718"
GROUP = "sg-0a1b2c3d4e5f60718"


def resource(type_: str, id: str, outputs: dict[str, Any], name: str = "", **more: Any) -> dict[str, Any]:
    """A resource of an export; what the program gave is what came out."""
    return {
        "urn": f"urn:pulumi:dev::ssm-vpc-endpoints::{type_}::{name or id}",
        "type": type_,
        "id": id,
        "custom": True,
        "inputs": dict(outputs),
        "outputs": {"id": id, "region": REGION, **outputs},
        **more,
    }


def overlay(*resources: dict[str, Any]) -> Overlay:
    stack = {
        "urn": "urn:pulumi:dev::ssm-vpc-endpoints::pulumi:pulumi:Stack::dev",
        "type": "pulumi:pulumi:Stack",
    }
    return Overlay({"version": 3, "deployment": {"resources": [stack, *resources]}}, REGION)


def live(**answers: Any) -> Live:
    return Live(REGION, **answers)


def endpoint(id: str = "vpce-1", **more: Any) -> dict[str, Any]:
    """DescribeVpcEndpoints: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html"""
    return {
        "VpcEndpointId": id,
        "VpcEndpointType": "Interface",
        "VpcId": VPC,
        "ServiceName": f"com.amazonaws.{REGION}.ssm",
        "State": "available",
        "PolicyDocument": '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}',
        "RouteTableIds": [],
        "SubnetIds": ["subnet-b", "subnet-a"],
        "Groups": [{"GroupId": GROUP, "GroupName": "https"}],
        "IpAddressType": "ipv4",
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
        "PrivateDnsEnabled": True,
        "RequesterManaged": False,
        "NetworkInterfaceIds": ["eni-a", "eni-b"],
        "OwnerId": "123456789012",
        **more,
    }


def rule(id: str, **more: Any) -> dict[str, Any]:
    """DescribeSecurityGroupRules: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html"""
    return {
        "SecurityGroupRuleId": id,
        "GroupId": GROUP,
        "IsEgress": False,
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        **more,
    }
