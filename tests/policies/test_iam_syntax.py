"""What is an endpoint policy, and what is not one at all."""

import json
from typing import Any

import pytest

from policies.iam import Malformed, Request, Verdict, decide, parse
from tests.policies.iam_documents import ACTION, OBJECT, allow, text

# What is taken.


def test_statement_may_be_a_single_object_and_id_is_allowed() -> None:
    document = parse(json.dumps({"Id": "mine", "Statement": allow()}))
    assert decide(document, Request(ACTION, OBJECT)).verdict is Verdict.ALLOWED
    assert document.version == "2008-10-17"


def test_an_empty_sid_is_no_sid_and_may_be_there_twice() -> None:
    document = parse(text(allow(Sid=""), allow(Sid="")))
    assert [each.sid for each in document.statements] == [None, None]


# What is not.

STRINGS = "expected a string or a list of strings"
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


@pytest.mark.parametrize(
    ("given", "shown"), [(None, "null"), (3, "3"), (b"{}", "bytes"), ({"Statement": []}, "an object")]
)
def test_what_is_not_text_is_malformed(given: Any, shown: str) -> None:
    with pytest.raises(Malformed, match=f"^expected the policy's text, got {shown}$"):
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
        ({"Principal": {"AWS": []}}, f"Statement[1].Principal.AWS: {STRINGS}, got an empty list"),
        (
            {"Principal": None, "NotPrincipal": {"AWS": ["*"], "aws": "*"}},
            "Statement[1].NotPrincipal: unknown key 'aws'; known are AWS, Federated, Service, CanonicalUser",
        ),
        ({"Resource": None, "NotResource": [1]}, "Statement[1].NotResource[0]: expected a string, got 1"),
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


def test_a_statement_is_read_as_it_is_written() -> None:
    statement = {
        **{
            "Sid": "Ours",
            "Effect": "Deny",
            "NotAction": ["s3:*", "ssm:*"],
            "NotResource": "arn:aws:s3:::b/*",
        },
        "NotPrincipal": {"AWS": ["111122223333", "*"], "Service": "ec2.amazonaws.com"},
        "Condition": {"Bool": {"aws:a": False, "aws:b": [True, "x", 1, 1.5]}, "Null": {}},
    }
    (_, found) = parse(text(allow(Principal="*"), statement)).statements
    assert (found.index, found.sid, found.effect) == (1, "Ours", "Deny")
    assert (found.actions, found.not_actions) == ((), ("s3:*", "ssm:*"))
    assert (found.resources, found.not_resources) == ((), ("arn:aws:s3:::b/*",))
    assert found.principal == ()
    assert found.not_principal == (("AWS", "111122223333"), ("AWS", "*"), ("Service", "ec2.amazonaws.com"))
    assert [(each.operator, each.key, each.values) for each in found.conditions] == [
        ("Bool", "aws:a", ("false",)),
        ("Bool", "aws:b", ("true", "x", "1", "1.5")),
        ("Null", "", ()),
    ]


def test_the_bare_star_is_every_aws_principal() -> None:
    document = parse(text(allow(Principal="*"), allow(Principal=None, NotPrincipal="*", Effect="Deny")))
    assert [each.principal or each.not_principal for each in document.statements] == [(("AWS", "*"),)] * 2


@pytest.mark.parametrize(
    ("operator", "key", "shown"),
    [
        ("o" * 30, "k" * 40, f"{'o' * 30}.{'k' * 40}"),
        ("o" * 31, "k" * 41, f"{'o' * 29}….{'k' * 39}…"),
    ],
)
def test_the_place_of_a_condition_is_quoted_so_much_and_no_more(operator: str, key: str, shown: str) -> None:
    with pytest.raises(Malformed) as raised:
        parse(text(allow(Condition={operator: {key: None}})))
    assert str(raised.value) == (
        f"Statement[0].Condition.{shown}: expected a string, number or Boolean, or a list of them, got null"
    )


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
