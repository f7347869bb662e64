"""A runner with nothing real around it: who runs jobs does as a script says, and the clock runs ahead of every pause."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fleet.ledger import Ledger
from fleet.runner import Runner
from fleet.shapes import Job, Result, Stack, Status, Verb
from tests.fleet.fleets import fleet

# How an attempt ends: a status, or the exception of whoever should have run it.
End = Status | Exception


class GoneError(Exception):
    """A worker that is not there any more."""


@dataclass
class Script:
    """Ends each stack's attempts as `ends` says, and with `passed` where it says nothing more. `submitted`: every attempt,
    in order; `asked`: what else it was asked. `before` is called before each attempt."""

    ends: Mapping[str, Sequence[End]] = field(default_factory=dict)
    before: Callable[[Job], None] = lambda _: None
    refuses: frozenset[str] = frozenset()
    submitted: list[tuple[str, int]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def submit(self, job: Job) -> Future[Result]:
        """A run that has ended already."""
        self.submitted.append((job.stack, job.attempt))
        self.before(job)
        if job.stack in self.refuses:
            raise GoneError("no scheduler")
        ends = self.ends.get(job.stack, ())
        end: End = ends[job.attempt - 1] if job.attempt <= len(ends) else "passed"
        future: Future[Result] = Future()
        if isinstance(end, Exception):
            future.set_exception(end)
        else:
            future.set_result(Result(job.stack, job.verb, end, log="said", worker="w1"))
        return future

    def stop(self) -> None:
        self.asked.append("stop")

    def kill(self) -> None:
        self.asked.append("kill")

    def close(self) -> None:
        self.asked.append("close")


class Slow(Script):
    """Runs that take some milliseconds, and how many there were at once: in all, by account and by Region."""

    def __init__(self, stacks: Sequence[Stack]) -> None:
        super().__init__()
        self.most: dict[str, int] = defaultdict(int)
        self._now: dict[str, int] = defaultdict(int)
        self._stacks = {stack.name: stack for stack in stacks}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(64)

    def submit(self, job: Job) -> Future[Result]:
        self.submitted.append((job.stack, job.attempt))
        return self._threads.submit(self._run, job)

    def close(self) -> None:
        self._threads.shutdown()

    def _run(self, job: Job) -> Result:
        stack = self._stacks[job.stack]
        those = ("all", stack.account_id, stack.region)
        with self._lock:
            for each in those:
                self._now[each] += 1
                self.most[each] = max(self.most[each], self._now[each])
        time.sleep(0.01)
        with self._lock:
            for each in those:
                self._now[each] -= 1
        return Result(job.stack, job.verb, "passed")


@dataclass
class Seen:
    """What somebody who watches is told, in order."""

    told: list[tuple[Any, ...]] = field(default_factory=list)

    def begin(self, total: int, waves: Mapping[str, int]) -> None:
        self.told.append(("begin", total, dict(waves)))

    def wave(self, name: str, count: int) -> None:
        self.told.append(("wave", name, count))

    def started(self, stack: str, attempt: int) -> None:
        self.told.append(("started", stack, attempt))

    def retrying(self, stack: str, why: str, seconds: float) -> None:
        self.told.append(("retrying", stack, why, seconds))

    def ended(self, result: Result) -> None:
        self.told.append(("ended", result.stack, result.status))

    def stopping(self, why: str) -> None:
        self.told.append(("stopping", why))

    def close(self) -> None:
        self.told.append(("close",))

    def of(self, word: str) -> list[tuple[Any, ...]]:
        """What was told under a word."""
        return [each[1:] for each in self.told if each[0] == word]


def job_of(verb: Verb) -> Callable[[Stack, int], Job]:
    """The maker of a stack's jobs."""
    return lambda stack, attempt: Job(
        stack=stack.name,
        verb=verb,
        config=stack.config,
        policies={},
        backend="file:///state",
        secrets_provider="passphrase",
        program="p1",
        timeout=60.0,
        attempt=attempt,
    )


def runner(
    folder: Path, executor: Script, verb: Verb = "up", says: Mapping[str, Any] | None = None, **more: Any
) -> tuple[Runner, Seen]:
    """A runner of a fleet that says this, and who watches it. Nobody waits: each look at the clock is 15 minutes later."""
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += 900
        return now

    seen = Seen()
    made = Runner(
        fleet=fleet(says),
        verb=verb,
        executor=executor,
        job_of=job_of(verb),
        ledger=Ledger(folder / "results.jsonl"),
        watcher=seen,
        clock=clock,
        lot=random.Random(1),
        **more,
    )
    return made, seen


def statuses(results: Sequence[Result]) -> list[tuple[str, Status]]:
    """Each stack with how it ended."""
    return [(each.stack, each.status) for each in results]
