"""What came of a part of the fuzzing, and how one is run: hypothesis makes the cases and shrinks what is wrong."""

from __future__ import annotations

import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final

import hypothesis
from hypothesis import HealthCheck
from hypothesis import strategies as st

TRACEBACK, FALSE_BLOCK, HANG, PASSED = "tracebacks", "false blocks", "hangs", "passed wrongly"
MESSAGE, REFUSED = "bad messages", "refused wrongly"
KINDS: Final = (TRACEBACK, FALSE_BLOCK, HANG, PASSED, MESSAGE, REFUSED)
# Seconds of this process's own time for one case: whatever is in it. Nobody waits longer for a report.
SLOWEST: Final = 2.0
# Where nothing ends by itself, it is ended.
_STOPPED: Final = 3 * SLOWEST
# No report is longer: fifty problems, and the longest lists of what is allowed.
LONGEST: Final = 100_000
_SHRINKING_SECONDS: Final = 45.0


class WrongError(AssertionError):
    """A case went wrong: one of KINDS, and why."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(f"{kind}: {why}")
        self.kind = kind


class _StoppedError(BaseException):
    """No `except Exception` of what is tried may take this for an answer."""


@dataclass
class Tally:
    """Cases by outcome. `refused` and `valid` hold the keys that a report named and that a valid case had."""

    part: str
    cases: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    refused: set[str] = field(default_factory=set)
    valid: set[str] = field(default_factory=set)
    examples: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.cases += other.cases
        self.outcomes += other.outcomes
        self.wrong += other.wrong
        self.slowest = max(self.slowest, other.slowest)
        self.refused |= other.refused
        self.valid |= other.valid
        self.examples += other.examples

    def row(self) -> list[str]:
        """Its row in the table."""
        took, what = self.slowest
        counts = [self.cases, self.outcomes["valid"], self.outcomes["error"], self.outcomes["blocked"]]
        return [
            self.part,
            *map(str, [*counts, *(self.wrong[kind] for kind in KINDS)]),
            f"{took:.2f} s, {what}",
        ]


HEADINGS: Final = ("part", "cases", "valid", "errors", "blocked", *KINDS, "slowest case")


def table(tallies: list[Tally]) -> str:
    """All parts, in columns."""
    rows = [list(HEADINGS), *(tally.row() for tally in tallies)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


@contextmanager
def timed(tally: Tally, what: str) -> Iterator[None]:
    """Notes the slowest case; one over the limit is a hang, and is stopped. It is this process's own time that counts."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _StoppedError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, _STOPPED)
    began = time.process_time()
    try:
        yield
    except _StoppedError:
        raise WrongError(
            HANG, f"{what} was stopped after {_STOPPED:.0f} s:\n{traceback.format_exc(limit=-4)}"
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        took = time.process_time() - began
        tally.slowest = max(tally.slowest, (took, what))
    if took > SLOWEST:
        raise WrongError(HANG, f"{what} took {took:.1f} s")


def check_message(text: str, *, keys: Any = (), limit: int = LONGEST) -> None:
    """A report that a terminal can show: no control character, no escape, no invisible or bidi character, not endless, and
    it names these keys."""
    for line in text.split("\n"):
        if not line.isprintable():
            bad = next(character for character in line if not character.isprintable())
            raise WrongError(MESSAGE, f"{bad!r} reaches the message {text[:300]!r}")
    if len(text) > limit:
        raise WrongError(MESSAGE, f"the message has {len(text)} characters: {text[:300]!r}")
    for key in keys:
        if not key or key not in text:
            raise WrongError(MESSAGE, f"{key!r} is not named in {text[:300]!r}")


def explore(
    tally: Tally,
    cases: st.SearchStrategy[Any],
    judge: Callable[[Any, Tally], None],
    shown: Callable[[Any], str],
    *,
    count: int,
    seed: int,
) -> Tally:
    """Try `count` cases. `judge` raises WrongError; any other exception is a traceback that a user would have seen."""
    last: list[tuple[str, str, Any]] = []
    ends: list[float] = []
    before: list[Counter[str]] = []

    def one(case: Any) -> None:
        if ends and time.monotonic() > ends[0]:
            return
        counting = not last
        tally.cases += counting
        try:
            judge(case, tally)
        except Exception as error:
            kind = error.kind if isinstance(error, WrongError) else TRACEBACK
            last.append((kind, traceback.format_exc(limit=-6), case))
            if counting:
                before.append(tally.outcomes.copy())
                ends.append(time.monotonic() + _SHRINKING_SECONDS)
            raise

    run = hypothesis.settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=hypothesis.Verbosity.quiet,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
    )(hypothesis.seed(seed)(hypothesis.given(cases)(one)))
    try:
        run()
    except Exception as error:
        if not last:
            raise
        kind, why, case = last[-1]
        tally.outcomes = before[0]
        tally.wrong[kind] += 1
        tally.examples.append(f"--- {tally.part}: {kind} (seed {seed})\n{why}\n{shown(case)}")
        del error
    return tally
