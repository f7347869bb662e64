"""VPCs that are there, found by their tags, in an AWS on loopback."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from fleet import discovery, expansion
from fleet.discovery import DiscoveryError
from fleet.expansion import Found
from fleet.settings import Account, Discovery
from tests.fleet.fleets import fleet
from tests.support.aws_api import client, serving
from tests.verification.test_access import refusing

ROLE = "arn:aws:iam::{}:role/deployer"
NUMBERS = itertools.count(300000000000)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as port:
        yield port


class Aws:
    """An account of its own, to put VPCs into."""

    def __init__(self, port: int) -> None:
        self.id = str(next(NUMBERS))
        self.port = port
        self.ec2: Any = client(port, "ec2", role=ROLE.format(self.id))

    def vpc(self, block: str = "10.0.0.0/16", **tags: str) -> str:
        return str(self.tagged(self.ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"], tags))

    def subnet(self, vpc: str, block: str, zone: str = "eu-west-1a", **tags: str) -> str:
        made = self.ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]
        return str(self.tagged(made["SubnetId"], tags))

    def tagged(self, id: str, tags: dict[str, str]) -> str:
        if tags:
            self.ec2.create_tags(Resources=[id], Tags=[{"Key": k, "Value": v} for k, v in tags.items()])
        return id

    def table(self, vpc: str, *subnets: str) -> str:
        id = str(self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"])
        for subnet in subnets:
            self.ec2.associate_route_table(RouteTableId=id, SubnetId=subnet)
        return id

    def main(self, vpc: str) -> str:
        filters = [
            {"Name": "vpc-id", "Values": [vpc]},
            {"Name": "association.main", "Values": ["true"]},
        ]
        (table,) = self.ec2.describe_route_tables(Filters=filters)["RouteTables"]
        return str(table["RouteTableId"])

    def account(self, role: str | None = None) -> Account:
        said = {"name": "shop", "accountId": self.id, "regions": ({"region": "eu-west-1"},)}
        role = ROLE.format(self.id) if role is None else role
        return Account.model_validate({**said, **({"roleArn": role} if role else {})})

    def find(self, vpc: dict[str, str], subnet: dict[str, str]) -> list[Found]:
        wanted = Discovery.model_validate({"vpcTags": vpc, "nodeSubnetTags": subnet})
        return list(discovery.find(self.account(), "eu-west-1", wanted, f"http://127.0.0.1:{self.port}"))


@pytest.fixture
def aws(port: int) -> Aws:
    return Aws(port)


def test_a_subnet_has_its_own_route_table_or_the_vpcs_main_one(aws: Aws) -> None:
    vpc = aws.vpc(ssm="private")
    own = aws.subnet(vpc, "10.0.1.0/24", tier="nodes")
    without = aws.subnet(vpc, "10.0.2.0/24", "eu-west-1b", tier="nodes")
    aws.table(vpc)
    table = aws.table(vpc, own)
    (found,) = aws.find({"ssm": "private"}, {"tier": "nodes"})
    assert found == Found(
        vpc,
        {
            "vpcId": vpc,
            "vpcCidrs": ["10.0.0.0/16"],
            "nodeSubnets": [
                {"id": own, "cidr": "10.0.1.0/24", "availabilityZone": "eu-west-1a", "routeTableId": table},
                {
                    "id": without,
                    "cidr": "10.0.2.0/24",
                    "availabilityZone": "eu-west-1b",
                    "routeTableId": aws.main(vpc),
                },
            ],
        },
    )


def test_all_blocks_of_a_vpc_are_told_the_first_one_first(aws: Aws) -> None:
    vpc = aws.vpc("10.9.0.0/16", ssm="private")
    for block in ("10.4.0.0/16", "10.2.0.0/16"):
        aws.ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock=block)
    aws.subnet(vpc, "10.4.1.0/24", tier="nodes")
    (found,) = aws.find({"ssm": "private"}, {"tier": "nodes"})
    assert found.network["vpcCidrs"] == ["10.9.0.0/16", "10.4.0.0/16", "10.2.0.0/16"]


def test_only_vpcs_and_subnets_with_all_tags_are_found(aws: Aws) -> None:
    wanted = aws.vpc(ssm="private", env="prod")
    node = aws.subnet(wanted, "10.0.1.0/24", tier="nodes", env="prod")
    aws.subnet(wanted, "10.0.2.0/24", tier="public", env="prod")
    aws.subnet(wanted, "10.0.3.0/24", tier="nodes")
    for tags in ({"ssm": "private", "env": "dev"}, {"ssm": "private"}, {"env": "prod"}, {}):
        aws.subnet(aws.vpc(**tags), "10.0.1.0/24", tier="nodes", env="prod")
    (found,) = aws.find({"ssm": "private", "env": "prod"}, {"tier": "nodes", "env": "prod"})
    assert found.vpc_id == wanted
    assert [each["id"] for each in found.network["nodeSubnets"]] == [node]


def test_a_star_is_any_value_and_no_tag_is_none(aws: Aws) -> None:
    found = {aws.vpc(env="prod"), aws.vpc(env="dev")}
    for vpc in (*found, aws.vpc(team="shop")):
        aws.subnet(vpc, "10.0.1.0/24", tier="nodes")
    assert {each.vpc_id for each in aws.find({"env": "*"}, {"tier": "*"})} == found


def test_vpcs_come_by_id_and_subnets_by_zone_whenever_they_were_made(aws: Aws) -> None:
    vpcs = [aws.vpc(ssm="private") for _ in range(6)]
    for vpc in vpcs:
        for number, zone in enumerate("cab"):
            aws.subnet(vpc, f"10.0.{number}.0/24", f"eu-west-1{zone}", tier="nodes")
    found = aws.find({"ssm": "private"}, {"tier": "nodes"})
    assert [each.vpc_id for each in found] == sorted(vpcs)
    for each in found:
        zones = [subnet["availabilityZone"] for subnet in each.network["nodeSubnets"]]
        assert zones == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]


def test_another_accounts_vpcs_are_not_found(aws: Aws, port: int) -> None:
    other = Aws(port)
    other.subnet(other.vpc(ssm="private"), "10.0.1.0/24", tier="nodes")
    assert aws.find({"ssm": "private"}, {"tier": "nodes"}) == []


def test_what_is_found_is_a_stack(aws: Aws) -> None:
    vpc = aws.vpc(ssm="private")
    for number, zone in enumerate("ab"):
        aws.subnet(vpc, f"10.0.{number}.0/24", f"eu-west-1{zone}", tier="nodes")
    found = aws.find({"ssm": "private"}, {"tier": "nodes"})
    discover = {"vpcTags": {"ssm": "private"}, "nodeSubnetTags": {"tier": "nodes"}}
    vpcs = [{"settings": {"network": {"create": None}}, "discover": discover}]
    stacks = expansion.expand(fleet({"accounts.1.regions.0.vpcs": vpcs}), "fleet.yaml", lambda *_: found)
    assert stacks[-1].name == f"bank-eu-west-1-{vpc}"


def test_a_vpc_without_a_node_subnet_is_refused(aws: Aws) -> None:
    vpc = aws.vpc(ssm="private")
    aws.subnet(vpc, "10.0.1.0/24", tier="public")
    with pytest.raises(DiscoveryError) as caught:
        aws.find({"ssm": "private"}, {"tier": "nodes"})
    assert str(caught.value).startswith(f"{vpc}: no subnet has the tags of nodeSubnetTags")
    assert "\n  fix: tag its private subnets" in str(caught.value)


@pytest.mark.parametrize("with_role", [True, False])
def test_a_refusal_says_where_who_and_which_permissions(aws: Aws, with_role: bool) -> None:
    """A server that answers everything with a refusal: nobody may assume a role there, or see a VPC."""
    wanted = Discovery.model_validate({"vpcTags": {"a": "b"}, "nodeSubnetTags": {"a": "b"}})
    role = ROLE.format(aws.id) if with_role else ""
    with refusing(403, "AccessDenied", "no") as port, pytest.raises(DiscoveryError) as caught:
        discovery.find(aws.account(role), "eu-west-1", wanted, f"http://127.0.0.1:{port}")
    text = str(caught.value)
    assert text.startswith("account shop, eu-west-1: which VPCs there are cannot be asked: ")
    assert ("AssumeRole" if with_role else "DescribeVpcs") in text
    who = f"may assume {role}" if with_role else "are of the account"
    assert who in text
    assert "ec2:DescribeVpcs, ec2:DescribeSubnets and ec2:DescribeRouteTables" in text
