"""VPCs that are there, found by their tags: what `discover` of the inventory stands for.

Read-only, as the account's role: ec2:DescribeVpcs, ec2:DescribeSubnets and ec2:DescribeRouteTables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from fleet.expansion import Found
from fleet.settings import Account, Discovery

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
    except (BotoCoreError, ClientError) as error:
        raise DiscoveryError(
            f"account {account.name}, {region}: which VPCs there are cannot be asked: {error}\n"
            f"  fix: credentials that may assume {account.role_arn or 'nothing but are of the account'}, "
            f"with ec2:DescribeVpcs, ec2:DescribeSubnets and ec2:DescribeRouteTables"
        ) from None


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
    return [each for page in pages for each in page[key]]


def _client(account: Account, region: str, endpoint: str) -> Any:
    # In the sandbox, no credential of anybody's is looked for.
    own = "test" if endpoint else None
    session = boto3.Session(own, own, region_name=region)
    if account.role_arn:
        more = {"ExternalId": account.external_id} if account.external_id else {}
        sts = _service(session, "sts", endpoint)
        given = sts.assume_role(RoleArn=account.role_arn, RoleSessionName=_SESSION, **more)["Credentials"]
        keys = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        session = boto3.Session(*keys, region_name=region)
    return _service(session, "ec2", endpoint)


def _service(session: boto3.Session, name: str, endpoint: str) -> Any:
    make: Any = session.client
    config = Config(retries={"mode": "adaptive", "total_max_attempts": 8})
    return make(name, config=config, endpoint_url=endpoint or None)
