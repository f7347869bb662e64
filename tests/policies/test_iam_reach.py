"""How a reason says why a statement does not reach a request, or may or may not."""

from typing import Any

import pytest

from policies.iam import (
    ABSENT,
    UNSIGNED,
    Request,
    Signed,
    Value,
    allows_all,
    decide,
    decide_all,
    denial_within,
    parse,
)
from tests.policies.iam_documents import ACCOUNT, ACTION, BUCKET, OBJECT, OTHER, allow, deny, text

CONTEXT: dict[str, Value] = {"aws:a": ("1",), "aws:username": ABSENT}


def why(*statements: Any, resource: str = OBJECT, version: str = "2012-10-17") -> str:
    """The reason that an unsigned caller is given."""
    request = Request(ACTION, resource, UNSIGNED, CONTEXT)
    return decide(parse(text(*statements, version=version)), request).reason


LONG = "k" * 99


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        # Quotes take two of a Sid's 40 characters.
        ([allow(Sid="S" * 38)], f"Statement[0] '{'S' * 38}' allows it"),
        ([allow(Sid="S" * 39)], f"Statement[0] '{'S' * 38}… allows it"),
        (
            [allow(Condition={"StringEquals": {LONG: "1"}})],
            f"Statement[0] has a Condition (StringEquals {'k' * 36}…) that cannot be proven",
        ),
        (
            [allow(Condition={"StringEquals": {"k" * 37: "1"}})],
            f"Statement[0] has a Condition (StringEquals {'k' * 37}) that cannot be proven",
        ),
        (
            [allow(Condition={"StringEquals": {LONG: "1", "aws:b": "1", "aws:c": "1"}})],
            f"Statement[0] has a Condition (StringEquals {'k' * 36}… and 2 more) that cannot be proven",
        ),
        (
            [allow(Condition={"StringEquals": {"aws:b": "1", "aws:c": "1"}})],
            "Statement[0] has a Condition (StringEquals aws:b and 1 more) that cannot be proven",
        ),
        (
            [allow(Condition={"StringEquals": {}})],
            "Statement[0] has a Condition (StringEquals) that cannot be proven",
        ),
        (
            [allow(Resource="arn:aws:s3:::${aws:userid}" + "*" * 99)],
            f"Statement[0] has a policy variable in 'arn:aws:s3:::${{aws:userid}}{'*' * 22}… that cannot be proven",
        ),
        (
            [allow(Action="s*:GetObject")],
            "Statement[0] has a wildcard in an action's service prefix, where AWS describes none",
        ),
    ],
)
def test_a_reason_quotes_so_much_and_no_more(statements: list[Any], expected: str) -> None:
    assert why(*statements) == expected


NOBODY = "no statement allows it"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow(Resource=OTHER), allow(Action="s3:PutObject")], NOBODY),
        (
            [allow(Resource=OTHER), allow(Sid="Ours", Principal=ACCOUNT)],
            ": the Principal of Statement[1] 'Ours' ",
        ),
        (
            [allow(Condition={"StringEquals": {"aws:a": "2"}})],
            ": the Condition (StringEquals aws:a) of Statement[0] ",
        ),
        # What holds, or may hold, is not to blame.
        (
            [
                allow(
                    Condition={
                        "Null": {"aws:b": "true"},
                        "StringEquals": {"aws:a": "1"},
                        "StringLike": {"aws:a": "2"},
                    }
                )
            ],
            ": the Condition (StringLike aws:a) of Statement[0] is false for unsigned callers",
        ),
        (
            [
                allow(
                    Condition={
                        "StringEquals": {"aws:a": "2"},
                        "Bool": {"aws:a": "false"},
                        "StringLike": {"aws:a": "3"},
                    }
                )
            ],
            ": the Condition (StringEquals aws:a and 1 more) of Statement[0] ",
        ),
        # A Deny that does not reach the request is not what somebody believes to be enough.
        ([deny(Condition={"StringEquals": {"aws:a": "2"}}), allow(Resource=OTHER)], NOBODY),
    ],
)
def test_the_allow_that_somebody_may_believe_to_be_enough_is_named(
    statements: list[Any], expected: str
) -> None:
    said = why(*statements)
    assert said.startswith(NOBODY)
    assert said.endswith(expected) if expected == NOBODY else expected in said


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        # What the first of several reasons is: the condition, then the caller, then the action, then the resource.
        (
            allow(Principal=None, NotPrincipal="*", Action="s*:*", Condition={"Null": {"aws:b": "true"}}),
            "has a Condition (Null aws:b) that cannot be proven",
        ),
        (
            allow(Principal=None, NotPrincipal="*", Action="s*:*"),
            "has a NotPrincipal: whom it matches cannot be proven",
        ),
        (
            allow(Action="s*:*", Resource="arn:aws:s3:::${aws:userid}/*"),
            "has a wildcard in an action's service prefix, where AWS describes none",
        ),
        (
            allow(
                Resource=[
                    *(
                        OTHER,
                        "arn:aws:s3:::${*}/*",
                        "arn:aws:s3:::home/${aws:userid}/*",
                        "arn:aws:s3:::${aws:username}",
                    ),
                    *("arn:aws:s3:::${aws:userid}/*", "arn:aws:s3:::aws-ssm-*${aws:userid}"),
                ]
            ),
            "has a policy variable in 'arn:aws:s3:::${aws:userid}/*' that cannot be proven",
        ),
        (
            allow(Resource=None, NotResource=[OTHER, "arn:aws:s3:::${aws:username}/*"]),
            "has a policy variable in 'arn:aws:s3:::${aws:username}/*' that cannot be proven",
        ),
        # A variable before the last part of an ARN has no value that counts.
        (
            allow(Resource=None, NotResource=["arn:aws:s3::${aws:username}:b", "arn:*:${aws:username}/*"]),
            "has a policy variable in 'arn:*:${aws:username}/*' that cannot be proven",
        ),
    ],
)
def test_one_reason_is_given_of_what_is_not_proven(statement: Any, expected: str) -> None:
    assert why(statement) == f"Statement[0] {expected}"
    assert why(allow(), {**statement, "Effect": "Deny"}) == f"Statement[1] is a Deny and {expected}"


