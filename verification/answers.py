"""What AWS has of a network now: what stands between nodes and endpoints, in as few calls as possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from verification.access import Access

Answer = dict[str, Any]
# "You can specify up to 200 values" of a filter.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Using_Filtering.html (read 2026-11-25)
FILTER_VALUES = 200
# An endpoint on its way out is gone, for whoever needs it.
GONE = ("deleted", "deleting")


@dataclass
class Live:
    """A Region's answers by id. `rules` are security group rules by group; `cards` the endpoints' network interfaces."""

    region: str
    vpcs: dict[str, Answer] = field(default_factory=dict)
    subnets: dict[str, Answer] = field(default_factory=dict)
    tables: dict[str, Answer] = field(default_factory=dict)
    acls: dict[str, Answer] = field(default_factory=dict)
    groups: dict[str, Answer] = field(default_factory=dict)
    rules: dict[str, list[Answer]] = field(default_factory=dict)
    endpoints: dict[str, Answer] = field(default_factory=dict)
    cards: dict[str, Answer] = field(default_factory=dict)

    def table_of(self, subnet: str) -> str:
        """The route table that is associated with a subnet itself; "" where it has the VPC's main one."""
        return next(
            (
                id
                for id, table in self.tables.items()
                for each in table.get("Associations") or []
                if each.get("SubnetId") == subnet
            ),
            "",
        )

    def main_table(self, vpc: str) -> str:
        """A VPC's main route table."""
        return next(
            (
                id
                for id, table in self.tables.items()
                if table["VpcId"] == vpc and any(each.get("Main") for each in table.get("Associations") or [])
            ),
            "",
        )


def listed(
    access: Access, region: str, operation: str, key: str, filter: str, values: Iterable[str]
) -> Iterator[Answer]:
    """What EC2 lists for these values of a filter, in as many calls as it takes; nothing for none."""
    wanted = sorted(set(values))
    for start in range(0, len(wanted), FILTER_VALUES):
        filters = [{"Name": filter, "Values": wanted[start : start + FILTER_VALUES]}]
        yield from access.pages("ec2", region, operation, key, Filters=filters)


def ask(
    access: Access, region: str, vpcs: Iterable[str], groups: Iterable[str], subnets: Iterable[str]
) -> Live:
    """The answers about these VPCs, security groups and subnets, and about the VPCs that those subnets are in."""
    live = Live(region)

    def by_id(operation: str, key: str, id: str, filter: str, values: Iterable[str]) -> dict[str, Answer]:
        return {each[id]: each for each in listed(access, region, operation, key, filter, values)}

    named = by_id("DescribeSubnets", "Subnets", "SubnetId", "subnet-id", subnets)
    homes = {*vpcs, *(each["VpcId"] for each in named.values())}
    live.vpcs = by_id("DescribeVpcs", "Vpcs", "VpcId", "vpc-id", homes)
    for id, vpc in live.vpcs.items():
        for attribute, name in (
            ("enableDnsSupport", "EnableDnsSupport"),
            ("enableDnsHostnames", "EnableDnsHostnames"),
        ):
            answer = access.read("ec2", region, "DescribeVpcAttribute", VpcId=id, Attribute=attribute)
            vpc[name] = answer[name]["Value"]
    live.subnets = by_id("DescribeSubnets", "Subnets", "SubnetId", "vpc-id", live.vpcs)
    live.tables = by_id("DescribeRouteTables", "RouteTables", "RouteTableId", "vpc-id", live.vpcs)
    live.acls = by_id("DescribeNetworkAcls", "NetworkAcls", "NetworkAclId", "vpc-id", live.vpcs)
    found = by_id("DescribeVpcEndpoints", "VpcEndpoints", "VpcEndpointId", "vpc-id", live.vpcs)
    live.endpoints = {id: each for id, each in found.items() if each["State"].lower() not in GONE}
    wanted = {
        *groups,
        *(group["GroupId"] for each in live.endpoints.values() for group in each.get("Groups") or []),
    }
    live.groups = by_id("DescribeSecurityGroups", "SecurityGroups", "GroupId", "group-id", wanted)
    rules = ("DescribeSecurityGroupRules", "SecurityGroupRules", "group-id")
    for rule in listed(access, region, *rules, live.groups):
        live.rules.setdefault(rule["GroupId"], []).append(rule)
    cards = (id for each in live.endpoints.values() for id in each.get("NetworkInterfaceIds") or [])
    live.cards = by_id(
        "DescribeNetworkInterfaces", "NetworkInterfaces", "NetworkInterfaceId", "network-interface-id", cards
    )
    return live
