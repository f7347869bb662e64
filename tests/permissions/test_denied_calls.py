"""Calls with stolen credentials of a deployer, at an AWS that has IAM: what no document of the plan's lets by.

tests/support/iam_guard.py says who decides what.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.e2e.limited import caller, documents_of
from tests.e2e.own_stack import Network
from tests.support.aws_api import REGION, client, serving
from tests.support.iam_guard import OWN, Gate, Guard, gate
from tests.support.iam_zones import normalized

SSM = f"ssm.{REGION}.amazonaws.com"
BOUNDARY = f"arn:aws:iam::{OWN}:policy/nodes-boundary"
CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
READS = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme/*"}
BUCKETS = json.dumps({"Version": "2012-10-17", "Statement": READS})
HUB = {"kind": "hub", "spokes": [{"vpcId": "vpc-0a1b2c3d4e5f60719", "cidrs": ["10.51.1.0/24"]}]}


@pytest.fixture(scope="module")
def aws() -> Iterator[Gate]:
    with serving() as port, gate(port) as made:
        yield made


class Thief:
    """Somebody with a hub's deployer's credentials."""

    def __init__(self, aws: Gate, **more: Any) -> None:
        self.aws, self.home = aws, Network(aws.port)
        network = {**self.home.settings, "accountId": OWN, "minimumAgentVersion": "3.3.40.0"}
        self.guard = Guard(caller("deployer", documents_of("deployer", {**network, "topology": HUB, **more})))

    def client(self, service: str) -> Any:
        return client(self.aws.port, service)

    @contextmanager
    def denied(self, action: str) -> Iterator[None]:
        """What is called here is denied, and for this action."""
        self.guard.denied.clear()
        with self.aws.kept_by(self.guard), pytest.raises(ClientError) as error:
            yield
        assert error.value.response["Error"]["Code"] in ("AccessDenied", "UnauthorizedOperation")
        assert {each.asked.action for each in self.guard.denied} == {action}

    def endpoint(self, service: str) -> Any:
        made = self.client("ec2").create_vpc_endpoint(
            VpcId=self.home.vpc,
            ServiceName=service,
            VpcEndpointType="Interface",
            SubnetIds=[self.home.nodes[0]["id"]],
        )
        return made["VpcEndpoint"]

    def zone(self, name: str, vpc: str, region: str = REGION) -> str:
        made = self.client("route53").create_hosted_zone(
            Name=name, CallerReference=name + vpc, VPC={"VPCId": vpc, "VPCRegion": region}
        )
        return str(made["HostedZone"]["Id"])

    def record(self, zone: str, *names: str) -> None:
        records = [
            {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
            for name in names
        ]
        changes = [{"Action": "UPSERT", "ResourceRecordSet": each} for each in records]
        self.client("route53").change_resource_record_sets(
            HostedZoneId=zone, ChangeBatch={"Changes": changes}
        )


@pytest.fixture(scope="module")
def thief(aws: Gate) -> Thief:
    return Thief(aws)


@pytest.mark.parametrize(
    "service",
    [
        f"com.amazonaws.vpce.{REGION}.vpce-svc-0a1b2c3d4e5f60718",
        f"com.amazonaws.{REGION}.sts",
        "com.amazonaws.eu-west-2.ssm",
        f"com.amazonaws.{REGION}.ssm.example",
    ],
)
def test_no_endpoint_leads_to_a_service_that_the_plan_has_not(thief: Thief, service: str) -> None:
    with thief.denied("ec2:CreateVpcEndpoint"):
        thief.endpoint(service)


def test_an_endpoint_to_one_of_the_plans_services_is_made(thief: Thief) -> None:
    with thief.aws.kept_by(thief.guard):
        made = thief.endpoint(f"com.amazonaws.{REGION}.ssm")
    assert made["ServiceName"] == f"com.amazonaws.{REGION}.ssm"


@pytest.mark.parametrize("names", [("www.acme.example",), (SSM, "www.acme.example"), (f"www.{SSM}",)])
def test_no_record_of_another_name_is_written(thief: Thief, names: tuple[str, ...]) -> None:
    public = thief.client("route53").create_hosted_zone(Name="acme.example", CallerReference=repr(names))
    with thief.denied("route53:ChangeResourceRecordSets"):
        thief.record(public["HostedZone"]["Id"], *names)


@pytest.mark.parametrize("name", [SSM, f"{SSM}."])
def test_the_plans_records_are_written_however_their_names_are_spelt(thief: Thief, name: str) -> None:
    with thief.aws.kept_by(thief.guard):
        thief.record(thief.zone(SSM, thief.home.vpc), name)


def test_no_zone_is_made_that_is_public_or_another_vpcs(thief: Thief) -> None:
    other = Network(thief.aws.port, "10.60.0.0/16").vpc
    with thief.denied("route53:CreateHostedZone"):
        thief.client("route53").create_hosted_zone(Name="acme.example", CallerReference="public")
    with thief.denied("route53:CreateHostedZone"):
        thief.zone(SSM, other)
    with thief.denied("route53:CreateHostedZone"):
        thief.zone(SSM, thief.home.vpc, "eu-west-2")


def test_no_zone_answers_in_another_vpc(thief: Thief) -> None:
    zone = thief.zone(SSM, thief.home.vpc)
    other = Network(thief.aws.port, "10.61.0.0/16").vpc
    with thief.denied("route53:AssociateVPCWithHostedZone"):
        thief.client("route53").associate_vpc_with_hosted_zone(
            HostedZoneId=zone, VPC={"VPCId": other, "VPCRegion": REGION}
        )


@pytest.mark.parametrize("role", ["app-admin", "team/app-admin"])
def test_the_trust_of_a_role_that_is_there_is_not_rewritten(aws: Gate, role: str) -> None:
    path, _, name = f"/{role}".rpartition("/")
    iam = client(aws.port, "iam")
    iam.create_role(RoleName=name, Path=f"{path}/", AssumeRolePolicyDocument="{}")
    try:
        thief = Thief(aws, nodes={"hybridRole": True, "existingRoles": [name]})
        with thief.denied("iam:UpdateAssumeRolePolicy"):
            iam.update_assume_role_policy(RoleName=name, PolicyDocument="{}")
        with thief.aws.kept_by(thief.guard):
            iam.put_role_policy(RoleName=name, PolicyName="buckets", PolicyDocument=BUCKETS)
            iam.delete_role_policy(RoleName=name, PolicyName="buckets")
    finally:
        iam.delete_role(RoleName=name)


def test_no_role_is_made_or_given_anything_without_the_boundary(aws: Gate) -> None:
    name, iam = "nodes-limited-1", client(aws.port, "iam")
    thief = Thief(aws, nodes={"instanceRole": True, "permissionsBoundary": BOUNDARY})
    trust = {"RoleName": name, "AssumeRolePolicyDocument": "{}"}
    policy = {"RoleName": name, "PolicyName": "mine", "PolicyDocument": BUCKETS}
    other = BOUNDARY.replace("boundary", "everything")
    with thief.denied("iam:CreateRole"):
        iam.create_role(**trust)
    with thief.denied("iam:CreateRole"):
        iam.create_role(**trust, PermissionsBoundary=other)
    with thief.aws.kept_by(thief.guard):
        iam.create_role(**trust, PermissionsBoundary=BOUNDARY)
        iam.put_role_policy(**policy)
    with thief.denied("iam:PutRolePermissionsBoundary"):
        iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=other)
    with thief.denied("iam:DeleteRolePermissionsBoundary"):
        iam.delete_role_permissions_boundary(RoleName=name)
    # Somebody with more takes it away: the deployer gives such a role nothing, and may put it back.
    iam.delete_role_permissions_boundary(RoleName=name)
    with thief.denied("iam:PutRolePolicy"):
        iam.put_role_policy(**policy)
    with thief.denied("iam:UpdateAssumeRolePolicy"):
        iam.update_assume_role_policy(RoleName=name, PolicyDocument="{}")
    with thief.denied("iam:AttachRolePolicy"):
        iam.attach_role_policy(RoleName=name, PolicyArn=CORE)
    with thief.aws.kept_by(thief.guard):
        iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=BOUNDARY)
        iam.attach_role_policy(RoleName=name, PolicyArn=CORE)
        iam.detach_role_policy(RoleName=name, PolicyArn=CORE)
        iam.delete_role_policy(RoleName=name, PolicyName="mine")
        iam.delete_role(RoleName=name)


@pytest.mark.parametrize(
    ("name", "compared"),
    [
        ("SSM.Example.", "ssm.example"),
        ("*.acme.example", r"\052.acme.example"),
        ("a_b-c.example", "a_b-c.example"),
    ],
)
def test_names_are_compared_as_route_53_normalizes_them(name: str, compared: str) -> None:
    assert normalized(name) == compared
