"""AWS Cloud Control's resources (`aws-native`) as the classic ones that the rules read: same facts, other names.

https://www.pulumi.com/registry/packages/aws-native/api-docs/ec2/vpcendpoint/ (read 2026-11-23)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from policies import tokens
from policies.graph import UNKNOWN, Resource

# CloudFormation calls it VPCEndpoint, Pulumi's package VpcEndpoint.
TYPES = {
    "aws-native:ec2:VpcEndpoint": tokens.ENDPOINT,
    "aws-native:ec2:VPCEndpoint": tokens.ENDPOINT,
    "aws-native:ec2:Vpc": tokens.VPC,
    "aws-native:ec2:Subnet": tokens.SUBNET,
    "aws-native:ec2:RouteTable": tokens.ROUTE_TABLE,
    "aws-native:ec2:SubnetRouteTableAssociation": tokens.ROUTE_TABLE_ASSOCIATION,
    "aws-native:ec2:SecurityGroup": tokens.SECURITY_GROUP,
    "aws-native:ec2:Route": tokens.ROUTE,
    "aws-native:ec2:InternetGateway": tokens.INTERNET_GATEWAY,
}
# The classic name of a property, by the native one. What is not listed has the same name.
_PROPERTIES = {
    "policyDocument": "policy",
    "securityGroupIngress": "ingress",
    "securityGroupEgress": "egress",
}
# Which property tells the id.
_IDS = {
    tokens.VPC: "vpcId",
    tokens.SUBNET: "subnetId",
    tokens.ROUTE_TABLE: "routeTableId",
    tokens.SECURITY_GROUP: "groupId",
    tokens.INTERNET_GATEWAY: "internetGatewayId",
}
_RULE = {
    "ipProtocol": ("protocol", None),
    "cidrIp": ("cidrBlocks", list),
    "cidrIpv6": ("ipv6CidrBlocks", list),
    "sourcePrefixListId": ("prefixListIds", list),
    "destinationPrefixListId": ("prefixListIds", list),
    "sourceSecurityGroupId": ("securityGroups", list),
    "destinationSecurityGroupId": ("securityGroups", list),
}


def as_classic(resource: Resource) -> Resource:
    """The resource under the classic token, with the classic names and forms of its properties."""
    type_ = TYPES[resource.type]
    props = {_PROPERTIES.get(key, key): _value(key, value) for key, value in resource.props.items()}
    own = _IDS.get(type_)
    if own and props.get(own) is not None:
        props["id"] = props[own]
    if type_ == tokens.VPC:
        props.pop("vpcId", None)
    return replace(
        resource,
        type=type_,
        props=props,
        references={_PROPERTIES.get(key, key): urns for key, urns in resource.references.items()},
        given=None
        if resource.given is None
        else frozenset(_PROPERTIES.get(key, key) for key in resource.given),
    )


def _value(key: str, value: Any) -> Any:
    if key == "policyDocument" and isinstance(value, Mapping):
        return UNKNOWN if _holds_unknown(value) else json.dumps(value)
    if key in ("securityGroupIngress", "securityGroupEgress") and isinstance(value, list):
        return [_rule(each) for each in value]
    return value


def _rule(rule: Any) -> Any:
    if not isinstance(rule, Mapping):
        return rule
    classic: dict[str, Any] = {}
    for key, value in rule.items():
        name, as_list = _RULE.get(key, (key, None))
        if as_list and value is not None:
            classic.setdefault(name, []).append(value)
        else:
            classic[name] = value
    return classic


def _holds_unknown(value: Any) -> bool:
    """Whether any part is not known: a document is a whole."""
    if isinstance(value, Mapping):
        return any(map(_holds_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_holds_unknown, value))
    return value is UNKNOWN
