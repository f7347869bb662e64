"""`ssm-endpoints verify` on a stack that the real engine brought up, after people changed things behind Pulumi's back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.deployed import Deployed, Verified
from tests.support.aws_api import client
from verification.permissions import ACTIONS

# One story for all of these tests: on one worker, or each worker would play it again.
pytestmark = pytest.mark.xdist_group("test_verify")

CREATE = {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}
BUCKET = "aws-patch-manager-eu-west-1-5522fb710"


@dataclass(frozen=True)
class Told:
    """What verify said of the stack as it was made, after all the changes below, after they were undone, after somebody only
    denied its role everything, and at last after somebody deleted an endpoint."""

    well: Verified
    spoilt: Verified
    undone: Verified
    denied: Verified
    without: Verified
    ids: dict[str, str]

    def drift(self, name: str, property: str) -> tuple[str, str]:
        (found,) = [
            each
            for each in self.spoilt.document["drift"]
            if (each["name"], each["property"]) == (name, property)
        ]
        return found["state"], found["aws"]


class Spoiler:
    """Changes that other people make, each with what undoes it."""

    def __init__(self, stack: Deployed) -> None:
        self.stack, self.ec2, self.iam = stack, stack.ec2, client(stack.port, "iam")
        self.undo: list[Callable[[], object]] = []
        self.vpc = str(stack.outputs["vpcId"])
        self.ids: dict[str, str] = {"group": str(stack.outputs["securityGroupId"])}
        self.mine = [{"Name": "vpc-id", "Values": [self.vpc]}]

    def all(self) -> None:
        """Everything at once: each is judged by another policy."""
        self.bucket()
        self.rules()
        self.network_acl()
        self.dns()
        self.route_table()
        self.route()
        self.role()
        self.stranger()

    def bucket(self) -> None:
        id = self.stack.endpoint("s3")
        before = self.ec2.describe_vpc_endpoints(VpcEndpointIds=[id])["VpcEndpoints"][0]["PolicyDocument"]
        document = json.loads(before)
        for statement in document["Statement"]:
            statement["Resource"] = [each for each in statement["Resource"] if BUCKET not in each]
        self.ec2.modify_vpc_endpoint(VpcEndpointId=id, PolicyDocument=json.dumps(document))
        self.undo.append(lambda: self.ec2.modify_vpc_endpoint(VpcEndpointId=id, PolicyDocument=before))

    def rules(self) -> None:
        """The rule for one node subnet is taken away, and one for somebody else is added. Put back, it has another id."""
        self.revoke("10.0.32.0/19")
        self.admit("10.9.0.0/16")
        self.undo += [lambda: self.revoke("10.9.0.0/16"), lambda: self.admit("10.0.32.0/19")]

    def network_acl(self) -> None:
        (acl,) = self.ec2.describe_network_acls(Filters=self.mine)["NetworkAcls"]
        self.ids["acl"] = acl["NetworkAclId"]
        entry = {"NetworkAclId": acl["NetworkAclId"], "RuleNumber": 50, "Egress": True}
        what: dict[str, Any] = {"Protocol": "6", "RuleAction": "deny", "PortRange": {"From": 443, "To": 443}}
        self.ec2.create_network_acl_entry(**entry, **what, CidrBlock="0.0.0.0/0")
        self.undo.append(lambda: self.ec2.delete_network_acl_entry(**entry))

    def dns(self) -> None:
        self.hostnames(on=False)
        self.undo.append(lambda: self.hostnames(on=True))

    def route_table(self) -> None:
        subnet, table, association = self.table_of("b")
        self.ids |= {"subnet": subnet, "table": table}
        self.ec2.disassociate_route_table(AssociationId=association)
        self.undo.append(lambda: self.ec2.associate_route_table(SubnetId=subnet, RouteTableId=table))

    def route(self) -> None:
        _, table, _ = self.table_of("a")
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ids["gateway"] = gateway
        where = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0"}
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        self.ec2.create_route(**where, GatewayId=gateway)
        self.undo.append(lambda: self.ec2.delete_route(**where))
        s3 = {"VpcEndpointId": self.stack.endpoint("s3")}
        self.ec2.modify_vpc_endpoint(**s3, RemoveRouteTableIds=[table])
        self.undo.append(lambda: self.ec2.modify_vpc_endpoint(**s3, AddRouteTableIds=[table]))

    def role(self) -> None:
        role = str(self.stack.resource("aws:iam/role:Role")["id"])
        (name,) = self.iam.list_role_policies(RoleName=role)["PolicyNames"]
        self.ids |= {"role": role, "policy": name}
        document = json.dumps(self.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
        self.iam.delete_role_policy(RoleName=role, PolicyName=name)
        self.undo.append(
            lambda: self.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=document)
        )

    @contextmanager
    def denied(self) -> Iterator[None]:
        """A policy that the stack never had."""
        said = {"RoleName": self.ids["role"], "PolicyName": "no"}
        statement = {"Effect": "Deny", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.iam.put_role_policy(**said, PolicyDocument=document)
        yield
        self.iam.delete_role_policy(**said)

    def stranger(self) -> None:
        made = self.ec2.create_vpc_endpoint(
            VpcId=self.vpc, ServiceName="com.amazonaws.eu-west-1.sqs", VpcEndpointType="Interface"
        )
        id = self.ids["stranger"] = made["VpcEndpoint"]["VpcEndpointId"]
        self.undo.append(lambda: self.ec2.delete_vpc_endpoints(VpcEndpointIds=[id]))

    def admit(self, cidr: str) -> None:
        rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": cidr}]}
        self.ec2.authorize_security_group_ingress(GroupId=self.ids["group"], IpPermissions=[rule])

    def revoke(self, cidr: str) -> None:
        wanted = [{"Name": "group-id", "Values": [self.ids["group"]]}]
        listed = self.ec2.describe_security_group_rules(Filters=wanted)["SecurityGroupRules"]
        (id,) = [each["SecurityGroupRuleId"] for each in listed if each.get("CidrIpv4") == cidr]
        self.ec2.revoke_security_group_ingress(GroupId=self.ids["group"], SecurityGroupRuleIds=[id])

    def hostnames(self, *, on: bool) -> None:
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": on})

    def table_of(self, zone: str) -> tuple[str, str, str]:
        """The subnet of a zone, its route table and their association."""
        subnets = self.ec2.describe_subnets(Filters=self.mine)["Subnets"]
        (subnet,) = [each["SubnetId"] for each in subnets if each["AvailabilityZone"].endswith(zone)]
        wanted = [{"Name": "association.subnet-id", "Values": [subnet]}]
        (table,) = self.ec2.describe_route_tables(Filters=wanted)["RouteTables"]
        (association,) = [each for each in table["Associations"] if each.get("SubnetId") == subnet]
        return subnet, table["RouteTableId"], association["RouteTableAssociationId"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, moto: int) -> Deployed:
    settings = {"network": {"create": CREATE}, "nodes": {"instanceRole": True, "securityGroup": True}}
    return Deployed(tmp_path_factory.mktemp("verify"), moto, settings)


@pytest.fixture(scope="module")
def told(stack: Deployed) -> Told:
    well, spoiler = stack.verify(), Spoiler(stack)
    spoiler.all()
    spoilt = stack.verify()
    for undo in reversed(spoiler.undo):
        undo()
    undone = stack.verify()
    with spoiler.denied():
        denied = stack.verify()
    stack.ec2.delete_vpc_endpoints(VpcEndpointIds=[stack.endpoint("ssmmessages")])
    return Told(well, spoilt, undone, denied, stack.verify(), spoiler.ids)


def test_a_stack_as_it_was_made_is_well_and_differs_in_nothing(told: Told) -> None:
    said = told.well
    assert said.code == 0, said.document
    assert (said.document["ended"], said.document["account"]) == ("well", "123456789012")
    assert (said.document["deleted"], said.document["drift"], said.policies()) == ([], [], set())
    assert {(e["service"], e["state"]) for e in said.document["endpoints"]} == {
        (f"com.amazonaws.eu-west-1.{service}", "available")
        for service in ("ssm", "ssmmessages", "ec2messages", "ec2", "s3")
    }
    assert all(len(e["addresses"]) == 2 for e in said.document["endpoints"] if e["type"] == "Interface")


def test_aws_is_asked_for_reads_alone_and_each_is_documented(told: Told) -> None:
    calls = {*told.well.calls, *told.spoilt.calls}
    assert ("ec2", "DescribeVpcEndpoints") in calls
    assert all(operation.startswith(("Describe", "Get", "List")) for _, operation in calls)
    assert calls <= {(service, each) for service, listed in ACTIONS.items() for each in listed}


def test_it_changed_nothing_and_says_well_again_when_all_is_undone(told: Told) -> None:
    said = told.undone
    # What is left are the permissions of a rule and an association that have other ids now: the traffic is the same.
    assert (said.code, said.deleted(), said.document["drift"], said.policies()) == (0, [], [], set())


def test_a_role_that_somebody_denied_everything_counts_though_nothing_here_starts_a_machine(
    told: Told,
) -> None:
    said = told.denied
    (drift,) = said.document["drift"]
    assert (said.code, said.policies(), said.deleted()) == (1, set(), [])
    assert (drift["property"], drift["blocks"]) == ("inline policy no", True)


def test_an_endpoint_that_somebody_deleted_is_named_in_full(stack: Deployed, told: Told) -> None:
    said, service = told.without, "com.amazonaws.eu-west-1.ssmmessages"
    assert said.code == 1
    assert said.deleted() == [f"ssmmessages endpoint {stack.endpoint('ssmmessages')} ({service})"]
    assert said.policies() == {"ssm-endpoints-complete"}
    assert f"has no Interface endpoint for {service} " in said.messages("ssm-endpoints-complete")
    assert service not in {each["service"] for each in said.document["endpoints"]}


def test_all_that_was_deleted_is_named(told: Told) -> None:
    ids = told.ids
    assert told.spoilt.code == 1
    assert sorted(told.spoilt.deleted()) == [
        f"association of subnet {ids['subnet']} with route table {ids['table']}: it has the VPC's main one now",
        f"policy {ids['policy']} of role {ids['role']}",
        f"rule of security group {ids['group']} (tcp 443 from 10.0.32.0/19)",
    ]


def test_the_pack_judges_what_is_there(told: Told) -> None:
    assert told.spoilt.policies() == {
        "s3-gateway-buckets-complete",
        "s3-gateway-policy-complete",
        "endpoint-admits-node-subnets",
        "node-nacl-allows-https",
        "vpc-dns-enabled",
        "s3-gateway-on-node-route-tables",
    }


def test_a_bucket_that_is_not_in_the_policy_any_more_is_named_in_full(told: Told) -> None:
    assert BUCKET in told.spoilt.messages("s3-gateway-buckets-complete")
    state, aws = told.drift("ssm-s3", "policy")
    assert BUCKET in state
    assert BUCKET not in aws


def test_the_subnet_that_is_admitted_no_more_is_named(told: Told) -> None:
    message = told.spoilt.messages("endpoint-admits-node-subnets")
    assert "private-b" in message
    assert "private-a" not in message


def test_a_rule_that_somebody_added_is_said(told: Told) -> None:
    assert told.drift("ssm-https", "ingress") == ("no such rule", "tcp 443 from 10.9.0.0/16")


def test_a_network_acl_that_the_stack_never_had_is_judged(told: Told) -> None:
    message = told.spoilt.messages("node-nacl-allows-https")
    assert told.ids["acl"] in message
    assert "does not let tcp/443 out of" in message


def test_a_dns_attribute_that_somebody_turned_off_is_said(told: Told) -> None:
    assert told.drift("private", "enableDnsHostnames") == ("on", "off")


def test_a_route_that_somebody_added_is_said(told: Told) -> None:
    state, aws = told.drift("private-a", "routes")
    assert state == "no route to 0.0.0.0/0"
    assert told.ids["gateway"] in aws


def test_a_way_to_the_internet_does_not_take_a_node_subnet_out_of_the_judgement(told: Told) -> None:
    assert "private-a" in told.spoilt.messages("s3-gateway-on-node-route-tables")


def test_somebody_elses_endpoint_is_said_and_not_judged(told: Told) -> None:
    assert [each["id"] for each in told.spoilt.document["otherEndpoints"]] == [told.ids["stranger"]]


def test_another_accounts_credentials_say_nothing(stack: Deployed, tmp_path: Path) -> None:
    kept, other = stack.export, tmp_path / "export.json"
    other.write_text(
        kept.read_text(encoding="utf-8").replace("123456789012", "999988887777"), encoding="utf-8"
    )
    stack.export = other
    try:
        said = stack.verify()
    finally:
        stack.export = kept
    assert (said.code, said.document) == (2, {})
    assert "the credentials are of account 123456789012, and the stack is in 999988887777" in said.err
