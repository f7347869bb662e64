"""The owner's statements for endpoint policies: what is wrong, where, and what was meant.

What AWS takes and refuses is typed from vpc-endpoints-access.html, the Service Authorization Reference and the IAM
User Guide.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from blueprint.catalog import load
from blueprint.endpoint_documents import Access, Statement, interface_endpoint
from blueprint.statement_rules import StatementProblem, check_length, check_statements
from policies.endpoint_documents import problems

HERE = load().region("eu-west-1")
ROLE = "arn:aws:iam::111122223333:role/node"
DOCUMENTS = "arn:aws:ssm:eu-west-1:111122223333:document/*"


def allow(action: str = "ssm:GetDocument", **more: Any) -> Statement:
    return Statement(**{"effect": "Allow", "actions": (action,), **more})


def found(statement: Statement, service: str = "ssm", region: str = "eu-west-1") -> list[StatementProblem]:
    return list(check_statements({service: (statement,)}, region=load().regions[region]))


def only(statement: Statement, service: str = "ssm", region: str = "eu-west-1") -> StatementProblem:
    (problem,) = found(statement, service, region)
    return problem


def when(operator: str, key: str, *values: str) -> Statement:
    return allow(conditions={operator: {key: values}})


RIGHT = [
    ("ssm", allow()),
    ("ssm", allow("*")),
    ("ssm", allow("ssm:*")),
    ("ssm", allow("ssm:Get*")),
    ("ssm", allow("SSM:getparametersbypath")),
    ("ssm", allow("ssm:GetParameter?")),
    ("ssm", allow(resources=(DOCUMENTS, "arn:aws:ssm:eu-west-1::document/AWS-RunShellScript"))),
    ("ssm", allow("ssm:StartSession", resources=("arn:aws:ec2:eu-west-1:*:instance/*",))),
    ("ssm", allow("ssm:StartSession", resources=("arn:aws:ssm:*:*:session/${aws:username}-*",))),
    ("ssm", allow(resources=("arn:aws:ssm:eu-*:111122223333:doc*", "arn:*:ssm:*:*:*"))),
    (
        "ssm",
        allow("ssm:PutParameter", resources=("arn:aws:ssm:eu-west-1:*:${aws:PrincipalTag/x}",)),
    ),
    ("ssm", allow(principals=(ROLE, "111122223333"))),
    ("ssm", allow(principals=("arn:aws:sts::111122223333:assumed-role/node/i-1234",))),
    ("ssm", when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5")),
    ("ssm", when("StringEqualsIfExists", "AWS:principalorgid", "o-a1b2c3d4e5")),
    ("ssm", when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/*")),
    ("ssm", when("StringEquals", "aws:PrincipalTag/team", "platform")),
    ("ssm", when("StringEquals", "ssm:resourceTag/SSMSessionRunAs", "ops")),
    ("ssm", when("StringEquals", "ssm:NodeAccountId", "111122223333")),
    ("ssm", when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/node")),
    ("ssm", when("Null", "aws:PrincipalArn", "true")),
    ("ssm", when("StringEquals", "aws:ABrandNewThing", "x")),
    ("ssm", when("StringEquals", "aws:PrincipalAccount", "111122223333")),
    ("kms", allow("kms:Encrypt", resources=("arn:aws:kms:eu-west-1:111122223333:key/*",))),
    (
        "kms",
        Statement(
            effect="Deny", actions=("kms:Create*",), conditions={"Bool": {"kms:MultiRegion": ("true",)}}
        ),
    ),
    (
        "kms",
        allow("kms:Decrypt", conditions={"StringEquals": {"kms:EncryptionContext:PARAMETER_ARN": ("x",)}}),
    ),
    (
        "logs",
        allow("logs:PutLogEvents", resources=("arn:aws:logs:eu-west-1:111122223333:log-group:/ssm/*:*",)),
    ),
    ("ssmmessages", allow("ssmmessages:OpenDataChannel")),
    ("ec2", allow("ec2:DescribeVolumes")),
    ("ec2", allow("ec2:CreateTags", resources=("arn:aws:ec2:eu-west-1::snapshot/*",))),
]


@pytest.mark.parametrize(("service", "statement"), RIGHT, ids=str)
def test_right_statements_have_no_problem(service: str, statement: Statement) -> None:
    assert found(statement, service) == []


# --- Actions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "action", "said", "nearest"),
    [
        ("ssm", "ssm:GetDocumnet", "is no action of ssm", "ssm:GetDocument"),
        ("ssm", "ssm:GetParametersByPaths", "is no action of ssm", "ssm:GetParametersByPath"),
        ("ec2", "ec2:DescribeVolume", "is no action of ec2", "ec2:DescribeVolumes"),
        ("ec2", "ec2:CreateSnapshotss", "is no action of ec2", "ec2:CreateSnapshots"),
        ("kms", "kms:ReEncrypt", "is no action of kms", "kms:ReEncryptTo"),
        ("ssm", "ssm:Gte*", "matches no action of ssm", "ssm:Get*"),
        ("ssm", "ssm:*Qqq*", "matches no action of ssm", ""),
        ("ssm", "ssm:Frobnicate", "is no action of ssm", ""),
        ("ssm", "kms:Decrypt", "is an action of another service, and an endpoint's policy decides", ""),
        ("ssm", "sms:GetDocument", "is an action of no service here", "ssm:GetDocument"),
        (
            "ssm",
            "GetDocument",
            "is no action: the service's prefix and a colon come first, ssm:",
            "ssm:GetDocument",
        ),
        ("ssm", "ssm:", "is no action of ssm", ""),
        ("ssm", "s*:GetDocument", "is an action of no service here", "ssm:GetDocument"),
    ],
)
def test_an_action_that_the_endpoint_never_sees(service: str, action: str, said: str, nearest: str) -> None:
    problem = only(allow(action), service)
    assert problem.loc == (service, 0, "actions", 0)
    assert problem.message.startswith(said)
    assert problem.nearest == nearest


# --- Resources and principals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "resource", "said", "nearest"),
    [
        (
            "ssm",
            "document/AWS-RunPatchBaseline",
            "is no ARN (arn:partition:service:region:account:resource)",
            "",
        ),
        ("ssm", "arn:aws:ssm:*", "is no ARN", "arn:aws:ssm:*:*:*"),
        (
            *("ssm", "arn:aws-cn:ssm:eu-west-1:111122223333:document/*"),
            *("is of another partition than the endpoint's, aws", DOCUMENTS),
        ),
        (
            *("ssm", "arn:aws:ssm:us-east-1:111122223333:document/*"),
            *("is in another Region than the endpoint, eu-west-1", DOCUMENTS),
        ),
        (
            "ssm",
            "arn:aws:sqs:eu-west-1:111122223333:queue",
            "is of a service that no action of ssm is about",
            "",
        ),
        (
            "kms",
            "arn:aws:ssm:eu-west-1:111122223333:parameter/a",
            "is of a service that no action of kms",
            "",
        ),
        (
            "ssm",
            "arn:aws:ssm:eu-west-1:1111222233:document/*",
            "has an account that is neither 12 digits nor *",
            "",
        ),
        (
            "ssm",
            "arn:aws:ssm:eu-west-1:11112222*:document/*",
            "has an account that is neither 12 digits nor *",
            "",
        ),
        (
            *("ssm", "arn:aws:ssm:eu-west-1:111122223333:documnet/*"),
            *("is of a kind that no action of ssm is about\nallowed: association, ", DOCUMENTS),
        ),
        (
            *(
                "ec2",
                "arn:aws:ec2:eu-west-1:111122223333:volumes/*",
                "is of a kind that no action of ec2 is about",
            ),
            "arn:aws:ec2:eu-west-1:111122223333:volume/*",
        ),
        (
            *("logs", "arn:aws:logs:eu-west-1:111122223333:loggroup:a:*"),
            "is of a kind that no action of logs is about\nallowed: anomaly-detector, ",
            "arn:aws:logs:eu-west-1:111122223333:log-group:a:*",
        ),
        (
            "ssm",
            "arn:aws:ssm:eu-west-1:${aws:PrincipalAccount}:parameter/*",
            "has a policy variable before",
            "",
        ),
        ("ssmmessages", ROLE, 'is not "*": the actions of ssmmessages are about no resource', "*"),
    ],
)
def test_a_resource_that_the_endpoint_never_sees(
    service: str, resource: str, said: str, nearest: str
) -> None:
    problem = only(allow(f"{service}:*", resources=(resource,)), service)
    assert problem.loc == (service, 0, "resources", 0)
    assert problem.message.startswith(said)
    assert problem.nearest == nearest


def test_a_list_too_long_to_read_is_not_shown() -> None:
    problem = only(allow("ec2:*", resources=("arn:aws:ec2:eu-west-1:111122223333:volumes/*",)), "ec2")
    assert "allowed" not in problem.message


@pytest.mark.parametrize(
    ("principal", "said", "nearest"),
    [
        (
            "node",
            "is no principal: an account's 12 digits, the ARN of a role or user in full, or * alone",
            "",
        ),
        ("arn:aws:iam::111122223333:role/*", "is no principal", ""),
        ("ssm.amazonaws.com", "is no principal", ""),
        ("arn:aws-cn:iam::111122223333:role/node", "is of another partition than the endpoint's, aws", ROLE),
    ],
)
def test_a_principal_that_is_none(principal: str, said: str, nearest: str) -> None:
    problem = only(allow(principals=(principal,)))
    assert problem.loc == ("ssm", 0, "principals", 0)
    assert problem.message.startswith(said)
    assert problem.nearest == nearest


def test_everybody_beside_somebody() -> None:
    problem = only(allow(principals=(ROLE, "*")))
    assert problem.loc == ("ssm", 0, "principals", 1)
    assert problem.message == "means everybody: leave out the others, or this one"


def test_the_endpoints_own_partition_and_region_are_right() -> None:
    for region, partition in (("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")):
        here = f"arn:{partition}:ssm:{region}:111122223333:document/*"
        statement = allow(resources=(here,), principals=(f"arn:{partition}:iam::111122223333:root",))
        assert found(statement, region=region) == []
        assert [problem.loc[2] for problem in found(statement)] == ["resources", "principals"]


# --- Conditions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "said", "nearest"),
    [
        ("StringEqual", "is no condition operator\nallowed: StringEquals, ", "StringEquals"),
        ("stringEquals", "is no condition operator", "StringEquals"),
        ("ForAnyValues:StringLike", "is no condition operator", "ForAnyValue:StringLike"),
        ("ForAllValues:StringLikeExists", "is no condition operator", "ForAllValues:StringLikeIfExists"),
        ("BoolIfExist", "is no condition operator", "BoolIfExists"),
        ("NullIfExists", "asks whether there is a value: nothing may stand around Null", "Null"),
        ("Matches!", "is no condition operator", ""),
    ],
)
def test_an_operator_that_is_none(operator: str, said: str, nearest: str) -> None:
    problem = only(when(operator, "aws:PrincipalOrgPaths", "true"))
    assert problem.loc == ("ssm", 0, "conditions", operator)
    assert problem.message.startswith(said)
    assert problem.nearest == nearest


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("aws:PrincipleOrgID", "aws:PrincipalOrgID"),
        ("aws:PrincipalOrgIDs", "aws:PrincipalOrgID"),
        ("aws:SourceVpcs", "aws:SourceVpc"),
        ("aws:PrincipalTags/team", "aws:PrincipalTag/team"),
        ("ssm:NodeAcountId", "ssm:NodeAccountId"),
        ("ssm:NodeOrganId", "ssm:NodeOrgId"),
    ],
)
def test_a_condition_key_that_looks_misspelt(key: str, nearest: str) -> None:
    problem = only(when("StringEquals", key, "something"))
    assert problem.loc == ("ssm", 0, "conditions", "StringEquals", key)
    assert problem.message == "is no condition key of AWS's, and so in no request"
    assert problem.nearest == nearest


def test_a_tag_without_its_name_is_no_key() -> None:
    assert (
        only(when("StringEquals", "aws:PrincipalTag/", "red")).message
        == "has no name after what it begins with"
    )


@pytest.mark.parametrize(
    ("operator", "key", "value", "said"),
    [
        (
            "StringLike",
            "aws:PrincipalAccount",
            "1111*",
            "has a wildcard, and AWS takes none in an identifier",
        ),
        (
            "ForAnyValue:StringLike",
            "aws:SourceVpc",
            "vpc-0123456789abcdef*",
            "has a wildcard, and AWS takes none",
        ),
        ("ArnLike", "aws:sourcevpce", "vpce-*", "has a wildcard, and AWS takes none"),
        ("NumericEquals", "aws:PrincipalAccount", "111122223333", "is compared as a number"),
        ("ForAnyValue:NumericLessThan", "aws:SourceAccount", "5", "is compared as a number"),
        (
            "StringLike",
            "aws:PrincipalOrgPaths",
            "o-a*",
            "has a wildcard with fewer than 6 characters before and after",
        ),
        (
            "StringNotLikeIfExists",
            "aws:PrincipalTag/team",
            "a?b",
            "has a wildcard with fewer than 6 characters",
        ),
        ("StringLike", "aws:PrincipalTag/team", "*", "has a wildcard with fewer than 6 characters"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::1111*:role/node", "has an account that is part number"),
        (
            "StringEquals",
            "aws:PrincipalArn",
            "arn:aws:iam::1111?:role/node",
            "has an account that is part number",
        ),
    ],
)
def test_a_value_that_aws_does_not_take(operator: str, key: str, value: str, said: str) -> None:
    problem = only(when(operator, key, value))
    assert problem.loc == ("ssm", 0, "conditions", operator, key, 0)
    assert problem.message.startswith(said)


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:PrincipalTag/team", "a*"),
        ("StringLike", "aws:PrincipalTag/team", "platform*"),
        ("StringLike", "aws:PrincipalTag/team", "*platform"),
        ("StringLike", "aws:PrincipalTag/team", "${aws:username}*"),
        ("StringLike", "aws:PrincipalTag/team", "a${?}b"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"),
    ],
)
def test_wildcards_that_aws_takes(operator: str, key: str, value: str) -> None:
    assert found(when(operator, key, value)) == []


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringLike", "aws:PrincipalAccount", "1111*"),
        ("NumericEquals", "aws:SourceVpc", "1"),
        ("StringLike", "aws:PrincipalTag/team", "a*"),
        ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::1111*:role/node"),
    ],
)
def test_the_pack_refuses_the_same_values(operator: str, key: str, value: str) -> None:
    """Two readings of one page: what is let through here would be blocked in the preview."""
    access = Access(statements={"ssm": (when(operator, key, value),)})
    text = interface_endpoint("ssm", region=HERE, access=access, agent_calls=())
    assert list(problems(text, gateway=False))
    assert found(when(operator, key, value))


# --- Services, length, order ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "said", "nearest"),
    [
        ("smm", "is no endpoint's service\nallowed: ssm, ssmmessages, ec2, kms, logs", "ssm"),
        ("s3", "is a gateway endpoint: its policy lists the buckets, in buckets.own", ""),
        (
            "ec2messages",
            "is not known to take an endpoint policy, and AWS refuses the endpoint if it takes none",
            "",
        ),
    ],
)
def test_a_service_that_takes_no_statements(service: str, said: str, nearest: str) -> None:
    problem = only(allow("*"), service)
    assert problem.loc == (service,)
    assert problem.message.startswith(said)
    assert problem.nearest == nearest


def test_every_problem_is_told_in_its_place() -> None:
    statements = {
        "ssm": (
            allow(),
            allow("ssm:Gte", resources=("*", "x"), conditions={"Sring": {"aws:SourceVpcx": ("v",)}}),
        ),
        "kms": (allow("kms:Decrypt", principals=("me",)),),
    }
    told = [problem.loc for problem in check_statements(statements, region=HERE)]
    assert told == [
        ("ssm", 1, "actions", 0),
        ("ssm", 1, "resources", 1),
        ("ssm", 1, "conditions", "Sring"),
        ("ssm", 1, "conditions", "Sring", "aws:SourceVpcx"),
        ("kms", 0, "principals", 0),
    ]


def test_no_message_quotes_a_value() -> None:
    """A value may be a secret: only `nearest` may hold it."""
    secret = "hunter2-hunter2"
    statement = allow(
        f"ssm:{secret}",
        resources=(f"arn:aws:ssm:eu-west-1:{secret}:document/*", secret),
        principals=(secret,),
        conditions={secret: {f"aws:{secret}": (f"arn:aws:iam::1*{secret}:role/x",)}},
    )
    told = found(statement)
    assert len(told) >= 5
    assert all(secret not in problem.message for problem in told)


def test_a_policy_that_is_too_long_is_told_with_its_length() -> None:
    assert list(check_length({"ssm": "x" * 20480})) == []
    (problem,) = check_length({"kms": "x", "ssm": "x" * 20481})
    assert problem.loc == ("ssm",)
    assert problem.message.startswith("makes an endpoint policy of 20481 characters; AWS takes 20480.")


def test_right_statements_make_documents_that_the_pack_finds_well_formed() -> None:
    for service, statement in RIGHT:
        access = Access(statements={service: (statement,)})
        text = interface_endpoint(service, region=HERE, access=access, agent_calls=())
        assert list(problems(text, gateway=False)) == [], statement
        assert json.loads(text)["Statement"][-1]["Action"] == list(statement.actions)
