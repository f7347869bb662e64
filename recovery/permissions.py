"""The permissions that `recover` needs: to read, and nothing else. What it writes is Pulumi's state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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
    actions = sorted(f"{service}:{each}" for service, listed in ACTIONS.items() for each in listed)
    statement = {"Sid": "SsmEndpointsRecover", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)
