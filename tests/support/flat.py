"""Small stacks written by hand: a YAML list of resources, turned into what the engine shows a pack in a first preview.

- Vpc: net
  cidrBlock: 10.0.0.0/16
- VpcEndpoint: ssm
  vpcId: ${net}          # an id of another resource: unknown in a preview, and a dependency
  serviceName: ${?}      # unknown, from nowhere in this stack
  subnetIds: ["${a|b}"]  # one id, computed from two resources, as what a component gives out
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.support.graph import UNKNOWN_STRING, JsonObject, RecordedGraph

MODULES = {
    "Vpc": "aws:ec2/vpc:Vpc",
    "DefaultVpc": "aws:ec2/defaultVpc:DefaultVpc",
    "VpcIpv4CidrBlockAssociation": "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
    "Subnet": "aws:ec2/subnet:Subnet",
    "RouteTable": "aws:ec2/routeTable:RouteTable",
    "VpcEndpoint": "aws:ec2/vpcEndpoint:VpcEndpoint",
    "VpcEndpointPolicy": "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
    "VpcEndpointSubnetAssociation": "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
    "VpcEndpointRouteTableAssociation": "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
    "SecurityGroupAssociation": "aws:ec2/securityGroupAssociation:SecurityGroupAssociation",
    "EndpointPrivateDns": "aws:vpc/endpointPrivateDns:EndpointPrivateDns",
    "SecurityGroup": "aws:ec2/securityGroup:SecurityGroup",
    "DefaultSecurityGroup": "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "SecurityGroupRule": "aws:ec2/securityGroupRule:SecurityGroupRule",
    "SecurityGroupIngressRule": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "SecurityGroupEgressRule": "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "ManagedPrefixList": "aws:ec2/managedPrefixList:ManagedPrefixList",
    "ManagedPrefixListEntry": "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
    "DefaultSubnet": "aws:ec2/defaultSubnet:DefaultSubnet",
    "DefaultRouteTable": "aws:ec2/defaultRouteTable:DefaultRouteTable",
    "RouteTableAssociation": "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "MainRouteTableAssociation": "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
    "Route": "aws:ec2/route:Route",
    "InternetGateway": "aws:ec2/internetGateway:InternetGateway",
    "VpnGateway": "aws:ec2/vpnGateway:VpnGateway",
    "VpnGatewayRoutePropagation": "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
    "NatGateway": "aws:ec2/natGateway:NatGateway",
    "Eip": "aws:ec2/eip:Eip",
    "NetworkAcl": "aws:ec2/networkAcl:NetworkAcl",
    "DefaultNetworkAcl": "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl",
    "NetworkAclRule": "aws:ec2/networkAclRule:NetworkAclRule",
    "NetworkAclAssociation": "aws:ec2/networkAclAssociation:NetworkAclAssociation",
    "NetworkInterface": "aws:ec2/networkInterface:NetworkInterface",
    "NetworkInterfaceSecurityGroupAttachment": (
        "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"
    ),
    "Instance": "aws:ec2/instance:Instance",
    "SpotInstanceRequest": "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    "LaunchConfiguration": "aws:ec2/launchConfiguration:LaunchConfiguration",
    "LaunchTemplate": "aws:ec2/launchTemplate:LaunchTemplate",
    "AutoScalingGroup": "aws:autoscaling/group:Group",
    "InstanceProfile": "aws:iam/instanceProfile:InstanceProfile",
    "Role": "aws:iam/role:Role",
    "RolePolicy": "aws:iam/rolePolicy:RolePolicy",
    "RolePolicyAttachment": "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "RolePolicyAttachmentsExclusive": "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    "PolicyAttachment": "aws:iam/policyAttachment:PolicyAttachment",
    "IamPolicy": "aws:iam/policy:Policy",
    "Activation": "aws:ssm/activation:Activation",
    "Document": "aws:ssm/document:Document",
    "Parameter": "aws:ssm/parameter:Parameter",
    "MaintenanceWindowTask": "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask",
    "Zone": "aws:route53/zone:Zone",
    "ZoneAssociation": "aws:route53/zoneAssociation:ZoneAssociation",
    "Record": "aws:route53/record:Record",
    "KeyPair": "aws:ec2/keyPair:KeyPair",
    "Bucket": "aws:s3/bucket:Bucket",
    "SsmEndpoints": "ssm-vpc-endpoints:index:SsmEndpoints",
    "NativeVpcEndpoint": "aws-native:ec2:VpcEndpoint",
    "NativeVpc": "aws-native:ec2:Vpc",
    "NativeSubnet": "aws-native:ec2:Subnet",
    "NativeRouteTable": "aws-native:ec2:RouteTable",
    "NativeRouteTableAssociation": "aws-native:ec2:SubnetRouteTableAssociation",
    "NativeRoute": "aws-native:ec2:Route",
    "NativeInternetGateway": "aws-native:ec2:InternetGateway",
    "NativeSecurityGroup": "aws-native:ec2:SecurityGroup",
}
# What the provider computes where the program says nothing: unknown in the outputs of a preview, absent from the inputs.
COMPUTED = {
    "VpcEndpoint": (
        "id",
        "policy",
        "privateDnsEnabled",
        "subnetIds",
        "routeTableIds",
        "securityGroupIds",
        "serviceRegion",
    ),
    "SecurityGroup": ("id", "ingress", "egress"),
    "Subnet": ("id", "availabilityZone", "availabilityZoneId", "ipv6CidrBlock"),
    "Vpc": ("id", "mainRouteTableId", "defaultRouteTableId", "defaultNetworkAclId", "ipv6CidrBlock"),
    "DefaultVpc": ("id", "mainRouteTableId", "defaultRouteTableId", "defaultNetworkAclId", "cidrBlock"),
    "Instance": ("id", "vpcSecurityGroupIds", "subnetId", "availabilityZone", "iamInstanceProfile"),
    "NetworkAcl": ("id", "ingress", "egress", "subnetIds"),
}
STACK = "urn:pulumi:dev::flat::pulumi:pulumi:Stack::flat-dev"
_REFERENCE = re.compile(r"\$\{(\?|[\w.|-]+)\}")


def load(path: Path, region: str = "eu-west-1") -> RecordedGraph:
    """Read a flat stack from a YAML file."""
    return build(read(path)[1], region)


def read(path: Path) -> tuple[JsonObject, list[JsonObject]]:
    """The pack's configuration that a YAML file asks for, in a document of its own before the resources, and these.
    `${+30d}` is the day in 30 days: waivers expire."""
    today = datetime.now(UTC).date()
    text = re.sub(
        r"\$\{([+-]\d+)d\}",
        lambda days: (today + timedelta(days=int(days[1]))).isoformat(),
        path.read_text(encoding="utf-8"),
    )
    *config, resources = list(yaml.safe_load_all(text)) or [[]]
    return (config[0] if config else {}), resources or []


def without_days(text: str) -> str:
    """What the pack says, the same on every day: today's and other days are `<day>`."""
    return re.sub(r"\d{4}-\d\d-\d\d", "<day>", text.replace("2012-10-17", "<version>"))


