"""What is found again in EC2, and what is left to others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.recovery.aws import found, previewed, specification, wanted
from tests.support.aws_api import REGION, client

VPC, SUBNET, TABLE = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
GROUP, ENDPOINT = "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/vpcEndpoint:VpcEndpoint"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
SSM = f"com.amazonaws.{REGION}.ssm"
EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


@pytest.fixture
def ec2(aws: int) -> Any:
    return client(aws, "ec2")


def vpc(ec2: Any, cidr: str, name: str = "private", **tags: str) -> str:
    made = ec2.create_vpc(CidrBlock=cidr, TagSpecifications=specification("vpc", name, **tags))
    return str(made["Vpc"]["VpcId"])


def test_a_vpc_by_its_block_and_tags(aws: int, ec2: Any) -> None:
    id = vpc(ec2, "10.70.0.0/16", further="of the account's own")
    vpc(ec2, "10.70.0.0/16", "another")
    vpc(ec2, "10.71.0.0/16")
    what = wanted(VPC, "private", cidrBlock="10.70.0.0/16")
    assert [each.id for each in found(aws, what)] == [id]
    assert found(aws, what, id) == []


def test_a_vpc_that_is_in_use_is_somebody_elses(aws: int, ec2: Any) -> None:
    of_subnets, of_endpoints = vpc(ec2, "10.72.0.0/16"), vpc(ec2, "10.72.0.0/16")
    ec2.create_subnet(VpcId=of_subnets, CidrBlock="10.72.1.0/24")
    ec2.create_vpc_endpoint(VpcId=of_endpoints, ServiceName=SSM, VpcEndpointType="Interface")
    assert found(aws, wanted(VPC, "private", cidrBlock="10.72.0.0/16")) == []


def test_two_vpcs_are_both_told(aws: int, ec2: Any) -> None:
    ids = {vpc(ec2, "10.73.0.0/16"), vpc(ec2, "10.73.0.0/16")}
    assert {each.id for each in found(aws, wanted(VPC, "private", cidrBlock="10.73.0.0/16"))} == ids


def test_subnets_route_tables_and_associations(aws: int, ec2: Any) -> None:
    id = vpc(ec2, "10.74.0.0/16")
    subnet, untagged = (
        ec2.create_subnet(VpcId=id, CidrBlock=f"10.74.{n}.0/24", **more)["Subnet"]["SubnetId"]
        for n, more in ((1, {"TagSpecifications": specification("subnet", "private-a")}), (2, {}))
    )
    table = ec2.create_route_table(VpcId=id, TagSpecifications=specification("route-table", "private-a"))
    table = table["RouteTable"]["RouteTableId"]
    of_subnet = wanted(SUBNET, "private-a", vpcId=id, cidrBlock="10.74.1.0/24")
    assert [each.id for each in found(aws, of_subnet)] == [subnet]
    assert found(aws, wanted(SUBNET, "private-a", vpcId=id, cidrBlock="10.74.2.0/24")) == []
    of_table = wanted(TABLE, "private-a", vpcId=id)
    assert [each.id for each in found(aws, of_table)] == [table]
    of_association = wanted(ASSOCIATION, "private-a", subnetId=subnet, routeTableId=table)
    assert found(aws, of_association) == []
    ec2.associate_route_table(RouteTableId=table, SubnetId=untagged)
    assert found(aws, of_association) == []
    made = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    assert [each.id for each in found(aws, of_association)] == [made]
    assert found(aws, of_table) == [], "a table with subnets is somebody else's"


def test_an_endpoint_by_vpc_service_type_and_tags_but_not_one_that_goes(aws: int, ec2: Any) -> None:
    id = vpc(ec2, "10.75.0.0/16")

    def make(service: str, type: str, name: str) -> str:
        tags = specification("vpc-endpoint", name)
        made = ec2.create_vpc_endpoint(
            VpcId=id, ServiceName=service, VpcEndpointType=type, TagSpecifications=tags
        )
        return str(made["VpcEndpoint"]["VpcEndpointId"])

    make(f"com.amazonaws.{REGION}.kms", "Interface", "ssm-ssm")
    make(SSM, "Interface", "by hand")
    what = wanted(ENDPOINT, "ssm-ssm", vpcId=id, serviceName=SSM, vpcEndpointType="Interface")
    assert found(aws, what) == []
    endpoint = make(SSM, "Interface", "ssm-ssm")
    assert [each.id for each in found(aws, what)] == [endpoint]
    gateway = wanted(ENDPOINT, "ssm-ssm", vpcId=id, serviceName=SSM, vpcEndpointType="Gateway")
    assert found(aws, gateway) == []
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert found(aws, what) == []


def group(ec2: Any, vpc: str, name: str, tag: str = "ssm-https") -> str:
    tags = specification("security-group", tag)
    made = ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc, TagSpecifications=tags)
    return str(made["GroupId"])


def test_a_group_by_the_name_that_was_sent_or_by_the_pattern_of_drawn_ones(aws: int, ec2: Any) -> None:
    id = vpc(ec2, "10.76.0.0/16")
    one = group(ec2, id, "ssm-https-0a1b2c3")
    ec2.revoke_security_group_egress(GroupId=one, IpPermissions=[EVERYTHING])
    inputs = {"vpcId": id, "description": "d", "name": "ssm-https-fffffff", "__defaults": ["name"]}
    assert found(aws, wanted(GROUP, "ssm-https", **inputs)) == []
    (there,) = found(aws, wanted(GROUP, "ssm-https", **{**inputs, "name": "ssm-https-0a1b2c3"}))
    assert (there.id, there.half_made) == (one, "")
    (there,) = found(aws, previewed(GROUP, "ssm-https", **inputs))
    assert (there.id, there.name) == (one, "ssm-https-0a1b2c3")
    group(ec2, id, "ssm-https-by-hand")
    assert len(found(aws, previewed(GROUP, "ssm-https", **inputs))) == 1
    ec2.authorize_security_group_ingress(
        GroupId=one, IpProtocol="tcp", FromPort=443, ToPort=443, CidrIp="10.0.0.0/8"
    )
    assert found(aws, previewed(GROUP, "ssm-https", **inputs)) == []


def test_a_group_that_still_lets_everything_out_has_to_go(aws: int, ec2: Any) -> None:
    id = vpc(ec2, "10.77.0.0/16")
    group(ec2, id, "ssm-https-0a1b2c3")
    inputs = {"vpcId": id, "description": "d", "name": "ssm-https-0a1b2c3", "__defaults": ["name"]}
    (there,) = found(aws, wanted(GROUP, "ssm-https", **inputs))
    assert "lets everything out" in there.half_made


def test_a_rule_of_the_groups_own(aws: int, ec2: Any) -> None:
    of = group(ec2, vpc(ec2, "10.78.0.0/16"), "ssm-https-0a1b2c3")
    rules = {}
    for cidr in ("10.78.1.0/24", "10.78.2.0/24"):
        permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": cidr}]}
        tags = specification("security-group-rule", f"ssm-https-{cidr}")
        made = ec2.authorize_security_group_ingress(
            GroupId=of, IpPermissions=[permission], TagSpecifications=tags
        )
        rules[cidr] = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    for cidr, id in rules.items():
        inputs = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": cidr}
        name = f"ssm-https-{cidr}"
        assert [each.id for each in found(aws, wanted(INGRESS, name, securityGroupId=of, **inputs))] == [id]
        other = {**inputs, "toPort": 444}
        assert found(aws, wanted(INGRESS, name, securityGroupId=of, **other)) == []
        assert found(aws, wanted(EGRESS, name, securityGroupId=of, **inputs)) == []
