"""The proxy's behaviour: one call is spoiled, and somebody is killed at that moment."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter

from tests.faults import processes
from tests.faults.points import AFTER, BEFORE, ENGINE, PROGRAM, Fault
from tests.support.aws_proxy import LOST, Behaviour, Call, Reply

_PATIENCE = 30.0
# The id of a hosted zone in a call's path is another one in every run.
_DRAWN = re.compile(r"(?<=/hostedzone/)\w+")


class Spoiling(Behaviour):
    """Without a fault it only notes the operations that change something, in `operations`.

    `root` is the run's first process. Who is killed with the engine are all processes of the run: their machine is lost. A
    plugin alone loses the answers to all of its calls. The program hears nothing from AWS, so that its death leaves the
    call's answer to those who live.
    """

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault, self.root = fault, 0
        self.operations: list[str] = []
        self.killed: list[str] = []
        self.fired = threading.Event()
        self._seen: Counter[str] = Counter()
        self._hit = self._under_way = 0
        self._lost = False
        self._lock = threading.Lock()

    def before(self, call: Call) -> Reply | None:
        with self._lock:
            if self._lost:
                return LOST
            if call.mutates:
                operation = _DRAWN.sub("*", call.operation)
                self.operations.append(operation)
                self._seen[operation] += 1
                point = self.fault.point if self.fault else None
                if point and (point.operation, point.nth) == (operation, self._seen[operation]):
                    self._hit = call.number
            self._under_way += 1
        if self.fault and self._hit == call.number and self.fault.mode == BEFORE:
            self._kill()
            self._done()
            return LOST
        return None

    def after(self, call: Call, reply: Reply) -> Reply:
        self._done()
        if self.fault and self._hit == call.number and self.fault.mode == AFTER:
            self._kill()
            return reply if self.fault.victim == PROGRAM else LOST
        return LOST if self._lost else reply

    def settled(self) -> None:
        """Wait until AWS has done all that it was asked, and end the fault. Raises: TimeoutError."""
        deadline = time.monotonic() + _PATIENCE
        while self._under_way:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._under_way} calls are still under way")
            time.sleep(0.02)
        with self._lock:
            self._lost, self.fault = False, None

    def _done(self) -> None:
        with self._lock:
            self._under_way -= 1

    def _kill(self) -> None:
        assert self.fault is not None
        there = processes.below(self.root)
        victims = [each for each in there if each.part == self.fault.victim]
        if self.fault.victim == ENGINE:
            self._lost = True
            # The runner and the keeper before the engine tell the user how it ended.
            top = min((each.id for each in victims), default=0)
            victims += [each for each in there if each.id != top and _is_below(each, top, there)]
        processes.kill(victims)
        self.killed = [each.part for each in victims if each.part]
        self.fired.set()


def _is_below(process: processes.Process, top: int, there: list[processes.Process]) -> bool:
    parents = {each.id: each.parent for each in there}
    at = process.id
    while at in parents:
        at = parents[at]
        if at == top:
            return True
    return False
