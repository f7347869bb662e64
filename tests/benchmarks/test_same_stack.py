"""The programs, and Terraform, that the benchmark of one stack compares make the same; where they would not, it says so."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from benchmarks import same, terraform_config
from benchmarks.same import Resource
from benchmarks.stack_box import PROGRAMS, SIZES, opened
from tests.support.graph import UNKNOWN_STRING

ROOT = Path(__file__).parents[2]
VPC = "urn:pulumi:dev::project::aws:ec2/vpc:Vpc::private"
NESTED_VPC = "urn:pulumi:dev::project::a:index:Network$aws:ec2/vpc:Vpc::private"
NESTED_GROUP = "urn:pulumi:dev::project::a:index:Endpoints$aws:ec2/securityGroup:SecurityGroup::https"


def planned() -> list[dict[str, Any]]:
    """A VPC and a security group below components, as the engine's JSON says it."""
    return [
        {"type": "a:index:Network", "urn": "urn:pulumi:dev::project::a:index:Network::private", "inputs": {}},
        {
            "type": "aws:ec2/vpc:Vpc",
            "urn": NESTED_VPC,
            "inputs": {"cidrBlock": "10.0.0.0/16", "__defaults": ["x"]},
        },
        {
            "type": "aws:ec2/securityGroup:SecurityGroup",
            "urn": NESTED_GROUP,
            "inputs": {"name": "https-1a2b3c4", "vpcId": UNKNOWN_STRING, "__defaults": ["name"]},
            "propertyDependencies": {"vpcId": [NESTED_VPC], "name": []},
        },
    ]


def flat() -> list[dict[str, Any]]:
    """The same without components, and with another random name."""
    states = [state for state in copy.deepcopy(planned()) if state["type"].startswith("aws:")]
    for state in states:
        state["urn"] = state["urn"].replace("a:index:Network$", "").replace("a:index:Endpoints$", "")
    states[1]["inputs"]["name"] = "https-9999999"
    states[1]["propertyDependencies"] = {"vpcId": [VPC]}
    return states


def compared(states: list[dict[str, Any]]) -> list[str]:
    return same.differences(same.resources(states), same.resources(planned()))


def test_what_a_component_adds_and_random_names_are_no_difference() -> None:
    assert compared(flat()) == []


def test_a_resource_that_one_program_lacks_is_a_difference() -> None:
    assert compared(flat()[:1]) == ["only the second makes aws:ec2/securityGroup:SecurityGroup::https"]


def test_another_input_is_a_difference() -> None:
    states = flat()
    states[0]["inputs"]["cidrBlock"] = "10.1.0.0/16"
    assert compared(states) == [
        'aws:ec2/vpc:Vpc::private: input cidrBlock: "10.1.0.0/16" and "10.0.0.0/16"',
    ]


def test_another_reference_is_a_difference_although_both_values_are_unknown() -> None:
    states = flat()
    states[1]["propertyDependencies"]["vpcId"] = [VPC.replace("::private", "::public")]
    (told,) = compared(states)
    assert told.startswith("aws:ec2/securityGroup:SecurityGroup::https: reference vpcId:")


@pytest.mark.e2e
def test_both_programs_make_the_same_resources_in_the_engine_at_every_size() -> None:
    with opened() as box:
        for size in SIZES:
            one = same.resources(box.planned(PROGRAMS / "flat", size))
            other = same.resources(box.planned(ROOT, size))
            assert len(one) == size.resources
            assert same.differences(one, other) == []


def made() -> dict[str, Resource]:
    return same.resources(planned()) | same.resources(
        [
            {
                "type": "aws:ec2/vpcEndpoint:VpcEndpoint",
                "urn": "urn:pulumi:dev::project::aws:ec2/vpcEndpoint:VpcEndpoint::ssm",
                "inputs": {
                    "policy": '{"Resource": "${aws:userid}"}',
                    "region": "eu-west-1",
                    "vpcId": UNKNOWN_STRING,
                    "securityGroupIds": [UNKNOWN_STRING],
                },
                "propertyDependencies": {"vpcId": [NESTED_VPC], "securityGroupIds": [NESTED_GROUP]},
            }
        ]
    )


def test_a_terraform_configuration_has_references_where_values_are_unknown() -> None:
    endpoint = terraform_config.configuration(made(), "eu-west-1", 5577)["resource"]["aws_vpc_endpoint"][
        "ssm"
    ]
    assert endpoint == {
        "policy": '{"Resource": "$${aws:userid}"}',
        "vpc_id": "${aws_vpc.private.id}",
        "security_group_ids": ["${aws_security_group.https.id}"],
    }


PLANNED: dict[str, dict[str, object]] = {
    "aws_vpc.private": {"cidr_block": "10.0.0.0/16"},
    "aws_security_group.https": {"vpc_id": True},
    "aws_vpc_endpoint.ssm": {
        "policy": '{"Resource":"${aws:userid}"}',
        "vpc_id": True,
        "security_group_ids": True,
    },
}


def test_terraforms_plan_of_the_same_is_no_difference() -> None:
    assert terraform_config.differences(made(), PLANNED) == []


@pytest.mark.parametrize(
    ("address", "argument", "value"),
    [
        ("aws_vpc.private", "cidr_block", "10.1.0.0/16"),
        ("aws_vpc_endpoint.ssm", "policy", '{"Resource":"*"}'),
        ("aws_security_group.https", "vpc_id", "vpc-1"),
        ("aws_vpc_endpoint.ssm", "security_group_ids", ["sg-1"]),
    ],
)
def test_terraforms_plan_of_something_else_is_a_difference(
    address: str, argument: str, value: object
) -> None:
    changed = {**PLANNED, address: {**PLANNED[address], argument: value}}
    (told,) = terraform_config.differences(made(), changed)
    assert told.startswith(f"{address}: {argument}:")


def test_a_resource_that_terraform_lacks_is_a_difference() -> None:
    less = {address: values for address, values in PLANNED.items() if address != "aws_vpc.private"}
    assert terraform_config.differences(made(), less) == ["only the program makes aws_vpc.private"]
