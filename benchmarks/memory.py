"""What this process and all that it has started hold of the memory at most, while something runs. Linux only."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.process_tree import below

_SECONDS = 0.5


class Peak:
    """MB at most so far. Pages that several processes share count once: what is summed is each one's proportional set size
    (https://docs.kernel.org/filesystems/proc.html, smaps_rollup, 2026-11-30)."""

    def __init__(self) -> None:
        self.mb = 0.0
        self.processes = 0

    def look(self) -> None:
        """Sum up what there is now."""
        held = {pid: pss for pid in below(os.getpid()) if (pss := _pss(pid)) is not None}
        total = sum(held.values()) / 1024
        if total > self.mb:
            self.mb, self.processes = total, len(held)


@contextmanager
def peak(seconds: float = _SECONDS) -> Iterator[Peak]:
    """Look so often, while the block runs."""
    found, ended = Peak(), threading.Event()

    def watch() -> None:
        while not ended.wait(seconds):
            found.look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _pss(pid: int) -> int | None:
    """Kilobytes; None where the process has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return None
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), None)
