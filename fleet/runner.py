"""Takes stacks through one verb: so many at once, canaries first, again where that may help, and no further one where too
many have failed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from typing import Protocol

from fleet import content
from fleet.ledger import Ledger
from fleet.pace import Pace, pause
from fleet.progress import Watcher
from fleet.settings import Fleet
from fleet.shapes import PASSING, WAVES, WELL, Job, Result, Stack, Status, Verb

# Only where something is made or destroyed does it matter who goes first.
IN_WAVES: frozenset[Verb] = frozenset(("up", "destroy"))
# Seconds between two looks at pauses and at what was called off.
_LOOK = 0.2


class Executor(Protocol):
    """Who runs jobs. What `submit` gives ends with a result, or with an exception where whoever had the job is gone."""

    def submit(self, job: Job) -> Future[Result]:
        """Start a run."""

    def stop(self) -> None:
        """Ask every run to end, and give it the time to."""

    def kill(self) -> None:
        """Ask again, without."""

    def close(self) -> None:
        """Nothing more will be submitted."""


@dataclass(frozen=True)
class Waiting:
    """A stack that is due at a time of the clock, for its attempt number so and so."""

    stack: Stack
    attempt: int = 1
    due: float = 0.0


@dataclass
class Runner:
    """One run of a fleet.

    `job_of` makes the job of a stack and an attempt. `world`: see content.of_job. `again`: run stacks whose content has not
    changed, too. `clock` gives seconds, `lot` the pauses.
    """

    fleet: Fleet
    verb: Verb
    executor: Executor
    job_of: Callable[[Stack, int], Job]
    ledger: Ledger
    watcher: Watcher
    world: str = ""
    again: bool = False
    clock: Callable[[], float] = time.monotonic
    lot: random.Random = field(default_factory=random.Random)
    stopped: str = ""
    called_off: bool = False
    total: int = 0
    results: dict[str, Result] = field(default_factory=dict)
    # The hash of what each stack is made from.
    contents: dict[str, str] = field(default_factory=dict)
    # What came of the last attempt of each stack that waits for another.
    tried: dict[str, Result] = field(default_factory=dict)

    def run(self, stacks: Sequence[Stack]) -> list[Result]:
        """One result for each stack, in their order. Each is in the ledger as soon as it is known."""
        self.total = len(stacks)
        self.contents = {each.name: content.of_job(self.job_of(each, 1), self.world) for each in stacks}
        due = [stack for stack in stacks if not self._skipped(stack)]
        in_waves = self.verb in IN_WAVES
        waves = (
            {wave: [each for each in due if each.wave == wave] for wave in WAVES} if in_waves else {"": due}
        )
        self.watcher.begin(len(stacks), {name: len(those) for name, those in waves.items() if those})
        for result in self.results.values():
            self.watcher.ended(result)
        for name, those in waves.items():
            if those and not self.stopped:
                if name:
                    self.watcher.wave(name, len(those))
                self._wave(those)
        for stack in stacks:
            if stack.name not in self.results:
                self._end(stack, self.tried.get(stack.name) or self._about(stack, "not run", self.stopped))
        return [self.results[stack.name] for stack in stacks]

    def call_off(self) -> None:
        """Start nothing more, and ask what runs to end; a second time, to end at once."""
        if self.called_off:
            self.executor.kill()
            return
        self.called_off = True
        self.stopped = "it was called off before it began"
        self.watcher.stopping(
            "What runs finishes its calls, writes its state and unlocks; Ctrl-C again hurries it"
        )
        self.executor.stop()

    def _wave(self, stacks: Sequence[Stack]) -> None:
        pace = Pace(self.fleet.concurrency)
        waiting = [Waiting(stack) for stack in stacks]
        running: dict[Future[Result], Waiting] = {}
        while running or (waiting and not self.stopped):
            for each in [] if self.stopped else list(waiting):
                if each.due <= self.clock() and pace.admits(each.stack):
                    waiting.remove(each)
                    pace.started(each.stack)
                    self.watcher.started(each.stack.name, each.attempt)
                    running[self._submitted(each)] = each
            done, _ = wait(running, timeout=_LOOK, return_when=FIRST_COMPLETED)
            if not running:
                time.sleep(_LOOK)
            for future in done:
                each = running.pop(future)
                result = self._of(future, each)
                pace.ended(each.stack, result.status)
                if (later := self._later(each, result)) is not None:
                    waiting.append(later)
                else:
                    self._end(each.stack, result)

    def _submitted(self, each: Waiting) -> Future[Result]:
        try:
            return self.executor.submit(self.job_of(each.stack, each.attempt))
        except Exception as error:
            # No scheduler, no thread: what runs elsewhere is still to be waited for.
            refused: Future[Result] = Future()
            refused.set_exception(error)
            return refused

    def _of(self, future: Future[Result], each: Waiting) -> Result:
        try:
            result = future.result()
        except Exception as error:
            # Whatever an executor of somebody else's raises: nobody has the run any more.
            said = f"whoever ran it is gone: {type(error).__name__}: {error}"
            return self._about(each.stack, "lost", said, attempts=each.attempt)
        stack = each.stack
        return replace(
            result,
            account=stack.account,
            region=stack.region,
            wave=stack.wave,
            monthly_usd=stack.monthly_usd,
            attempts=each.attempt,
            content=self.contents[stack.name],
        )

    def _later(self, each: Waiting, result: Result) -> Waiting | None:
        """The next attempt, after a pause; None where another would not help or there were enough."""
        if result.status not in PASSING or self.stopped:
            return None
        retries = self.fleet.retries
        most = {"throttled": retries.throttled, "locked": retries.locked, "lost": retries.lost}[result.status]
        if each.attempt > most:
            return None
        seconds = pause(result.status, each.attempt, self.lot)
        self.watcher.retrying(each.stack.name, result.status, seconds)
        self.tried[each.stack.name] = result
        return Waiting(each.stack, each.attempt + 1, self.clock() + seconds)

    def _end(self, stack: Stack, result: Result) -> None:
        self.results[stack.name] = result
        if result.status != "not run":
            self.ledger.add(result)
        self.watcher.ended(result)
        if self.verb not in IN_WAVES or result.status in WELL or self.stopped:
            return
        failed = [each for each in self.results.values() if each.status not in WELL]
        allowed = self.total * self.fleet.rollout.failure_budget_percent // 100
        if result.wave == "canary":
            self._stop(f"canary {result.stack} ended {result.status}: no further stack was started")
        elif len(failed) > allowed:
            self._stop(
                f"{len(failed)} stacks failed, and failureBudgetPercent allows {allowed}: no further one was started"
            )

    def _skipped(self, stack: Stack) -> bool:
        """Whether the same was made of it before. Notes the earlier result, under another status."""
        before = (
            None if self.again else self.ledger.unchanged(stack.name, self.verb, self.contents[stack.name])
        )
        if before is None:
            return False
        result = replace(before, status="unchanged", seconds=0.0, changes={}, log="", wave=stack.wave)
        self.results[stack.name] = result
        return True

    def _about(self, stack: Stack, status: Status, error: str, attempts: int = 0) -> Result:
        """A result that no run gave."""
        return Result(
            stack=stack.name,
            verb=self.verb,
            status=status,
            account=stack.account,
            region=stack.region,
            wave=stack.wave,
            monthly_usd=stack.monthly_usd,
            attempts=attempts,
            error=error,
            content=self.contents[stack.name],
        )

    def _stop(self, why: str) -> None:
        self.stopped = why
        self.watcher.stopping(why)
