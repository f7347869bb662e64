"""What an endpoint policy allows an unknown caller, and what is not an endpoint policy at all.

Each expected value follows from AWS's rules (the pages are named in `policies/iam.py`), not from what the code printed.
"""

import json
from typing import Any

import pytest

from policies.iam import (
    Malformed,
    Verdict,
    decide,
    denial_within,
    parse,
    pattern_matches,
    patterns_intersect,
    resource_patterns,
)

ACTION = "s3:GetObject"
BUCKET = "arn:aws:s3:::aws-ssm-eu-west-1/*"
OBJECT = "arn:aws:s3:::aws-ssm-eu-west-1/agent/amazon-ssm-agent.rpm"
OTHER = "arn:aws:s3:::somebody-else/*"
ACCOUNT = {"AWS": "arn:aws:iam::111122223333:root"}
IN_ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}


def statement(effect: str, **elements: Any) -> dict[str, Any]:
    """One for everybody's GetObject on the bucket; an element given as None is left out."""
    plain = {"Effect": effect, "Principal": "*", "Action": ACTION, "Resource": BUCKET}
    return {key: value for key, value in (plain | elements).items() if value is not None}


def allow(**elements: Any) -> dict[str, Any]:
    return statement("Allow", **elements)


def deny(**elements: Any) -> dict[str, Any]:
    return statement("Deny", **elements)


def text(*statements: Any, version: str | None = "2012-10-17") -> str:
    return json.dumps({"Statement": list(statements)} | ({"Version": version} if version else {}))


def verdict(
    *statements: Any, action: str = ACTION, resource: str = OBJECT, version: str | None = "2012-10-17"
) -> str:
    return decide(parse(text(*statements, version=version)), action=action, resource=resource).verdict.value


def reason(*statements: Any) -> str:
    return decide(parse(text(*statements)), action=ACTION, resource=OBJECT).reason


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
def test_not_principal_is_never_proven(excepted: Any) -> None:
    assert verdict(allow(Principal=None, NotPrincipal=excepted)) == "undecidable"
    assert verdict(allow(), deny(Principal=None, NotPrincipal=excepted)) == "undecidable"


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
    found = denial_within(parse(text(allow(), denial)), action=ACTION, pattern=BUCKET)
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
    assert denial_within(parse(text(denial)), action=ACTION, pattern=BUCKET) is None


# Patterns.


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("", ""),
        ("*", ""),
        ("**", "x"),
        ("a*c", "ac"),
        ("a*c", "a/b:c"),
        ("a?c", "a/c"),
        ("*ab", "aab"),
        ("*a*b*", "xaxbx"),
        ("${aws:username}", "${aws:username}"),
        ("[a]\\", "[a]\\"),
        ("?", "\n"),
        ("*", "line\nline"),
    ],
)
def test_a_pattern_matches(pattern: str, value: str) -> None:
    assert pattern_matches(pattern, value)


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("", "x"),
        ("?", ""),
        ("?", "ab"),
        ("a", "A"),
        ("a*c", "acb"),
        ("*?", ""),
        ("a", "a\n"),
        ("[a]", "a"),
        ("a", "*"),
    ],
)
def test_a_pattern_does_not_match(pattern: str, value: str) -> None:
    assert not pattern_matches(pattern, value)


def test_a_contrived_pattern_is_answered() -> None:
    """A backtracking matcher would not come back from this one."""
    assert not pattern_matches("*a" * 5000 + "b", "a" * 10000)
    assert not patterns_intersect("*a" * 2000 + "b", "?a*" * 2000 + "c")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("arn:aws:s3:::aws-ssm-*", "arn:aws:s3:::*-eu-west-1/*", True),
        ("arn:aws:s3:::aws-ssm-*", "arn:aws:s3:::aws-patch-*", False),
        ("a?", "?b", True),
        ("a?", "b?", False),
        ("a*", "*b", True),
        ("*", "", True),
        ("?", "", False),
        ("?*", "*", True),
        ("a*b", "a?b", True),
        ("a*b", "ac", False),
    ],
)
def test_patterns_with_a_string_in_common(a: str, b: str, expected: bool) -> None:
    assert patterns_intersect(a, b) is expected
    assert patterns_intersect(b, a) is expected


