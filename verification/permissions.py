"""The permissions that `verify` needs: to read, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "ec2": (
            "DescribeInstances",
            "DescribeManagedPrefixLists",
            "DescribeNetworkAcls",
            "DescribeNetworkInterfaces",
            "DescribeRouteTables",
            "DescribeSecurityGroupRules",
            "DescribeSecurityGroups",
            "DescribeSubnets",
            "DescribeVpcAttribute",
            "DescribeVpcEndpoints",
            "DescribeVpcs",
            "GetManagedPrefixListEntries",
        ),
        "iam": (
            "GetInstanceProfile",
            "GetPolicy",
            "GetPolicyVersion",
            "GetRole",
            "GetRolePolicy",
            "ListAttachedRolePolicies",
            "ListRolePolicies",
        ),
        "route53": ("GetHostedZone", "ListHostedZonesByVPC", "ListResourceRecordSets"),
        "sts": ("GetCallerIdentity",),
    }
)
"""The operations that are called, by service: each needs the permission of the same name, and no other is made."""


def policy_document() -> str:
    """An IAM policy with all of them, as JSON to paste."""
    return policy_of("SsmEndpointsVerify", ACTIONS)


def policy_of(sid: str, operations: Mapping[str, tuple[str, ...]]) -> str:
    """An IAM policy that allows operations, by service, of everything: one statement, as JSON to paste."""
    actions = sorted(f"{service}:{each}" for service, listed in operations.items() for each in listed)
    statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)
