"""From the text of an endpoint policy to its statements, or to a sentence that says what is wrong and where.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html (all read 2026-11-23)
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import NoReturn

CURRENT = "2012-10-17"
# AWS's default for a document without a Version.
_OLDEST = "2008-10-17"
_DOCUMENT_KEYS = ("Version", "Id", "Statement")
# Exactly one of each and its "Not".
_NEGATABLE = ("Principal", "Action", "Resource")
_STATEMENT_KEYS = ("Sid", "Effect", *_NEGATABLE, *(f"Not{key}" for key in _NEGATABLE), "Condition")
_PRINCIPAL_KEYS = ("AWS", "Federated", "Service", "CanonicalUser")


class Malformed(ValueError):  # noqa: N818  (it reads as a sentence: `except iam.Malformed`)
    """The text is not an endpoint policy; str(e) says what is wrong and where."""


@dataclass(frozen=True)
class Statement:
    """One statement. Of each pair (actions and not_actions, ...) exactly one is not empty."""

    index: int
    sid: str | None
    effect: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    # (kind, id); the bare "*" is what AWS says it equals: ("AWS", "*").
    principal: tuple[tuple[str, str], ...]
    not_principal: tuple[tuple[str, str], ...]
    # (operator, key); the values decide nothing here.
    conditions: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """How messages call it."""
        sid = f" {clipped(repr(self.sid), 40)}" if self.sid else ""
        return f"Statement[{self.index}]{sid}"


@dataclass(frozen=True)
class Document:
    """An endpoint policy."""

    statements: tuple[Statement, ...]
    version: str


class _Object(dict[str, object]):
    """A JSON object that remembers a key written twice: a dict alone would keep the last value in silence."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        times = Counter(key for key, _ in pairs)
        self.repeated = next((key for key, count in times.items() if count > 1), None)


def parse(text: str) -> Document:
    """The statements of a policy. Raises Malformed, and nothing else, whatever it is given."""
    given: object = text
    if not isinstance(given, str):
        raise Malformed(f"expected the policy's text, got {_shown(given)}")
    root = _object(_json(given), "policy", _DOCUMENT_KEYS)
    version = _string(root, "Version", "Version") if "Version" in root else _OLDEST
    if version not in (CURRENT, _OLDEST):
        raise Malformed(f"Version: expected {CURRENT!r} or {_OLDEST!r}, got {_shown(version)}")
    if "Id" in root:
        _string(root, "Id", "Id", empty=True)
    if "Statement" not in root:
        raise Malformed("policy: it has no Statement")
    found = root["Statement"]
    listed = found if isinstance(found, list) else [found]
    if not listed:
        raise Malformed("Statement: expected a statement or a list of statements, got an empty list")
    statements = tuple(_statement(value, index) for index, value in enumerate(listed))
    _check_sids(statements)
    return Document(statements, version)


def clipped(text: str, limit: int) -> str:
    """A policy is somebody else's text: messages quote little of it, and nothing a terminal would obey."""
    printable = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text[: limit + 1])
    return printable if len(printable) <= limit else printable[: limit - 1] + "…"


def _json(text: str) -> object:
    try:
        value: object = json.loads(text, object_pairs_hook=_Object, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise Malformed("not a policy: the JSON is nested too deeply") from None
    except Malformed:
        raise
    except ValueError:
        # Python refuses to read integers of thousands of digits.
        raise Malformed("not a policy: it holds a number that is too long to read") from None
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"not JSON: {name} is no JSON value")


def _statement(value: object, index: int) -> Statement:
    where = f"Statement[{index}]"
    found = _object(value, where, _STATEMENT_KEYS)
    if "Effect" not in found:
        raise Malformed(f"{where}: it has no Effect")
    effect = _string(found, "Effect", f"{where}.Effect")
    if effect not in ("Allow", "Deny"):
        raise Malformed(f"{where}.Effect: expected 'Allow' or 'Deny', got {_shown(effect)}")
    for key in _NEGATABLE:
        if (key in found) == (f"Not{key}" in found):
            wrong = f"both {key} and" if key in found else f"neither {key} nor"
            raise Malformed(f"{where}: it has {wrong} Not{key}")
    return Statement(
        index=index,
        # An empty Sid is no Sid: tools write it into every statement, and AWS takes that.
        sid=(_string(found, "Sid", f"{where}.Sid", empty=True) or None) if "Sid" in found else None,
        effect=effect,
        actions=_strings(found, "Action", where),
        not_actions=_strings(found, "NotAction", where),
        resources=_strings(found, "Resource", where),
        not_resources=_strings(found, "NotResource", where),
        principal=_principal(found, "Principal", where),
        not_principal=_principal(found, "NotPrincipal", where),
        conditions=_conditions(found, f"{where}.Condition"),
    )


