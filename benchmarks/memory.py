"""What this process and all that it has started hold of the memory at most, while something runs. Linux only."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SECONDS = 0.5


class Peak:
    """MB at most so far. Pages that several processes share count once: what is summed is each one's proportional set size
    (https://docs.kernel.org/filesystems/proc.html, smaps_rollup, 2026-11-30)."""

    def __init__(self) -> None:
        self.mb = 0.0
        self.processes = 0

    def look(self) -> None:
        """Sum up what there is now."""
        held = {pid: pss for pid in _below(os.getpid()) if (pss := _pss(pid)) is not None}
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


def _below(root: int) -> set[int]:
    parents = {int(each.name): _parent(each) for each in Path("/proc").iterdir() if each.name.isdigit()}
    below = {root}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    return below - {root}


def _parent(folder: Path) -> int:
    try:
        return int(
            (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1]
        )
    except (OSError, IndexError, ValueError):
        return 0  # it ended meanwhile


def _pss(pid: int) -> int | None:
    """Kilobytes; None where the process has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return None
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), None)
