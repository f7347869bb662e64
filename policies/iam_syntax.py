"""From the text of a policy to its statements, or to a sentence that says what is wrong and where.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html (all read 2026-11-23)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from policies.iam_json import JsonObject, Malformed, an_object, clipped, read, shown, string, strings
from policies.iam_match import Pattern

CURRENT = "2012-10-17"
# AWS's default for a document without a Version.
_OLDEST = "2008-10-17"
_DOCUMENT_KEYS = ("Version", "Id", "Statement")
_PRINCIPAL_KEYS = ("AWS", "Federated", "Service", "CanonicalUser")

Kind = Literal["endpoint", "identity", "trust"]
# Exactly one of each and its "Not". Who holds an identity policy is its principal, and what holds a trust policy
# (a role) is its resource: those elements are not allowed there.
_NEGATABLE: dict[Kind, tuple[str, ...]] = {
    "endpoint": ("Principal", "Action", "Resource"),
    "identity": ("Action", "Resource"),
    "trust": ("Principal", "Action"),
}


@dataclass(frozen=True)
class Condition:
    """One operator on one condition key, as written, and the values; Booleans and numbers as the text they are."""

    operator: str
    # Empty where an operator stands without a key.
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """One statement. Of each pair (actions and not_actions, ...) at most one is not empty."""

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
    conditions: tuple[Condition, ...]

    @cached_property
    def patterns(self) -> tuple[Pattern | str, ...]:
        """Under Resource or NotResource. One with a policy variable stays text until the values are known."""
        listed = self.resources or self.not_resources
        return tuple(text if "${" in text else Pattern(text) for text in listed)

    @property
    def name(self) -> str:
        """How messages call it."""
        sid = f" {clipped(repr(self.sid), 40)}" if self.sid else ""
        return f"Statement[{self.index}]{sid}"


@dataclass(frozen=True)
class Document:
    """A policy: of an endpoint, of an identity, or a role's trust policy."""

    statements: tuple[Statement, ...]
    version: str
    kind: Kind = "endpoint"

    @property
    def variables(self) -> bool:
        """Whether ${...} is a policy variable in it: until 2012-10-17 it is text."""
        return self.version == CURRENT


def parse(text: str, kind: Kind = "endpoint") -> Document:
    """The statements of a policy. Raises Malformed, and nothing else, whatever it is given."""
    given: object = text
    if not isinstance(given, str):
        raise Malformed(f"expected the policy's text, got {shown(given)}")
    return _parse(given, kind)


@lru_cache(maxsize=64)
def _parse(text: str, kind: Kind) -> Document:
    """Several policies of the pack look at the same document."""
    root = an_object(read(text), "policy", _DOCUMENT_KEYS)
    version = string(root, "Version", "Version") if "Version" in root else _OLDEST
    if version not in (CURRENT, _OLDEST):
        raise Malformed(f"Version: expected {CURRENT!r} or {_OLDEST!r}, got {shown(version)}")
    if "Id" in root:
        string(root, "Id", "Id", empty=True)
    if "Statement" not in root:
        raise Malformed("policy: it has no Statement")
    found = root["Statement"]
    listed = found if isinstance(found, list) else [found]
    if not listed:
        raise Malformed("Statement: expected a statement or a list of statements, got an empty list")
    statements = tuple(_statement(value, index, kind) for index, value in enumerate(listed))
    _check_sids(statements)
    return Document(statements, version, kind)


def _statement(value: object, index: int, kind: Kind) -> Statement:
    where = f"Statement[{index}]"
    negatable = _NEGATABLE[kind]
    known = ("Sid", "Effect", *negatable, *(f"Not{key}" for key in negatable), "Condition")
    found = an_object(value, where, known)
    if "Effect" not in found:
        raise Malformed(f"{where}: it has no Effect")
    effect = string(found, "Effect", f"{where}.Effect")
    if effect not in ("Allow", "Deny"):
        raise Malformed(f"{where}.Effect: expected 'Allow' or 'Deny', got {shown(effect)}")
    for key in negatable:
        if (key in found) == (f"Not{key}" in found):
            wrong = f"both {key} and" if key in found else f"neither {key} nor"
            raise Malformed(f"{where}: it has {wrong} Not{key}")
    return Statement(
        index=index,
        # An empty Sid is no Sid: tools write it into every statement, and AWS takes that.
        sid=(string(found, "Sid", f"{where}.Sid", empty=True) or None) if "Sid" in found else None,
        effect=effect,
        actions=strings(found, "Action", where),
        not_actions=strings(found, "NotAction", where),
        resources=strings(found, "Resource", where),
        not_resources=strings(found, "NotResource", where),
        principal=_principal(found, "Principal", where),
        not_principal=_principal(found, "NotPrincipal", where),
        conditions=_conditions(found, f"{where}.Condition"),
    )


def _principal(statement: JsonObject, key: str, where: str) -> tuple[tuple[str, str], ...]:
    if key not in statement:
        return ()
    value, where = statement[key], f"{where}.{key}"
    if value == "*":
        return (("AWS", "*"),)
    if not isinstance(value, JsonObject):
        raise Malformed(f"{where}: expected '*' or an object such as {{'AWS': '*'}}, got {shown(value)}")
    kinds = an_object(value, where, _PRINCIPAL_KEYS)
    if not kinds:
        raise Malformed(
            f"{where}: expected at least one of {', '.join(_PRINCIPAL_KEYS)}, got an empty object"
        )
    return tuple((kind, each) for kind in kinds for each in strings(kinds, kind, where))


def _conditions(statement: JsonObject, where: str) -> tuple[Condition, ...]:
    if "Condition" not in statement:
        return ()
    found: list[Condition] = []
    for operator, value in an_object(statement["Condition"], where).items():
        inner = f"{where}.{clipped(operator, 30)}"
        keys = an_object(value, inner)
        # An operator without a key is still a condition: what AWS makes of it is not for us to guess.
        found += [
            Condition(operator, key, _values(given, f"{inner}.{clipped(key, 40)}"))
            for key, given in keys.items()
        ] or [Condition(operator, "", ())]
    return tuple(found)


def _values(given: object, where: str) -> tuple[str, ...]:
    texts = []
    for each in given if isinstance(given, list) else [given]:
        match each:
            case bool():
                texts.append("true" if each else "false")
            case str() | int() | float():
                texts.append(str(each))
            case _:
                raise Malformed(
                    f"{where}: expected a string, number or Boolean, or a list of them, got {shown(each)}"
                )
    return tuple(texts)


def _check_sids(statements: tuple[Statement, ...]) -> None:
    first: dict[str, int] = {}
    for statement in statements:
        if statement.sid is not None and first.setdefault(statement.sid, statement.index) != statement.index:
            raise Malformed(
                f"Statement[{statement.index}].Sid: {shown(statement.sid)} is also the Sid of "
                f"Statement[{first[statement.sid]}]; a Sid is unique in its policy"
            )
