"""The same stack as a CloudFormation template and as a Terraform plan, for the tools that read those.

Only what the program gave is written: a template and a plan know no computed values. A value that comes from another
resource is a reference there, where Pulumi has an unknown value and the URN that it came from.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.support.graph import UNKNOWN_STRING, JsonObject, RecordedGraph

# Pulumi type: CloudFormation type, Terraform type.
TYPES = {
    "aws:ec2/vpc:Vpc": ("AWS::EC2::VPC", "aws_vpc"),
    "aws:ec2/subnet:Subnet": ("AWS::EC2::Subnet", "aws_subnet"),
    "aws:ec2/routeTable:RouteTable": ("AWS::EC2::RouteTable", "aws_route_table"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": (
        "AWS::EC2::SubnetRouteTableAssociation",
        "aws_route_table_association",
    ),
    "aws:ec2/securityGroup:SecurityGroup": ("AWS::EC2::SecurityGroup", "aws_security_group"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (
        "AWS::EC2::SecurityGroupIngress",
        "aws_vpc_security_group_ingress_rule",
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": ("AWS::EC2::VPCEndpoint", "aws_vpc_endpoint"),
}
# Where CloudFormation's name is not Pulumi's with a capital.
_CLOUDFORMATION = {
    "AWS::EC2::VPCEndpoint": {"policy": "PolicyDocument"},
    "AWS::EC2::SecurityGroup": {"description": "GroupDescription", "name": "GroupName"},
    "AWS::EC2::SecurityGroupIngress": {"securityGroupId": "GroupId", "cidrIpv4": "CidrIp"},
}


def cloudformation(graph: RecordedGraph) -> JsonObject:
    """A template with the same resources."""
    names = {item["urn"]: _logical_id(item) for item in _aws(graph)}
    resources = {}
    for item in _aws(graph):
        type_, rename = TYPES[item["type"]][0], _CLOUDFORMATION.get(TYPES[item["type"]][0], {})
        properties: JsonObject = {}
        for key, value in item["properties"].items():
            if type_ == "AWS::EC2::SecurityGroupIngress" and key == "tags":
                continue  # it has none
            refs = [{"Ref": names[urn]} for urn in item["sources"].get(key, ())]
            properties[rename.get(key, key[0].upper() + key[1:])] = _cloudformation_value(key, value, refs)
        resources[names[item["urn"]]] = {"Type": type_, "Properties": properties}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


def terraform(graph: RecordedGraph) -> JsonObject:
    """A plan, as `terraform show -json` prints it, with the same resources."""
    addresses = {
        item["urn"]: f"{TYPES[item['type']][1]}.{item['name'].replace('.', '_')}" for item in _aws(graph)
    }
    planned, configured, changes = [], [], []
    for item in _aws(graph):
        address = addresses[item["urn"]]
        type_, _, name = address.partition(".")
        head = {"address": address, "mode": "managed", "type": type_, "name": name}
        known: JsonObject = {}
        unknown: JsonObject = {"id": True, "arn": True}
        expressions: JsonObject = {}
        for key, value in item["properties"].items():
            snake = re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), key)
            sources = [addresses[urn] for urn in item["sources"].get(key, ())]
            if sources:
                unknown[snake] = True
                expressions[snake] = {
                    "references": [text for source in sources for text in (f"{source}.id", source)]
                }
            else:
                known[snake] = value
                expressions[snake] = {"constant_value": value}
        provider = "registry.terraform.io/hashicorp/aws"
        planned.append({**head, "provider_name": provider, "schema_version": 1, "values": known})
        configured.append({**head, "provider_config_key": "aws", "expressions": expressions})
        change = {"actions": ["create"], "before": None, "after": known, "after_unknown": unknown}
        changes.append({**head, "provider_name": provider, "change": change})
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {
                "aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}
            },
            "root_module": {"resources": configured},
        },
    }


def _aws(graph: RecordedGraph) -> list[JsonObject]:
    """The AWS resources with what the program gave, and the URNs that each property's value came from."""
    sources = {
        item["urn"]: {key: value["urns"] for key, value in item.get("propertyDependencies", {}).items()}
        for item in graph.resources
    }
    return [{**item, "sources": sources[item["urn"]]} for item in graph.inputs if item["type"] in TYPES]


def _logical_id(item: JsonObject) -> str:
    """Letters and digits, unique by type and name."""
    kind, words = item["type"].rpartition(":")[2], re.split(r"[^A-Za-z0-9]", item["name"])
    return "".join([kind, *(word.capitalize() for word in words)])


def _cloudformation_value(key: str, value: Any, refs: list[JsonObject]) -> Any:
    if refs:
        return refs if isinstance(value, list) else refs[0]
    if key == "tags":
        return [{"Key": name, "Value": text} for name, text in value.items()]
    if key == "policy":
        return json.loads(value)
    if value == UNKNOWN_STRING:
        raise ValueError(f"{key} is unknown and comes from nowhere")
    return int(value) if isinstance(value, float) else value
