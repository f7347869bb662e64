"""What a Condition says of a request. Expected values follow AWS's pages (named in `policies/iam_conditions.py`)."""

from typing import Any

import pytest

from policies.iam import ABSENT, PRESENT, Value
from tests.policies.iam_documents import holds

KEY = "aws:PrincipalTag/team"
NAME = "aws:principaltag/team"


def on(operator: str, *values: Any, key: str = KEY) -> dict[str, Any]:
    return {operator: {key: list(values) if len(values) != 1 else values[0]}}


# One value of the policy, one of the request.


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("StringEquals", "red", "red", True),
        ("StringEquals", "red", "Red", False),
        ("StringEquals", "r*", "red", False),
        ("StringEquals", "r*", "r*", True),
        ("StringEquals", 10, "10", True),
        ("StringEquals", True, "true", True),
        ("StringNotEquals", "red", "blue", True),
        ("StringNotEquals", "red", "red", False),
        ("StringEqualsIgnoreCase", "RED", "red", True),
        ("StringEqualsIgnoreCase", "\u212a", "k", False),
        ("StringNotEqualsIgnoreCase", "RED", "red", False),
        ("StringLike", "r*d", "red", True),
        ("StringLike", "r?d", "read", False),
        ("StringNotLike", "r*", "red", False),
        ("StringNotLike", "r*", "blue", True),
        ("Bool", "true", "true", True),
        ("Bool", True, "true", True),
        ("Bool", False, "true", False),
        ("Bool", "yes", "true", None),
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", 10, "10", True),
        ("NumericNotEquals", "10", "11", True),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "9.5", False),
        ("NumericGreaterThan", "10", "10.5", True),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("NumericEquals", "ten", "10", None),
        ("NumericEquals", "1e9", "10", None),
        ("NumericEquals", "10", "ten", None),
        ("NumericEquals", "-1", "-1.0", True),
        ("NumericLessThan", -1, "-1.5", True),
        ("NumericNotEquals", "1." + "0" * 30, "1", False),
        ("NumericEquals", "1" * 31, "1" * 31, None),
        ("NumericGreaterThanEquals", "10", "9.99", False),
        ("NumericLessThanEquals", "10", "10.01", False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.9", False),
        ("IpAddress", "203.0.113.9", "203.0.113.9", True),
        ("IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5678::1", True),
        ("IpAddress", "::/0", "203.0.113.9", False),
        ("IpAddress", "203.0.113.9/24", "203.0.113.9", None),
        ("IpAddress", "here", "203.0.113.9", None),
        ("IpAddress", "203.0.113.0/24", "here", None),
        ("NotIpAddress", "203.0.113.0/24", "203.0.114.9", True),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", False),
        ("DateLessThan", "2020-01-01T00:00:00Z", "2019-01-01T00:00:00Z", None),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", None),
    ],
)
def test_an_operator_compares(operator: str, wanted: Any, given: str, expected: bool | None) -> None:
    assert holds(on(operator, wanted), {NAME: (given,)}) is expected


ROLE = "arn:aws:iam::111122223333:role/nodes"


@pytest.mark.parametrize("operator", ["ArnEquals", "ArnLike"])
@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ROLE, True),
        ("arn:aws:iam::111122223333:role/*", True),
        ("arn:aws:iam::*:role/node?", True),
        ("arn:*:iam:*:*:role/*", True),
        ("arn:aws:iam::444455556666:role/nodes", False),
        # The wildcard would have to reach over a colon: every one of the six parts is compared for itself.
        ("arn:aws:*:role/nodes:*:*:*", False),
        ("arn:aws:iam::*nodes", None),
        ("arn:*:*:*:*:*:role/nodes", False),
        ("arn:a*role/n*s:*:*:*:*", False),
        ("*", None),
    ],
)
def test_an_arn_is_compared_part_by_part(operator: str, wanted: str, expected: bool | None) -> None:
    context: dict[str, Value] = {"aws:principalarn": (ROLE,)}
    negated = {"ArnEquals": "ArnNotEquals", "ArnLike": "ArnNotLike"}[operator]
    assert holds(on(operator, wanted, key="aws:PrincipalArn"), context) is expected
    opposite = None if expected is None else not expected
    assert holds(on(negated, wanted, key="aws:PrincipalArn"), context) is opposite


