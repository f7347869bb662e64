"""What an audit found, and the list of what is accepted for a while."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ACCEPTED = Path(__file__).resolve().parents[1] / "advisories.toml"
KEYS = {"id", "in", "reason", "until"}


class ListError(Exception):
    """The list of accepted advisories cannot be read: what and where."""


@dataclass(frozen=True, order=True)
class Advisory:
    """A known vulnerability of a package: where it was found, and the version that mends it ("" if none does)."""

    place: str
    id: str
    package: str
    fixed: str
    summary: str

    def line(self) -> str:
        """One line that says what to do."""
        mended = f"mended in {self.fixed}" if self.fixed else "no version mends it"
        return f"{self.place}: {self.id}: {self.package}: {self.summary} ({mended})"


@dataclass(frozen=True)
class Looked:
    """What came of looking at one place. `blind` says why nobody could look; there is no verdict then."""

    place: str
    advisories: tuple[Advisory, ...] = ()
    blind: str = ""
    about: str = ""


@dataclass(frozen=True)
class Accepted:
    """An advisory that may be there, until that day."""

    id: str
    place: str
    reason: str
    until: datetime.date


def accepted(file: Path = ACCEPTED) -> tuple[Accepted, ...]:
    """The list. Raises: ListError."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8")).get("accepted", [])
    except tomllib.TOMLDecodeError as error:
        raise ListError(f"{file.name}: {error}") from None
    for row in rows:
        if not isinstance(row, dict) or row.keys() != KEYS or not isinstance(row["until"], datetime.date):
            raise ListError(
                f"{file.name}: {row}: an entry has the keys id, in, reason and until, and until is a date like 2027-02-28"
            )
        if not str(row["reason"]).strip():
            raise ListError(f"{file.name}: {row['id']}: why may it be there? The reason is empty")
    return tuple(Accepted(row["id"], row["in"], row["reason"], row["until"]) for row in rows)


def judged(
    looked: Sequence[Looked], may: Iterable[Accepted], today: datetime.date
) -> tuple[list[str], list[str], list[str]]:
    """Lines: what is wrong, what is accepted, and what could not be looked at."""
    entries = {(each.place, each.id): each for each in may}
    wrong: list[str] = []
    passed: list[str] = []
    found = sorted({each for one in looked for each in one.advisories})
    for advisory in found:
        entry = entries.pop((advisory.place, advisory.id), None)
        if entry is None:
            wrong.append(advisory.line())
        elif entry.until < today:
            wrong.append(f"{advisory.line()}; accepted until {entry.until}, which is over: {entry.reason}")
        else:
            passed.append(f"{advisory.line()}; accepted until {entry.until}: {entry.reason}")
    blind = [f"{one.place}: {one.blind}" for one in looked if one.blind]
    seen = {one.place for one in looked if not one.blind}
    wrong += [
        f"{place}: {id} is accepted in {ACCEPTED.name}, and nothing has it any more: take the entry out"
        for place, id in sorted(entries)
        if place in seen
    ]
    return wrong, passed, blind
