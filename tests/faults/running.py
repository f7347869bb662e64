"""One fault in one world: the run that is spoiled, the documented commands, and what is there then."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.house import Answer, House
from tests.faults.clouds import Compared, compared, in_aws
from tests.faults.points import Fault
from tests.faults.spoiling import Spoiling
from tests.faults.worlds import world

RECOVER = ("-m", "cli", "recover", "--stack", "dev", "--yes")


@dataclass(frozen=True)
class Outcome:
    """`wrong` is empty where all is clean. `commands`: how many were typed after the fault."""

    fault: Fault
    commands: int
    compared: Compared
    wrong: str
    seconds: float


def run(house: House, fault: Fault, before: Path | None) -> Outcome:
    """Spoil a run, recover as docs/how-to/recover.md says, and look."""
    started = time.monotonic()
    spoiling = Spoiling(fault)
    typed: list[Answer] = []
    try:
        found, wrong = _played(house, fault, before, spoiling, typed)
    except subprocess.TimeoutExpired as error:
        # Nothing is known of it, so it is not clean.
        found, wrong = Compared(0, (), (), (), 0, 0), f"did not end: {error}"
    if not wrong and not found.clean:
        wrong = f"{found}\n{typed[0].text[-2500:]}"
    if not wrong and bool(found.resources) != (fault.point.verb == "up"):
        wrong = f"AWS has {found.resources} things"
    return Outcome(fault, len(typed), found, wrong, time.monotonic() - started)


def _played(
    house: House, fault: Fault, before: Path | None, spoiling: Spoiling, typed: list[Answer]
) -> tuple[Compared, str]:
    """What is there at the end, and what went wrong on the way. Raises: TimeoutExpired."""
    with world(house, spoiling, before) as made:
        doomed = made.doomed("up" if fault.point.verb == "up" else "down")
        if not spoiling.fired.is_set():
            wrong = f"the call never came: {doomed.text[-600:]}"
        elif fault.victim not in spoiling.killed:
            wrong = f"there was no {fault.victim} to kill, but {spoiling.killed}"
        elif doomed.code == 0:
            wrong = "the run ended well all the same"
        else:
            wrong = ""
            if fault.point.verb == "up":
                typed.append(house.run(*RECOVER))
                if typed[-1].code == 0:
                    typed.append(house.sandbox("up", "--", "--skip-preview"))
            else:
                typed.append(house.sandbox("down", "--", "--skip-preview"))
            if typed[-1].code:
                wrong = f"ended with {typed[-1].code}: {typed[-1].text[-1500:]}"
        return compared(made.backend, made.api), wrong


def learned(house: House, verb: str, before: Path | None) -> list[str]:
    """The operations that change something, in the order in which a run without a fault makes them. An `up` leaves its stack
    in the house and in this process's AWS. Raises: RuntimeError."""
    spoiling = Spoiling()
    with world(house, spoiling, before) as made:
        if verb == "up":
            answer = made.doomed("up")
            alive = compared(made.backend, made.api)
            if answer.code or not alive.clean:
                raise RuntimeError(f"the stack does not come up by itself: {alive}\n{answer.text}")
        else:
            answer = made.doomed("down")
            there = sorted(in_aws(made.api)) if answer.code == 0 else []
            if answer.code or there:
                raise RuntimeError(f"the stack does not go by itself: {there}\n{answer.text}")
    return spoiling.operations