def test_resource_patterns_come_as_written_and_in_order() -> None:
    document = parse(
        text(
            allow(Sid="A", Resource=[BUCKET, "${aws:username}"]),
            deny(Resource=OTHER),
            allow(Resource=None, NotResource="*"),
        )
    )
    found = [(each.name, pattern) for each, pattern in resource_patterns(document)]
    assert found == [
        ("Statement[0] 'A'", BUCKET),
        ("Statement[0] 'A'", "${aws:username}"),
        ("Statement[1]", OTHER),
    ]
    assert [pattern for _, pattern in resource_patterns(document, effect="Deny")] == [OTHER]
    assert [pattern for _, pattern in resource_patterns(document, effect="Allow")] == [
        BUCKET,
        "${aws:username}",
    ]


# What is taken.


def test_statement_may_be_a_single_object_and_id_is_allowed() -> None:
    document = parse(json.dumps({"Id": "mine", "Statement": allow()}))
    assert decide(document, action=ACTION, resource=OBJECT).verdict is Verdict.ALLOWED
    assert document.version == "2008-10-17"


def test_an_empty_sid_is_no_sid_and_may_be_there_twice() -> None:
    document = parse(text(allow(Sid=""), allow(Sid="")))
    assert [each.sid for each in document.statements] == [None, None]


# What is not.

DEEP = '{"Statement":' * 100_000


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("", "not JSON: Expecting value (line 1, column 1)"),
        ("{\n  'a'", "not JSON: Expecting property name enclosed in double quotes (line 2, column 3)"),
        ('{"Version": NaN}', "not JSON: NaN is no JSON value"),
        ('{"Version": -Infinity}', "not JSON: -Infinity is no JSON value"),
        ('{"Version": ' + "1" * 9999 + "}", "not a policy: it holds a number that is too long to read"),
        (DEEP, "not a policy: the JSON is nested too deeply"),
        ("[" * 900 + "]" * 900, "policy: expected an object, got a list"),
        ("null", "policy: expected an object, got null"),
        ('"*"', "policy: expected an object, got '*'"),
        ("{}", "policy: it has no Statement"),
        ('{"Statement": []}', "Statement: expected a statement or a list of statements, got an empty list"),
        ('{"Statement": "x"}', "Statement[0]: expected an object, got 'x'"),
        ('{"Statement": [[]]}', "Statement[0]: expected an object, got an empty list"),
        (
            '{"Version": "2012-10-17", "Version": "2012-10-17"}',
            "policy: the key 'Version' is there more than once",
        ),
        ('{"Statement": {"Sid": "a", "Sid": "a"}}', "Statement[0]: the key 'Sid' is there more than once"),
        (
            text(allow(), version="2012-10-18"),
            "Version: expected '2012-10-17' or '2008-10-17', got '2012-10-18'",
        ),
        ('{"Version": null, "Statement": {}}', "Version: expected a string, got null"),
        ('{"Id": 1, "Statement": {}}', "Id: expected a string, got 1"),
        (
            '{"statement": {}}',
            "policy: unknown key 'statement'; known are Version, Id, Statement",
        ),
    ],
)
def test_a_document_that_is_not_a_policy_says_what_is_wrong_and_where(policy: str, message: str) -> None:
    with pytest.raises(Malformed) as raised:
        parse(policy)
    assert str(raised.value) == message


