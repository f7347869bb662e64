"""How the review says things, the same on the page and in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from review.buckets import ADMITTED, Verdict
from review.events import WORDS, Change
from review.model import Review
from review.reachability import Cell, Matrix

SIGNS = {"open": "✓", "declared": "↗", "unproven": "?", "blocked": "✗"}
_VERDICTS = {"passed": "✓", "unproven": "?", "blocked": "✗", "failed": "!"}


@dataclass(frozen=True)
class Headline:
    """The verdict: how it looks ("passed", "unproven", "blocked", "failed"), a sign, a word and a sentence."""

    look: str
    sign: str
    word: str
    sentence: str


@dataclass(frozen=True)
class Figure:
    """A number at the top of the page, and what it counts."""

    value: str
    what: str


def headline(review: Review) -> Headline:
    """What the preview came to."""
    mandatory, advisory = len(review.mandatory), len(review.advisory)
    look = review.ended
    if review.ended == "passed":
        also = f"; {_count(advisory, 'advisory finding')}" if advisory else ""
        sentence = f"Passed: nothing blocks this stack{also}."
        bare = [matrix.vpc for matrix in review.matrices if not matrix.rows]
        if bare or not review.matrices:
            look = "unproven"
            where = f"in {', '.join(bare)} " if bare else ""
            sentence += f" But no node subnet is seen {where}(nodeSubnets), so nothing tells whether nodes reach anything."
    elif review.ended == "blocked":
        sentence = (
            f"Blocked: {_count(mandatory, 'mandatory finding')}. Nothing will be created until they are gone."
        )
    else:
        sentence = "The preview failed, so this page says nothing about what is missing in the stack. Why:"
    return Headline(look, _VERDICTS[look], review.ended, sentence)


def figures(review: Review) -> list[Figure]:
    """The numbers that a reviewer looks for first."""
    found = [
        Figure(str(len(review.mandatory)), "mandatory findings"),
        Figure(str(len(review.advisory)), "advisory findings"),
    ]
    found += [
        Figure(str(n), f"resources {WORDS.get(op, op)}") for op, n in review.counts.items() if op != "same"
    ]
    cells = [cell for matrix in review.matrices for row in matrix.rows for cell in row.cells]
    if cells:
        found.append(Figure(reached(review), "ways from node subnets to services"))
    if review.cost is not None and review.cost.regions:
        found.append(Figure(review.cost.total, "USD a month for interface endpoints"))
    return found


def reached(review: Review) -> str:
    """How many ways from node subnets to services are open, "" where there is none: "8 of 10", "2 of 8 (6 declared)"."""
    cells = [cell.state for matrix in review.matrices for row in matrix.rows for cell in row.cells]
    declared = f" ({cells.count('declared')} declared)" if "declared" in cells else ""
    return f"{cells.count('open')} of {len(cells)}{declared}" if cells else ""


def sections(review: Review) -> list[tuple[str, str]]:
    """The anchors and titles of the page's sections."""
    found = [("findings", "Findings"), ("changes", "Changes"), ("matrix", "Reachability")]
    if review.seen:
        found += [("picture", "Network"), ("cost", "Cost"), ("buckets", "Buckets"), ("dns", "DNS")]
    return found + ([("notices", "Beyond the nodes")] if review.notices else [])


def changes(review: Review) -> str:
    """The counts of the engine's steps, in a sentence."""
    if not review.counts:
        return "The engine came to no resource." if review.ended == "failed" else "There is no resource."
    listed = ", ".join(f"{number} {WORDS.get(op, op)}" for op, number in review.counts.items())
    return f"Resources: {listed} (the stack itself and providers are not counted)."


def by_op(review: Review) -> list[tuple[str, list[Change]]]:
    """The changes by step, the most interesting first."""
    return [(op, [change for change in review.changes if change.op == op]) for op in review.counts]


def word(op: str) -> str:
    """What a step does, in a word."""
    return WORDS.get(op, op)


def short(cell: Cell) -> str:
    """A cell's words."""
    if cell.state == "open":
        return "reached"
    if cell.step is None:
        return "declared"
    return cell.step.name


def reasons(matrix: Matrix) -> list[tuple[str, str, str]]:
    """Why cells are not open: state, which cells, and what was seen. Cells that share a reason share a line."""
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for row in matrix.rows:
        for (service, _, _), cell in zip(matrix.services, row.cells, strict=True):
            if cell.state != "open":
                found.setdefault((cell.state, cell.text), {}).setdefault(row.subnet, []).append(service)
    order = ("blocked", "unproven", "declared")
    return sorted(
        ((state, _cells(where), text) for (state, text), where in found.items()),
        key=lambda each: order.index(each[0]),
    )


def _cells(where: dict[str, list[str]]) -> str:
    """The cells of some subnets: subnets that share their services share a phrase."""
    by_services: dict[str, list[str]] = {}
    for subnet, services in where.items():
        by_services.setdefault(", ".join(services), []).append(subnet)
    return "; ".join(f"{_listed(subnets)} to {services}" for services, subnets in by_services.items())


def verdicts(found: Iterable[Verdict], none: str) -> str:
    """What gateways or roles say of a bucket, in a line."""
    said = [
        f"{'✓' if each.says == ADMITTED else '✗' if each.says == 'no' else '?'} {each.who}: {each.says}"
        f"{f' ({each.why})' if each.why else ''}"
        for each in found
    ]
    return "; ".join(said) or none


def left(days: int) -> str:
    """How long a waiver still holds."""
    if days < 0:
        return "expired, excuses nothing"
    return "last day" if days == 0 else f"{_count(days, 'day')} left"


def targets(found: Iterable[str]) -> str:
    """Where a zone is forwarded to. The link-local address is the VPC's own resolver, for servers inside of it."""
    inside = " (from inside the VPC alone)"
    told = [f"{each}{inside if each.startswith('169.254.') else ''}" for each in found]
    return ", ".join(told) or "the VPC's resolver, or a Resolver inbound endpoint for servers elsewhere"


def host(url: str) -> str:
    """The host of a URL."""
    return urlsplit(url).netloc


def _listed(where: list[str]) -> str:
    return ", ".join(where) if len(where) <= 6 else f"{', '.join(where[:5])} and {len(where) - 5} more"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def words(review: Review) -> dict[str, Any]:
    """What both templates take by name."""
    return {
        "review": review,
        "headline": headline(review),
        "changes": by_op(review),
        "changes_sentence": changes(review),
        "signs": SIGNS,
        "short": short,
        "reasons": reasons,
        "verdicts": verdicts,
        "left": left,
        "targets": targets,
        "word": word,
    }
