"""The permissions that the preflight needs: to read, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ACTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "getCallerIdentity": ("sts:GetCallerIdentity",),
        "getRegion": (),
        "getVpc": ("ec2:DescribeVpcs", "ec2:DescribeVpcAttribute", "ec2:DescribeRouteTables"),
        "getSubnet": ("ec2:DescribeSubnets",),
        "getSubnets": ("ec2:DescribeSubnets",),
        "getRouteTable": ("ec2:DescribeRouteTables",),
        "getVpcEndpoint": ("ec2:DescribeVpcEndpoints", "ec2:DescribePrefixLists"),
        "getVpcEndpointService": ("ec2:DescribeVpcEndpointServices",),
        "getNetworkInterface": ("ec2:DescribeNetworkInterfaces",),
        "getNetworkInterfaces": ("ec2:DescribeNetworkInterfaces",),
        "getBucket": ("s3:ListBucket",),
        "getServiceQuota": ("servicequotas:GetServiceQuota", "servicequotas:GetAWSDefaultServiceQuota"),
        "getZone": (
            "route53:GetHostedZone",
            "route53:ListHostedZones",
            "route53:ListResourceRecordSets",
            "route53:ListTagsForResource",
        ),
    }
)
"""By the function of the aws provider that calls them."""


def policy_document() -> str:
    """An IAM policy with all of them, as JSON to paste."""
    actions = sorted({action for each in ACTIONS.values() for action in each})
    statement = {"Sid": "Preflight", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)