def test_a_wildcard_of_an_arn_does_not_reach_over_a_colon() -> None:
    context: dict[str, Value] = {"aws:sourcearn": ("arn:aws:sns:eu-west-1:111122223333:topic",)}
    # As one string it would match.
    assert holds(on("StringLike", "arn:aws:s*:1*:*:topic", key="aws:SourceArn"), context) is False
    assert holds(on("StringLike", "arn:aws:*:*:*:topic", key="aws:SourceArn"), context) is True
    assert holds(on("StringLike", "arn:aws:*3:*:*:*pic", key="aws:SourceArn"), context) is False
    assert holds(on("StringLike", "arn:aws:s*:to*", key="aws:SourceArn"), context) is True
    assert holds(on("ArnLike", "arn:aws:sns:*:*:*", key="aws:SourceArn"), context) is True
    longer: dict[str, Value] = {"aws:sourcearn": ("arn:aws:sns:eu-west-1:111122223333:a:b",)}
    assert holds(on("ArnLike", "arn:aws:sns:*:*:b", key="aws:SourceArn"), longer) is False
    assert holds(on("ArnLike", "arn:aws:sns:*:*:*b", key="aws:SourceArn"), longer) is True
    assert holds(on("StringLike", "arn:aws:sns:*:*:b", key="aws:SourceArn"), longer) is True


def test_an_arn_may_hold_a_variable_and_an_escaped_wildcard() -> None:
    context: dict[str, Value] = {"aws:principalarn": (ROLE,), "aws:username": ("nodes",)}
    key, mine = "aws:PrincipalArn", "arn:aws:iam::111122223333:role/${aws:username}"
    assert holds(on("ArnLike", mine, key=key), context) is True
    assert holds(on("ArnLike", mine, key=key), context | {"aws:username": ("other",)}) is False
    assert holds(on("ArnLike", mine, key=key), context | {"aws:username": PRESENT}) is None
    # A variable without a value is like nothing, whatever the key's value is.
    for given in ((ROLE,), PRESENT):
        nobody = context | {"aws:username": ABSENT, "aws:principalarn": given}
        assert holds(on("ArnLike", mine, key=key), nobody) is False
        assert holds(on("ArnNotLike", mine, key=key), nobody) is True
    star = "arn:aws:iam::111122223333:role/${*}"
    assert holds(on("ArnLike", star, key=key), {"aws:principalarn": (star.replace("${*}", "*"),)}) is True
    assert holds(on("ArnLike", star, key=key), context) is False
    # Until 2012-10-17 it is text.
    old: dict[str, Value] = {"aws:principalarn": (mine,), "aws:username": ("nodes",)}
    assert holds(on("ArnLike", mine, key=key), old, version="2008-10-17") is True
    assert holds(on("ArnLike", mine, key=key), context, version="2008-10-17") is False


def test_nobody_knows_whether_an_unknown_value_is_an_arn() -> None:
    for pattern in ("*", "arn:*:*:*:*:*"):
        assert holds(on("ArnLike", pattern), {NAME: PRESENT}) is None


# Several values, keys, operators.


def test_several_values_are_alternatives() -> None:
    assert holds(on("StringEquals", "red", "blue"), {NAME: ("blue",)}) is True
    assert holds(on("StringEquals", "red", "blue"), {NAME: ("green",)}) is False


def test_several_values_of_a_negated_operator_must_all_differ() -> None:
    assert holds(on("StringNotEquals", "red", "blue"), {NAME: ("blue",)}) is False
    assert holds(on("StringNotEquals", "red", "blue"), {NAME: ("green",)}) is True
    assert holds(on("NotIpAddress", "10.0.0.0/8", "192.0.2.0/24"), {NAME: ("192.0.2.1",)}) is False


