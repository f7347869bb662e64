"""Asks the sandbox's EC2 what is still alive: what a destroy claims and what an API shows are two things."""

from collections.abc import Iterable
from typing import Any

import boto3
from botocore.config import Config

from sandbox.layout import endpoint

GONE = {"deleted", "deleting"}


def find(port: int, regions: Iterable[str]) -> list[str]:
    """Everything alive that AWS's own defaults do not explain, as "type id (region)"."""
    return [
        f"{kind} {identifier} ({region})"
        for region in regions
        for kind, identifier in _in_region(port, region)
    ]


def _in_region(port: int, region: str) -> Iterable[tuple[str, str]]:
    client: Any = boto3.Session(
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106  (moto takes any)
        region_name=region,
    ).client("ec2", endpoint_url=endpoint(port), config=Config(proxies={}, retries={"total_max_attempts": 2}))

    def all_of(operation: str, key: str) -> Iterable[dict[str, Any]]:
        for page in client.get_paginator(operation).paginate():
            yield from page[key]

    default_vpcs = set()
    for vpc in all_of("describe_vpcs", "Vpcs"):
        if vpc.get("IsDefault"):
            default_vpcs.add(vpc["VpcId"])
        else:
            yield "vpc", vpc["VpcId"]
    for found in all_of("describe_vpc_endpoints", "VpcEndpoints"):
        if found["State"].lower() not in GONE:
            yield "vpc endpoint", found["VpcEndpointId"]
    for group in all_of("describe_security_groups", "SecurityGroups"):
        if group["GroupName"] != "default":
            yield "security group", group["GroupId"]
    for subnet in all_of("describe_subnets", "Subnets"):
        if not subnet.get("DefaultForAz"):
            yield "subnet", subnet["SubnetId"]
    for table in all_of("describe_route_tables", "RouteTables"):
        is_main = any(association.get("Main") for association in table.get("Associations", ()))
        if not (is_main and table["VpcId"] in default_vpcs):
            yield "route table", table["RouteTableId"]
