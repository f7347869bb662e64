"""What an endpoint policy allows an unknown caller.

Each expected value follows from AWS's rules (the pages are named in `policies/iam.py`), not from what the code printed.
"""

from typing import Any

import pytest

from policies.iam import denial_within, parse
from tests.policies.iam_documents import (
    ACCOUNT,
    ACTION,
    BUCKET,
    IN_ORGANISATION,
    OBJECT,
    OTHER,
    allow,
    anybody,
    deny,
    reason,
    text,
    verdict,
)

# Which statement decides.


def test_an_allow_for_everybody_allows() -> None:
    assert verdict(allow()) == "allowed"


def test_awss_default_policy_allows_everything() -> None:
    assert verdict(allow(Action="*", Resource="*")) == "allowed"


def test_what_no_statement_allows_is_denied() -> None:
    assert verdict(allow(Resource=OTHER)) == "denied"
    assert reason(allow(Resource=OTHER)) == "no statement allows it"


def test_an_explicit_deny_wins_over_an_allow() -> None:
    assert verdict(allow(), deny()) == "denied"
    assert verdict(deny(), allow()) == "denied"


def test_a_deny_of_something_else_changes_nothing() -> None:
    assert verdict(allow(), deny(Resource=OTHER)) == "allowed"
    assert verdict(allow(), deny(Action="s3:PutObject")) == "allowed"


def test_a_deny_alone_allows_nothing_else() -> None:
    assert verdict(deny(Resource=OTHER)) == "denied"


def test_a_sure_deny_wins_over_one_that_cannot_be_proven() -> None:
    assert verdict(deny(Condition=IN_ORGANISATION), allow(), deny()) == "denied"


def test_one_allow_may_name_the_action_and_another_the_bucket_without_allowing_anything() -> None:
    """A statement applies only when all of its elements match."""
    assert verdict(allow(Resource=OTHER), allow(Action="s3:PutObject")) == "denied"


# Action.


@pytest.mark.parametrize(
    "actions",
    ["*", "*:*", "s3:*", "s3:Get*", "s3:GetObjec?", "S3:GETOBJECT", ["s3:PutObject", "s3:getobject"]],
)
def test_action_names_ignore_case_and_take_wildcards(actions: Any) -> None:
    assert verdict(allow(Action=actions)) == "allowed"


@pytest.mark.parametrize(
    "actions", ["s3:GetObjectVersion", "s3:GetObject?", "s3:Get", "ssm:*", "GetObject", ["s3:Put*"]]
)
def test_an_action_is_compared_over_its_whole_name(actions: Any) -> None:
    assert verdict(allow(Action=actions)) == "denied"


def test_a_lookalike_letter_is_another_letter() -> None:
    """The Kelvin sign is a k to Unicode, and no part of an action's name to AWS."""
    assert verdict(allow(Action="\u212ams:Decrypt"), action="kms:Decrypt") == "denied"


def test_a_wildcard_in_the_services_prefix_is_not_proven() -> None:
    assert verdict(allow(Action="s*:GetObject")) == "undecidable"
    assert verdict(allow(Action="*Object")) == "undecidable"
    assert verdict(allow(), deny(Action="s?:*")) == "undecidable"
    assert "service prefix" in reason(allow(Action="s*:GetObject"))


def test_not_action_matches_every_other_action() -> None:
    assert verdict(allow(Action=None, NotAction="s3:PutObject")) == "allowed"
    assert verdict(allow(Action=None, NotAction=["s3:PutObject", "s3:get*"])) == "denied"
    assert verdict(allow(), deny(Action=None, NotAction="s3:GetObject")) == "allowed"
    assert verdict(allow(), deny(Action=None, NotAction="s3:PutObject")) == "denied"


# Resource.


@pytest.mark.parametrize(
    "resources", ["*", "arn:aws:s3:::*", "arn:*:s3:::aws-ssm-*/*", [OTHER, BUCKET], OBJECT]
)
def test_resource_wildcards_match_any_characters(resources: Any) -> None:
    assert verdict(allow(Resource=resources)) == "allowed"


@pytest.mark.parametrize(
    "resources",
    [
        "arn:aws:s3:::aws-ssm-eu-west-1",  # the bucket, not its objects
        "arn:aws:s3:::aws-ssm-eu-west-1/?",
        "arn:aws:s3:::AWS-SSM-eu-west-1/*",
        "arn:aws-cn:s3:::aws-ssm-eu-west-1/*",
        "arn:aws:s3:::aws-ssm-eu-west-10/*",
    ],
)
def test_a_resource_is_compared_over_its_whole_name_and_case(resources: Any) -> None:
    assert verdict(allow(Resource=resources)) == "denied"


def test_not_resource_matches_every_other_resource() -> None:
    assert verdict(allow(Resource=None, NotResource=OTHER)) == "allowed"
    assert verdict(allow(Resource=None, NotResource=[OTHER, BUCKET])) == "denied"
    assert verdict(allow(), deny(Resource=None, NotResource=BUCKET)) == "allowed"
    assert verdict(allow(), deny(Resource=None, NotResource=OTHER)) == "denied"


