"""The documents of one stack: what its plan, its preflight and its verification need, and no more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from blueprint.preflight.permissions import ACTIONS, asked
from blueprint.preflight.shapes import Questions
from permissions import documents
from permissions.documents import ANY_ACCOUNT, Subject
from permissions.verifier import verifier
from recovery.permissions import ACTIONS as RECOVER
from tests.components.test_components import build
from tests.components.test_example_stacks import FILES, plan_of
from tests.e2e.limited import subject_of
from tests.fleet.fleets import NODES
from tests.support.iam_requests import AWS_SAYS
from verification.permissions import ACTIONS as VERIFY

OWN = "123456789012"
GIVEN: dict[str, Any] = {"network": {"vpcId": "vpc-0a1b2c3d4e5f60718", "nodeSubnets": NODES}}
CREATED = {"network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}}}


def named(statements: list[dict[str, Any]]) -> set[str]:
    return {action for each in statements for action in each["Action"]}


def about(statements: list[dict[str, Any]], action: str) -> dict[str, Any]:
    (found,) = [each for each in statements if action in each["Action"]]
    return found


def deployer(settings: Mapping[str, Any], account: str = OWN) -> list[dict[str, Any]]:
    return documents.deployer(account, [subject_of(settings)])


def previewer(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    return documents.previewer(OWN, [subject_of(settings)])


@pytest.mark.parametrize("stack", FILES)
def test_the_types_of_a_plan_are_those_that_its_components_make(stack: str) -> None:
    plan = plan_of(stack)
    made = {each["type"] for each in build(plan).graph(plan.region).resources}
    assert documents.types(plan) == {each for each in made if each.startswith("aws:")}


@pytest.mark.parametrize(
    ("questions", "functions"),
    [
        ({}, set()),
        ({"vpc_id": "vpc-1"}, {"getVpc"}),
        ({"subnets": ("subnet-1",)}, {"getSubnet", "getRouteTable"}),
        ({"every_subnet": True}, {"getSubnet", "getSubnets"}),
        ({"services": (("ssm", "Interface"),)}, {"getVpcEndpointService"}),
        ({"endpoints": (("ssm", "Interface"),)}, {"getVpcEndpoint"}),
        ({"adopted": ("vpce-1",)}, {"getVpcEndpoint"}),
        ({"count_gateways": True}, {"getVpcEndpoint"}),
        ({"count_endpoints": True}, {"getNetworkInterface", "getNetworkInterfaces"}),
        ({"buckets": ("acme",)}, {"getBucket"}),
        ({"zones": ("Z1",)}, {"getZone"}),
        ({"zone_names": {"ssm.": ("", "ssm")}}, {"getZone"}),
        ({"quotas": ("L-1",)}, {"getServiceQuota"}),
    ],
)
def test_each_question_of_the_preflight_leads_to_its_functions(
    questions: dict[str, Any], functions: set[str]
) -> None:
    assert asked(replace(Questions(), **questions)) == {"getCallerIdentity", "getRegion"} | functions


def test_every_function_of_the_preflight_is_led_to_by_some_question() -> None:
    everything = Questions(
        vpc_id="vpc-1",
        subnets=("subnet-1",),
        every_subnet=True,
        services=(("ssm", "Interface"),),
        endpoints=(("ssm", "Interface"),),
        buckets=("acme",),
        zones=("Z1",),
        quotas=("L-1",),
        count_endpoints=True,
    )
    assert asked(everything) == ACTIONS.keys()


def test_a_new_network_is_made_and_not_asked_about() -> None:
    made, given = named(deployer(CREATED)), named(deployer(GIVEN))
    assert {"ec2:CreateVpc", "ec2:DeleteSubnet"} <= made
    assert not given & {"ec2:CreateVpc", "ec2:DeleteVpc", "ec2:CreateSubnet", "ec2:CreateRouteTable"}
    # Whether a zone of the name is in the VPC is asked of a VPC that is there.
    assert "route53:ListHostedZones" in given - made
    assert not any(action.startswith(("iam:", "route53resolver:")) for action in given)


def test_a_stack_without_a_preflight_asks_nothing_for_it() -> None:
    off = named(previewer({**GIVEN, "preflight": "off"}))
    assert not {each for each in off if each.startswith(("servicequotas:", "route53:", "sts:"))}
    assert "ec2:DescribeVpcEndpointServices" in named(previewer(GIVEN)) - off


def test_the_only_buckets_are_the_stacks_own() -> None:
    own = {**GIVEN, "buckets": {"own": [{"name": "acme-logs", "access": "read"}]}}
    assert about(previewer(own), "s3:ListBucket")["Resource"] == ["arn:aws:s3:::acme-logs"]
    assert "s3:ListBucket" not in named(previewer(GIVEN))


def test_a_previewer_reads_what_a_deployer_reads_and_writes_nothing() -> None:
    settings = {**GIVEN, "nodes": {"instanceRole": True, "securityGroup": True}}
    reads = named(previewer(settings))
    assert reads < named(deployer(settings))
    assert {AWS_SAYS[action]["level"] for action in reads} <= {"Read", "List"}


def test_who_recovers_reads_and_reads_what_recover_asks_of_such_a_stack() -> None:
    """All that recover/ may ask, of a stack with everything; of one without nodes, nothing of IAM."""
    hub = {
        "kind": "hub",
        "spokes": [
            {"vpcId": "vpc-0a1b2c3d4e5f60719", "cidrs": ["10.51.1.0/24"], "accountId": "210987654321"}
        ],
    }
    everything = {
        **CREATED,
        "accountId": OWN,
        "dns": {"inboundResolver": {"clientCidrs": ["192.168.53.0/28"]}},
        "nodes": {"instanceRole": True, "hybridRole": True, "securityGroup": True},
        "topology": hub,
    }
    full = named(documents.recoverer(OWN, [subject_of(everything)]))
    assert {f"{service}:{each}" for service, listed in RECOVER.items() for each in listed} <= full
    assert {AWS_SAYS[action]["level"] for action in full} <= {"Read", "List"}
    plain = named(documents.recoverer(OWN, [subject_of(GIVEN)]))
    assert plain < full
    assert {action.partition(":")[0] for action in plain} == {"ec2", "sts"}


def test_the_prefix_list_of_s3_is_awss_own() -> None:
    found = about(deployer({**GIVEN, "nodes": {"securityGroup": True}}), "ec2:ModifySecurityGroupRules")
    assert "arn:aws:ec2:*:aws:prefix-list/*" in found["Resource"]


def test_an_account_that_nobody_said_is_any() -> None:
    found = about(deployer(GIVEN, ANY_ACCOUNT), "ec2:DeleteVpcEndpoints")
    assert found["Resource"] == ["arn:aws:ec2:*:*:vpc-endpoint/*"]
    assert found["Condition"] == {"StringEquals": {"aws:RequestedRegion": ["eu-west-1"]}}


def test_a_verifier_asks_about_roles_and_zones_only_where_the_stack_has_them() -> None:
    plain = verifier(OWN, subject_of(GIVEN))
    assert {action.partition(":")[0] for action in named(plain)} == {"ec2", "sts"}
    nodes = {"instanceRole": True, "existingRoles": ["old"]}
    hub = {"kind": "hub", "spokes": [{"vpcId": "vpc-0a1b2c3d4e5f60719", "cidrs": ["10.51.1.0/24"]}]}
    full = verifier(OWN, subject_of({**GIVEN, "nodes": nodes, "topology": hub}))
    assert about(full, "iam:GetRole")["Resource"] == [
        f"arn:aws:iam::{OWN}:role/nodes-*",
        f"arn:aws:iam::{OWN}:role/old",
        f"arn:aws:iam::{OWN}:role/*/old",
    ]
    everything = {f"{service}:{each}" for service, listed in VERIFY.items() for each in listed}
    assert everything - named(full) == {"ec2:DescribeInstances"}
    assert named(full) <= everything


def test_a_document_that_would_be_too_long_is_several_and_none_is_lost() -> None:
    statements = [
        {"Effect": "Allow", "Action": [f"ec2:{'Describe' * 40}{n}"], "Resource": ["*"]} for n in range(40)
    ]
    found = documents.parts("x", statements)
    assert list(found)[:2] == ["x", "x-2"]
    assert all(documents.size(each) <= documents.MANAGED_POLICY_CHARACTERS for each in found.values())
    assert [each for part in found.values() for each in part["Statement"]] == statements


def test_white_space_does_not_count() -> None:
    # {"Version":"2012-10-17","Statement":[]} has 39 characters, {"Sid":"twowords"} has 18.
    assert documents.size({"Version": "2012-10-17", "Statement": []}) == 39
    assert documents.size({"Sid": "two words"}) == 18


def test_the_text_is_json_by_name() -> None:
    parts = documents.parts("dev-deployer", deployer(GIVEN))
    assert json.loads(documents.text(parts)) == parts


def test_a_subject_is_settings_and_their_plan() -> None:
    found = subject_of(GIVEN)
    assert isinstance(found, Subject)
    assert found.plan.region == "eu-west-1"
