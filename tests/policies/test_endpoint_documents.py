"""What AWS refuses in an endpoint policy, or reads otherwise than it is written.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

import json
from typing import Any

import pytest

from policies.endpoint_documents import problems
from tests.policies.iam_documents import allow, deny, text

MOST = 20_480
FEWER = "name fewer resources, or merge statements that differ in nothing else"


def told(policy: str, *, gateway: bool = False) -> list[str]:
    return [problem for problem, _ in problems(policy, gateway=gateway)]


def fixes(policy: str, *, gateway: bool = False) -> list[str]:
    return [fix for _, fix in problems(policy, gateway=gateway)]


def on(operator: str, key: str, *values: Any) -> str:
    return text(allow(Condition={operator: {key: list(values)}}))


def test_a_long_policy_with_white_space_is_told_what_it_would_have_without() -> None:
    policy = text(allow(Sid="é"))
    dense = json.dumps(json.loads(policy), separators=(",", ":"), ensure_ascii=False)
    assert told(policy + " " * (MOST - len(policy))) == []
    padded = policy + " " * (MOST - len(policy) + 1)
    assert told(padded) == ["has 20,481 characters, white space included, and AWS takes at most 20,480"]
    saved = f'json.dumps(policy, separators=(",", ":")) makes it {len(dense):,}; or {FEWER}'
    assert fixes(padded) == [saved]


def test_a_long_policy_without_white_space_is_told_to_say_less() -> None:
    long = json.dumps(json.loads(text(allow(Resource="x" * MOST))), separators=(",", ":"))
    assert fixes(long) == [FEWER]
    assert fixes(long + " ") == [
        f'json.dumps(policy, separators=(",", ":")) makes it {len(long):,}; or {FEWER}'
    ]


@pytest.mark.parametrize(
    ("given", "why"), [("{" * MOST + "}", "not JSON"), ("[" * 99_999, "nested too deeply")]
)
def test_a_long_text_that_is_no_json_is_told_both(given: str, why: str) -> None:
    length, broken = problems(given, gateway=False)
    assert length[1] == FEWER
    assert why in broken[0]


@pytest.mark.parametrize(
    ("value", "lonely"),
    [
        ("teams-*", False),
        ("team-*", True),
        ("*-teams", False),
        ("*-team", True),
        ("??????*", True),
        ("teams-*platform", False),
        ("teams-*x*platform", False),
        ("teams-*x*y*platform", True),
        ("teams-?", False),
        ("team*plat", True),
        ("*", True),
        ("teams", False),
        ("${aws:username}*", False),
        # A character, and no wildcard.
        ("a${*}", False),
    ],
)
def test_a_wildcard_has_six_characters_on_one_side(value: str, lonely: bool) -> None:
    for operator in ("StringLike", "StringNotLike", "StringLikeIfExists", "ForAllValues:StringLike"):
        found = told(on(operator, "aws:PrincipalTag/team", "platform", value))
        assert bool(found) is lonely
    assert told(on("StringEquals", "aws:PrincipalTag/team", value)) == []


def test_a_condition_is_told_once_however_many_of_its_values_are_wrong() -> None:
    assert len(told(on("StringLike", "aws:PrincipalTag/team", "a*", "b*"))) == 1
    two = {"StringLike": {"aws:PrincipalTag/team": "a*"}, "StringNotLike": {"aws:PrincipalTag/team": "b*"}}
    assert len(told(text(allow(Condition=two)))) == 2


@pytest.mark.parametrize(
    ("operator", "key", "value", "refused"),
    [
        ("StringLike", "aws:PrincipalAccount", "111122*", True),
        ("StringLike", "AWS:SOURCEVPC", "vpc-0123456789*", True),
        ("ForAnyValue:StringNotLikeIfExists", "aws:SourceVpc", "vpc-0123456789?", True),
        ("NumericEquals", "aws:PrincipalAccount", 111122223333, True),
        ("NumericLessThanIfExists", "aws:PrincipalAccount", "9", True),
        ("StringLike", "aws:PrincipalAccount", "111122223333", False),
        ("StringEquals", "aws:SourceVpc", "vpc-*", False),
        ("NumericEquals", "s3:max-keys", 10, False),
        ("StringLike", "aws:SourceVpce", "vpce-0123456*", False),
    ],
)
def test_an_identifier_is_whole_and_text(operator: str, key: str, value: Any, refused: bool) -> None:
    found = told(on(operator, key, value))
    said = "a wildcard or a number, which AWS does not take for an identifier that it generates"
    assert found == ([f"has in Statement[0] {operator} {key} {said}"] if refused else [])


@pytest.mark.parametrize(
    ("arn", "shown"),
    [
        ("arn:aws:ssm:eu-west-1:1111*:document/*", "'1111*'"),
        ("arn:aws:ssm:eu-west-1:*3333:document/a:b", "'*3333'"),
        ("arn:aws:iam::11112222333?:root", "'11112222333?'"),
        ("arn:aws:iam::" + "1" * 19 + "*:root", f"'{'1' * 19}*'"),
        ("arn:aws:iam::" + "1" * 20 + "*:root", f"'{'1' * 19}…'"),
        ("arn:aws:iam::111122223333:role/*", None),
        ("arn:aws:iam::*:root", None),
        ("arn:aws:iam::????????????:root", None),
        ("arn:aws:s3:::bucket-1*/*", None),
        ("arn:aws:ssm:eu-west-1:1*", None),
        ("ARN:aws:iam::1*:root", None),
        ("arn:aws:iam::1*:user/${aws:username}", None),
    ],
)
def test_an_account_is_a_number_or_a_wildcard(arn: str, shown: str | None) -> None:
    said = f"has in Statement[0] an ARN whose account {shown} is part number, part wildcard, which AWS does not take"
    for policy in (
        text(allow(Resource=arn)),
        text(allow(Resource=None, NotResource=["*", arn])),
        on("ArnLike", "aws:PrincipalArn", arn),
    ):
        assert told(policy) == ([said] if shown else [])


def test_a_gateway_endpoints_statements_are_for_everybody() -> None:
    good = allow(Principal={"AWS": "*"})
    assert told(text(allow(), good), gateway=True) == []
    policy = text(good, allow(Principal={"AWS": "111122223333"}), deny(Principal=None, NotPrincipal="*"))
    assert told(policy) == []
    assert [each.split()[2] for each in told(policy, gateway=True)] == ["Statement[1]", "Statement[2]"]
    # What is in a Principal's place means the same: whom, or all but whom.
    assert ["ArnEquals" in fix for fix in fixes(policy, gateway=True)] == [True, False]
    assert ["ArnNotEquals" in fix for fix in fixes(policy, gateway=True)] == [False, True]


def test_a_condition_is_quoted_so_much_and_no_more() -> None:
    for length, shown in ((49, "k" * 49), (50, "k" * 48 + "…")):
        (said,) = told(on("StringLike", "k" * length, "a*"))
        assert f"has in Statement[0] StringLike {shown} a wildcard" in said


def test_an_operator_of_several_lines_is_compared_as_it_is() -> None:
    assert told(on("String\nLike", "aws:SourceVpc", "vpc-*")) == []
    assert told(on("Numeric\n", "aws:SourceVpc", "1")) != []
