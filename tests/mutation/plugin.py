"""Runs tests against each mutant in a fork of a pytest session that has collected and passed them once.

MUTANTS is a JSON file of what to ask (mutant -> what it changes), MUTANT_VERDICTS where the answers go, MUTANT_JOBS how many
at a time. A mutant is asked only with the tests that reach its function, those first that killed one of its before.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

# A mutant that makes a loop endless is killed after so many times as long as its tests take, and some seconds.
PATIENCE, GRACE = 8, 30


class Watch:
    """Whether a test has failed."""

    failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed = self.failed or report.failed


class Session:
    """The collected tests, which functions each reaches, and how long it takes."""

    def __init__(self, items: Sequence[pytest.Item], watch: Watch) -> None:
        self.items = {item.nodeid: item for item in items}
        self.watch = watch
        self.seconds: dict[str, float] = {}
        self.reached: dict[str, list[str]] = {}
        self.width: dict[str, int] = {}
        self.killers: dict[str, list[str]] = {}

    def survey(self) -> None:
        """Run every test as the code is."""
        set_mutant_under_test("stats")
        ordered = list(self.items.values())
        for item, following in zip(ordered, [*ordered[1:], None], strict=True):
            state()._stats.clear()
            began = time.perf_counter()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            self.seconds[item.nodeid] = time.perf_counter() - began
            self.width[item.nodeid] = len(state()._stats)
            for function in state()._stats:
                self.reached.setdefault(function, []).append(item.nodeid)
        set_mutant_under_test("")
        if self.watch.failed:
            raise RuntimeError("a test fails without any mutant")

    def tests_for(self, mutant: str) -> list[str]:
        """Those that reach the function: killers first, then the quick ones that reach little else."""
        function = mutant.rpartition("__mutmut_")[0]
        first = self.killers.get(function, [])[:20]
        rest = set(self.reached.get(function, ())) - set(first)
        return [*first, *sorted(rest, key=lambda id: self.seconds[id] * (40 + self.width[id]))]

    def kill(self, mutant: str, tests: Sequence[str]) -> str:
        """The first test that fails; "" if none does."""
        set_mutant_under_test(mutant)
        forget()
        for id, following in zip(tests, [*tests[1:], ""], strict=True):
            after = self.items[following] if following else None
            self.items[id].config.hook.pytest_runtest_protocol(item=self.items[id], nextitem=after)
            if self.watch.failed:
                return id
        return ""

    def note(self, mutant: str, killer: str) -> None:
        """A test that killed one mutant of a function is likely to kill the next."""
        killers = self.killers.setdefault(mutant.rpartition("__mutmut_")[0], [])
        if killer in self.items:
            killers[:] = [killer, *(each for each in killers if each != killer)]


def forget() -> None:
    """Empty the caches of the policies' functions: a mutant has to read anew what the code as it was has read."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("policies", "blueprint"):
            for each in vars(module).values():
                if hasattr(each, "cache_clear"):
                    each.cache_clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """In place of pytest's own loop."""
    watch = Watch()
    session.config.pluginmanager.register(watch)
    here = Session(session.items, watch)
    here.survey()
    asked: dict[str, str] = json.loads(Path(os.environ["MUTANTS"]).read_text(encoding="utf-8"))
    verdicts: dict[str, dict[str, str]] = {}
    running: dict[int, tuple[str, int]] = {}
    for count, mutant in enumerate(asked, 1):
        tests = here.tests_for(mutant)
        if len(running) >= int(os.environ["MUTANT_JOBS"]):
            _end(here, running, verdicts, asked)
        pid, answer = _fork(here, mutant, tests)
        running[pid] = (mutant, answer)
        if count % 100 == 0:
            alive = sum(verdict["end"] == "survived" for verdict in verdicts.values())
            sys.stderr.write(f"{count} of {len(asked)} mutants, {alive} alive\n")
    while running:
        _end(here, running, verdicts, asked)
    Path(os.environ["MUTANT_VERDICTS"]).write_text(json.dumps(verdicts), encoding="utf-8")
    return True


def _fork(here: Session, mutant: str, tests: Sequence[str]) -> tuple[int, int]:
    """Ask one mutant in a process of its own, which writes the killer's name to a pipe."""
    answer, own = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        os.close(own)
        return pid, answer
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(int(GRACE + PATIENCE * sum(here.seconds[id] for id in tests)))
    try:
        killer = here.kill(mutant, tests)
    except BaseException as error:
        killer = f"{type(error).__name__} outside of a test"
    os.write(own, killer.encode()[:4000])
    os._exit(0)


def _end(
    here: Session,
    running: dict[int, tuple[str, int]],
    verdicts: dict[str, dict[str, str]],
    asked: dict[str, str],
) -> None:
    """Take the answer of the next that ends."""
    pid, status = os.wait()
    mutant, answer = running.pop(pid)
    killer = os.read(answer, 4096).decode(errors="replace")
    os.close(answer)
    if os.waitstatus_to_exitcode(status) != 0:
        killer = "it took too long, or crashed"
    here.note(mutant, killer)
    verdicts[mutant] = {
        "end": "killed" if killer else "survived",
        "by": killer,
        "diff": asked[mutant],
    }
