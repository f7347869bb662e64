"""What AWS refuses in an endpoint policy, or reads otherwise than it is written.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html (read 2026-11-23): every rule here is one of
its considerations.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise

from blueprint.catalog import load
from policies import iam
from policies.iam_json import clipped
from policies.iam_syntax import CURRENT

_EVERYBODY = (("AWS", "*"),)
# The page's own two examples of "global context keys that reference system-generated identifiers".
_SYSTEM_IDENTIFIERS = ("aws:principalaccount", "aws:sourcevpc")
_OPERATOR = re.compile(r"(?:For(?:All|Any)Values?:)?(.*?)(?:IfExists)?")
_WILDCARD = re.compile(r"[*?]")
_CHARACTERS_BESIDE_A_WILDCARD = 6
_ARN_PARTS = 6
_ARN_ACCOUNT = 4
_GRANT = '"Principal": "*" and, in its place, "Condition": {"ArnEquals": {"aws:PrincipalArn": "<who may>"}}'
_EXCEPT = '"Principal": "*" and, in its place, "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "<all but whom>"}}'


def problems(text: str, *, gateway: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with a policy, each with its fix. `gateway` says that the policy surely is a gateway endpoint's."""
    yield from _length(text)
    try:
        document = iam.parse(text)
    except iam.Malformed as error:
        yield f"is not one: {error}", "correct it, or give it with json.dumps from a dict"
        return
    if document.version != CURRENT and "${" in text:
        yield (
            f"has Version {document.version!r} or none, in which ${{...}} is plain text and no policy variable",
            f'"Version": "{CURRENT}"',
        )
    for statement in document.statements:
        if gateway and statement.principal != _EVERYBODY:
            yield (
                f'has in {statement.name} another Principal than "*", and a gateway endpoint\'s has to be that '
                "(an account there means its root user alone)",
                _EXCEPT if statement.not_principal else _GRANT,
            )
        yield from _conditions(statement)
        for arn in (*statement.resources, *statement.not_resources):
            yield from _account(statement, arn)


def _length(text: str) -> Iterator[tuple[str, str]]:
    most = load().limit("endpoint-policy-characters")
    if len(text) > most:
        yield (
            f"has {len(text):,} characters, white space included, and AWS takes at most {most:,}",
            f"{_dense(text)}name fewer resources, or merge statements that differ in nothing else",
        )


def _dense(text: str) -> str:
    """What leaving out white space would save, if anything."""
    try:
        length = len(json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False))
    except (ValueError, RecursionError):
        return ""
    return f'json.dumps(policy, separators=(",", ":")) makes it {length:,}; or ' if length < len(text) else ""


def _conditions(statement: iam.Statement) -> Iterator[tuple[str, str]]:
    for condition in statement.conditions:
        match = _OPERATOR.fullmatch(condition.operator)
        operator = match[1] if match else condition.operator
        shown = f"{statement.name} {clipped(f'{condition.operator} {condition.key}', 60)}"
        like = operator in ("StringLike", "StringNotLike")
        wild = [value for value in condition.values if like and _WILDCARD.search(value)]
        if condition.key.lower() in _SYSTEM_IDENTIFIERS and (wild or operator.startswith("Numeric")):
            yield (
                f"has in {shown} a wildcard or a number, which AWS does not take for an identifier that it generates",
                'the whole identifiers: "StringEquals"',
            )
        elif any(map(_lonely_wildcard, wild)):
            yield (
                f"has in {shown} a wildcard with fewer than {_CHARACTERS_BESIDE_A_WILDCARD} characters before and "
                "after it, which AWS does not take",
                'more of the value beside the wildcard; "Null": {"<key>": "false"} if any value will do',
            )
        for value in condition.values:
            yield from _account(statement, value)


def _lonely_wildcard(value: str) -> bool:
    """Whether some wildcard has too few characters on both sides. A policy variable may have any length."""
    runs = [len(run) for run in _WILDCARD.split(value)]
    beside = pairwise(runs)
    return "${" not in value and any(max(pair) < _CHARACTERS_BESIDE_A_WILDCARD for pair in beside)


def _account(statement: iam.Statement, arn: str) -> Iterator[tuple[str, str]]:
    parts = arn.split(":")
    if parts[0] != "arn" or len(parts) < _ARN_PARTS or "${" in arn:
        return
    account = parts[_ARN_ACCOUNT]
    if _WILDCARD.search(account) and _WILDCARD.sub("", account):
        yield (
            f"has in {statement.name} an ARN whose account {clipped(account, 20)!r} is part number, part wildcard, "
            "which AWS does not take",
            "the account's 12 digits, or *",
        )
