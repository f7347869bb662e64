"""AWS Cloud Control's resources mean what the classic ones mean. Whole stacks of them are in the fixtures (`*-native-*`)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies import tokens
from policies.graph import UNKNOWN, Resource
from policies.native import as_classic
from tests.support.graph import JsonObject

URN = "urn:pulumi:dev::flat::aws-native:ec2:X::x"


def read(kind: str, props: JsonObject, given: frozenset[str] | None = None) -> Resource:
    references = dict.fromkeys(props, ("urn:of:the:source",))
    return as_classic(Resource(URN, f"aws-native:ec2:{kind}", "x", props, "eu-west-1", references, given))


@pytest.mark.parametrize(
    ("kind", "token", "key"),
    [
        ("Vpc", tokens.VPC, "vpcId"),
        ("Subnet", tokens.SUBNET, "subnetId"),
        ("RouteTable", tokens.ROUTE_TABLE, "routeTableId"),
        ("SecurityGroup", tokens.SECURITY_GROUP, "groupId"),
        ("InternetGateway", tokens.INTERNET_GATEWAY, "internetGatewayId"),
        ("VpcEndpoint", tokens.ENDPOINT, "id"),
        ("VPCEndpoint", tokens.ENDPOINT, "id"),
    ],
)
def test_a_resource_is_known_by_the_id_that_cloud_control_tells(kind: str, token: str, key: str) -> None:
    found = read(kind, {key: "x-0123456789abcdef0"})
    assert (found.type, found.props["id"]) == (token, "x-0123456789abcdef0")
    assert "id" not in read(kind, {}).props
    assert read(kind, {key: UNKNOWN}).props["id"] is UNKNOWN


def test_a_vpc_is_in_no_vpc() -> None:
    """`vpcId` is its own id there."""
    assert read("Vpc", {"vpcId": "vpc-0123456789abcdef0"}).props == {"id": "vpc-0123456789abcdef0"}
    assert read("Subnet", {"vpcId": "vpc-0123456789abcdef0"}).props == {"vpcId": "vpc-0123456789abcdef0"}


def test_everything_else_of_it_stays() -> None:
    found = read("VpcEndpoint", {"serviceName": "com.amazonaws.eu-west-1.ssm"})
    assert (found.urn, found.name, found.region) == (URN, "x", "eu-west-1")
    assert found.props == {"serviceName": "com.amazonaws.eu-west-1.ssm"}
    assert found.references == {"serviceName": ("urn:of:the:source",)}


@pytest.mark.parametrize(
    ("native", "classic"),
    [
        ("policyDocument", "policy"),
        ("securityGroupIngress", "ingress"),
        ("securityGroupEgress", "egress"),
        ("vpcId", "vpcId"),
    ],
)
def test_a_property_has_its_classic_name_wherever_it_is_named(native: str, classic: str) -> None:
    found = read("VpcEndpoint", {native: UNKNOWN}, frozenset({native}))
    assert found.props == {classic: UNKNOWN}
    assert found.references == {classic: ("urn:of:the:source",)}
    assert found.given == frozenset({classic})


def test_where_nobody_saw_the_inputs_nobody_is_said_to_have() -> None:
    assert read("VpcEndpoint", {}).given is None
    assert read("VpcEndpoint", {}, frozenset()).given == frozenset()


def test_a_policy_is_an_object_a_text_or_unknown_as_a_whole() -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": ["*", "a"]}]}
    assert json.loads(read("VpcEndpoint", {"policyDocument": document}).props["policy"]) == document
    assert read("VpcEndpoint", {"policyDocument": "{}"}).props["policy"] == "{}"
    for hole in ({"Statement": UNKNOWN}, {"Statement": [{"Resource": ["*", UNKNOWN]}]}):
        assert read("VpcEndpoint", {"policyDocument": {**document, **hole}}).props["policy"] is UNKNOWN


@pytest.mark.parametrize(
    ("native", "classic"),
    [
        ({"ipProtocol": "tcp", "fromPort": 443.0}, {"protocol": "tcp", "fromPort": 443.0}),
        ({"cidrIp": "10.0.0.0/16"}, {"cidrBlocks": ["10.0.0.0/16"]}),
        ({"cidrIpv6": "2001:db8::/32"}, {"ipv6CidrBlocks": ["2001:db8::/32"]}),
        ({"sourcePrefixListId": "pl-1"}, {"prefixListIds": ["pl-1"]}),
        ({"destinationPrefixListId": "pl-1"}, {"prefixListIds": ["pl-1"]}),
        ({"sourceSecurityGroupId": "sg-1"}, {"securityGroups": ["sg-1"]}),
        ({"destinationSecurityGroupId": "sg-1"}, {"securityGroups": ["sg-1"]}),
        ({"cidrIp": UNKNOWN}, {"cidrBlocks": [UNKNOWN]}),
    ],
    ids=str,
)
@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_a_rule_of_a_group_names_its_source_in_a_list(
    direction: str, native: dict[str, Any], classic: dict[str, Any]
) -> None:
    key = f"securityGroup{direction.title()}"
    assert read("SecurityGroup", {key: [native, native]}).props == {direction: [classic, classic]}


def test_what_a_rule_does_not_say_it_does_not_name() -> None:
    """A null is what the program left out: it names nobody, and takes nothing from what is named."""
    rule = {"sourceSecurityGroupId": "sg-1", "cidrIp": None, "sourcePrefixListId": None}
    (found,) = read("SecurityGroup", {"securityGroupIngress": [rule]}).props["ingress"]
    assert {key: value for key, value in found.items() if value is not None} == {"securityGroups": ["sg-1"]}


def test_rules_that_are_not_known_stay_unknown() -> None:
    assert read("SecurityGroup", {"securityGroupIngress": UNKNOWN}).props == {"ingress": UNKNOWN}
    assert read("SecurityGroup", {"securityGroupEgress": [UNKNOWN]}).props == {"egress": [UNKNOWN]}