def build(resources: list[JsonObject], region: str = "eu-west-1") -> RecordedGraph:
    """Turn a list of resources into what the engine shows for them."""
    graph = RecordedGraph()
    graph.add({"type": "pulumi:pulumi:Stack", "name": "flat-dev", "urn": STACK, "properties": {}})
    urns = {}
    for item in resources:
        kind, name = next(iter(item.items()))
        urns[f"{kind}.{name}"] = urns[str(name)] = f"urn:pulumi:dev::flat::{MODULES[kind]}::{name}"
    for item in resources:
        (kind, name), *properties = item.items()
        sources: dict[str, Any] = {}
        inputs = {key: _value(value, urns, sources.setdefault(key, [])) for key, value in properties}
        resource = {
            "type": MODULES[kind],
            "name": name,
            "urn": urns[f"{kind}.{name}"],
            "properties": inputs,
            "options": {"customTimeouts": {}},
        }
        if kind != "SsmEndpoints":
            resource["provider"] = {
                "type": "pulumi:providers:aws",
                "name": "default",
                "urn": "urn:pulumi:dev::flat::pulumi:providers:aws::default",
                "properties": {"region": region} if region else {},
            }
        graph.inputs.append(resource)
        computed = dict.fromkeys(COMPUTED.get(kind, ("id",)), UNKNOWN_STRING)
        graph.resources.append(
            {
                **resource,
                "properties": {**computed, **inputs},
                "propertyDependencies": {key: {"urns": found} for key, found in sources.items() if found},
            }
        )
    return graph


def _value(value: Any, urns: dict[str, str], sources: list[str]) -> Any:
    if isinstance(value, list):
        return [_value(item, urns, sources) for item in value]
    if isinstance(value, dict):
        return {key: _value(item, urns, sources) for key, item in value.items()}
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        return value
    if match[1] != "?":
        sources += [urns[name] for name in match[1].split("|") if urns[name] not in sources]
    return UNKNOWN_STRING


def known(graph: RecordedGraph) -> RecordedGraph:
    """The same stack in a later preview: every resource has told its id, as pulumi-aws does, and every reference is one."""
    graph = graph.copy()
    ids = {
        resource["urn"]: f"{_kind(resource['type'])}-{number:017x}"
        for number, resource in enumerate(graph.resources)
    }

    def fill(value: Any, urns: list[str]) -> Any:
        if isinstance(value, list):
            return [fill(item, urns) for item in value]
        if isinstance(value, dict):
            return {key: fill(item, urns) for key, item in value.items()}
        return ids[urns.pop(0)] if value == UNKNOWN_STRING and urns else value

    for resource in graph.resources:
        if resource["urn"] == STACK:
            continue
        given = next(item for item in graph.inputs if item["urn"] == resource["urn"])
        urns = {key: list(value["urns"]) for key, value in resource["propertyDependencies"].items()}
        given["properties"] = {
            key: fill(value, urns.get(key, [])) for key, value in given["properties"].items()
        }
        # A VpcEndpointPolicy has the id of its endpoint.
        own = given["properties"].get("vpcEndpointId") if "VpcEndpointPolicy" in resource["type"] else None
        resource["properties"] = {
            **given["properties"],
            "id": own or ids[resource["urn"]],
            "region": "eu-west-1",
        }
    return graph


def _kind(token: str) -> str:
    prefixes = {
        "Vpc": "vpc",
        "Subnet": "subnet",
        "RouteTable": "rtb",
        "SecurityGroup": "sg",
        "VpcEndpoint": "vpce",
        "InternetGateway": "igw",
    }
    return prefixes.get(token.split(":")[-1], "res")