def _principal(statement: _Object, key: str, where: str) -> tuple[tuple[str, str], ...]:
    if key not in statement:
        return ()
    value, where = statement[key], f"{where}.{key}"
    if value == "*":
        return (("AWS", "*"),)
    if not isinstance(value, _Object):
        raise Malformed(f"{where}: expected '*' or an object such as {{'AWS': '*'}}, got {_shown(value)}")
    kinds = _object(value, where, _PRINCIPAL_KEYS)
    if not kinds:
        raise Malformed(
            f"{where}: expected at least one of {', '.join(_PRINCIPAL_KEYS)}, got an empty object"
        )
    return tuple((kind, each) for kind in kinds for each in _strings(kinds, kind, where))


def _conditions(statement: _Object, where: str) -> tuple[tuple[str, str], ...]:
    if "Condition" not in statement:
        return ()
    found: list[tuple[str, str]] = []
    for operator, value in _object(statement["Condition"], where).items():
        inner = f"{where}.{clipped(operator, 30)}"
        keys = _object(value, inner)
        # An operator without a key is still a condition: what AWS makes of it is not for us to guess.
        found += [(operator, key) for key in keys] or [(operator, "")]
        for key, values in keys.items():
            for each in values if isinstance(values, list) else [values]:
                if not isinstance(each, str | int | float):
                    raise Malformed(
                        f"{inner}.{clipped(key, 40)}: expected a string, number or Boolean, "
                        f"or a list of them, got {_shown(each)}"
                    )
    return tuple(found)


def _check_sids(statements: tuple[Statement, ...]) -> None:
    first: dict[str, int] = {}
    for statement in statements:
        if statement.sid is not None and first.setdefault(statement.sid, statement.index) != statement.index:
            raise Malformed(
                f"Statement[{statement.index}].Sid: {_shown(statement.sid)} is also the Sid of "
                f"Statement[{first[statement.sid]}]; a Sid is unique in its policy"
            )


def _object(value: object, where: str, allowed: Collection[str] | None = None) -> _Object:
    """An object with no key twice and, where `allowed` is given, no other key."""
    if not isinstance(value, _Object):
        raise Malformed(f"{where}: expected an object, got {_shown(value)}")
    if value.repeated is not None:
        raise Malformed(f"{where}: the key {_shown(value.repeated)} is there more than once")
    for key in value:
        if allowed is not None and key not in allowed:
            raise Malformed(f"{where}: unknown key {_shown(key)}; known are {', '.join(allowed)}")
    return value


def _string(found: _Object, key: str, where: str, *, empty: bool = False) -> str:
    value = found[key]
    if not isinstance(value, str) or not (value or empty):
        raise Malformed(f"{where}: expected a string, got {_shown(value)}")
    return value


def _strings(found: _Object, key: str, where: str) -> tuple[str, ...]:
    """The strings under `key`, one or many; none where there is no such key."""
    if key not in found:
        return ()
    value, where = found[key], f"{where}.{key}"
    if isinstance(value, str) and value:
        return (value,)
    if not isinstance(value, list) or not value:
        raise Malformed(f"{where}: expected a string or a list of strings, got {_shown(value)}")
    strings = []
    for position, each in enumerate(value):
        if not isinstance(each, str) or not each:
            raise Malformed(f"{where}[{position}]: expected a string, got {_shown(each)}")
        strings.append(each)
    return tuple(strings)


def _shown(value: object) -> str:
    """A value in a message. Objects and lists go by their kind: repr may not get to their bottom."""
    match value:
        case "" | []:
            return "an empty string" if value == "" else "an empty list"
        case str():
            return clipped(repr(value), 50)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return clipped(repr(value), 50)
        case dict():
            return "an object"
        case list():
            return "a list"
    return type(value).__name__
