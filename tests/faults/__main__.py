"""`python -m tests.faults [--all] [--sample] [--only TEXT]`: the table, and 1 if any line of it is not clean."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

# Before moto is imported; as the sandbox sets them.
os.environ |= {"MOTO_EC2_LOAD_DEFAULT_AMIS": "false", "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}

from tests.e2e.house import House
from tests.faults import points, worlds
from tests.faults.points import (
    AFTER,
    BEFORE,
    CHANGE,
    DESTROY,
    ENGINE,
    PLUGIN,
    PROGRAM,
    REPLACE,
    UP,
    Fault,
    Point,
)
from tests.faults.running import Learned, Outcome, learned, run
from tests.faults.worlds import Scene

# A child has a copy of this process's AWS.
_FORK = multiprocessing.get_context("fork")
# What `make test` runs, by verb: (operation, mode, victim) at its first call.
SAMPLE = {
    UP: (
        ("CreateVpc", AFTER, ENGINE),
        ("CreateSecurityGroup", AFTER, PLUGIN),
        ("CreateVpcEndpoint", AFTER, ENGINE),
        ("CreateVpcEndpoint", BEFORE, PROGRAM),
    ),
    CHANGE: (("ModifyVpcEndpoint", AFTER, ENGINE),),
    REPLACE: (("CreateVpc", AFTER, PLUGIN),),
    DESTROY: (("DeleteVpcEndpoints", AFTER, ENGINE),),
}
COLUMNS = "{point:<42} {mode:<14} {victim:<8} {commands:>8} {things:>10} {twice:>10} {pending:>7} {locks:>5}  {clean}"

HEADS = {
    "point": "fault point",
    "mode": "call",
    "victim": "killed",
    "commands": "commands",
    "things": "resources",
    "twice": "duplicates",
    "pending": "pending",
    "locks": "locks",
    "clean": "",
}


def in_child(work: Callable[[], Any]) -> tuple[Any, Connection]:
    """Start work in a fork of this process; the process, and where its answer comes."""
    ours, theirs = _FORK.Pipe(duplex=False)

    def child() -> None:
        theirs.send(work())

    process = _FORK.Process(target=child)
    process.start()
    theirs.close()
    return process, ours


def all_of(
    faults: Sequence[Fault],
    houses: Sequence[House],
    scene: Scene,
    resources: int | None,
    told: Callable[[Outcome], None],
) -> list[Outcome]:
    """Run faults, as many at once as there are houses, each in a fork that has this process's AWS. `resources`: as in
    `running.run`."""
    waiting, free = list(faults), list(houses)
    running: dict[Connection, tuple[Any, House, Fault]] = {}
    done = []
    while waiting or running:
        while waiting and free:
            fault, house = waiting.pop(0), free.pop()
            process, answer = in_child(lambda house=house, fault=fault: run(house, fault, scene, resources))  # type: ignore[misc]
            running[answer] = process, house, fault
        for answer in (each for each in wait(list(running)) if isinstance(each, Connection)):
            process, house, fault = running.pop(answer)
            try:
                outcome = answer.recv()
            except EOFError:
                raise RuntimeError(f"{fault}: the run broke; the reason is above") from None
            process.join()
            free.append(house)
            told(outcome)
            done.append(outcome)
    return done


def asked(work: Callable[[], Any]) -> Any:
    """An answer from a fork, which leaves this process's AWS as it is. Raises: RuntimeError."""
    process, answer = in_child(work)
    try:
        found = answer.recv()
    except EOFError:
        raise RuntimeError("a run without a fault broke; the reason is above") from None
    process.join()
    return found


def row(outcome: Outcome) -> str:
    fault, found = outcome.fault, outcome.compared
    return COLUMNS.format(
        point=f"{fault.point.verb}: {fault.point}",
        mode=fault.mode,
        victim=fault.victim,
        commands=outcome.commands,
        things=found.resources,
        twice=len(found.duplicates) + len(found.unrecorded),
        pending=found.pending,
        locks=found.locks,
        clean="NOT CLEAN" if outcome.wrong else "clean",
    )


def told(outcome: Outcome) -> None:
    sys.stdout.write(row(outcome) + "\n")
    if outcome.wrong:
        sys.stdout.write("".join(f"    {line}\n" for line in outcome.wrong.splitlines()))
    sys.stdout.flush()


def wanted(variant: str, verb: str, operations: list[str], options: argparse.Namespace) -> list[Fault]:
    """The faults of a verb."""
    if options.sample:
        return [Fault(Point(variant, verb, operation, 1), *rest) for operation, *rest in SAMPLE[verb]]
    listed = points.points(variant, verb, operations)
    known = options.known.get(verb, set()) if points.VARIANTS[variant].new_alone else set()
    listed = [each for each in listed if each.operation not in known]
    if options.only:
        listed = [each for each in listed if options.only in f"{each.verb}: {each}"]
    return list(points.faults(listed, everyone=options.all))


@contextmanager
def folders() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every victim at every point, not one in turn")
    parser.add_argument("--sample", action="store_true", help="the few of make test")
    parser.add_argument("--only", default="", help="points with this text, such as 'up: CreateVpc #1'")
    parser.add_argument("--variant", choices=points.VARIANTS, help="one of the stacks alone")
    parser.add_argument("--at-once", type=int, default=2)
    options = parser.parse_args(arguments)
    options.known = {}
    started, outcomes = time.monotonic(), []
    sys.stdout.write(COLUMNS.format(**HEADS) + "\n")
    variants = [options.variant] if options.variant else ["dev"] if options.sample else list(points.VARIANTS)
    for variant in variants:
        found, options.known = asked(lambda variant=variant: _of_variant(variant, options))  # type: ignore[misc]
        outcomes += found
    bad = [each for each in outcomes if each.wrong]
    most = max((each.commands for each in outcomes), default=0)
    sys.stdout.write(
        f"{len(outcomes)} faults, {len(outcomes) - len(bad)} clean after at most {most} commands, "
        f"in {time.monotonic() - started:.0f} s\n"
    )
    return 1 if bad or not outcomes else 0


def _of_variant(variant: str, options: argparse.Namespace) -> tuple[list[Outcome], dict[str, set[str]]]:
    """All faults of a stack, and the operations of its verbs. This process's AWS is empty at first."""
    with folders() as folder:
        houses = [worlds.house(folder / str(number)) for number in range(options.at_once)]
        scene = worlds.scene(variant)
        outcomes: list[Outcome] = []
        known: dict[str, set[str]] = {}
        for verb in points.VARIANTS[variant].verbs:
            plain = Learned([], None)
            if not options.sample:
                plain = asked(lambda verb=verb, scene=scene: learned(houses[0], scene, verb))  # type: ignore[misc]
            known[verb] = set(plain.operations)
            faults = wanted(variant, verb, plain.operations, options)
            outcomes += all_of(faults, houses, scene, plain.resources, told)
            if verb == UP:  # what is up from here on, each of the others finds
                learned(houses[0], scene, UP)
                scene = replace(scene, before=folder / "before")
                worlds.keep(houses[0], folder / "before")
        return outcomes, known


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