def test_a_policy_variable_is_not_proven() -> None:
    mine = "arn:aws:s3:::aws-ssm-eu-west-1/${aws:username}/*"
    asked = "arn:aws:s3:::aws-ssm-eu-west-1/bob/x"
    assert verdict(allow(Resource=mine), resource=asked) == "undecidable"
    assert verdict(allow(), deny(Resource=mine), resource=asked) == "undecidable"
    assert verdict(allow(Resource=None, NotResource=mine), resource=asked) == "undecidable"


def test_a_policy_variable_beside_a_pattern_that_matches_changes_nothing() -> None:
    assert verdict(allow(Resource=["arn:aws:s3:::${aws:username}/*", BUCKET])) == "allowed"


def test_a_policy_variable_elsewhere_in_the_name_cannot_make_another_bucket_match() -> None:
    """Whatever the variable's value is, the bucket's name before it differs."""
    assert verdict(allow(), deny(Resource="arn:aws:s3:::own-bucket/${aws:username}/*")) == "allowed"
    assert verdict(allow(Resource="arn:aws:s3:::own-bucket/${aws:username}/*")) == "denied"


def test_a_variables_default_may_hold_a_brace() -> None:
    assert verdict(allow(Resource="arn:aws:s3:::${aws:PrincipalTag/team, 'a}b'}-logs/*")) == "denied"
    assert (
        verdict(allow(Resource="arn:aws:s3:::${aws:PrincipalTag/team, 'a}b'}-eu-west-1/*")) == "undecidable"
    )


def test_after_a_variable_that_does_not_end_nothing_is_known() -> None:
    assert verdict(allow(Resource="arn:aws:s3:::${aws:username")) == "undecidable"
    assert verdict(allow(Resource="arn:aws:s3:::${aws:${aws:username}}-logs")) == "undecidable"


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_before_2012_a_variable_is_plain_text(version: str | None) -> None:
    pattern = "arn:aws:s3:::aws-ssm-eu-west-1/${aws:username}"
    assert verdict(allow(Resource=pattern), resource=pattern, version=version) == "allowed"
    assert verdict(allow(Resource=pattern), resource=OBJECT, version=version) == "denied"


@pytest.mark.parametrize("character", ["*", "?", "$"])
def test_an_escaped_wildcard_is_that_character(character: str) -> None:
    pattern = f"arn:aws:s3:::bucket/${{{character}}}.txt"
    assert verdict(allow(Resource=pattern), resource=f"arn:aws:s3:::bucket/{character}.txt") == "allowed"
    assert verdict(allow(Resource=pattern), resource="arn:aws:s3:::bucket/x.txt") == "denied"


# Principal and Condition.


@pytest.mark.parametrize(
    "principal",
    ["*", {"AWS": "*"}, {"AWS": ["*"]}, {"AWS": ["111122223333", "*"]}, {"AWS": "*", "Service": "x"}],
)
def test_everybody_includes_an_unsigned_caller(principal: Any) -> None:
    assert verdict(allow(Principal=principal)) == "allowed"
    assert verdict(allow(), deny(Principal=principal)) == "denied"


