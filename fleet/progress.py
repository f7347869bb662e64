"""What a run of a fleet says while it runs: live on a terminal, a line for each event elsewhere. On stderr, all of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import Protocol, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from blueprint.problems import printable
from fleet.shapes import WELL, Result

# Characters of a reason in its line; the whole of it is in the summary and in the results.
_REASON = 200
# Running stacks that a terminal shows at once.
_SHOWN = 12


class Watcher(Protocol):
    """Who is told what happens."""

    def begin(self, total: int, waves: Mapping[str, int]) -> None:
        """So many stacks, and how many of them are to run in each wave."""

    def wave(self, name: str, count: int) -> None:
        """A wave begins."""

    def started(self, stack: str, attempt: int) -> None:
        """A stack was handed to whoever runs it."""

    def retrying(self, stack: str, status: str, seconds: float) -> None:
        """It ended so, and will be tried again after a pause."""

    def ended(self, result: Result) -> None:
        """Nothing more will be done about a stack."""

    def stopping(self, why: str) -> None:
        """No further stack is started."""

    def close(self) -> None:
        """It is over."""


def watcher(stream: TextIO) -> Watcher:
    """The watcher that suits where this goes."""
    return Terminal(stream) if stream.isatty() else Lines(stream)


class Quiet:
    """Says nothing."""

    def begin(self, total: int, waves: Mapping[str, int]) -> None: ...

    def wave(self, name: str, count: int) -> None: ...

    def started(self, stack: str, attempt: int) -> None: ...

    def retrying(self, stack: str, status: str, seconds: float) -> None: ...

    def ended(self, result: Result) -> None: ...

    def stopping(self, why: str) -> None: ...

    def close(self) -> None: ...


class Lines(Quiet):
    """A line for each event: for logs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._total = self._done = 0

    def begin(self, total: int, waves: Mapping[str, int]) -> None:
        self._total = total
        named = [f"{count} in wave {name}" for name, count in waves.items() if name]
        due = f"{sum(waves.values())} to run"
        self._say(f"fleet: {_stacks(total)}, {', '.join([due, *named])}")

    def wave(self, name: str, count: int) -> None:
        self._say(f"fleet: wave {name}, {_stacks(count)}")

    def retrying(self, stack: str, status: str, seconds: float) -> None:
        self._say(f"fleet: {stack} {status}, again in {seconds:.0f} s")

    def ended(self, result: Result) -> None:
        self._done += 1
        self._say(f"fleet: [{self._done}/{self._total}] {told(result)}")

    def stopping(self, why: str) -> None:
        self._say(f"fleet: stopping. {printable(why)}")

    def _say(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()


class Terminal(Quiet):
    """A bar, what runs now, and what went wrong above it."""

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
        )
        self._task = self._bar.add_task("stacks", total=None)
        self._running: dict[str, tuple[float, int]] = {}
        self._counts: Counter[str] = Counter()
        self._live = Live(get_renderable=self._picture, console=self._console, refresh_per_second=4)
        self._live.start()

    def begin(self, total: int, waves: Mapping[str, int]) -> None:
        self._bar.update(self._task, total=total, description=f"{sum(waves.values())} to run")

    def wave(self, name: str, count: int) -> None:
        self._bar.update(self._task, description=f"wave {name}: {count}")

    def started(self, stack: str, attempt: int) -> None:
        self._running[stack] = (time.monotonic(), attempt)

    def retrying(self, stack: str, status: str, seconds: float) -> None:
        self._running.pop(stack, None)
        self._live.console.print(Text(f"{stack} {status}, again in {seconds:.0f} s", style="yellow"))

    def ended(self, result: Result) -> None:
        self._running.pop(result.stack, None)
        self._counts[result.status] += 1
        self._bar.advance(self._task)
        if result.status not in WELL and result.status != "not run":
            self._live.console.print(Text(told(result), style="red"))

    def stopping(self, why: str) -> None:
        self._live.console.print(Text(f"stopping. {printable(why)}", style="bold red"))

    def close(self) -> None:
        self._live.stop()

    def _picture(self) -> Group:
        table = Table(box=None, pad_edge=False, show_header=False)
        now = time.monotonic()
        for stack, (since, attempt) in list(self._running.items())[:_SHOWN]:
            again = f"attempt {attempt}" if attempt > 1 else ""
            table.add_row(Text(f"  {stack}"), Text(f"{now - since:4.0f} s"), Text(again))
        more = len(self._running) - _SHOWN
        if more > 0:
            table.add_row(Text(f"  and {more} more"), Text(""), Text(""))
        counts = "  ".join(f"{count} {status}" for status, count in sorted(self._counts.items()))
        return Group(self._bar, Text(f"  {counts}" if counts else ""), table)


def _stacks(count: int) -> str:
    return f"{count} stack{'s' * (count != 1)}"


def told(result: Result) -> str:
    """A result in one line."""
    parts = [f"{result.stack} {result.status}"]
    if result.seconds:
        parts.append(f"{result.seconds:.1f} s")
    if result.changes:
        parts.append(", ".join(f"{count} {name}" for name, count in sorted(result.changes.items())))
    if result.findings:
        parts.append(f"{result.mandatory} mandatory and {result.advisory} advisory findings")
    if result.attempts > 1:
        parts.append(f"attempt {result.attempts}")
    if result.error:
        first = printable(result.error.strip().partition("\n")[0])
        parts.append(first if len(first) <= _REASON else first[: _REASON - 3] + "...")
    return "; ".join(parts)
