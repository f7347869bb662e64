"""What a run of a fleet came to: in figures, and as a table with what went wrong first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from blueprint.problems import printable
from fleet.shapes import WELL, Result, Status

# What went wrong in the order in which somebody should look at it.
ORDER: tuple[Status, ...] = (
    *("pending", "failed", "blocked", "drifted", "locked", "throttled", "lost", "interrupted", "not run"),
    *("passed", "unchanged"),
)


@dataclass(frozen=True)
class Summary:
    """Figures of one run. `usd`: US dollars a month for the endpoints of all stacks whose price is verified; `unpriced`: how
    many stacks have none. `wall`: seconds."""

    stacks: int
    statuses: Mapping[str, int]
    changes: Mapping[str, int]
    policies: Mapping[str, int]
    usd: Decimal
    unpriced: int
    wall: float

    @property
    def well(self) -> int:
        """How many stacks are as they should be."""
        return sum(count for status, count in self.statuses.items() if status in WELL)

    @property
    def per_minute(self) -> float:
        """Stacks a minute."""
        return 60 * self.stacks / self.wall if self.wall else 0.0

    def document(self) -> dict[str, Any]:
        """As JSON's plain data."""
        return {
            "stacks": self.stacks,
            "well": self.well,
            "statuses": dict(self.statuses),
            "changes": dict(self.changes),
            "findingsByPolicy": dict(self.policies),
            "monthlyUsd": str(self.usd),
            "stacksWithoutPrice": self.unpriced,
            "wallSeconds": round(self.wall, 1),
        }


def of(results: Sequence[Result], wall: float) -> Summary:
    """The figures of a run that took `wall` seconds."""
    changes: Counter[str] = Counter()
    for result in results:
        changes.update(result.changes)
    known = [result.monthly_usd for result in results if result.monthly_usd is not None]
    return Summary(
        stacks=len(results),
        statuses=dict(sorted(Counter(result.status for result in results).items())),
        changes=dict(sorted(changes.items())),
        policies=dict(
            Counter(str(each["policy"]) for result in results for each in result.findings).most_common()
        ),
        usd=sum(known, Decimal(0)),
        unpriced=len(results) - len(known),
        wall=wall,
    )


def ordered(results: Sequence[Result]) -> list[Result]:
    """What went wrong first; within a status in the order of the fleet."""
    return sorted(results, key=lambda result: ORDER.index(result.status))


def rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """A row for each stack: stack, status, findings, changes, seconds, why. Many that are unchanged have none."""
    unchanged = sum(result.status == "unchanged" for result in results)
    return [
        (
            result.stack,
            result.status,
            f"{result.mandatory} + {result.advisory}" if result.findings else "",
            ", ".join(f"{count} {name}" for name, count in sorted(result.changes.items()) if name != "same"),
            f"{result.seconds:.1f}" if result.seconds else "",
            printable(result.error.strip().partition("\n")[0]),
        )
        for result in ordered(results)
        if result.status != "unchanged" or unchanged <= _LISTED
    ]


# Rows of unchanged stacks that a reader may still want.
_LISTED = 12
COLUMNS = ("stack", "status", "findings (mandatory + advisory)", "changes", "seconds", "why")


def sentences(summary: Summary) -> list[str]:
    """The figures, a line each."""
    statuses = ", ".join(f"{count} {status}" for status, count in summary.statuses.items())
    lines = [f"well: {summary.well} of {summary.stacks} stacks ({statuses})"]
    ran = summary.stacks - summary.statuses.get("unchanged", 0) - summary.statuses.get("not run", 0)
    lines.append(f"{summary.wall:.1f} s" + (f", {summary.per_minute:.1f} stacks a minute" if ran else ""))
    if summary.policies:
        lines.append("findings: " + ", ".join(f"{name} {count}" for name, count in summary.policies.items()))
    price = f"interface endpoints: {summary.usd:,.2f} USD a month"
    lines.append(
        f"{price}, without {summary.unpriced} stacks whose Region's price is not verified"
        if summary.unpriced
        else price
    )
    return lines
