"""The permissions of a deployer: whatever the provider calls is among them, and AWS knows each and what it is about."""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from blueprint.preflight.permissions import ACTIONS as PREFLIGHT
from permissions import actions as permissions
from permissions.actions import ACTIONS, ARNS, RECOVERED, WITH_CHANGES, of_types, reads
from sandbox.aws_plugin.resources import HANDLERS
from sandbox.aws_plugin.types import TYPES

ROOT = Path(__file__).parents[2]
IAM = ROOT / "tests" / "fixtures" / "iam"
AWS_SAYS: dict[str, Any] = json.loads((IAM / "service-authorization.json").read_text(encoding="utf-8"))[
    "actions"
]
RECORDED: dict[str, list[str]] = json.loads((IAM / "provider-calls.json").read_text(encoding="utf-8"))[
    "calls"
]
EVERYTHING = of_types(frozenset(ACTIONS))
OPERATIONS = ("create", "read", "update", "delete", "tag")

# What the stand-in calls and the program never brings about.
NEVER: dict[str, str] = {
    "ec2:CreateRoute": "stands in for what EC2 does itself when an endpoint gets a route table",
    "ec2:DeleteRoute": "the same, when it loses one",
    "ec2:ModifyVpcTenancy": "no setting for the tenancy",
    "ec2:ModifySubnetAttribute": "no setting for an attribute of a subnet that can change in place",
    "iam:UpdateRole": "no setting for a role's description or session",
    "iam:DeleteRolePermissionsBoundary": "whoever may take a boundary away has none: that is for somebody else",
    "route53:DisassociateVPCFromHostedZone": "a hub's zone ignores changes of its VPCs; a spoke's association has it",
}
# Of a role: managedPolicyArns and forceDetachPolicies, which the program leaves alone. Attachments are resources of their
# own, and with them come these actions.
NEVER_OF_A_ROLE = {
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:RemoveRoleFromInstanceProfile",
}
# What the recording has besides: resources and look-ups that were the recording's own.
RECORDED_BESIDES = {
    "iam:CreatePolicy": "the policy to attach, which is AWS's in an account",
    "iam:DeletePolicy": "the same",
    "iam:GetPolicy": "the same",
    "iam:GetPolicyVersion": "the same",
    "iam:ListPolicyVersions": "the same",
    "iam:ListEntitiesForPolicy": "the same",
    "iam:GetUser": "one of two ways to ask for the account's id; sts:GetCallerIdentity needs no permission",
}


def operations(service: str) -> dict[str, str]:
    """boto3's methods of a service, and what AWS calls them."""
    names = botocore.session.get_session().get_service_model(service).operation_names
    return {xform_name(name): name for name in names}


def called(function: object, known: dict[str, str], seen: set[object]) -> Iterator[str]:
    """The operations that a function calls, and the functions and classes of the plugin that it uses."""
    if function in seen:
        return
    seen.add(function)
    source = ast.parse(textwrap.dedent(inspect.getsource(function)))  # type: ignore[arg-type]
    names = vars(sys.modules[function.__module__])
    for node in ast.walk(source):
        if isinstance(node, ast.Attribute) and node.attr in known:
            yield known[node.attr]
        elif isinstance(node, ast.Constant) and node.value in known:
            yield known[str(node.value)]
        elif isinstance(node, ast.Name):
            used = names.get(node.id)
            if isinstance(used, FunctionType | type) and used.__module__.startswith("sandbox.aws_plugin"):
                yield from called(used, known, seen)


def calls(kind: str) -> set[str]:
    handler = HANDLERS[kind]
    known = operations(handler.service)
    found: set[str] = set()
    for base in type(handler).__mro__:
        for name, written in vars(base).items():
            method = inspect.unwrap(getattr(written, "__func__", written))
            overridden = getattr(type(handler), name, None) is not method
            # What helpers of a class do, its own methods call: every method but those that are overridden.
            if isinstance(method, FunctionType) and not (overridden and name in OPERATIONS):
                # One pair of calls tags all of EC2; a type without tags never gets to it.
                if name == "tag" and "tags" not in TYPES[kind].properties:
                    continue
                found.update(called(method, known, set()))
    return {f"{handler.service}:{each}" for each in found}


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_every_call_of_the_stand_in_for_a_type_is_among_its_actions(kind: str) -> None:
    never = NEVER.keys() | (NEVER_OF_A_ROLE if kind == "aws:iam/role:Role" else set())
    assert calls(kind) - never - set(ACTIONS[kind]) == set()


