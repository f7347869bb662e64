"""Reads an endpoint policy: is this action on this object allowed, denied, or undecidable?

The caller is one that the policy cannot rely on knowing: SSM Agent's reads of AWS's own buckets may be
unsigned. So only a principal that is everybody surely matches, and a verdict is given only where it holds for
every such caller.

What AWS says (all read 2026-11-23; the "not" elements have pages of their own, ..._notaction.html and so on):
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from string import ascii_lowercase, ascii_uppercase

from policies.iam_match import pattern_matches, patterns_intersect, read_pattern
from policies.iam_syntax import CURRENT, Document, Malformed, Statement, clipped, parse

__all__ = [
    "Decision",
    "Document",
    "Malformed",
    "Statement",
    "Verdict",
    "allows_all",
    "decide",
    "denial_within",
    "parse",
    "pattern_matches",
    "patterns_intersect",
    "resource_patterns",
]


class Verdict(Enum):
    """What the policy says, for every caller."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True)
class Decision:
    """The verdict, and the statement that decides it."""

    verdict: Verdict
    reason: str


class _Match(IntEnum):
    """Does it match the request? Ordered: "any of" is max, "all of" is min, "not" is the mirror image."""

    NO = 0
    MAYBE = 1
    YES = 2

    def opposite(self) -> _Match:
        return _Match(_Match.YES - self)


def decide(document: Document, *, action: str, resource: str) -> Decision:
    """Whether `document` lets an unknown caller do `action` on `resource`, both in full, without wildcards.

    An explicit Deny wins over any Allow, and what no statement allows is denied.
    """
    wanted = _folded(action)
    touching = [
        (statement, min(_action(statement, wanted), _resource(statement, resource, document.version)))
        for statement in document.statements
    ]
    matches = [(statement, min(match, _caller(statement))) for statement, match in touching]
    denies = [(match, statement) for statement, match in matches if statement.effect == "Deny"]
    allows = [(match, statement) for statement, match in matches if statement.effect == "Allow"]

    for match, statement in denies:
        if match is _Match.YES:
            return Decision(Verdict.DENIED, f"{statement.name} denies it")
    if all(match is _Match.NO for match, _ in allows):
        # Nothing to undo: a Deny that may or may not match makes no difference here.
        return Decision(Verdict.DENIED, "no statement allows it" + _left_out(touching))
    for match, statement in denies:
        if match is _Match.MAYBE:
            why = _unproven(statement, wanted, document.version)
            return Decision(Verdict.UNDECIDABLE, f"{statement.name} is a Deny and {why}")
    for match, statement in allows:
        if match is _Match.YES:
            return Decision(Verdict.ALLOWED, f"{statement.name} allows it")
    statement = next(statement for match, statement in allows if match is _Match.MAYBE)
    return Decision(Verdict.UNDECIDABLE, f"{statement.name} {_unproven(statement, wanted, document.version)}")


def denial_within(document: Document, *, action: str, pattern: str) -> str | None:
    """A Deny that may match some object that `pattern` matches, as a reason; None when there is surely none.

    `decide` answers for one object; this finds the Deny on a part of a bucket.
    """
    wanted = _folded(action)
    objects = read_pattern(pattern)
    variables = document.version == CURRENT
    for statement in document.statements:
        if statement.effect != "Deny" or _action(statement, wanted) is _Match.NO:
            continue
        listed = [read_pattern(text, variables=variables) for text in statement.resources]
        spared = [read_pattern(text, variables=variables) for text in statement.not_resources]
        if any(objects.intersects(each) for each in listed) or (
            spared and not any(each.covers(objects) and not each.has_variable for each in spared)
        ):
            return f"{statement.name} denies it, or may deny it, for some of {clipped(repr(pattern), 80)}"
    return None


def allows_all(document: Document, *, action: str, pattern: str) -> bool:
    """Whether one Allow surely admits every object that `pattern` matches. `decide` answers for one object only."""
    wanted, variables = _folded(action), document.version == CURRENT
    objects = read_pattern(pattern)
    for statement in document.statements:
        if (
            statement.effect != "Allow"
            or min(_action(statement, wanted), _caller(statement)) is not _Match.YES
        ):
            continue
        listed = [read_pattern(text, variables=variables) for text in statement.resources]
        spared = [read_pattern(text, variables=variables) for text in statement.not_resources]
        if any(each.covers(objects) and not each.has_variable for each in listed):
            return True
        if spared and not any(each.intersects(objects) for each in spared):
            return True
    return False


