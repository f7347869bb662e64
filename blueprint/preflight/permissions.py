"""The permissions that the preflight needs: to read, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from blueprint.preflight.shapes import Questions

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


def asked(questions: Questions) -> frozenset[str]:
    """The functions that one plan's questions lead to."""
    q = questions
    leads: tuple[tuple[object, tuple[str, ...]], ...] = (
        (True, ("getCallerIdentity", "getRegion")),
        (q.vpc_id, ("getVpc",)),
        (q.subnets, ("getSubnet", "getRouteTable")),
        (q.every_subnet, ("getSubnet", "getSubnets")),
        (q.services, ("getVpcEndpointService",)),
        (q.endpoints or q.adopted or q.count_gateways, ("getVpcEndpoint",)),
        # Whose interfaces they are is asked where they are too many.
        (q.count_endpoints, ("getNetworkInterface", "getNetworkInterfaces")),
        (q.buckets, ("getBucket",)),
        (q.zones or q.zone_names, ("getZone",)),
        (q.quotas, ("getServiceQuota",)),
    )
    return frozenset(function for due, functions in leads if due for function in functions)


def policy_document() -> str:
    """An IAM policy with all of them, as JSON to paste."""
    actions = sorted({action for each in ACTIONS.values() for action in each})
    statement = {"Sid": "Preflight", "Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)
