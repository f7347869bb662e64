"""What is found: differences, notes, and that something could not be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

from blueprint.catalog import Source
from blueprint.problems import printable

# Characters of a name or value that are shown: no name of AWS's is longer.
_LONGEST = 120


class CheckError(Exception):
    """Something that was asked for cannot be looked at; the text says what, why and what to do."""


@dataclass(frozen=True)
class Difference:
    """A fact of ours and what AWS says of it now.

    `file`, `row` and `key` are where it stands in blueprint/facts; None in `ours` or `theirs`: there it is not. `source` is
    the row's source as we have it, `seen` where it was read now ("botocore 1.44.8", "a page saved as patch.html"), `todo`
    what to do, with text to paste.
    """

    file: str
    row: str
    key: str
    ours: str | None
    theirs: str | None
    source: Source
    seen: str
    todo: str = ""


@dataclass(frozen=True)
class Found:
    """What came of one place that was looked at. `compared` says what was held against what, with how many facts."""

    compared: tuple[str, ...]
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class Check:
    """All of it. `unseen`: what could not be looked at, and why. `old`: sources to read again, with their age in days."""

    day: str
    found: list[Found] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    old: list[tuple[Source, int]] = field(default_factory=list)

    @property
    def differences(self) -> list[Difference]:
        """Of everything that was looked at, in that order."""
        return [each for found in self.found for each in found.differences]

    @property
    def ended(self) -> str:
        """ "differences", "unseen" or "same". A source that is old has to be read again: that is one as well."""
        if self.differences or self.old:
            return "differences"
        return "unseen" if self.unseen else "same"


def shown(text: str) -> str:
    """A text of somebody else's, safe to print: in one line, control characters spelled out, not too long."""
    brief = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"
    return printable(brief)
