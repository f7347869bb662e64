"""The report of what is wrong below `endpointPolicies`, with the owner's places and proposals."""

from __future__ import annotations

from typing import Any

import pytest

from blueprint.endpoint_policy_rules import check
from blueprint.problems import Report

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def told(policies: Any, region: str | None = "eu-west-1") -> list[tuple[str, str, str, str]]:
    data = {"aws:region": region, "endpointPolicies": policies}
    report = Report(("aws:region", "endpointPolicies", "kmsKeys", "logGroups", "statements"), ())
    report.raw = data
    check(data, report)
    return [
        (problem.key.removeprefix("ssm-vpc-endpoints:"), problem.value, problem.message, problem.nearest)
        for problem in report.problems
    ]


def of_ssm(**statement: Any) -> dict[str, Any]:
    return {"statements": {"ssm": ({"effect": "Allow", "actions": ("ssm:GetDocument",)} | statement,)}}


@pytest.mark.parametrize(
    "policies",
    [
        None,
        {},
        {"preset": "account", "kmsKeys": None, "logGroups": None, "statements": None},
        {"kmsKeys": (KEY, KEY.replace(":key/", ":key/mrk-")), "logGroups": ("/aws/ssm/Session.1", "a#b_c-d")},
        of_ssm(),
        of_ssm(conditions={"StringEquals": {"aws:PrincipalTag/team": ("platform",)}}),
        {"statements": {"ssm": None, "kms": ()}},
        # What pydantic did not take is told by it.
        of_ssm(effect=None, actions=("ssm:Gte",)),
        of_ssm(actions=None),
        of_ssm(conditions={"StringEquals": None}),
        {"statements": {"ssm": (None,)}},
    ],
)
def test_nothing_to_tell(policies: Any) -> None:
    assert told(policies) == []


def test_without_a_region_nothing_can_be_told() -> None:
    assert told(of_ssm(actions=("x",)), region=None) == []
    assert told(of_ssm(actions=("x",)), region="eu-wst-1") == []


@pytest.mark.parametrize(
    ("key", "said", "nearest"),
    [
        ("*", "means every key: leave kmsKeys out", ""),
        (KEY.replace("eu-west-1", "us-east-1"), "is in another Region than the endpoint, eu-west-1", KEY),
        (KEY.replace("arn:aws:", "arn:aws-cn:"), "is of another partition than the endpoint's, aws", KEY),
        (KEY.rpartition("/")[2], "is no ARN", ""),
        (KEY.rpartition("key/")[0] + "alias/sessions", "is not a key's ARN", ""),
        (
            KEY.rpartition("key/")[0] + "kye/1234",
            "is of a kind that no action of kms is about",
            KEY.rpartition("key/")[0] + "key/1234",
        ),
    ],
)
def test_a_key_that_the_endpoint_never_sees(key: str, said: str, nearest: str) -> None:
    ((where, value, message, near),) = told({"kmsKeys": (None, key)})
    assert where == "endpointPolicies.kmsKeys[1]"
    assert value.startswith(f'"{key}"'[:70])
    assert message.startswith(said)
    assert near == nearest


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("arn:aws:logs:eu-west-1:111122223333:log-group:/ssm/sessions:*", "/ssm/sessions"),
        ("/ssm/*", ""),
        ("a" * 513, ""),
        ("", ""),
        ("sessions:x", ""),
    ],
)
def test_a_log_group_that_is_none(name: str, nearest: str) -> None:
    ((where, _, message, near),) = told({"logGroups": (name,)})
    assert where == "endpointPolicies.logGroups[0]"
    assert message.startswith("is not a log group's name")
    assert near == nearest


def test_statements_are_told_at_the_owners_places() -> None:
    statement = {
        "effect": "Deny",
        "actions": (None, "ssm:GetManifest", "ssm:GetDocumnet"),
        "resources": ("x",),
        "principals": (None, "me"),
        "conditions": {"StringLike": {"aws:PrincipalAccount": (None, "1111*")}},
    }
    found = told({"statements": {"ssm": (None, statement)}})
    assert [(where, near) for where, _, _, near in found] == [
        ("endpointPolicies.statements.ssm[1].actions[2]", "ssm:GetDocument"),
        ('endpointPolicies.statements.ssm[1].conditions.StringLike["aws:PrincipalAccount"][1]', ""),
        ("endpointPolicies.statements.ssm[1].principals[1]", ""),
        ("endpointPolicies.statements.ssm[1].resources[0]", ""),
    ]
    assert [value for _, value, _, _ in found] == ['"ssm:GetDocumnet"', '"1111*"', '"me"', '"x"']


def test_a_service_that_takes_no_statements_is_told_once() -> None:
    statement = {"effect": "Allow", "actions": ("ec2messages:GetMessages",)}
    ((where, _, message, _),) = told({"statements": {"ec2messages": (statement, statement)}})
    assert where == "endpointPolicies.statements.ec2messages"
    assert message.startswith("is not known to take an endpoint policy")
