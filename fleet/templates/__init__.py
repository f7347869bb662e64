"""The words of the roll-up, on the page and in Markdown, and how its template is filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from fleet.shapes import WELL, Result, Status
from fleet.summary import Summary
from fleet.words import changes, clean, count, duration, money

TEMPLATES = Path(__file__).parent


@dataclass(frozen=True)
class Look:
    """How a status is shown: a sign beside its word, a class of the style, and what it means."""

    sign: str
    css: str
    means: str


# In the order in which somebody should look at them.
LOOKS: dict[Status, Look] = {
    "pending": Look("?", "failed", "an earlier run was killed in the middle of a call; look in AWS first"),
    "failed": Look("!", "failed", "the engine ended with an error"),
    "blocked": Look("✗", "blocked", "a mandatory finding of the policy pack forbids it"),
    "drifted": Look("≠", "unproven", "AWS is not what the state says"),
    "locked": Look("⊘", "unproven", "another run holds the stack"),
    "throttled": Look("…", "unproven", "AWS said that calls are too many, as often as it was tried"),
    "lost": Look("∅", "failed", "the worker that had it is gone"),
    "interrupted": Look("■", "unproven", "it was called off, or took too long"),
    "not run": Look("–", "quiet", "the run stopped before its turn"),
    "passed": Look("✓", "passed", "it ended well"),
    "unchanged": Look("=", "declared", "skipped, for the same run of the same content ended well before"),
}
_EMPTY = Look("?", "unproven", "nothing was there to run")


def template(name: str) -> Template:
    """A template by its file's name. Every value is escaped, and what is invisible in it spelled out; a name that nobody
    gave is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalized,
    )
    environment.globals |= {"count": count, "duration": duration, "changes": changes, "money": money}
    return environment.get_template(name)


def _finalized(value: Any) -> Any:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def verdict(total: Summary, verb: str) -> tuple[Look, str]:
    """What the run came to, and how that looks: like the worst of it."""
    if not total.stacks:
        return _EMPTY, f"No stack: {verb} had nothing to run."
    wrong = [status for status in LOOKS if status in total.statuses and status not in WELL]
    if not wrong:
        return LOOKS["passed"], f"All well: {verb} of {count(total.stacks, 'stack')}."
    listed = ", ".join(f"{total.statuses[status]:,} {status}" for status in wrong)
    bad = f"{total.stacks - total.well:,} of {count(total.stacks, 'stack')} not well"
    return LOOKS[wrong[0]], f"{bad}: {listed}."


def figures(total: Summary, rows: Sequence[Result]) -> list[tuple[str, str]]:
    """The numbers that a reader looks for first, and what each of them counts."""
    bad = total.stacks - total.well
    without = f", without {count(total.unpriced, 'stack')} whose price is not verified"
    mandatory = sum(result.mandatory for result in rows)
    advisory = sum(result.advisory for result in rows)
    return [
        (f"{total.stacks:,}", "stack" if total.stacks == 1 else "stacks"),
        (f"{total.well:,}", "well"),
        (f"{bad:,}", "problem" if bad == 1 else "problems"),
        (f"{mandatory:,}", f"mandatory finding{'s' * (mandatory != 1)}, and {advisory:,} advisory"),
        (money(total.usd), "USD a month for interface endpoints" + (without if total.unpriced else "")),
        (duration(total.wall), "wall time"),
        (
            f"{total.per_minute:,.1f}" if total.stacks and total.wall else "–",
            f"stacks a minute{'' if total.ran == total.stacks else f', {total.ran:,} of which ran'}",
        ),
    ]