@pytest.mark.parametrize(
    ("kind", "some"),
    [
        (
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            {"ec2:CreateVpcEndpoint", "ec2:DescribePrefixLists", "ec2:CreateTags"},
        ),
        ("aws:iam/role:Role", {"iam:CreateRole", "iam:ListInstanceProfilesForRole", "iam:UntagRole"}),
        ("aws:route53/record:Record", {"route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"}),
        ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", {"ec2:ModifySecurityGroupRules"}),
    ],
)
def test_calls_are_seen_wherever_the_stand_in_makes_them(kind: str, some: set[str]) -> None:
    assert some <= calls(kind)


def test_every_exception_is_a_call_that_the_stand_in_makes() -> None:
    made = {call for kind in ACTIONS for call in calls(kind)}
    assert NEVER.keys() <= made


def test_every_call_of_the_real_provider_is_among_the_actions() -> None:
    made = {f"{service}:{name}" for service, names in RECORDED.items() for name in names}
    assert made - EVERYTHING - RECORDED_BESIDES.keys() == set()
    assert len(made & EVERYTHING) >= 60  # the recording is one of everything, not of a part


def test_the_types_are_those_that_the_components_make() -> None:
    """Typed in the components as `ec2.Vpc(...)`, in the table as aws:ec2/vpc:Vpc."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "components").glob("*.py")))
    made = set(re.findall(r"\b(ec2|vpc|iam|route53)\.([A-Z]\w+)\(", text))
    made = {(module, name) for module, name in made if not name.endswith("Args")}
    assert {(kind.split(":")[1].split("/")[0], kind.split(":")[2]) for kind in ACTIONS} == made


def test_aws_knows_every_action() -> None:
    preflight = {action for each in PREFLIGHT.values() for action in each}
    assert (EVERYTHING | preflight) - AWS_SAYS.keys() == set()


@pytest.mark.parametrize(
    "action", sorted(EVERYTHING | {action for each in RECOVERED.values() for action in each})
)
def test_an_action_is_narrowed_where_aws_compares_arns_and_only_there(action: str) -> None:
    says = AWS_SAYS[action]
    assert (action in ARNS) == says["narrowable"]
    kinds = {arn.split(":", 5)[5].partition("/")[0] for arn in says["resources"].values()}
    ours = {arn.split(":", 5)[5].partition("/")[0] for arn in ARNS.get(action, ())}
    assert ours <= kinds


@pytest.mark.parametrize(
    ("action", "arns"),
    [
        ("ec2:DeleteVpcEndpoints", ("arn:{partition}:ec2:*:{account}:vpc-endpoint/*",)),
        ("iam:PassRole", ("arn:{partition}:iam::{account}:role/nodes-*",)),
        ("iam:DeleteInstanceProfile", ("arn:{partition}:iam::{account}:instance-profile/nodes-*",)),
        ("route53:GetChange", ("arn:{partition}:route53:::change/*",)),
    ],
)
def test_arns_are_those_of_the_accounts_own_things(action: str, arns: tuple[str, ...]) -> None:
    assert ARNS[action] == arns


def test_what_only_looks_writes_nothing() -> None:
    writing = {
        action
        for action in EVERYTHING
        if set(re.split(r", ?", AWS_SAYS[action]["level"])) & {"Write", "Tagging"}
    }
    assert not reads(EVERYTHING) & writing
    assert reads(EVERYTHING) == EVERYTHING - writing - {"iam:PassRole"} - WITH_CHANGES
    assert EVERYTHING - writing > WITH_CHANGES


def test_a_type_that_the_program_does_not_make_is_an_error() -> None:
    with pytest.raises(KeyError):
        permissions.of_types(frozenset(("aws:ec2/natGateway:NatGateway",)))
