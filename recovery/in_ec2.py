"""Finders for networks, security groups and endpoints.

What was made and never recorded has nothing in it that the program would have put there: nobody knew its id. So a VPC, a
route table or a group that is in use is somebody else's, whatever its tags say.

Other stacks may be in the same VPC, with the same tags and names. What they made is told apart by the route tables, subnets
and groups that it is tied to. Both sides of that are known: `left.left` leaves out what a preview does not know all of, for
that needs something that is not there yet and cannot have been made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from recovery.found import Asked, Found, named, says_whose, tagged
from recovery.left import Wanted

_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_GONE = ("deleted", "deleting")
_EGRESS = (
    "AWS's first rule, which lets everything out, is still in it: the interrupted run had not revoked it, and no later "
    "update would"
)
# Where AWS's first rules lead, which let everything out.
# https://docs.amazonaws.cn/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html (read 2026-11-30)
_EVERYTHING = {"0.0.0.0/0", "::/0"}


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
        egress = [] if wanted.inputs.get("egress") else each.get("IpPermissionsEgress") or []
        used = each.get("IpPermissions") or not all(map(_is_first_rule, egress))
        if same and tagged(each.get("Tags"), wanted) and not used:
            yield Found(str(each["GroupId"]), str(each["GroupName"]), _EGRESS if egress else "")


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
        if same and tagged(each.get("Tags"), wanted) and _tied_to_the_same(wanted, each):
            yield Found(str(each["VpcEndpointId"]))


def _tied_to_the_same(wanted: Wanted, there: Any) -> bool:
    """Whether an endpoint has the route tables, subnets and groups that it is to have. The call that makes it takes them all
    (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html, read 2026-11-30), so one that was
    made and not recorded has them. Without groups of its own AWS gives it one, which is not compared."""
    groups = {str(each["GroupId"]) for each in there.get("Groups") or []}
    return (
        set(wanted.inputs.get("routeTableIds") or []) == set(there.get("RouteTableIds") or [])
        and set(wanted.inputs.get("subnetIds") or []) == set(there.get("SubnetIds") or [])
        and set(wanted.inputs.get("securityGroupIds") or groups) == groups
    )


def _endpoints(asked: Asked, vpc: str) -> Iterator[Any]:
    for each in asked.ec2("DescribeVpcEndpoints", "VpcEndpoints", vpc_id=vpc):
        if str(each["State"]).lower() not in _GONE:
            yield each


def _is_first_rule(permission: Any) -> bool:
    """Whether these are rules that AWS puts into every new group. With any other somebody uses it: that of the nodes never
    lets anything in, and another stack's has its rules out."""
    blocks = {each["CidrIp"] for each in permission.get("IpRanges") or []}
    blocks |= {each["CidrIpv6"] for each in permission.get("Ipv6Ranges") or []}
    others = permission.get("UserIdGroupPairs") or permission.get("PrefixListIds")
    return permission["IpProtocol"] == "-1" and not others and blocks <= _EVERYTHING


def _rule(wanted: Wanted, asked: Asked, *, egress: bool) -> Iterator[Found]:
    """By what it lets pass. In a group that the state does not have (`nodes.existingSecurityGroups`) another stack's rule
    may be the same. There it is taken only if the state says that this very rule was being made, if it leads to a group of
    the stack's, or if its Name says whose it is.

    What is left there cannot be made twice: a group takes no two rules alike, so the next update ends with
    InvalidPermission.Duplicate (https://github.com/hashicorp/terraform/issues/1874, read 2026-11-30), and
    docs/how-to/recover.md says how to go on.
    """
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
    ends = (group, wanted.text("referencedSecurityGroupId"))
    ours = wanted.exact or says_whose(wanted) or any(asked.has(_GROUP, each) for each in ends)
    if not ours:
        return
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
