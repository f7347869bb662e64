"""Asks the sandbox's AWS what is still alive: what a destroy claims and what an API shows are two things."""

from collections.abc import Iterable
from typing import Any

import boto3
from botocore.config import Config

from sandbox.layout import endpoint

GONE = {"deleted", "deleting"}
# Services without Regions: what there is, boto3's operation, the key of its answer, the key of an id.
GLOBAL = (
    ("role", "iam", "list_roles", "Roles", "RoleName"),
    ("instance profile", "iam", "list_instance_profiles", "InstanceProfiles", "InstanceProfileName"),
    ("hosted zone", "route53", "list_hosted_zones", "HostedZones", "Id"),
)


def find(port: int, regions: Iterable[str], roles: Iterable[str] = ()) -> list[str]:
    """Everything alive that AWS's own defaults do not explain, as "type id (region)".

    `roles`: ARNs of roles in other accounts, where to look as well; their findings say "type id (region, account)".
    """
    found, regions = [], list(regions)
    for role in (None, *roles):
        where = f", {role.split(':')[4]}" if role else ""
        partitions = set()
        for region in regions:
            session = _session(region, "test", "test")  # moto takes any
            if role:
                session = _assumed(session, port, role)
            found += [
                f"{kind} {identifier} ({region}{where})" for kind, identifier in _in_region(session, port)
            ]
            partition = session.get_partition_for_region(region)
            if partition not in partitions:
                partitions.add(partition)
                found += [
                    f"{kind} {identifier} ({partition}{where})" for kind, identifier in _global(session, port)
                ]
    return found


def _session(region: str, access: str, secret: str, token: str | None = None) -> boto3.Session:
    return boto3.Session(
        aws_access_key_id=access,
        aws_secret_access_key=secret,
        aws_session_token=token,
        region_name=region,
    )


def _assumed(session: boto3.Session, port: int, role: str) -> boto3.Session:
    """A session of the role, in the same Region."""
    sts = _client(session, "sts", port)
    given = sts.assume_role(RoleArn=role, RoleSessionName="leftovers")["Credentials"]
    return _session(
        session.region_name, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    )


def _client(session: boto3.Session, service: str, port: int) -> Any:
    config = Config(proxies={}, retries={"total_max_attempts": 2})
    return session.client(service, endpoint_url=endpoint(port), config=config)


def _all_of(client: Any, operation: str, key: str) -> Iterable[dict[str, Any]]:
    for page in client.get_paginator(operation).paginate():
        yield from page[key]


def _global(session: boto3.Session, port: int) -> Iterable[tuple[str, str]]:
    for kind, service, operation, key, name in GLOBAL:
        for found in _all_of(_client(session, service, port), operation, key):
            yield kind, str(found[name]).removeprefix("/hostedzone/")


def _in_region(session: boto3.Session, port: int) -> Iterable[tuple[str, str]]:
    ec2 = _client(session, "ec2", port)
    default_vpcs = set()
    for vpc in _all_of(ec2, "describe_vpcs", "Vpcs"):
        if vpc.get("IsDefault"):
            default_vpcs.add(vpc["VpcId"])
        else:
            yield "vpc", vpc["VpcId"]
    for found in _all_of(ec2, "describe_vpc_endpoints", "VpcEndpoints"):
        if found["State"].lower() not in GONE:
            yield "vpc endpoint", found["VpcEndpointId"]
    for group in _all_of(ec2, "describe_security_groups", "SecurityGroups"):
        if group["GroupName"] != "default":
            yield "security group", group["GroupId"]
    for subnet in _all_of(ec2, "describe_subnets", "Subnets"):
        if not subnet.get("DefaultForAz"):
            yield "subnet", subnet["SubnetId"]
    for table in _all_of(ec2, "describe_route_tables", "RouteTables"):
        is_main = any(association.get("Main") for association in table.get("Associations", ()))
        if not (is_main and table["VpcId"] in default_vpcs):
            yield "route table", table["RouteTableId"]
    resolver = _client(session, "route53resolver", port)
    for found in _all_of(resolver, "list_resolver_endpoints", "ResolverEndpoints"):
        yield "resolver endpoint", found["Id"]