@pytest.mark.parametrize("given", [None, 3, b"{}", {"Statement": []}])
def test_what_is_not_text_is_malformed(given: Any) -> None:
    with pytest.raises(Malformed, match=r"^expected the policy's text, got "):
        parse(given)


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ({"Action": 3}, "Statement[1].Action: expected a string or a list of strings, got 3"),
        ({"Action": True}, "Statement[1].Action: expected a string or a list of strings, got true"),
        ({"Action": {}}, "Statement[1].Action: expected a string or a list of strings, got an object"),
        ({"Action": []}, "Statement[1].Action: expected a string or a list of strings, got an empty list"),
        ({"Action": ""}, "Statement[1].Action: expected a string or a list of strings, got an empty string"),
        ({"Action": [ACTION, 1.5]}, "Statement[1].Action[1]: expected a string, got 1.5"),
        ({"Action": [[ACTION]]}, "Statement[1].Action[0]: expected a string, got a list"),
        ({"NotAction": "*"}, "Statement[1]: it has both Action and NotAction"),
        ({"Action": None}, "Statement[1]: it has neither Action nor NotAction"),
        (
            {"Action": None, "NotAction": []},
            "Statement[1].NotAction: expected a string or a list of strings, got an empty list",
        ),
        ({"Resource": 3}, "Statement[1].Resource: expected a string or a list of strings, got 3"),
        ({"Resource": [""]}, "Statement[1].Resource[0]: expected a string, got an empty string"),
        ({"NotResource": "*"}, "Statement[1]: it has both Resource and NotResource"),
        ({"Resource": None}, "Statement[1]: it has neither Resource nor NotResource"),
        ({"NotPrincipal": "*"}, "Statement[1]: it has both Principal and NotPrincipal"),
        ({"Principal": None}, "Statement[1]: it has neither Principal nor NotPrincipal"),
        (
            {"Principal": "1234"},
            "Statement[1].Principal: expected '*' or an object such as {'AWS': '*'}, got '1234'",
        ),
        (
            {"Principal": ["*"]},
            "Statement[1].Principal: expected '*' or an object such as {'AWS': '*'}, got a list",
        ),
        (
            {"Principal": {}},
            "Statement[1].Principal: expected at least one of AWS, Federated, Service, CanonicalUser, got an empty object",
        ),
        (
            {"Principal": {"aws": "*"}},
            "Statement[1].Principal: unknown key 'aws'; known are AWS, Federated, Service, CanonicalUser",
        ),
        (
            {"Principal": {"AWS": 111122223333}},
            "Statement[1].Principal.AWS: expected a string or a list of strings, got 111122223333",
        ),
        ({"Effect": None}, "Statement[1]: it has no Effect"),
        ({"Effect": "allow"}, "Statement[1].Effect: expected 'Allow' or 'Deny', got 'allow'"),
        ({"Effect": ["Allow"]}, "Statement[1].Effect: expected a string, got a list"),
        ({"Sid": 7}, "Statement[1].Sid: expected a string, got 7"),
        ({"Condition": "x"}, "Statement[1].Condition: expected an object, got 'x'"),
        ({"Condition": {"Bool": []}}, "Statement[1].Condition.Bool: expected an object, got an empty list"),
        (
            {"Condition": {"Bool": {"aws:a": [{}]}}},
            "Statement[1].Condition.Bool.aws:a: expected a string, number or Boolean, or a list of them, got an object",
        ),
        (
            {"Conditions": {}},
            "Statement[1]: unknown key 'Conditions'; known are Sid, Effect, Principal, Action, Resource, "
            "NotPrincipal, NotAction, NotResource, Condition",
        ),
    ],
)
def test_a_malformed_statement_says_what_is_wrong_and_where(elements: dict[str, Any], message: str) -> None:
    with pytest.raises(Malformed) as raised:
        parse(text(allow(), allow(**elements)))
    assert str(raised.value) == message


def test_a_key_may_not_be_there_twice_at_any_depth() -> None:
    condition = '{"StringEquals": {"aws:a": "1", "aws:a": "2"}}'
    policy = text(allow(Condition="here")).replace('"here"', condition)
    with pytest.raises(
        Malformed, match=r"Statement\[0\].Condition.StringEquals: the key 'aws:a' is there more"
    ):
        parse(policy)
    principal = text(allow(Principal="here")).replace('"here"', '{"AWS": "111122223333", "AWS": "*"}')
    with pytest.raises(Malformed, match=r"Statement\[0\].Principal: the key 'AWS' is there more than once"):
        parse(principal)


def test_a_sid_is_unique() -> None:
    with pytest.raises(Malformed) as raised:
        parse(text(allow(Sid="a"), allow(), allow(Sid="a")))
    assert str(raised.value) == (
        "Statement[2].Sid: 'a' is also the Sid of Statement[0]; a Sid is unique in its policy"
    )


@pytest.mark.parametrize(
    "statements",
    [
        [{"\x1b[2J" + "k" * 9999: 1}],
        [allow(Effect="\x1b]0;" + "e" * 9999)],
        [allow(Principal="\u202e" * 9999)],
        [allow(Sid="\ud800" * 9999)] * 2,
        [allow(Condition={"\x00" * 9999: {"\x00" * 9999: None}})],
        [allow(Condition={"o" * 9999: "\x9b" * 9999})],
        [allow(Action=int("9" * 4000))],
    ],
)
def test_a_message_quotes_little_and_nothing_a_terminal_obeys(statements: list[Any]) -> None:
    with pytest.raises(Malformed) as raised:
        parse(text(*statements))
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 220
