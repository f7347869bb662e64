"""Finders for networks, security groups and endpoints.

What was made and never recorded has nothing in it that the program would have put there: nobody knew its id. So a VPC, a
route table or a group that is in use is somebody else's, whatever its tags say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recovery.found import Asked, Found, named, tagged
from recovery.left import Wanted

_GONE = ("deleted", "deleting")
_EGRESS = (
    "AWS's first rule, which lets everything out, is still in it: the interrupted run had not revoked it, and no later "
    "update would"
)


def vpc(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    for each in asked.ec2("DescribeVpcs", "Vpcs", cidr=wanted.text("cidrBlock")):
        id = str(each["VpcId"])
        if not tagged(each.get("Tags"), wanted) or not asked.new(wanted, id):
            continue
        used = asked.ec2("DescribeSubnets", "Subnets", vpc_id=id)
        if not used and not list(_endpoints(asked, id)):
            yield Found(id)


def subnet(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    inside = {"vpc_id": wanted.text("vpcId"), "cidr_block": wanted.text("cidrBlock")}
    for each in asked.ec2("DescribeSubnets", "Subnets", **inside):
        if tagged(each.get("Tags"), wanted):
            yield Found(str(each["SubnetId"]))


def route_table(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    for each in asked.ec2("DescribeRouteTables", "RouteTables", vpc_id=wanted.text("vpcId")):
        if tagged(each.get("Tags"), wanted) and not each.get("Associations"):
            yield Found(str(each["RouteTableId"]))


def route_table_association(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    subnet, table = wanted.text("subnetId"), wanted.text("routeTableId")
    for each in asked.ec2("DescribeRouteTables", "RouteTables", route_table_id=table):
        for association in each.get("Associations") or []:
            if association.get("SubnetId") == subnet:
                yield Found(str(association["RouteTableAssociationId"]))


def security_group(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    for each in asked.ec2("DescribeSecurityGroups", "SecurityGroups", vpc_id=wanted.text("vpcId")):
        same = each["Description"] == wanted.text("description") and named(str(each["GroupName"]), wanted)
        if same and tagged(each.get("Tags"), wanted) and not each.get("IpPermissions"):
            half = _EGRESS if each.get("IpPermissionsEgress") and not wanted.inputs.get("egress") else ""
            yield Found(str(each["GroupId"]), str(each["GroupName"]), half)


def ingress_rule(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    return _rule(wanted, asked, egress=False)


def egress_rule(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    return _rule(wanted, asked, egress=True)


def endpoint(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    for each in _endpoints(asked, wanted.text("vpcId")):
        same = (each["ServiceName"], each["VpcEndpointType"]) == (
            wanted.text("serviceName"),
            wanted.text("vpcEndpointType"),
        )
        if same and tagged(each.get("Tags"), wanted):
            yield Found(str(each["VpcEndpointId"]))


def _endpoints(asked: Asked, vpc: str) -> Iterator[Any]:
    for each in asked.ec2("DescribeVpcEndpoints", "VpcEndpoints", vpc_id=vpc):
        if str(each["State"]).lower() not in _GONE:
            yield each


def _rule(wanted: Wanted, asked: Asked, *, egress: bool) -> Iterator[Found]:
    keys = (
        "ipProtocol",
        "fromPort",
        "toPort",
        "cidrIpv4",
        "cidrIpv6",
        "prefixListId",
        "referencedSecurityGroupId",
    )
    sent = tuple(wanted.inputs.get(key) for key in keys)
    group = wanted.text("securityGroupId")
    for each in asked.ec2("DescribeSecurityGroupRules", "SecurityGroupRules", group_id=group):
        there = (
            *(
                each.get(key)
                for key in ("IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6", "PrefixListId")
            ),
            (each.get("ReferencedGroupInfo") or {}).get("GroupId"),
        )
        if there == sent and bool(each["IsEgress"]) == egress and tagged(each.get("Tags"), wanted):
            yield Found(str(each["SecurityGroupRuleId"]))