def test_until_2012_a_variable_is_text_whatever_its_value_is() -> None:
    mine = "arn:aws:s3:::b/${aws:a}"
    assert why(allow(Resource=mine), resource="arn:aws:s3:::b/1") == "Statement[0] allows it"
    assert why(allow(Resource=mine), resource="arn:aws:s3:::b/1", version="2008-10-17") == NOBODY
    assert why(allow(Resource=mine), resource=mine, version="2008-10-17") == "Statement[0] allows it"


def test_of_several_statements_the_first_that_is_not_proven_is_named() -> None:
    unclear = {"Null": {"aws:b": "true"}}
    said = why(allow(Resource=OTHER), allow(Condition=unclear), allow(Condition=unclear, Sid="Second"))
    assert said.startswith("Statement[1] has a Condition")
    said = why(deny(Resource=OTHER), deny(Condition=unclear), allow())
    assert said.startswith("Statement[1] is a Deny and has a Condition")


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("*", "allowed"),
        ("*:*", "allowed"),
        ("s3:*", "allowed"),
        ("s3:*:*", "denied"),
        ("**", "undecidable"),
        ("s3*", "undecidable"),
        ("?3:GetObject", "undecidable"),
        ("*:GetObject", "undecidable"),
        ("*:PutObject", "denied"),
    ],
)
def test_a_wildcard_counts_in_an_actions_name_and_for_everything(action: str, expected: str) -> None:
    request = Request(ACTION, OBJECT)
    assert decide(parse(text(allow(Action=action))), request).verdict.value == expected


def test_an_action_is_excepted_only_where_its_pattern_surely_matches() -> None:
    for excepted, expected in (
        ("s*:GetObject", "undecidable"),
        (["s*:*", ACTION], "denied"),
        ("s3:P*", "allowed"),
    ):
        document = parse(text(allow(Action=None, NotAction=excepted)))
        assert decide(document, Request(ACTION, OBJECT)).verdict.value == expected


# All objects of a bucket.


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ({"Resource": BUCKET}, True),
        ({"Resource": "arn:aws:s3:::*"}, True),
        ({"Resource": OBJECT}, False),
        ({"Resource": "arn:aws:s3:::aws-ssm-eu-west-1/?*"}, False),
        ({"Resource": [OTHER, "arn:aws:s3:::${aws:userid}*"]}, False),
        ({"NotResource": OTHER}, True),
        ({"NotResource": "arn:aws:s3:::aws-ssm-eu-west-1"}, True),
        ({"NotResource": OBJECT}, False),
        ({"NotResource": "*.rpm"}, False),
        ({"NotResource": "arn:aws:s3:::${aws:userid}/*"}, False),
        ({"NotResource": [OTHER, BUCKET]}, False),
    ],
)
def test_one_allow_admits_all_objects_or_does_not(element: dict[str, Any], expected: bool) -> None:
    document = parse(text(allow(**({"Resource": None} | element))))
    assert allows_all(document, Request(ACTION, BUCKET)) is expected
    assert not allows_all(document, Request("s3:PutObject", BUCKET))


def test_all_objects_are_admitted_by_an_allow_and_by_one_alone() -> None:
    assert not allows_all(parse(text(deny())), Request(ACTION, BUCKET))
    halves = [allow(Resource="arn:aws:s3:::aws-ssm-*/?*"), allow(Resource="arn:aws:s3:::aws-ssm-eu-west-1/")]
    assert not allows_all(parse(text(*halves)), Request(ACTION, BUCKET))
    assert allows_all(parse(text(deny(), allow(Resource=OTHER), allow())), Request(ACTION, BUCKET))


def test_a_denial_quotes_so_much_of_the_objects_and_no_more() -> None:
    document = parse(text(allow(), deny(Sid="No", Resource="*")))
    for length, shown in ((78, "'" + "x" * 78 + "'"), (79, "'" + "x" * 78 + "…")):
        request = Request(ACTION, "x" * length)
        expected = f"Statement[1] 'No' denies it, or may deny it, for some of {shown}"
        assert denial_within(document, request) == expected


def test_policies_that_apply_together_are_numbered_from_one_and_a_single_one_is_not() -> None:
    first = parse(text(allow(Principal=None, Resource=OTHER)), "identity")
    second = parse(text(allow(Principal=None, Condition={"Null": {"aws:b": "true"}})), "identity")
    request = Request(ACTION, OBJECT, Signed(), CONTEXT)
    unclear = "Statement[0] has a Condition (Null aws:b) that cannot be proven"
    assert decide_all([second], request).reason == unclear
    assert decide_all([first, second], request).reason == f"policy 2: {unclear}"
    assert decide_all([second, first], request).reason == f"policy 1: {unclear}"
