"""The table of `make compat`, and its place in docs/compatibility.md."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from tests.compat.cells import Result
from tests.compat.sets import NAMED
from tests.support.pack import ROOT

PAGE = ROOT / "docs" / "compatibility.md"
BEGIN, END = "<!-- the table of `make compat ARGS=--write`: begin -->", "<!-- end -->"
HEAD = ("Python", "versions", *NAMED, "tests passed", "failed")


def cells_of(result: Result) -> tuple[str, ...]:
    """A row of the table."""
    versions = (result.versions.get(package, "?") for package in NAMED)
    return (result.python, result.set, *versions, f"{result.passed:,}", str(result.failed))


def line(result: Result) -> str:
    """One line for the terminal."""
    ended = "" if result.good else f", pytest ended with {result.ended}"
    return f"  {result.passed:,} passed, {result.failed} failed, {result.seconds:.0f} s{ended}"


def markdown(results: Sequence[Result]) -> str:
    """The table."""
    rows = [HEAD, ("---",) * len(HEAD), *map(cells_of, results)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def write(results: Sequence[Result], missing: Sequence[str]) -> None:
    """Put the table, the day of its oldest row, and the cells that have not run, into the page."""
    text = PAGE.read_text(encoding="utf-8")
    left = f"\nNot run yet: {', '.join(missing)}.\n" if missing else ""
    inside = f"{BEGIN}\nTried on {min(result.day for result in results)}:\n\n{markdown(results)}{left}{END}"
    PAGE.write_text(
        f"{text[: text.index(BEGIN)]}{inside}{text[text.index(END) + len(END) :]}", encoding="utf-8"
    )


def read() -> tuple[datetime.date, list[dict[str, str]]]:
    """The day and the rows that the page shows. Raises: ValueError if the page has no such table."""
    text = PAGE.read_text(encoding="utf-8")
    inside = text[text.index(BEGIN) : text.index(END)]
    day = re.search(r"^Tried on (\d{4}-\d{2}-\d{2}):$", inside, re.MULTILINE)
    if day is None:
        raise ValueError(f"{PAGE}: the table has no day")
    rows = [
        tuple(cell.strip() for cell in row.strip("|").split("|"))
        for row in inside.splitlines()
        if row.startswith("|") and not row.startswith("| ---")
    ]
    if rows[0] != HEAD:
        raise ValueError(f"{PAGE}: the table's head is {rows[0]}")
    return datetime.date.fromisoformat(day[1]), [dict(zip(HEAD, row, strict=True)) for row in rows[1:]]