SOMEBODY = [
    ACCOUNT,
    {"AWS": ["111122223333", "444455556666"]},
    {"AWS": "arn:aws:iam::111122223333:role/nodes"},
    {"Service": "ssm.amazonaws.com"},
    {"Service": "*"},
    {"Federated": "*"},
    {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"},
]


@pytest.mark.parametrize("principal", SOMEBODY)
def test_an_unsigned_read_is_not_allowed_for_a_named_principal(principal: Any) -> None:
    assert verdict(allow(Principal=principal)) == "denied"
    assert reason(allow(Principal=principal, Sid="Ours")) == (
        "no statement allows it: the Principal of Statement[0] 'Ours' leaves out unsigned callers"
    )


@pytest.mark.parametrize("principal", SOMEBODY)
def test_a_deny_for_a_named_principal_may_meet_a_signed_read(principal: Any) -> None:
    assert verdict(allow(), deny(Principal=principal)) == "undecidable"


@pytest.mark.parametrize("excepted", [ACCOUNT, "*"])
def test_an_allow_for_not_principal_is_never_proven(excepted: Any) -> None:
    """AWS does not support it."""
    assert verdict(allow(Principal=None, NotPrincipal=excepted)) == "undecidable"


def test_a_deny_for_all_but_somebody_meets_an_unsigned_caller() -> None:
    assert verdict(allow(), deny(Principal=None, NotPrincipal=ACCOUNT)) == "denied"
    assert verdict(allow(), deny(Principal=None, NotPrincipal="*")) == "undecidable"


CONDITIONS = [
    IN_ORGANISATION,
    {"Bool": {"aws:SecureTransport": True}},
    {"StringLike": {"aws:PrincipalArn": ["a", "b"]}},
    {"NumericLessThan": {"s3:max-keys": 10}},
    {"Null": {"aws:PrincipalArn": "true"}},
    {"StringEquals": {}},
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_an_allow_with_a_condition_is_not_proven(condition: Any) -> None:
    assert verdict(allow(Condition=condition)) == "undecidable"
    assert verdict(allow(Condition=condition), allow()) == "allowed"


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_deny_with_a_condition_makes_an_allow_undecidable(condition: Any) -> None:
    assert verdict(allow(), deny(Condition=condition)) == "undecidable"
    assert verdict(allow(), deny(Condition=condition, Resource=OTHER)) == "allowed"


def test_where_nothing_is_allowed_a_deny_that_cannot_be_proven_makes_no_difference() -> None:
    assert verdict(deny(Condition=IN_ORGANISATION)) == "denied"
    assert verdict(deny(Condition=IN_ORGANISATION), allow(Principal=ACCOUNT)) == "denied"


def test_a_condition_does_not_help_a_principal_that_does_not_match() -> None:
    assert verdict(allow(Principal=ACCOUNT, Condition=IN_ORGANISATION)) == "denied"


def test_an_empty_condition_is_none() -> None:
    assert verdict(allow(Condition={})) == "allowed"
    assert verdict(allow(), deny(Condition={})) == "denied"


# Reasons.


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow(Resource=OTHER), allow()], "Statement[1] allows it"),
        ([allow(), deny(Sid="Perimeter")], "Statement[1] 'Perimeter' denies it"),
        (
            [allow(Sid="AllowSsm", Condition=IN_ORGANISATION)],
            "Statement[0] 'AllowSsm' has a Condition (StringEquals aws:PrincipalOrgID) that cannot be proven",
        ),
        (
            [allow(Condition={"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Bool": {"aws:c": "true"}})],
            "Statement[0] has a Condition (StringEquals aws:a and 2 more) that cannot be proven",
        ),
        (
            [allow(), deny(Sid="Perimeter", Condition=IN_ORGANISATION)],
            "Statement[1] 'Perimeter' is a Deny and has a Condition (StringEquals aws:PrincipalOrgID)"
            " that cannot be proven",
        ),
        (
            [allow(), deny(Principal=ACCOUNT)],
            "Statement[1] is a Deny and names a Principal that may or may not be the caller",
        ),
        (
            [allow(Principal=None, NotPrincipal=ACCOUNT)],
            "Statement[0] has a NotPrincipal: whom it matches cannot be proven",
        ),
        (
            [allow(Resource=[OTHER, "arn:aws:s3:::${aws:username}*"])],
            "Statement[0] has a policy variable in 'arn:aws:s3:::${aws:username}*' that cannot be proven",
        ),
    ],
)
def test_the_reason_names_the_statement_that_decides(statements: list[Any], expected: str) -> None:
    assert reason(*statements) == expected


def test_a_reason_quotes_little_and_nothing_a_terminal_obeys() -> None:
    shown = reason(allow(Sid="\x1b[31m" + "x" * 9999, Condition={"\x07" + "y" * 9999: {"z": "1"}}))
    assert shown.isprintable()
    assert len(shown) < 200


# A Deny on a part of the bucket.


@pytest.mark.parametrize(
    "denial",
    [
        deny(Resource="arn:aws:s3:::aws-ssm-eu-west-1/windows/*"),
        deny(Resource="*.rpm"),
        deny(Resource="arn:aws:s3:::aws-ssm-eu-west-1/${aws:username}"),
        deny(Resource="arn:aws:s3:::aws-ssm-eu-west-1/windows/*", Principal=ACCOUNT),
        deny(Resource=OBJECT, Condition=IN_ORGANISATION),
        deny(Resource=None, NotResource="arn:aws:s3:::aws-ssm-eu-west-1/linux/*"),
        deny(Resource=None, NotResource="arn:aws:s3:::aws-ssm-eu-west-1/*/*"),
        deny(Resource=None, NotResource="arn:aws:s3:::${aws:PrincipalTag/bucket}/*"),
    ],
)
def test_a_deny_on_some_objects_is_found(denial: dict[str, Any]) -> None:
    found = [denial_within(parse(text(allow(), denial)), each) for each in anybody(ACTION, BUCKET)][-1]
    assert found is not None
    assert found.startswith("Statement[1] ")
    assert BUCKET in found


@pytest.mark.parametrize(
    "denial",
    [
        allow(Resource=OBJECT),
        deny(Resource=OTHER),
        deny(Resource=OBJECT, Action="s3:PutObject"),
        deny(Resource=OBJECT, Action=None, NotAction="s3:Get*"),
        deny(Resource=None, NotResource=[OTHER, BUCKET]),
        deny(Resource=None, NotResource="arn:aws:s3:::aws-ssm-*"),
        deny(Resource="arn:aws:s3:::aws-ssm-eu-west-1"),
    ],
)
def test_a_deny_on_none_of_the_objects_is_not(denial: dict[str, Any]) -> None:
    for request in anybody(ACTION, BUCKET):
        assert denial_within(parse(text(denial)), request) is None
