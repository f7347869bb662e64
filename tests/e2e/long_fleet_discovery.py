"""A fleet of a VPC that is there and is found by its tags, as the role of its account: endpoints come into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.fleets import ENDPOINTS, ROLES, FleetHouse, inventory
from tests.support.aws_api import REGION, client

TAGS = {"vpcTags": {"ssm": "private"}, "nodeSubnetTags": {"tier": "private-*"}}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[FleetHouse]:
    # Private DNS sends the database's subnet to the endpoints, too: the preflight wants it among their clients.
    data = inventory(
        settings={"minimumAgentVersion": "3.3.40.0", "network": {"clientCidrs": ["10.30.2.0/24"]}}
    )
    (account,) = (each for each in data["accounts"] if each["name"] == "prod")
    account["regions"] = [{"region": REGION, "vpcs": [{"discover": TAGS}]}]
    made = FleetHouse(tmp_path, {**data, "accounts": [account]})
    yield made
    made.end()


def tagged(kind: str, **tags: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": name, "Value": text} for name, text in tags.items()]}]


def vpc_of_somebody(ec2: Any) -> tuple[str, list[str]]:
    """A VPC with two subnets for nodes and one for something else; its id and theirs."""
    vpc = ec2.create_vpc(CidrBlock="10.30.0.0/16", TagSpecifications=tagged("vpc", ssm="private"))["Vpc"][
        "VpcId"
    ]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    nodes = []
    for number, (zone, tier) in enumerate((("a", "private-1"), ("b", "private-2"), ("c", "database"))):
        subnet = ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.30.{number}.0/24",
            AvailabilityZone=f"{REGION}{zone}",
            TagSpecifications=tagged("subnet", tier=tier),
        )["Subnet"]["SubnetId"]
        if tier != "database":
            ec2.associate_route_table(SubnetId=subnet, RouteTableId=table)
            nodes.append(subnet)
    return vpc, nodes


def test_a_vpc_found_by_its_tags_gets_endpoints_and_the_pack_knows_its_node_subnets(
    house: FleetHouse,
) -> None:
    none = house.run("expand")
    assert none.code == 2
    assert "no VPC there has these tags" in none.text

    ec2 = client(house.port, "ec2", REGION, ROLES["prod"])
    vpc, nodes = vpc_of_somebody(ec2)
    (stack,) = house.expanded()
    assert stack["name"] == f"prod-{REGION}-{vpc}"
    assert [each["id"] for each in stack["requirements"]["nodeSubnets"]] == nodes

    code, (line,), said = house.lines("up")
    assert (code, line["status"]) == (0, "passed"), (line["error"], said)
    listed = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert {each["VpcId"] for each in listed} == {vpc}
    assert len({each["ServiceName"] for each in listed}) == len(listed) == ENDPOINTS
    interfaces = [each for each in listed if each["VpcEndpointType"] == "Interface"]
    assert [set(each["SubnetIds"]) for each in interfaces] == [set(nodes)] * (ENDPOINTS - 1)
