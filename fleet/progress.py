"""What a run of a fleet says while it runs: live on a terminal, a line for each event elsewhere. On stderr, all of it.

What is said never ends a run: a terminal that is closed or a pipe that nobody reads any more is told nothing further.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol, TextIO, cast

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from fleet import words
from fleet.shapes import WELL, Result
from fleet.stream import Patient
from fleet.summary import ORDER

# Characters of a reason in its line; the whole of it is in the summary and in the results.
_REASON = 200
# Running stacks that a terminal shows at once, and lines that it needs for the rest.
_SHOWN, _OTHER = 12, 6


class Watcher(Protocol):
    """Who is told what happens."""

    def begin(self, total: int, waves: Mapping[str, int]) -> None:
        """So many stacks, and how many of them are to run in each wave; "" is the name of the only one."""

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
    """The watcher that suits where this goes: a terminal that cannot move its cursor gets lines."""
    terminal = stream.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")
    return Terminal(stream) if terminal else Lines(stream)


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
        self._stream = Patient(stream)
        self._total = self._done = 0

    def begin(self, total: int, waves: Mapping[str, int]) -> None:
        self._total = total
        named = [f"{count:,} in wave {name}" for name, count in waves.items() if name]
        due = f"{sum(waves.values()):,} to run"
        self._say(f"{words.count(total, 'stack')}, {', '.join([due, *named])}")

    def wave(self, name: str, count: int) -> None:
        self._say(f"wave {name}, {words.count(count, 'stack')}")

    def retrying(self, stack: str, status: str, seconds: float) -> None:
        self._say(paused(stack, status, seconds))

    def ended(self, result: Result) -> None:
        self._done += 1
        self._say(f"[{self._done}/{self._total}] {told(result)}")

    def stopping(self, why: str) -> None:
        self._say(f"stopping. {why}")

    def _say(self, text: str) -> None:
        # With our name before it no text of a stack begins a line, where CI systems look for commands.
        self._stream.write(f"fleet: {words.line(text)}\n")
        self._stream.flush()


class Terminal(Quiet):
    """A bar with the time that is left, how many ended how, the waves, what runs now, and what went wrong above it all."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = Console(
            file=cast(TextIO, Patient(stream)),
            force_terminal=True,
            highlight=False,
            markup=False,
            emoji=False,
        )
        self._clock = clock
        self._bar = Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}", markup=False),
            console=self._console,
            get_time=clock,
        )
        self._task = self._bar.add_task("stacks", total=None, left="")
        self._running: dict[str, tuple[float, int]] = {}
        self._pausing: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._waves: dict[str, int] = {}
        self._wave = ""
        self._due = self._ran = 0
        self._began = clock()
        self._live = Live(get_renderable=self.picture, console=self._console, refresh_per_second=4)

    def begin(self, total: int, waves: Mapping[str, int]) -> None:
        self._waves = {name: count for name, count in waves.items() if name}
        self._due = sum(waves.values())
        self._began = self._clock()
        self._bar.reset(self._task, total=total)
        self._live.start()

    def wave(self, name: str, count: int) -> None:
        self._wave, self._waves[name] = name, count

    def started(self, stack: str, attempt: int) -> None:
        self._pausing.discard(stack)
        self._running[stack] = (self._clock(), attempt)

    def retrying(self, stack: str, status: str, seconds: float) -> None:
        self._running.pop(stack, None)
        self._pausing.add(stack)
        self._print(paused(stack, status, seconds), "yellow")

    def ended(self, result: Result) -> None:
        self._ran += self._running.pop(result.stack, None) is not None
        self._pausing.discard(result.stack)
        self._counts[result.status] += 1
        self._bar.advance(self._task)
        # The many that were not run have one reason, which was told.
        if result.status not in WELL and result.status != "not run":
            self._print(told(result), "red")

    def stopping(self, why: str) -> None:
        self._print(f"stopping. {why}", "bold red")

    def close(self) -> None:
        self._live.stop()

    def picture(self) -> Group:
        """What the terminal shows at this moment."""
        self._bar.update(self._task, left=self._left())
        parts = [f"{self._counts[status]:,} {status}" for status in ORDER if self._counts[status]]
        if self._pausing:
            parts.append(f"{len(self._pausing):,} to be tried again")
        found: list[Progress | Text | Table] = [self._bar]
        if self._waves:
            found.append(self._of_waves())
        if parts:
            found.append(_short("  ".join(parts)))
        return Group(*found, self._now())

    def _left(self) -> str:
        """How long it may still take, from the pace of those that ran so far: those that were skipped took no time."""
        left = self._due - self._ran
        if not self._ran or left <= 0:
            return ""
        seconds = (self._clock() - self._began) / self._ran * left
        return f"about {words.duration(max(seconds, 1.0))} left"

    def _of_waves(self) -> Text:
        text = Text("  waves: ", no_wrap=True, overflow="ellipsis")
        for number, (name, count) in enumerate(self._waves.items()):
            now = name == self._wave
            text.append(" > " if number else "")
            text.append(f"{'now ' * now}{words.line(name)} {count:,}", style="bold" if now else "dim")
        return text

    def _now(self) -> Table:
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(no_wrap=True, overflow="ellipsis")
        table.add_column(no_wrap=True, justify="right")
        table.add_column(no_wrap=True)
        now = self._clock()
        room = max(1, min(_SHOWN, self._console.height - _OTHER))
        # The one that runs longest comes first. A copy: this is drawn by a thread of its own.
        running = list(self._running.items())
        for stack, (since, attempt) in running[:room]:
            again = f"attempt {attempt}" if attempt > 1 else ""
            table.add_row(_short(stack), Text(words.duration(now - since)), Text(again))
        if (more := len(running) - room) > 0:
            table.add_row(_short(f"and {more:,} more"))
        return table

    def _print(self, text: str, style: str) -> None:
        self._console.print(Text(words.line(text), style=style))


def paused(stack: str, status: str, seconds: float) -> str:
    """That a stack will be tried again, in one line."""
    return f"{stack} {status}, again in {words.duration(seconds)}"


def told(result: Result) -> str:
    """A result in one line."""
    parts = [f"{result.stack} {result.status}"]
    if result.seconds:
        parts.append(words.duration(result.seconds))
    if changed := words.changes(result.changes):
        parts.append(changed)
    if result.findings:
        parts.append(f"{result.mandatory} mandatory and {result.advisory} advisory findings")
    if result.attempts > 1:
        parts.append(f"attempt {result.attempts}")
    if result.error:
        parts.append(words.line(result.error, _REASON))
    return words.line("; ".join(parts))


def _short(text: str) -> Text:
    """A line that a narrow terminal cuts and does not fold."""
    return Text(f"  {words.line(text)}", no_wrap=True, overflow="ellipsis")
