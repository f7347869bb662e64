"""One fault in one world: the run that is spoiled, the documented commands, and what is there then."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass

from tests.e2e.house import Answer, House
from tests.faults.clouds import Compared
from tests.faults.points import DESTROY, Fault
from tests.faults.spoiling import Spoiling
from tests.faults.worlds import Scene, configure, world

RECOVER = ("-m", "cli", "recover", "--stack", "dev", "--yes")


@dataclass(frozen=True)
class Outcome:
    """`wrong` is empty where all is clean. `commands`: how many were typed after the fault."""

    fault: Fault
    commands: int
    compared: Compared
    wrong: str
    seconds: float


@dataclass(frozen=True)
class Learned:
    """What a run without a fault does: the operations that change something, in their order, and how many things AWS has
    after it; None if nobody has looked."""

    operations: list[str]
    resources: int | None


def run(house: House, fault: Fault, scene: Scene, resources: int | None) -> Outcome:
    """Spoil a run, recover as docs/how-to/recover.md says, and look. `resources`: how many AWS has to have then; None: not
    known."""
    started = time.monotonic()
    spoiling = Spoiling(fault)
    typed: list[Answer] = []
    try:
        found, wrong = _played(house, fault, scene, spoiling, typed)
    except subprocess.TimeoutExpired as error:
        # Nothing is known of it, so it is not clean.
        found, wrong = Compared(0, (), (), (), 0, 0), f"did not end: {error}"
    if not wrong and not found.clean:
        wrong = f"{found}\n{typed[0].text[-2500:]}"
    if not wrong and bool(found.resources) == (fault.point.verb == DESTROY):
        wrong = f"AWS has {found.resources} things"
    if not wrong and resources is not None and found.resources != resources:
        wrong = f"AWS has {found.resources} things, and not {resources}"
    return Outcome(fault, len(typed), found, wrong, time.monotonic() - started)


def _played(
    house: House, fault: Fault, scene: Scene, spoiling: Spoiling, typed: list[Answer]
) -> tuple[Compared, str]:
    """What is there at the end, and what went wrong on the way. Raises: TimeoutExpired."""
    verb = fault.point.verb
    configure(house, scene, verb)
    with world(house, spoiling, scene) as made:
        doomed = made.doomed(verb)
        if not spoiling.fired.is_set():
            wrong = f"the call never came: {doomed.text[-600:]}"
        elif fault.victim not in spoiling.killed:
            wrong = f"there was no {fault.victim} to kill, but {spoiling.killed}"
        elif doomed.code == 0:
            wrong = "the run ended well all the same"
        else:
            wrong = ""
            if verb == DESTROY:
                typed.append(house.sandbox("down", "--", "--skip-preview"))
            else:
                typed.append(house.run(*RECOVER))
                if typed[-1].code == 0:
                    typed.append(house.sandbox("up", "--", "--skip-preview"))
            if typed[-1].code:
                wrong = f"ended with {typed[-1].code}: {typed[-1].text[-1500:]}"
            elif verb != DESTROY and (drift := house.sandbox("drift", "--", "--expect-no-changes")).code:
                wrong = f"state and AWS do not agree: {drift.text[-1500:]}"
        return made.compared(), wrong


def learned(house: House, scene: Scene, verb: str) -> Learned:
    """A run without a fault. An `up` leaves its stack in the house and in this process's AWS. Raises: RuntimeError."""
    spoiling = Spoiling()
    configure(house, scene, verb)
    with world(house, spoiling, scene) as made:
        answer = made.doomed(verb)
        there = made.compared()
        if answer.code or not there.clean or bool(there.resources) == (verb == DESTROY):
            raise RuntimeError(
                f"{verb} of {scene.variant} does not end well by itself: {there}\n{answer.text}"
            )
    return Learned(spoiling.operations, there.resources)
