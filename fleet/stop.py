"""Calling a run off: when its engine may be interrupted, and when its time is up."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Seconds within which an engine that was started listens to an interrupt.
_LISTENS_SECONDS = 60.0


class Stop:
    """Whether the run was called off, and by what; interrupts the engine when that is safe.

    Before its first event and after the last one of a phase, an engine may hold the stack's lock and not listen: an
    interrupt would end it on the spot, and the lock would stay. `events` is its log, None before there is an engine.
    """

    def __init__(self) -> None:
        self.why = ""
        self.events: Path | None = None
        self._sent = threading.Event()

    def reason(self) -> str:
        """Why the run was called off; "" where it was not."""
        return self.why

    def __call__(self, why: str) -> None:
        """Interrupt the engine as soon as it listens."""
        self.why = self.why or why
        threading.Thread(target=self._when_it_listens, daemon=True).start()

    def now(self, why: str) -> None:
        """Interrupt it, whatever it does; if it was interrupted before, it does not wait for its calls."""
        self.why = self.why or why
        self._send()

    def over(self) -> None:
        """The run has ended: nobody is to be interrupted any more."""
        self._sent.set()

    def _when_it_listens(self) -> None:
        deadline = time.monotonic() + _LISTENS_SECONDS
        while not (self._listens() or self._sent.is_set()) and time.monotonic() < deadline:
            time.sleep(0.05)
        if not self._sent.is_set():
            self._send()

    def _listens(self) -> bool:
        try:
            said = self.events.read_text(encoding="utf-8", errors="replace") if self.events else ""
        except OSError:
            return False  # the engine has not begun, or begins its next phase
        last = said.rstrip("\n").rpartition("\n")[2]
        return bool(last) and '"cancelEvent"' not in last

    def _send(self) -> None:
        """As Ctrl-C in a terminal does: to everything in this process group. We ourselves do not listen."""
        self._sent.set()
        os.killpg(os.getpgrp(), signal.SIGINT)


@contextmanager
def timer(seconds: float, stop: Callable[[str], None]) -> Iterator[None]:
    """Call the run off after so many seconds, unless the block has ended before."""
    why = f"it was stopped after {seconds:.0f} seconds: timeoutMinutes of the inventory"
    alarm = threading.Timer(seconds, stop, [why])
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()
