"""What a run of a fleet came to: in figures, and as a table with what went wrong first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from blueprint import prices
from fleet import findings, words
from fleet.shapes import IDLE, WELL, Result, Status

# What went wrong in the order in which somebody should look at it.
ORDER: tuple[Status, ...] = (
    *("pending", "failed", "blocked", "drifted", "locked", "throttled", "lost", "interrupted", "not run"),
    *("passed", "unchanged"),
)
COLUMNS = ("stack", "status", "findings (mandatory + advisory)", "changes", "seconds", "why")
# Rows of unchanged stacks that a reader may still want.
_LISTED = 12
_SLOWEST = 5


@dataclass(frozen=True)
class Policy:
    """What one policy found in the whole fleet: how many findings block, how many advise, in how many stacks."""

    mandatory: int
    advisory: int
    stacks: int

    @property
    def findings(self) -> int:
        """All of them."""
        return self.mandatory + self.advisory


@dataclass(frozen=True)
class Summary:
    """Figures of one run.

    `statuses`, and those by account and by Region: status to how many stacks, what went wrong first. `changes`: the engine's
    operation to how many resources. `policies`: those that found something, what blocks most first. `usd`: US dollars a
    month for the endpoints of all stacks whose price is verified; `unpriced`: how many have none. `slowest`: stack and
    seconds, the slowest first. `wall`: seconds.
    """

    stacks: int
    statuses: Mapping[str, int]
    accounts: Mapping[str, Mapping[str, int]]
    regions: Mapping[str, Mapping[str, int]]
    changes: Mapping[str, int]
    policies: Mapping[str, Policy]
    usd: Decimal
    unpriced: int
    slowest: tuple[tuple[str, float], ...]
    wall: float

    @property
    def well(self) -> int:
        """How many stacks are as they should be."""
        return sum(number for status, number in self.statuses.items() if status in WELL)

    @property
    def ran(self) -> int:
        """For how many stacks an engine ran."""
        return self.stacks - sum(self.statuses.get(status, 0) for status in IDLE)

    @property
    def per_minute(self) -> float:
        """Stacks a minute, those among them that needed no engine."""
        return 60 * self.stacks / self.wall if self.wall else 0.0

    def document(self) -> dict[str, Any]:
        """As JSON's plain data; amounts are text."""
        return {
            "stacks": self.stacks,
            "well": self.well,
            "ran": self.ran,
            "statuses": dict(self.statuses),
            "statusesByAccount": {name: dict(each) for name, each in self.accounts.items()},
            "statusesByRegion": {name: dict(each) for name, each in self.regions.items()},
            "changes": dict(self.changes),
            "findingsByPolicy": {
                name: {"mandatory": each.mandatory, "advisory": each.advisory, "stacks": each.stacks}
                for name, each in self.policies.items()
            },
            "monthlyUsd": str(self.usd),
            "stacksWithoutPrice": self.unpriced,
            "slowest": [{"stack": name, "seconds": seconds} for name, seconds in self.slowest],
            "wallSeconds": round(self.wall, 1),
            "stacksPerMinute": round(self.per_minute, 1),
        }


def of(results: Sequence[Result], wall: float) -> Summary:
    """The figures of a run that took `wall` seconds."""
    changed: Counter[str] = Counter()
    for result in results:
        changed.update(result.changes)
    known = [result.monthly_usd for result in results if result.monthly_usd is not None]
    slow = sorted(results, key=lambda result: -result.seconds)[:_SLOWEST]
    return Summary(
        stacks=len(results),
        statuses=_statuses(results),
        accounts=_by(results, lambda result: result.account),
        regions=_by(results, lambda result: result.region),
        changes=dict(sorted(changed.items())),
        policies={
            each.name: Policy(each.mandatory, each.advisory, len(each.stacks))
            for each in findings.by_policy(results)
        },
        usd=sum(known, Decimal(0)),
        unpriced=len(results) - len(known),
        slowest=tuple((result.stack, result.seconds) for result in slow if result.seconds),
        wall=wall,
    )


def ordered(results: Sequence[Result]) -> list[Result]:
    """What went wrong first; within a status in the order of the fleet."""
    return sorted(results, key=lambda result: ORDER.index(result.status))


def rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """A row for each stack, as COLUMNS has it. Many that are unchanged share one line at the end."""
    unchanged = sum(result.status == "unchanged" for result in results)
    folded = unchanged > _LISTED
    found: list[tuple[str, ...]] = [
        (
            words.line(result.stack),
            result.status,
            f"{result.mandatory} + {result.advisory}" if result.findings else "",
            words.changes(result.changes),
            f"{result.seconds:.1f}" if result.seconds else "",
            words.line(result.error),
        )
        for result in ordered(results)
        if not (folded and result.status == "unchanged")
    ]
    if folded:
        found.append((f"{unchanged} more", "unchanged", "", "", "", ""))
    return found


def sentences(summary: Summary) -> list[str]:
    """The figures, a line each."""
    told = ", ".join(f"{number} {status}" for status, number in summary.statuses.items()) or "none"
    lines = [f"well: {summary.well} of {words.count(summary.stacks, 'stack')} ({told})"]
    ran = f", {summary.ran} of which ran" if summary.ran != summary.stacks else ""
    rate = f", {summary.per_minute:.1f} stacks a minute{ran}" if summary.ran else ""
    lines.append(f"took: {words.duration(summary.wall)}{rate}")
    if len(summary.slowest) > 1:
        slow = (f"{words.line(name)} {words.duration(each)}" for name, each in summary.slowest[:3])
        lines.append(f"slowest: {', '.join(slow)}")
    if changed := words.changes(summary.changes):
        lines.append(f"changes: {changed}")
    if summary.policies:
        found = (f"{words.line(name)} {each.findings}" for name, each in summary.policies.items())
        lines.append(f"findings: {', '.join(found)}")
    lines.append(f"interface endpoints: {price(summary)}")
    return lines


def price(summary: Summary) -> str:
    """The monthly cost, and for how many stacks nobody knows it."""
    usd = f"{prices.dollars(summary.usd)} USD a month"
    if not summary.unpriced:
        return usd
    without = f"{words.count(summary.unpriced, 'stack')} whose Region's price is not verified"
    return f"{usd}, without {without}"


def _statuses(results: Sequence[Result]) -> dict[str, int]:
    return dict(Counter(result.status for result in ordered(results)))


def _by(results: Sequence[Result], key: Callable[[Result], str]) -> dict[str, dict[str, int]]:
    names = dict.fromkeys(key(result) for result in results)
    return {name: _statuses([result for result in results if key(result) == name]) for name in sorted(names)}
