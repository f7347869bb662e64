"""Conditions of a statement: does one hold for a request, not hold, or can nobody tell?

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
(all read 2026-11-23)

An operator that AWS does not know is undecidable here, not malformed: AWS refuses the policy, and says so better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from re import compile as regex

from policies.iam_match import Match, folded, read_pattern
from policies.iam_request import ABSENT, PRESENT, Presence, Request, Value
from policies.iam_syntax import Condition
from policies.iam_variables import filled_in

NO, MAYBE, YES = Match.NO, Match.MAYBE, Match.YES

_PARTS = regex(r"(?:(?P<set>ForAllValues|ForAnyValue):)?(?P<name>[A-Za-z]+?)(?P<if_exists>IfExists)?")
_NUMBER = regex(r"-?\d{1,30}(?:\.\d{1,30})?")
# Every value that a key may have: one character at least.
_SOMETHING = "?*"
_ARN_PARTS = 6

# Compares a value of the policy with one of the request; None stands for a value that is not known.
Compare = Callable[[str, str | None, "_Scope"], Match]


@dataclass(frozen=True)
class _Scope:
    request: Request
    # Whether ${...} is a policy variable in this document.
    variables: bool

    def filled_in(self, wanted: str) -> str | None:
        """A value of the policy with its variables filled in; None if one surely has no value."""
        return filled_in(wanted, self.request) if self.variables else wanted


def holds(condition: Condition, request: Request, *, variables: bool) -> Match:
    """Whether `condition` holds for `request`."""
    scope = _Scope(request, variables)
    given = request.value(condition.key)
    if given is not None:
        return _with(condition, given, scope)
    # The key may be there or not.
    either = {_with(condition, ABSENT, scope), _with(condition, PRESENT, scope)}
    return either.pop() if len(either) == 1 else MAYBE


def _with(condition: Condition, given: Value, scope: _Scope) -> Match:
    parts = _PARTS.fullmatch(condition.operator)
    if parts is None or not condition.key or not condition.values:
        return MAYBE
    if parts["name"] == "Null":
        return MAYBE if parts["set"] or parts["if_exists"] else _null(condition, given)
    if parts["name"] not in _OPERATORS:
        return MAYBE
    compare, negated = _OPERATORS[parts["name"]]
    if given is ABSENT:
        return YES if parts["if_exists"] else _without(parts["set"], negated=negated)
    values = [None] if isinstance(given, Presence) else given
    if len(values) > 1 and not parts["set"]:
        # "To compare your condition against a request context with multiple key values, you must use" a set operator.
        return MAYBE
    # Values of the policy are alternatives; a negated operator wants none of them to match.
    one_by_one = [max(compare(wanted, value, scope) for wanted in condition.values) for value in values]
    if negated:
        one_by_one = [match.opposite() for match in one_by_one]
    return min(one_by_one) if parts["set"] == "ForAllValues" else max(one_by_one)


def _without(set_operator: str | None, *, negated: bool) -> Match:
    """Of a key that is not in the request."""
    if set_operator == "ForAllValues":
        # "It also returns true if there are no context keys in the request", says one page; the other page's table
        # says "No match" for ForAllValues:StringNotLike.
        return MAYBE if negated else YES
    if set_operator == "ForAnyValue":
        return NO
    return YES if negated else NO


def _null(condition: Condition, given: Value) -> Match:
    missing = "true" if given is ABSENT else "false"
    if not {"true", "false"}.issuperset(condition.values):
        return MAYBE
    return YES if missing in condition.values else NO


def _text(*, wildcards: bool, ignore_case: bool = False) -> Compare:
    def compare(wanted: str, value: str | None, scope: _Scope) -> Match:
        text = scope.filled_in(wanted)
        if text is None:
            return NO
        pattern = read_pattern(
            folded(text) if ignore_case else text, variables=scope.variables, wildcards=wildcards
        )
        if value is None:
            everything = pattern.covers(read_pattern(_SOMETHING)) and not pattern.has_variable
            return YES if everything else MAYBE
        if not pattern.matches(folded(value) if ignore_case else value):
            return NO
        return MAYBE if pattern.has_variable else YES

    return compare


_like = _text(wildcards=True)


def _arn(wanted: str, value: str | None, scope: _Scope) -> Match:
    """Each of an ARN's six parts for itself. A `*` that reaches over a colon does not count."""

    def matches(pattern: str, part: str) -> bool:
        return read_pattern(pattern, variables=scope.variables).matches(part)

    whole, text = _like(wanted, value, scope), scope.filled_in(wanted)
    if whole is not YES or value is None or text is None:
        return min(whole, MAYBE)
    patterns, parts = text.split(":", _ARN_PARTS - 1), value.split(":", _ARN_PARTS - 1)
    if not len(patterns) == len(parts) == _ARN_PARTS:
        return MAYBE
    return YES if all(map(matches, patterns, parts)) else NO


def _bool(wanted: str, value: str | None, _: _Scope) -> Match:
    if not {"true", "false"}.issuperset((wanted, value)):
        return MAYBE
    return YES if wanted == value else NO


def _number(compares: Callable[[Decimal, Decimal], bool]) -> Compare:
    def compare(wanted: str, value: str | None, _: _Scope) -> Match:
        if value is None or not (_NUMBER.fullmatch(value) and _NUMBER.fullmatch(wanted)):
            return MAYBE
        return YES if compares(Decimal(value), Decimal(wanted)) else NO

    return compare


def _address(wanted: str, value: str | None, _: _Scope) -> Match:
    if value is None:
        return MAYBE
    try:
        return YES if ip_address(value) in ip_network(wanted) else NO
    except ValueError:
        return MAYBE


def _unread(_wanted: str, _value: str | None, _scope: _Scope) -> Match:
    """Dates and binary values. No request here knows one: only whether the key is there can decide."""
    return MAYBE


# Name -> how one value is compared, and whether the operator wants that not to match.
_OPERATORS: dict[str, tuple[Compare, bool]] = {
    "StringEquals": (_text(wildcards=False), False),
    "StringNotEquals": (_text(wildcards=False), True),
    "StringEqualsIgnoreCase": (_text(wildcards=False, ignore_case=True), False),
    "StringNotEqualsIgnoreCase": (_text(wildcards=False, ignore_case=True), True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    "ArnEquals": (_arn, False),
    "ArnLike": (_arn, False),
    "ArnNotEquals": (_arn, True),
    "ArnNotLike": (_arn, True),
    "Bool": (_bool, False),
    "IpAddress": (_address, False),
    "NotIpAddress": (_address, True),
    "NumericEquals": (_number(eq), False),
    "NumericNotEquals": (_number(eq), True),
    "NumericLessThan": (_number(lt), False),
    "NumericLessThanEquals": (_number(le), False),
    "NumericGreaterThan": (_number(gt), False),
    "NumericGreaterThanEquals": (_number(ge), False),
    "DateEquals": (_unread, False),
    "DateNotEquals": (_unread, True),
    "DateLessThan": (_unread, False),
    "DateLessThanEquals": (_unread, False),
    "DateGreaterThan": (_unread, False),
    "DateGreaterThanEquals": (_unread, False),
    "BinaryEquals": (_unread, False),
}
