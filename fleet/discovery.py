"""VPCs that are there, found by their tags: what `discover` of the inventory stands for.

Read-only, as the account's role: ec2:DescribeVpcs, ec2:DescribeSubnets and ec2:DescribeRouteTables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from fleet import credentials
from fleet.expansion import Found
from fleet.settings import Account, Discovery
from tools.aws_client import UNREADABLE, answer

_SESSION = "ssm-fleet-discovery"


class DiscoveryError(Exception):
    """AWS did not say which VPCs there are; the text says where and why."""


def find(account: Account, region: str, discovery: Discovery, endpoint: str = "") -> Sequence[Found]:
    """The VPCs of an account and Region with these tags, by id, each with `network` for a stack file. `endpoint` is the URL
    of another AWS API than AWS's, or "". Raises: DiscoveryError."""
    try:
        ec2 = _client(account, region, endpoint)
        vpcs = _all(ec2, "describe_vpcs", "Vpcs", _tagged(discovery.vpc_tags))
        return [_found(ec2, vpc, discovery) for vpc in sorted(vpcs, key=lambda vpc: str(vpc["VpcId"]))]
    except (BotoCoreError, ClientError, *UNREADABLE) as error:
        said = str(error).splitlines()[0]
        raise DiscoveryError(
            f"account {account.name}, {region}: which VPCs there are cannot be asked: {said}\n"
            f"  fix: {_fix(account, error)}"
        ) from None


def _fix(account: Account, error: Exception) -> str:
    return credentials.fix(
        error,
        f"credentials that may assume {account.role_arn or 'nothing but are of the account'}, "
        f"with ec2:DescribeVpcs, ec2:DescribeSubnets and ec2:DescribeRouteTables",
    )


def _found(ec2: Any, vpc: Mapping[str, Any], discovery: Discovery) -> Found:
    own = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    subnets = _all(ec2, "describe_subnets", "Subnets", [*own, *_tagged(discovery.node_subnet_tags)])
    if not subnets:
        raise DiscoveryError(
            f"{vpc['VpcId']}: no subnet has the tags of nodeSubnetTags, so no node would be served\n"
            f"  fix: tag its private subnets, or correct nodeSubnetTags"
        )
    tables = _all(ec2, "describe_route_tables", "RouteTables", own)
    associated = _all_blocks(vpc)
    return Found(
        str(vpc["VpcId"]),
        {
            "vpcId": vpc["VpcId"],
            "vpcCidrs": associated,
            "nodeSubnets": [
                {
                    "id": subnet["SubnetId"],
                    "cidr": subnet["CidrBlock"],
                    "availabilityZone": subnet["AvailabilityZone"],
                    "routeTableId": _table(subnet["SubnetId"], tables),
                }
                for subnet in sorted(subnets, key=lambda each: (each["AvailabilityZone"], each["SubnetId"]))
            ],
        },
    )


def _all_blocks(vpc: Mapping[str, Any]) -> list[str]:
    """The VPC's blocks, the primary one first."""
    blocks = [
        each["CidrBlock"]
        for each in vpc.get("CidrBlockAssociationSet", ())
        if each.get("CidrBlockState", {}).get("State") == "associated"
    ]
    return list(dict.fromkeys([vpc["CidrBlock"], *blocks]))


def _table(subnet: str, tables: Iterable[Mapping[str, Any]]) -> str:
    """The route table of a subnet: its own, or the VPC's main one."""
    main = ""
    for table in tables:
        for association in table.get("Associations", ()):
            if association.get("SubnetId") == subnet:
                return str(table["RouteTableId"])
            if association.get("Main"):
                main = str(table["RouteTableId"])
    return main


def _tagged(tags: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"Name": f"tag:{name}", "Values": [value]} for name, value in tags.items()]


def _all(ec2: Any, operation: str, key: str, filters: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    pages = ec2.get_paginator(operation).paginate(Filters=list(filters))
    said = (answer(f"ec2:{operation}", page) for page in pages)
    return [each for page in said for each in page.get(key) or []]


def _client(account: Account, region: str, endpoint: str) -> Any:
    made = credentials.session(account, region, name=_SESSION, endpoint=endpoint)
    return credentials.service(made, "ec2", endpoint)
