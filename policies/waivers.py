"""Waivers: findings that somebody excuses for a while, and answers for.

A waiver sits in the pack's configuration under the policy that it excuses, never in the stack. An expired one excuses
nothing and is a finding itself; what was excused, and which waivers nothing needed, is remembered for the policies that say
so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from policies.iam_match import pattern_matches
from policies.pack_config import PackConfigError
from policies.telling import some

LONGEST = timedelta(days=90)


@dataclass(frozen=True)
class Waiver:
    """One waiver. `urn` is a URN or a pattern of URNs; `expires` is the last day on which it counts."""

    urn: str
    reason: str
    owner: str
    expires: date

    @property
    def expired(self) -> bool:
        return self.expires < _today()

    def covers(self, urn: str) -> bool:
        """Whether it is about the resource with this URN."""
        return pattern_matches(self.urn, urn)

    def may_concern(self, urn: str) -> bool:
        """Whether its pattern may mean resources of the stack and project that this URN is of."""
        return all(map(pattern_matches, _home(self.urn), _home(urn)))

    def names(self, urn: str) -> bool:
        """Whether it names, without a wildcard, the stack and the project that this URN is of."""
        return _home(self.urn) == _home(urn)

    def __str__(self) -> str:
        return f"The waiver of {self.urn} ({self.reason}; {self.owner}; until {self.expires})"


@dataclass
class Ledger:
    """What the waivers of one run did: the findings that they excused, and those that nothing needed, by policy."""

    run: int = -1
    excused: dict[str, list[tuple[str, str | None, Waiver]]] = field(default_factory=dict)
    waivers: dict[str, set[Waiver]] = field(default_factory=dict)
    used: dict[str, set[Waiver]] = field(default_factory=dict)

    def open(self, run: int, policy: str, waivers: Sequence[Waiver]) -> None:
        """Note a policy's waivers, in a run of the engine."""
        self._turn_to(run)
        self.waivers.setdefault(policy, set()).update(waivers)

    def first_time(self, run: int, policy: str) -> bool:
        """Whether this policy is met for the first time in this run of the engine."""
        self._turn_to(run)
        known = policy in self.waivers
        self.waivers.setdefault(policy, set())
        return not known

    def excuse(self, policy: str, message: str, urn: str | None, waiver: Waiver) -> None:
        self.used.setdefault(policy, set()).add(waiver)
        self.excused.setdefault(policy, []).append((message, urn, waiver))

    def unused(self) -> Iterator[tuple[str, Waiver]]:
        """The waivers that excused nothing, with their policies."""
        for policy, waivers in self.waivers.items():
            for waiver in sorted(waivers - self.used.get(policy, set()), key=str):
                yield policy, waiver

    def _turn_to(self, run: int) -> None:
        """What an earlier run did is forgotten."""
        if run != self.run:
            self.run, self.excused, self.waivers, self.used = run, {}, {}, {}


LEDGER = Ledger()


def read(config: Mapping[str, Any]) -> list[Waiver]:
    """The waivers in a policy's configuration, whose shape was checked. Raises: PackConfigError on a wrong day."""
    waivers, wrong = [], []
    for index, each in enumerate(config.get("waivers", ())):
        try:
            expires = date.fromisoformat(each["expires"])
        except ValueError:
            wrong.append(f"waivers[{index}].expires is {each['expires']!r}, which is no day")
            continue
        if expires > _today() + LONGEST:
            wrong.append(
                f"waivers[{index}].expires is {each['expires']!r}; allowed is a day until {_today() + LONGEST}: "
                f"a waiver lasts at most {LONGEST.days} days"
            )
        waivers.append(Waiver(each["urn"], each["reason"], each["owner"], expires))
    if wrong:
        raise PackConfigError("; ".join(some(wrong)))
    return waivers


def _home(urn: str) -> tuple[str, str]:
    """Stack and project of a URN: urn:pulumi:<stack>::<project>::<type>::<name>. An empty stack has no URN, and neither."""
    stack, _, rest = urn.partition("::")
    return stack, rest.partition("::")[0]


def _today() -> date:
    return datetime.now(UTC).date()