def test_all_keys_and_all_operators_must_hold() -> None:
    two_keys = {"StringEquals": {"aws:a": "1", "aws:b": "2"}}
    assert holds(two_keys, {"aws:a": ("1",), "aws:b": ("2",)}) is True
    assert holds(two_keys, {"aws:a": ("1",), "aws:b": ("3",)}) is False
    two_operators = {"StringEquals": {"aws:a": "1"}, "StringLike": {"aws:b": "2*"}}
    assert holds(two_operators, {"aws:a": ("1",), "aws:b": ("22",)}) is True
    assert holds(two_operators, {"aws:a": ("1",), "aws:b": ("3",)}) is False
    assert holds(two_operators, {"aws:b": ("3",)}) is False
    assert holds(two_operators, {"aws:b": ("2",)}) is None


def test_names_of_keys_ignore_case() -> None:
    assert holds(on("StringEquals", "red", key="AWS:principaltag/TEAM"), {NAME: ("red",)}) is True


# A key that is not there, or whose value is not known.


@pytest.mark.parametrize(
    ("operator", "absent"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("Bool", False),
        ("IpAddress", False),
        ("NumericLessThan", False),
        ("ArnLike", False),
        ("DateGreaterThan", False),
        ("BinaryEquals", False),
        ("StringNotEquals", True),
        ("StringNotLike", True),
        ("ArnNotEquals", True),
        ("NotIpAddress", True),
        ("NumericNotEquals", True),
        ("DateNotEquals", True),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("BoolIfExists", True),
        ("DateLessThanIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
        # Two of AWS's pages contradict each other.
        ("ForAllValues:StringNotLike", None),
    ],
)
def test_a_key_that_is_not_there(operator: str, absent: bool | None) -> None:
    assert holds(on(operator, "false"), {NAME: ABSENT}) is absent
    assert holds(on(operator, "false"), {NAME: ()}) is absent


@pytest.mark.parametrize(
    "operator", ["StringEquals", "StringNotEqualsIfExists", "Bool", "ArnLike", "NotIpAddress"]
)
@pytest.mark.parametrize("context", [{NAME: PRESENT}, {}])
def test_a_value_that_is_not_known_is_not_decided(operator: str, context: dict[str, Value]) -> None:
    assert holds(on(operator, "red"), context) is None


def test_what_every_value_matches_is_decided() -> None:
    assert holds(on("StringLike", "*"), {NAME: PRESENT}) is True
    assert holds(on("StringNotLike", "*"), {NAME: PRESENT}) is False
    assert holds(on("ForAllValues:StringLike", "*"), {NAME: PRESENT}) is True
    assert holds(on("StringLike", "*"), {}) is None
    assert holds(on("StringLikeIfExists", "*"), {}) is True


def test_null_asks_whether_the_key_is_there() -> None:
    for given in (("red",), PRESENT):
        assert holds(on("Null", "false"), {NAME: given}) is True
        assert holds(on("Null", True), {NAME: given}) is False
    assert holds(on("Null", "true"), {NAME: ABSENT}) is True
    assert holds(on("Null", False), {NAME: ABSENT}) is False
    assert holds(on("Null", "true"), {}) is None
    assert holds(on("Null", "true", "false"), {}) is True
    assert holds(on("Null", "maybe"), {NAME: ABSENT}) is None


def test_a_family_of_keys_is_absent_together() -> None:
    context: dict[str, Value] = {"aws:principaltag/*": ABSENT, "aws:principaltag/team": ("red",)}
    assert holds(on("Null", "true", key="aws:PrincipalTag/owner"), context) is True
    assert holds(on("StringEquals", "red"), context) is True


def test_an_empty_value_is_not_decided() -> None:
    assert holds(on("StringEquals", ""), {NAME: ("",)}) is None


# Several values in the request.


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("ForAllValues:StringEquals", ("a", "b"), True),
        ("ForAllValues:StringEquals", ("a", "c"), False),
        ("ForAnyValue:StringEquals", ("a", "c"), True),
        ("ForAnyValue:StringEquals", ("c", "d"), False),
        ("ForAllValues:StringNotEquals", ("c", "d"), True),
        ("ForAllValues:StringNotEquals", ("a", "d"), False),
        ("ForAnyValue:StringNotEquals", ("a", "d"), True),
        ("ForAnyValue:StringNotEquals", ("a", "b"), False),
        ("ForAllValues:StringEqualsIfExists", ("a", "c"), False),
        ("StringEquals", ("a", "c"), None),
    ],
)
def test_set_operators(operator: str, given: tuple[str, ...], expected: bool | None) -> None:
    assert holds(on(operator, "a", "b"), {NAME: given}) is expected


