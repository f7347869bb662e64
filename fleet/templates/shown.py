"""What the page shows of a run besides its figures: the reasons, and the fleet by account and Region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fleet.shapes import WELL, Result, Status
from fleet.templates import LOOKS, Look
from fleet.words import clean, count

# Stacks of one account and Region that the matrix shows one by one; of more it shows how many ended how.
CELL = 3
# The end of the engine's output on the page, in lines and in characters: of 500 failed stacks it is still a page.
LOG_LINES, LOG = 40, 4_000


@dataclass(frozen=True)
class Problem:
    """What is to be told of a stack that is not well, or of several that have nothing but the same reason. `stacks`:
    numbers of rows. `log`: the end of the output; `before`: characters of it that are left out."""

    result: Result
    stacks: tuple[int, ...]
    log: str
    before: int


@dataclass(frozen=True)
class Cell:
    """Stacks of one account and Region: `row` is the first one's, `text` what is written, `of` whom it concerns."""

    row: int
    look: Look
    text: str
    of: str


def first(rows: Sequence[Result], status: Status) -> int:
    """The number of the first row with this status."""
    return next(row for row, result in enumerate(rows) if result.status == status)


def workers(rows: Iterable[Result]) -> list[tuple[str, int]]:
    """Who ran stacks, and how many, the busiest first."""
    return Counter(result.worker for result in rows if result.worker).most_common()


def regions(rows: Iterable[Result]) -> list[str]:
    """The fleet's Regions, the matrix's columns."""
    return sorted({result.region for result in rows})


def problems(rows: Sequence[Result]) -> list[Problem]:
    """The problems in the order of the rows. After a canary failed, hundreds may have one and the same reason."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for row, result in enumerate(rows):
        if result.status not in WELL:
            alone = bool(result.findings or result.log.strip())
            groups.setdefault((result.status, result.error, row if alone else None), []).append(row)
    found = []
    for group in groups.values():
        result = rows[group[0]]
        log = end(result.log, LOG_LINES, LOG)
        found.append(Problem(result, tuple(group), log, len(clean(result.log).strip()) - len(log)))
    return found


def end(log: str, lines: int, characters: int) -> str:
    """The last lines, and of them the last characters."""
    last = "\n".join(clean(log).strip().split("\n")[-lines:])
    return last[-characters:]


def matrix(results: Sequence[Result], rows: Sequence[Result]) -> list[tuple[str, int, int, list[list[Cell]]]]:
    """For each account, in the order of the results: its name, its stacks that are well, all of them, and a cell for each
    Region."""
    columns = regions(rows)
    table: dict[str, dict[str, list[int]]] = {result.account: {} for result in results}
    for row, result in enumerate(rows):
        table[result.account].setdefault(result.region, []).append(row)
    return [
        (
            account,
            sum(rows[row].status in WELL for those in by_region.values() for row in those),
            sum(map(len, by_region.values())),
            [_cell(rows, by_region.get(region, [])) for region in columns],
        )
        for account, by_region in table.items()
    ]


def _cell(rows: Sequence[Result], those: Sequence[int]) -> list[Cell]:
    if len(those) <= CELL:
        return [Cell(row, LOOKS[rows[row].status], rows[row].status, rows[row].stack) for row in those]
    counted: dict[Status, list[int]] = {}
    for row in those:
        counted.setdefault(rows[row].status, []).append(row)
    return [
        Cell(group[0], LOOKS[status], f"{len(group)} {status}", count(len(group), "stack"))
        for status, group in counted.items()
    ]
