"""What is found again in IAM, where other stacks have roles with the same tags, and in Route 53."""

from __future__ import annotations

import json
from typing import Any

from tests.recovery.aws import TAGS, found, listing, previewed, wanted
from tests.support.aws_api import REGION, client

ROLE, PROFILE = "aws:iam/role:Role", "aws:iam/instanceProfile:InstanceProfile"
POLICY, ATTACHMENT = "aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
NAME = "nodes-instance"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
READS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}],
}
DRAWN = {"__defaults": ["name"]}


def role(iam: Any, name: str, tag: str = NAME) -> str:
    tags = listing({"Name": tag, **TAGS})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), Tags=tags)
    return name


def test_a_role_by_the_name_that_was_sent_also_when_another_stack_has_one_like_it(aws: int) -> None:
    iam = client(aws, "iam")
    ours = role(iam, f"{NAME}-0a1b2c3")
    role(iam, f"{NAME}-fffffff")
    assert [each.id for each in found(aws, wanted(ROLE, NAME, name=ours, **DRAWN))] == [ours]
    assert found(aws, wanted(ROLE, NAME, name=f"{NAME}-0000000", **DRAWN)) == []
    both = found(aws, previewed(ROLE, NAME, name=f"{NAME}-1111111", **DRAWN))
    assert len(both) == 2, "which of them, nobody can know"
    iam.attach_role_policy(RoleName=f"{NAME}-fffffff", PolicyArn=CORE)
    (one,) = found(aws, previewed(ROLE, NAME, name=f"{NAME}-1111111", **DRAWN))
    assert (one.id, one.name) == (ours, ours)
    iam.put_role_policy(RoleName=ours, PolicyName="p", PolicyDocument=json.dumps(READS))
    assert found(aws, previewed(ROLE, NAME, name=f"{NAME}-1111111", **DRAWN)) == []


def test_what_a_role_of_the_stacks_has(aws: int) -> None:
    iam = client(aws, "iam")
    name = role(iam, "nodes-hybrid-0a1b2c3", "nodes-hybrid")
    attachment = wanted(ATTACHMENT, "core", role=name, policyArn=CORE)
    policy = previewed(POLICY, "nodes-hybrid-buckets", role=name, name="x", **DRAWN)
    assert found(aws, attachment) == []
    assert found(aws, policy) == []
    iam.attach_role_policy(RoleName=name, PolicyArn=CORE)
    assert [each.id for each in found(aws, attachment)] == [f"{name}/{CORE}"]
    for inline in ("somebody's", "nodes-hybrid-buckets-0a1b2c3"):
        iam.put_role_policy(RoleName=name, PolicyName=inline, PolicyDocument=json.dumps(READS))
    (one,) = found(aws, policy, state=[(ROLE, name)])
    assert (one.id, one.name) == (f"{name}:nodes-hybrid-buckets-0a1b2c3", "nodes-hybrid-buckets-0a1b2c3")
    assert found(aws, wanted(ATTACHMENT, "core", role="nobody", policyArn=CORE)) == []


def test_a_profile_with_its_role_or_with_none_yet(aws: int) -> None:
    iam = client(aws, "iam")
    ours, theirs = role(iam, "nodes-x-0a1b2c3", "nodes-x"), role(iam, "nodes-x-fffffff", "nodes-x")
    what = previewed(PROFILE, "nodes-x", name="nodes-x-1111111", role=ours, **DRAWN)
    tags = listing({"Name": "nodes-x", **TAGS})
    iam.create_instance_profile(InstanceProfileName="nodes-x-2222222", Tags=tags)
    assert [each.id for each in found(aws, what)] == ["nodes-x-2222222"]
    iam.add_role_to_instance_profile(InstanceProfileName="nodes-x-2222222", RoleName=theirs)
    assert found(aws, what) == []
    sent = wanted(PROFILE, "nodes-x", name="nodes-x-2222222", role=ours, **DRAWN)
    assert [each.id for each in found(aws, sent)] == ["nodes-x-2222222"]


def test_a_zone_before_it_has_its_tags_and_what_is_in_it(aws: int) -> None:
    ec2, route53 = client(aws, "ec2"), client(aws, "route53")
    vpc = ec2.create_vpc(CidrBlock="10.79.0.0/16")["Vpc"]["VpcId"]
    name = f"ssm.{REGION}.amazonaws.com"
    inputs = {"name": name, "comment": "ours", "vpcs": [{"vpcId": vpc}]}
    zone_type = "aws:route53/zone:Zone"
    assert found(aws, wanted(zone_type, "hub-ssm", **inputs)) == []
    made = route53.create_hosted_zone(
        Name=name,
        CallerReference="1",
        HostedZoneConfig={"Comment": "ours", "PrivateZone": True},
        VPC={"VPCRegion": REGION, "VPCId": vpc},
    )
    id = made["HostedZone"]["Id"].removeprefix("/hostedzone/")
    assert [each.id for each in found(aws, wanted(zone_type, "hub-ssm", **inputs))] == [id]
    assert found(aws, wanted(zone_type, "hub-ssm", **{**inputs, "comment": "theirs"})) == []

    record = wanted("aws:route53/record:Record", "hub-ssm-a", zoneId=id, name=name, type="A")
    assert found(aws, record) == []
    change = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "10.79.0.4"}]}
    batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": change}]}
    route53.change_resource_record_sets(HostedZoneId=id, ChangeBatch=batch)
    assert [each.id for each in found(aws, record)] == [f"{id}_{name}_A"]
    gone = wanted("aws:route53/record:Record", "hub-ssm-a", zoneId="Z0NOTTHERE", name=name, type="A")
    assert found(aws, gone) == []

    association = "aws:route53/zoneAssociation:ZoneAssociation"
    assert [each.id for each in found(aws, wanted(association, "spoke-ssm", zoneId=id, vpcId=vpc))] == [
        f"{id}:{vpc}:{REGION}"
    ]
    other = ec2.create_vpc(CidrBlock="10.80.0.0/16")["Vpc"]["VpcId"]
    assert found(aws, wanted(association, "spoke-ssm", zoneId=id, vpcId=other)) == []


def test_a_resolver_endpoint_in_the_stacks_own_group(aws: int) -> None:
    ec2, resolver = client(aws, "ec2"), client(aws, "route53resolver")
    vpc = ec2.create_vpc(CidrBlock="10.81.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.81.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")[
            "Subnet"
        ]
        for n, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="dns", Description="dns", VpcId=vpc)["GroupId"]
    made = resolver.create_resolver_endpoint(
        CreatorRequestId="1",
        Name="resolver",
        Direction="INBOUND",
        SecurityGroupIds=[group],
        IpAddresses=[{"SubnetId": each["SubnetId"]} for each in subnets],
    )["ResolverEndpoint"]["Id"]
    inputs = {"name": "resolver", "direction": "INBOUND"}
    type = "aws:route53/resolverEndpoint:ResolverEndpoint"
    assert [each.id for each in found(aws, wanted(type, "resolver", securityGroupIds=[group], **inputs))] == [
        made
    ]
    assert found(aws, wanted(type, "resolver", securityGroupIds=["sg-0ther"], **inputs)) == []