# Policy variables.


@pytest.mark.parametrize(
    ("wanted", "context", "expected"),
    [
        ("${aws:username}", {"aws:username": ("red",)}, True),
        ("${AWS:UserName}", {"aws:username": ("red",)}, True),
        ("${aws:username}", {"aws:username": ("blue",)}, False),
        ("${aws:username}", {"aws:username": ABSENT}, False),
        ("${aws:username}", {"aws:username": PRESENT}, None),
        ("${aws:username}", {}, None),
        ("${aws:username}", {"aws:username": ("a", "b")}, None),
        ("${aws:username}", {"aws:username": ("r*",)}, None),
        ("${aws:username, 'red'}", {"aws:username": ABSENT}, True),
        ("${aws:username, 'blue'}", {"aws:username": ABSENT}, False),
        ("${aws:username, 'blue'}", {"aws:username": ("red",)}, True),
        ("${aws:username, 'red'}", {}, None),
        ("${aws:username, 'r*'}", {"aws:username": ABSENT}, None),
        ("x-${aws:username}", {}, False),
        ("r${aws:username}", {"aws:username": ("ed",)}, True),
        ("${aws:username", {"aws:username": ("red",)}, None),
        ("${aws:${aws:username}}", {"aws:username": ("red",)}, None),
    ],
)
def test_a_variable_takes_its_value_from_the_request(
    wanted: str, context: dict[str, Value], expected: bool | None
) -> None:
    opposite = None if expected is None else not expected
    assert holds(on("StringEquals", wanted), {NAME: ("red",), **context}) is expected
    assert holds(on("StringLike", wanted), {NAME: ("red",), **context}) is expected
    assert holds(on("StringNotEquals", wanted), {NAME: ("red",), **context}) is opposite


def test_a_special_character_is_written_as_a_variable() -> None:
    assert holds(on("StringLike", "${*}"), {NAME: ("*",)}) is True
    assert holds(on("StringLike", "${*}"), {NAME: ("red",)}) is False
    assert holds(on("StringEquals", "${$}x"), {NAME: ("$x",)}) is True


def test_a_special_character_beside_others_is_that_character() -> None:
    assert holds(on("StringLike", "${*}*${?}"), {NAME: ("*red?",)}) is True
    assert holds(on("StringLike", "${*}*${?}"), {NAME: ("*red!",)}) is False
    assert holds(on("StringEqualsIgnoreCase", "${*}RED"), {NAME: ("*red",)}) is True
    assert holds(on("StringLike", "${aws:username}*"), {NAME: PRESENT}) is None


def test_before_2012_a_variable_is_text() -> None:
    context: dict[str, Value] = {NAME: ("${aws:username}",), "aws:username": ("red",)}
    assert holds(on("StringEquals", "${aws:username}"), context, version="2008-10-17") is True
    assert holds(on("StringEquals", "${aws:username}"), context) is False


@pytest.mark.parametrize("operator", ["Bool", "NumericEquals", "IpAddress", "Null"])
def test_other_operators_take_no_variable(operator: str) -> None:
    context: dict[str, Value] = {NAME: ("1",), "aws:username": ("1",)}
    assert holds(on(operator, "${aws:username}"), context) is None


# What is no condition of AWS's.


@pytest.mark.parametrize(
    "condition",
    [
        on("StringMatches", "red"),
        on("stringequals", "red"),
        on("NullIfExists", "true"),
        on("ForAnyValue:Null", "true"),
        on("ForSomeValues:StringEquals", "red"),
        on("StringEquals"),
        {"StringEquals": {}},
        {"": {KEY: "red"}},
    ],
)
def test_what_aws_refuses_is_not_decided(condition: dict[str, Any]) -> None:
    for given in (("red",), ABSENT, PRESENT):
        assert holds(condition, {NAME: given}) is None
