"""The permissions that `recover` needs: to read, and nothing else. What it writes is Pulumi's state."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from verification.permissions import policy_of

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ec2": (
            "DescribeRouteTables",
            "DescribeSecurityGroupRules",
            "DescribeSecurityGroups",
            "DescribeSubnets",
            "DescribeVpcEndpoints",
            "DescribeVpcs",
        ),
        "iam": (
            "GetInstanceProfile",
            "GetRole",
            "GetRolePolicy",
            "ListAttachedRolePolicies",
            "ListInstanceProfiles",
            "ListInstanceProfilesForRole",
            "ListRolePolicies",
            "ListRoleTags",
            "ListRoles",
        ),
        "route53": (
            "GetHostedZone",
            "ListHostedZonesByVPC",
            "ListResourceRecordSets",
            "ListVPCAssociationAuthorizations",
        ),
        "route53resolver": ("ListResolverEndpoints",),
        "sts": ("GetCallerIdentity",),
    }
)
"""The operations that are called, by service: each needs the permission of the same name, and no other is made."""


def policy_document() -> str:
    """An IAM policy with all of them, as JSON to paste."""
    return policy_of("SsmEndpointsRecover", ACTIONS)
