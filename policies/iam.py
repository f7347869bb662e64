"""Reads a policy: is this request allowed, denied, or undecidable?

A verdict is given only where it holds for every request that fits what is known of it: a context key that nobody
listed may be there or not, with any value. Several ways to ask (signed, unsigned) are several requests.

What AWS says (read 2026-11-23; what it says of a statement's elements: see the modules that read them):
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from policies.iam_json import Malformed, clipped
from policies.iam_match import Match, Pattern, pattern_matches, patterns_intersect, read_pattern
from policies.iam_reach import Reach, left_out, reach, unproven
from policies.iam_request import ABSENT, PRESENT, UNSIGNED, Request, Service, Signed, Value, agent_reads
from policies.iam_syntax import Document, Kind, Statement, parse

__all__ = [
    "ABSENT",
    "PRESENT",
    "UNSIGNED",
    "Decision",
    "Document",
    "Kind",
    "Malformed",
    "Request",
    "Service",
    "Signed",
    "Statement",
    "Value",
    "Verdict",
    "agent_reads",
    "allows_all",
    "decide",
    "decide_all",
    "decide_every",
    "denial_within",
    "parse",
    "pattern_matches",
    "patterns_intersect",
    "resource_patterns",
]


class Verdict(Enum):
    """What the policy says, for every request that fits."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNDECIDABLE = "undecidable"


@dataclass(frozen=True)
class Decision:
    """The verdict, and the statement that decides it."""

    verdict: Verdict
    reason: str


def decide(document: Document, request: Request) -> Decision:
    """Whether `document` lets the caller do `request.action` on `request.resource`, both in full.

    An explicit Deny wins over any Allow, and what no statement allows is denied.
    """
    return decide_all([document], request)


def decide_all(documents: Sequence[Document], request: Request) -> Decision:
    """What policies say that apply together, as a role's do: any Deny wins, and one Allow is enough."""

    def is_it(pattern: Pattern) -> Match:
        if not pattern.matches(request.resource):
            return Match.NO
        return Match.MAYBE if pattern.has_variable else Match.YES

    reaches = [
        reach(document, statement, request, is_it, f"policy {position}: " if len(documents) > 1 else "")
        for position, document in enumerate(documents, start=1)
        for statement in document.statements
    ]
    return _decided(reaches, request)


def decide_every(document: Document, requests: Sequence[Request]) -> Decision:
    """One verdict on several ways to ask: allowed if each is, denied if one surely is."""
    decisions = [decide(document, request) for request in requests]
    for verdict in (Verdict.DENIED, Verdict.UNDECIDABLE):
        for decision in decisions:
            if decision.verdict is verdict:
                return decision
    return decisions[0]


def denial_within(document: Document, request: Request) -> str | None:
    """A Deny that may match some object that `request.resource` matches, as a reason; None when there surely is none.

    `decide` answers for one object; this finds the Deny on a part of a bucket.
    """
    objects = read_pattern(request.resource)

    def touches(pattern: Pattern) -> Match:
        if pattern.covers(objects):
            return Match.MAYBE if pattern.has_variable else Match.YES
        return Match.MAYBE if pattern.intersects(objects) else Match.NO

    for statement in document.statements:
        if statement.effect != "Deny":
            continue
        found = reach(document, statement, request, touches)
        if found.match is not Match.NO:
            shown = clipped(repr(request.resource), 80)
            return f"{found.name} denies it, or may deny it, for some of {shown}"
    return None


def allows_all(document: Document, request: Request) -> bool:
    """Whether one Allow surely admits every object that `request.resource` matches. `decide` answers for one object."""
    objects = read_pattern(request.resource)

    def takes_in(pattern: Pattern) -> Match:
        if pattern.covers(objects) and not pattern.has_variable:
            return Match.YES
        return Match.MAYBE if pattern.intersects(objects) else Match.NO

    return any(
        reach(document, statement, request, takes_in).match is Match.YES
        for statement in document.statements
        if statement.effect == "Allow"
    )


def resource_patterns(document: Document, *, effect: str | None = None) -> Iterator[tuple[Statement, str]]:
    """Every pattern under Resource (not NotResource), as written, of all statements or those of one effect."""
    for statement in document.statements:
        if effect is None or statement.effect == effect:
            for pattern in statement.resources:
                yield statement, pattern


def _decided(reaches: list[Reach], request: Request) -> Decision:
    denies = [each for each in reaches if each.statement.effect == "Deny"]
    allows = [each for each in reaches if each.statement.effect == "Allow"]
    for each in denies:
        if each.match is Match.YES:
            return Decision(Verdict.DENIED, f"{each.name} denies it")
    if all(each.match is Match.NO for each in allows):
        # Nothing to undo: a Deny that may or may not match makes no difference here.
        return Decision(Verdict.DENIED, "no statement allows it" + left_out(allows, request))
    for each in denies:
        if each.match is Match.MAYBE:
            return Decision(Verdict.UNDECIDABLE, f"{each.name} is a Deny and {unproven(each, request)}")
    for each in allows:
        if each.match is Match.YES:
            return Decision(Verdict.ALLOWED, f"{each.name} allows it")
    unclear = next(each for each in allows if each.match is Match.MAYBE)
    return Decision(Verdict.UNDECIDABLE, f"{unclear.name} {unproven(unclear, request)}")
