"""What official plugins ask of AWS and moto would not answer, or not as AWS does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from sandbox import moto_gaps
from tests.support import aws_api

Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    # Filled twice, the gaps are as good as filled once.
    moto_gaps.fill()
    with aws_api.serving() as port:
        yield partial(aws_api.client, port)


def test_a_zone_made_with_a_vpc_is_private_and_others_are_public(client: Client) -> None:
    vpc = client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    route53 = client("route53")
    home = {"VPCRegion": "eu-west-1", "VPCId": vpc}
    private = route53.create_hosted_zone(Name="a.example", CallerReference="a", VPC=home)["HostedZone"]["Id"]
    found = route53.get_hosted_zone(Id=private)
    assert found["HostedZone"]["Config"]["PrivateZone"] is True
    assert found["VPCs"] == [home]
    public = route53.create_hosted_zone(Name="b.example", CallerReference="b")["HostedZone"]["Id"]
    assert route53.get_hosted_zone(Id=public)["HostedZone"]["Config"]["PrivateZone"] is False


def test_a_role_that_a_profile_has_not_is_no_such_entity(client: Client) -> None:
    iam = client("iam")
    iam.create_role(RoleName="node", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="node")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.remove_role_from_instance_profile(InstanceProfileName="node", RoleName="node")
    iam.add_role_to_instance_profile(InstanceProfileName="node", RoleName="node")
    iam.remove_role_from_instance_profile(InstanceProfileName="node", RoleName="node")
    assert iam.get_instance_profile(InstanceProfileName="node")["InstanceProfile"]["Roles"] == []


def test_every_quota_is_at_its_default(client: Client) -> None:
    quotas = client("service-quotas")
    asked = {"ServiceCode": "vpc", "QuotaCode": "L-29B6F2EB"}
    default = quotas.get_aws_default_service_quota(**asked)["Quota"]
    assert (default["QuotaCode"], default["Value"]) == ("L-29B6F2EB", 50.0)
    assert default == quotas.get_service_quota(**asked)["Quota"]


def test_all_services_that_have_endpoints_are_listed(client: Client) -> None:
    names = client("ec2").describe_vpc_endpoint_services()["ServiceNames"]
    assert {f"com.amazonaws.eu-west-1.{each}" for each in ("ssm", "ssmmessages", "s3", "ec2messages")} <= set(
        names
    )


def test_another_account_has_what_aws_gives_to_each() -> None:
    with aws_api.serving() as port:
        role = "arn:aws:iam::210987654321:role/deploy"
        there = partial(aws_api.client, port, role=role)
        managed = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
        assert there("iam").get_policy(PolicyArn=managed)["Policy"]["Arn"] == managed
        assert there("service-quotas").get_service_quota(ServiceCode="vpc", QuotaCode="L-29B6F2EB")
        lists = there("ec2").describe_managed_prefix_lists()["PrefixLists"]
        assert "com.amazonaws.eu-west-1.s3" in {each["PrefixListName"] for each in lists}
        service = "com.amazonaws.eu-west-1.ssmmessages"
        found = there("ec2").describe_vpc_endpoint_services(ServiceNames=[service])["ServiceDetails"]
        assert [each["ServiceName"] for each in found] == [service]
