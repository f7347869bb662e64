"""A fleet of one stack per Region, on one machine and on Dask workers: python -m benchmarks.fleet [--quick].

What is measured, and a run: benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import resource
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from benchmarks import fleets, machine
from benchmarks.memory import peak
from benchmarks.workers import Workers, workers
from fleet.cluster import Cluster
from fleet.local import Local
from fleet.progress import Quiet
from fleet.runner import Executor
from fleet.session import Session
from fleet.shapes import Result, Verb
from tests.support.slow_api import slow_api

LATENCY = 0.2
AT_ONCE = 2


@dataclass(frozen=True)
class Measured:
    """One run of a fleet: seconds on the wall and of the processor (user and system of all that ended below us), MB at most
    at once and of how many processes."""

    what: str
    stacks: int
    well: int
    unchanged: int
    wall: float
    cpu: float
    mb: float
    processes: int
    note: str = ""

    @property
    def per_minute(self) -> float:
        """Stacks a minute, of those that ran; 0 where none did."""
        return 60 * (self.stacks - self.unchanged) / self.wall


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 1 if a goal is missed or something came out wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="4 stacks in place of 34, 2 for Dask")
    quick = parser.parse_args(arguments).quick
    sizes, remote = ((2, 4), 2) if quick else ((4, 12, 34), 6)
    about = machine.facts()
    say(f"Fleet, {about['when']}")
    for name in ("machine", "python", "versions"):
        say(f"  {name}: {about[name]}")
    began = time.monotonic()
    bad: list[str] = []
    local = [each for size in sizes for each in _local(size, size == sizes[-1], bad)]
    say(f"\nOn this machine, {AT_ONCE} stacks at once")
    table(local)
    far = [_remote(remote, count, bad) for count in (1, 2)]
    killed = _killed(remote, bad)
    say(f"\nOn Dask workers with one stack each at a time, every AWS call {LATENCY * 1000:.0f} ms late")
    table([*far, killed])
    missed = goals(local, far, killed, bad)
    say(f"\n{time.monotonic() - began:.0f} s in all")
    kept = machine.keep("fleet", about["when"], [asdict(each) for each in (*local, *far, killed)])
    say(f"figures: {kept}")
    return 1 if missed else 0


def goals(local: Sequence[Measured], far: Sequence[Measured], killed: Measured, bad: Sequence[str]) -> int:
    """Say which goals are met; returns how many are not."""
    ups = [each for each in local if each.what == "up"]
    again = next(each for each in local if each.what == "up again")
    growth = (ups[-1].cpu / ups[-1].stacks) / (ups[0].cpu / ups[0].stacks)
    ratio = far[0].wall / far[1].wall
    share = again.unchanged / again.stacks
    verdicts = [
        (
            not bad,
            f"nothing twice, nothing missing, no lock left: {'; '.join(bad) or 'asked of the API and the backend'}",
        ),
        (share >= 0.95, f"unchanged stacks are skipped: {share:.0%} in {again.wall:.1f} s"),
        (
            growth <= 1.1,
            f"cost per stack is flat: {growth:.2f} times the CPU at {ups[-1].stacks} as at {ups[0].stacks}",
        ),
        (ratio >= 1.7, f"two workers do 1.7 times as much as one: {ratio:.2f}"),
        (
            killed.well == killed.stacks,
            f"with a worker killed, all stacks end well: {killed.well} of {killed.stacks}; {killed.note}",
        ),
    ]
    say("\nGoals")
    for met, text in verdicts:
        say(f"  {'met   ' if met else 'MISSED'} {text}")
    return sum(not met for met, _ in verdicts)


def table(rows: Sequence[Measured]) -> None:
    """One line for each run."""
    say(
        f"  {'run':22}  stacks   well  unchanged   wall s   stacks/min   CPU s  CPU s/stack   MB at most  processes"
    )
    for each in rows:
        say(
            f"  {each.what:22} {each.stacks:7} {each.well:6} {each.unchanged:10} {each.wall:8.1f} "
            f"{_figure(each.per_minute, 12)} {_figure(each.cpu, 7)} "
            f"{_figure(each.cpu / each.stacks, 12)} {each.mb:12.0f} {each.processes:10}"
        )


def _local(stacks: int, whole: bool, bad: list[str]) -> list[Measured]:
    """`up` of a new fleet; of the largest also a preview before and the same `up` again."""
    found = []
    with fleets.fleet(stacks, AT_ONCE) as (session, server):
        verbs: list[tuple[Verb, str]] = [("up", "up")]
        if whole:
            verbs = [("preview", "preview"), ("up", "up"), ("up", "up again")]
        for verb, what in verbs:
            measured, _ = _run(session, verb, what, Local(AT_ONCE))
            found.append(measured)
        bad += fleets.wrong(session.stacks, server.port, session.folder)
    return found


def _remote(stacks: int, count: int, bad: list[str]) -> Measured:
    with fleets.fleet(stacks, AT_ONCE) as (session, server), slow_api(server.port, LATENCY) as api:
        slow = replace(session, server=replace(server, port=api.port))
        with workers(count, session.folder / "dask") as those:
            measured, _ = _run(slow, "up", f"up, {count} worker{'s' * (count > 1)}", Cluster(those.address))
        bad += fleets.wrong(session.stacks, server.port, session.folder)
    return measured


def _killed(stacks: int, bad: list[str]) -> Measured:
    with fleets.fleet(stacks, AT_ONCE) as (session, server), slow_api(server.port, LATENCY) as api:
        slow = replace(session, server=replace(server, port=api.port))
        with workers(2, session.folder / "dask") as those:
            hit: list[int] = []
            killer = threading.Thread(target=lambda those=those: hit.append(_kill(those)), daemon=True)
            killer.start()
            measured, results = _run(slow, "up", "up, 1 of 2 killed", Cluster(those.address))
            killer.join(timeout=5)
        bad += fleets.wrong(session.stacks, server.port, session.folder)
    if not hit:
        bad.append("no worker was killed")
    again = [f"{each.stack} in {each.attempts} attempts" for each in results if each.attempts > 1]
    return replace(
        measured,
        note=f"killed {len(hit)}; {', '.join(again) or 'no stack needed a further attempt of the runner'}",
    )


def _kill(those: Workers) -> int:
    return those.kill_one_that_works()


def _run(session: Session, verb: Verb, what: str, executor: Executor) -> tuple[Measured, list[Result]]:
    runner = session.runner(verb, executor, Quiet())
    before, started = _cpu(), time.monotonic()
    with peak() as held:
        results = runner.run(session.stacks)
    wall = time.monotonic() - started
    executor.close()
    for each in results:
        if each.status not in ("passed", "unchanged"):
            say(f"  {each.stack} ended {each.status}: {each.error[:600]}")
    count = [each.status for each in results].count
    unchanged = count("unchanged")
    return Measured(
        what=what,
        stacks=len(results),
        well=count("passed") + unchanged,
        unchanged=unchanged,
        wall=wall,
        cpu=_cpu() - before if isinstance(executor, Local) else 0.0,
        mb=held.mb,
        processes=held.processes,
    ), results


def _figure(value: float, width: int) -> str:
    """A figure, or a dash: where nothing ran, and where the processor's time was not ours to see, for workers are not below
    us."""
    return f"{value:{width}.2f}" if value else f"{'-':>{width}}"


def _cpu() -> float:
    """Seconds of the processor: ours and of all that has ended below us."""
    own = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in own)


def say(text: str) -> None:
    """A line, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