def resource_patterns(document: Document, *, effect: str | None = None) -> Iterator[tuple[Statement, str]]:
    """Every pattern under Resource (not NotResource), as written, of all statements or those of one effect."""
    for statement in document.statements:
        if effect is None or statement.effect == effect:
            for pattern in statement.resources:
                yield statement, pattern


def _folded(action: str) -> str:
    """Action names ignore case. ASCII only: str.lower() would also turn the Kelvin sign into a k."""
    return action.translate(str.maketrans(ascii_uppercase, ascii_lowercase))


def _action(statement: Statement, wanted: str) -> _Match:
    if statement.not_actions:
        return _any(_one_action(pattern, wanted) for pattern in statement.not_actions).opposite()
    return _any(_one_action(pattern, wanted) for pattern in statement.actions)


def _one_action(pattern: str, wanted: str) -> _Match:
    if not pattern_matches(_folded(pattern), wanted):
        return _Match.NO
    return _Match.MAYBE if _wild_service(pattern) else _Match.YES


def _wild_service(pattern: str) -> bool:
    """AWS describes wildcards in the action's name and for everything, not in the service's prefix."""
    prefix = pattern.partition(":")[0]
    return pattern not in ("*", "*:*") and ("*" in prefix or "?" in prefix)


def _resource(statement: Statement, resource: str, version: str) -> _Match:
    if statement.not_resources:
        return _any(_one_resource(text, resource, version) for text in statement.not_resources).opposite()
    return _any(_one_resource(text, resource, version) for text in statement.resources)


def _one_resource(text: str, resource: str, version: str) -> _Match:
    """A variable's value is the caller's: it may make the match, or prevent it. Until 2012-10-17 it is text."""
    pattern = read_pattern(text, variables=version == CURRENT)
    if not pattern.matches(resource):
        return _Match.NO
    return _Match.MAYBE if pattern.has_variable else _Match.YES


def _caller(statement: Statement) -> _Match:
    """Principal and Condition together. Every condition is undecidable: none is looked into.

    A principal that is not everybody never matches an unsigned caller, so its Allow does not count. Its Deny
    may count: the caller may be signed all the same.
    """
    if statement.not_principal:
        return _Match.MAYBE
    if not _everybody(statement):
        return _Match.NO if statement.effect == "Allow" else _Match.MAYBE
    return _Match.MAYBE if statement.conditions else _Match.YES


def _everybody(statement: Statement) -> bool:
    return ("AWS", "*") in statement.principal


def _any(matches: Iterable[_Match]) -> _Match:
    return max(matches, default=_Match.NO)


def _left_out(touching: list[tuple[Statement, _Match]]) -> str:
    """The Allow that somebody may believe to be enough."""
    for statement, match in touching:
        if statement.effect == "Allow" and match is not _Match.NO:
            return f": the Principal of {statement.name} leaves out unsigned callers"
    return ""


def _unproven(statement: Statement, wanted: str, version: str) -> str:
    """Why it is not known whether a statement matches."""
    if statement.conditions:
        more = f" and {len(statement.conditions) - 1} more" if len(statement.conditions) > 1 else ""
        shown = clipped(" ".join(statement.conditions[0]).strip(), 50)
        return f"has a Condition ({shown}{more}) that cannot be proven"
    if statement.not_principal:
        return "has a NotPrincipal: whom it matches cannot be proven"
    if not _everybody(statement):
        return "names a Principal that may or may not be the caller"
    if _action(statement, wanted) is _Match.MAYBE:
        return "has a wildcard in an action's service prefix, where AWS describes none"
    patterns = statement.resources or statement.not_resources
    unclear = next(text for text in patterns if read_pattern(text, variables=version == CURRENT).has_variable)
    return f"has a policy variable in {clipped(repr(unclear), 50)} that cannot be proven"
