"""What another stack has in the same role, VPC or group, with the same tags and names: it is not taken for this stack's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from recovery.left import left
from tests.recovery.aws import TAGS, entry, found, listing, previewed, specification, wanted
from tests.support.aws_api import REGION, client

ROLE, POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
GROUP, ENDPOINT = "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/vpcEndpoint:VpcEndpoint"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
SSM, S3 = f"com.amazonaws.{REGION}.ssm", f"com.amazonaws.{REGION}.s3"
BUCKETS = "nodes-web-buckets"
# What a preview does not know yet.
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
DRAWN = {"__defaults": ["name"]}
HTTPS = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def reads(region: str) -> str:
    """A role's policy for a Region's bucket."""
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::aws-ssm-{region}/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def iam(aws: int) -> Any:
    return client(aws, "iam")


@pytest.fixture
def ec2(aws: int) -> Any:
    return client(aws, "ec2")


@pytest.fixture
def vpc(ec2: Any) -> str:
    return str(ec2.create_vpc(CidrBlock="10.82.0.0/16")["Vpc"]["VpcId"])


def role(iam: Any, name: str) -> str:
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=reads("any"), Tags=listing(TAGS))
    return name


def put(iam: Any, role: str, digits: str, document: str) -> str:
    iam.put_role_policy(RoleName=role, PolicyName=f"{BUCKETS}-{digits}", PolicyDocument=document)
    return f"{role}:{BUCKETS}-{digits}"


def test_of_a_shared_roles_policies_the_one_of_the_stacks_own_name(aws: int, iam: Any) -> None:
    web, ours = role(iam, "web"), f"{BUCKETS}-vpc-0a1b2c3d4e5f60718@house@dev"
    for theirs in (f"{BUCKETS}-vpc-0ffffffffffffffff@house@dev", f"{ours}-two", f"{BUCKETS}-0a1b2c3"):
        iam.put_role_policy(RoleName=web, PolicyName=theirs, PolicyDocument=reads(REGION))
    inputs = {"role": web, "name": ours, "policy": reads(REGION)}
    assert found(aws, previewed(POLICY, BUCKETS, **inputs)) == []
    iam.put_role_policy(RoleName=web, PolicyName=ours, PolicyDocument=reads("eu-central-1"))
    for what in (previewed(POLICY, BUCKETS, **inputs), wanted(POLICY, BUCKETS, **inputs)):
        assert [(each.id, each.name) for each in found(aws, what)] == [(f"{web}:{ours}", ours)]


def test_a_policy_whose_name_was_drawn_is_known_by_it_in_a_role_that_others_use(aws: int, iam: Any) -> None:
    web = role(iam, "drawn")
    there = put(iam, web, "0a1b2c3", reads(REGION))
    inputs = {"role": web, "name": f"{BUCKETS}-0a1b2c3", "policy": reads(REGION), **DRAWN}
    assert found(aws, previewed(POLICY, BUCKETS, **inputs)) == [], "a preview draws names of its own"
    assert [each.id for each in found(aws, wanted(POLICY, BUCKETS, **inputs))] == [there]


def test_a_policy_of_the_stacks_own_role_may_say_what_an_earlier_program_said(aws: int, iam: Any) -> None:
    own = role(iam, "nodes-own-0a1b2c3")
    inputs = {"role": own, "name": f"{BUCKETS}-1111111", "policy": reads(REGION), **DRAWN}
    there = put(iam, own, "0a1b2c3", reads("eu-central-1"))
    what = previewed(POLICY, BUCKETS, **inputs)
    assert [each.id for each in found(aws, what, state=[(ROLE, own)])] == [there]
    assert found(aws, what, state=[(ROLE, "another"), (GROUP, own)]) == []


def test_what_is_attached_to_a_role_that_is_not_the_stacks(aws: int, iam: Any) -> None:
    shared = role(iam, "shared")
    iam.attach_role_policy(RoleName=shared, PolicyArn=CORE)
    what = previewed(ATTACHMENT, "core", role=shared, policyArn=CORE)
    id = f"{shared}/{CORE}"
    assert found(aws, what) == []
    assert [each.id for each in found(aws, what, state=[(ROLE, shared)])] == [id]
    sent = wanted(ATTACHMENT, "core", role=shared, policyArn=CORE)
    assert [each.id for each in found(aws, sent)] == [id]


def test_a_gateway_endpoint_by_its_route_tables(aws: int, ec2: Any, vpc: str) -> None:
    a, b, c = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(3))

    def make(*tables: str) -> str:
        made = ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName=S3,
            VpcEndpointType="Gateway",
            RouteTableIds=tables,
            TagSpecifications=specification("vpc-endpoint", "ssm-s3"),
        )
        return str(made["VpcEndpoint"]["VpcEndpointId"])

    def those(*tables: str, **more: Any) -> list[str]:
        inputs = {"vpcId": vpc, "serviceName": S3, "vpcEndpointType": "Gateway", **more}
        both = [kind(ENDPOINT, "ssm-s3", routeTableIds=[*tables], **inputs) for kind in (wanted, previewed)]
        first, second = ([each.id for each in found(aws, what)] for what in both)
        assert first == second
        return first

    theirs = make(a)
    assert those(b, c) == []
    assert those(a, b) == [], "one table of several is not all"
    assert those() == []
    ours = make(b, c)
    assert those(c, b) == [ours]
    assert those(a) == [theirs]


def test_an_interface_endpoint_by_its_subnets_and_groups(aws: int, ec2: Any, vpc: str) -> None:
    one, two = (
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.82.{n}.0/24")["Subnet"]["SubnetId"] for n in (1, 2)
    )
    ours, theirs = (
        ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"] for name in "ab"
    )

    def those(subnets: list[str], **more: Any) -> list[str]:
        inputs = {"vpcId": vpc, "serviceName": SSM, "vpcEndpointType": "Interface", "subnetIds": subnets}
        return [each.id for each in found(aws, previewed(ENDPOINT, "ssm-ssm", **inputs, **more))]

    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=SSM,
        VpcEndpointType="Interface",
        SubnetIds=[one, two],
        SecurityGroupIds=[ours],
        TagSpecifications=specification("vpc-endpoint", "ssm-ssm"),
    )["VpcEndpoint"]["VpcEndpointId"]
    assert those([two, one], securityGroupIds=[ours]) == [made]
    assert those([two, one], securityGroupIds=[theirs]) == []
    assert those([one], securityGroupIds=[ours]) == []
    assert those([], securityGroupIds=[ours]) == []
    assert those([two, one]) == [made], "without a group AWS gives it the VPC's own"


@pytest.mark.parametrize("unknown", [[UNKNOWN], UNKNOWN])
@pytest.mark.parametrize("key", ["routeTableIds", "subnetIds", "securityGroupIds"])
def test_an_endpoint_that_needs_what_is_not_there_is_not_looked_for(key: str, unknown: Any) -> None:
    """So that finders have nothing unknown to compare."""
    planned = entry(ENDPOINT, "ssm-s3", vpcId="vpc-1", **{key: unknown})
    assert left({}, [{"op": "create", "newState": planned}]).wanted == ()


def rule(ec2: Any, group: str, name: str, **destination: Any) -> str:
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **destination}
    made = ec2.authorize_security_group_egress(
        GroupId=group,
        IpPermissions=[permission],
        TagSpecifications=specification("security-group-rule", name),
    )
    return str(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])


def test_a_rule_in_a_group_that_is_not_the_stacks(aws: int, ec2: Any, vpc: str) -> None:
    shared, own = (
        ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"]
        for name in ("shared", "own")
    )
    id = rule(ec2, shared, "nodes-s3", IpRanges=[{"CidrIp": "10.82.1.0/24"}])
    inputs = {"securityGroupId": shared, "cidrIpv4": "10.82.1.0/24", **HTTPS}
    what = previewed(EGRESS, "nodes-s3", **inputs)
    assert found(aws, what) == []
    assert found(aws, what, state=[(GROUP, own), (ROLE, shared)]) == []
    assert [each.id for each in found(aws, what, state=[(GROUP, shared)])] == [id]
    assert [each.id for each in found(aws, wanted(EGRESS, "nodes-s3", **inputs))] == [id], "it was being made"


@pytest.mark.parametrize(
    ("whose", "taken"), [("p/dev", True), ("p/devel", False), ("other/dev", False), ("dev", False)]
)
def test_a_rule_whose_name_says_that_it_is_the_stacks(
    aws: int, ec2: Any, vpc: str, whose: str, taken: bool
) -> None:
    """Project and stack are those of the URN; in a group that several use, the rest of the tags may be the same."""
    shared = ec2.create_security_group(GroupName=f"shared-{whose}", Description="d", VpcId=vpc)["GroupId"]
    id = rule(ec2, shared, f"nodes-s3 {whose}", IpRanges=[{"CidrIp": "10.82.1.0/24"}])
    inputs = {"securityGroupId": shared, "cidrIpv4": "10.82.1.0/24", **HTTPS}
    what = previewed(EGRESS, f"nodes-s3 {whose}", **inputs)
    assert [each.id for each in found(aws, what)] == ([id] if taken else [])


def test_a_rule_that_leads_to_the_stacks_own_group_is_the_stacks(aws: int, ec2: Any, vpc: str) -> None:
    shared, own = (
        ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"]
        for name in ("shared", "own")
    )
    id = rule(ec2, shared, "nodes-endpoints", UserIdGroupPairs=[{"GroupId": own}])
    inputs = {"securityGroupId": shared, "referencedSecurityGroupId": own, **HTTPS}
    what = previewed(EGRESS, "nodes-endpoints", **inputs)
    assert found(aws, what) == []
    assert [each.id for each in found(aws, what, state=[(GROUP, own)])] == [id]


def test_a_group_that_has_rules_of_somebodys_is_in_use(aws: int, ec2: Any, vpc: str) -> None:
    """The nodes' group lets nothing in at any time: another stack's differs from a new one by what it lets out."""
    tags = specification("security-group", "nodes")
    made = ec2.create_security_group(
        GroupName="nodes-0a1b2c3", Description="d", VpcId=vpc, TagSpecifications=tags
    )["GroupId"]
    inputs = {"vpcId": vpc, "description": "d", "name": "nodes-1111111", **DRAWN}
    what = previewed(GROUP, "nodes", **inputs)
    (there,) = found(aws, what)
    assert there.half_made
    ec2.revoke_security_group_egress(GroupId=made, IpPermissions=[EVERYTHING])
    (there,) = found(aws, what)
    assert (there.id, there.half_made) == (made, "")
    https, all_blocks = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}, [{"CidrIp": "0.0.0.0/0"}]
    for permission in (
        {**https, "IpRanges": all_blocks},
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
        {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": made}]},
    ):
        ec2.authorize_security_group_egress(GroupId=made, IpPermissions=[permission])
        assert found(aws, what) == [], permission
        ec2.revoke_security_group_egress(GroupId=made, IpPermissions=[permission])
    to_ipv6 = {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    ec2.authorize_security_group_egress(GroupId=made, IpPermissions=[to_ipv6])
    (there,) = found(aws, what)
    assert there.half_made, "AWS's first rule of a VPC with IPv6"
