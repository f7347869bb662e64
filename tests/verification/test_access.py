"""AWS is asked to read and nothing else; what it refuses is one message that names the call and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.support.aws_api import REGION, client, serving
from tests.verification.overlays import overlay, resource
from verification.access import READS, Access, AccessError, Login, NotReadOnlyError, client_method, opened
from verification.look import Named, look
from verification.permissions import ACTIONS

PLAIN = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}'
)
SERVICES = ("ec2", "iam", "route53", "sts")


def login(port: int) -> Login:
    return Login("", "test", "test", dict.fromkeys(SERVICES, f"http://127.0.0.1:{port}"))


@contextmanager
def refusing(status: int, code: str, message: str) -> Iterator[int]:
    """An AWS that answers every call of EC2's with this error."""
    body = f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (403, "UnauthorizedOperation", "allow them ec2:DescribeVpcs"),
        (400, "ExpiredToken", "the credentials have expired"),
        (400, "RequestExpired", "the credentials have expired"),
        (401, "AuthFailure", "AWS does not know the credentials"),
        (501, "NotImplemented", "AWS had an error of its own"),
    ],
)
def test_what_aws_refuses_names_the_call_and_the_way_out(status: int, code: str, said: str) -> None:
    refused = refusing(status, code, "no")
    with refused as port, opened(login(port)) as access, pytest.raises(AccessError) as caught:
        access.pages("ec2", REGION, "DescribeVpcs", "Vpcs")
    assert str(caught.value).startswith("ec2:DescribeVpcs was not answered: ")
    assert said in str(caught.value)
    assert code in str(caught.value)


@pytest.mark.parametrize(
    ("status", "code"), [(503, "RequestLimitExceeded"), (400, "Throttling"), (400, "PriorRequestNotComplete")]
)
def test_throttling_is_tried_again_and_then_said(
    status: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    refused = refusing(status, code, "slow down")
    with refused as port, opened(login(port)) as access, pytest.raises(AccessError, match="throttles"):
        access.read("ec2", REGION, "DescribeVpcs")


def test_no_answer_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    with (
        opened(login(1)) as access,
        pytest.raises(AccessError, match=r"sts:GetCallerIdentity was not answered"),
    ):
        access.account(REGION)


def test_no_credentials_are_said_with_the_ways_to_get_some(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    keyless, said = Login(endpoints={"sts": "http://127.0.0.1:1"}), r"no usable credentials[\s\S]*AWS_PROFILE"
    with opened(keyless) as access, pytest.raises(AccessError, match=said):
        access.account(REGION)


def test_a_profile_that_is_not_there_is_said() -> None:
    with pytest.raises(AccessError, match="nowhere"):
        Access(Login(profile="nowhere"))


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("DeleteVpcEndpoints", {"VpcEndpointIds": ["vpce-1"]}),
        ("ModifyVpcEndpoint", {"VpcEndpointId": "vpce-1"}),
        ("CreateRoute", {"RouteTableId": "rtb-1"}),
        ("DescribeImages", {}),
    ],
)
def test_anything_but_a_documented_read_is_not_even_sent(operation: str, parameters: dict[str, Any]) -> None:
    # Nobody listens there: what is sent fails otherwise.
    with opened(login(1)) as access, pytest.raises(NotReadOnlyError, match=operation):
        access.read("ec2", REGION, operation, **parameters)
    assert access.calls == []


def test_all_that_is_documented_is_a_read() -> None:
    assert all(each.startswith(READS) for listed in ACTIONS.values() for each in listed)


def test_names_of_operations_and_methods() -> None:
    assert client_method("DescribeVpcs") == "describe_vpcs"
    assert client_method("ListHostedZonesByVPC") == "list_hosted_zones_by_vpc"


def test_every_documented_read_is_called_for_a_stack_with_everything() -> None:
    """The permissions are those that are needed: no fewer, and no more."""
    with serving() as port, opened(login(port)) as access:
        ec2, iam, route53 = (client(port, each) for each in ("ec2", "iam", "route53"))
        vpc = ec2.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.77.1.0/24")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(GroupName="all", Description="all", VpcId=vpc)["GroupId"]
        service = f"com.amazonaws.{REGION}.ssm"
        made = ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName=service, VpcEndpointType="Interface", SubnetIds=[subnet]
        )["VpcEndpoint"]["VpcEndpointId"]
        iam.create_role(RoleName="everything", AssumeRolePolicyDocument="{}")
        iam.create_instance_profile(InstanceProfileName="everything")
        policy = iam.create_policy(PolicyName="everything", PolicyDocument=PLAIN)["Policy"]["Arn"]
        zone = route53.create_hosted_zone(
            Name="ssm.example", CallerReference="all", VPC={"VPCRegion": REGION, "VPCId": vpc}
        )["HostedZone"]["Id"].rpartition("/")[2]
        listed = ec2.create_managed_prefix_list(
            PrefixListName="all",
            MaxEntries=5,
            AddressFamily="IPv4",
            Entries=[{"Cidr": "10.78.0.0/16"}],
        )["PrefixList"]["PrefixListId"]
        for each in (ec2, iam, route53):
            each.close()
        found = overlay(
            resource("aws:ec2/vpc:Vpc", vpc, {"cidrBlock": "10.77.0.0/16"}),
            resource("aws:ec2/subnet:Subnet", subnet, {"vpcId": vpc}),
            resource("aws:ec2/securityGroup:SecurityGroup", group, {"vpcId": vpc}),
            resource("aws:ec2/vpcEndpoint:VpcEndpoint", made, {"vpcId": vpc, "serviceName": service}),
            resource("aws:ec2/managedPrefixList:ManagedPrefixList", listed, {"entries": []}),
            resource("aws:ec2/instance:Instance", "i-gone", {}),
            resource("aws:iam/role:Role", "everything", {"name": "everything"}),
            resource("aws:iam/rolePolicy:RolePolicy", "everything:p", {"role": "everything", "name": "p"}),
            resource(
                "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                "a",
                {"role": "everything", "policyArn": "x"},
            ),
            resource("aws:iam/policy:Policy", policy, {"arn": policy, "policy": PLAIN}),
            resource("aws:iam/instanceProfile:InstanceProfile", "everything", {"role": ""}),
            resource("aws:route53/zone:Zone", zone, {"name": "ssm.example"}),
            resource("aws:route53/record:Record", "r", {"zoneId": zone, "name": "", "type": "A"}),
            resource("aws:route53/zoneAssociation:ZoneAssociation", "Z1:v", {"zoneId": "Z1", "vpcId": vpc}),
        )
        look(found, access, Named())
    assert set(access.calls) == {(service, each) for service, listed in ACTIONS.items() for each in listed}
    assert {each.what for each in found.gone} == {
        "instance i-gone",
        "policy p of role everything",
        "attachment of x to role everything",
        f"record A ssm.example in hosted zone {zone}",
        f"association of hosted zone Z1 with VPC {vpc}",
    }
