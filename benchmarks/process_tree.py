"""What a command and everything that it started cost: processor time, wall time, and who outlived it. Linux only.

The engine starts a language host, a program, a pack and plugins. The kernel adds a process's time to its parent's only once
the parent has waited for it; one that its parent leaves behind would be lost. So the command runs below a small process that
adopts orphans (PR_SET_CHILD_SUBREAPER) and waits for all of them. That process is this file, run on its own.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
# How long what the command left behind may take to end by itself.
PATIENCE_SECONDS = 15.0
WATCH_SECONDS = 0.02
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Seen:
    """A process that was watched: the last command line that it had, seconds of the processor, MB resident at most."""

    words: str
    cpu: float
    rss_mb: float


@dataclass(frozen=True)
class Cost:
    """Of one run: `wall` and `cpu` in seconds. `cpu` is user and system time of the whole tree.

    `outlived` counts the processes that ran on when the command had ended, and `outlived_cpu` is their part of `cpu`.
    `killed` of them did not end by themselves in time, and were counted up to then.
    """

    code: int
    wall: float
    cpu: float
    outlived: int
    outlived_cpu: float
    killed: int
    seen: tuple[Seen, ...] = ()


class RunError(RuntimeError):
    """A command ended with another code than 0; the text has the end of what it said."""


def run(
    words: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    said: Path,
    *,
    watch: bool = False,
) -> Cost:
    """Run a command to its end and the end of what it started. Its output goes to the file `said`. Raises: RunError.

    `watch` looks at every process 50 times a second, which costs time itself: such a run is for `seen` alone.
    """
    order = json.dumps(
        {"words": list(words), "environment": dict(environment), "said": str(said), "watch": watch}
    )
    done = subprocess.run(  # noqa: S603 (this very file)
        [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
        input=order,
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
    )
    if done.returncode:
        raise RunError(f"{words[0]}: {done.stderr.strip()[-500:]}")
    answer = json.loads(done.stdout)
    cost = Cost(**answer | {"seen": tuple(Seen(**each) for each in answer["seen"])})
    if cost.code:
        text = said.read_text(encoding="utf-8", errors="replace").strip()
        raise RunError(f"{' '.join(words)} ended with {cost.code}:\n{text[-2000:]}")
    return cost


def _adopt_orphans() -> None:
    """From now on what a descendant leaves behind is a child of this process. Raises: OSError."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def _measure(order: dict[str, Any]) -> dict[str, Any]:
    seen: dict[int, dict[str, Any]] = {}
    ended = threading.Event()
    if order["watch"]:
        threading.Thread(target=_watch, args=(seen, ended), daemon=True).start()
    with open(order["said"], "wb") as said:  # noqa: PTH123 (no pathlib here: it would be a tenth of the start)
        began = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 (the caller's own command)
            order["words"], env=order["environment"], stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    left = _left_behind()
    ended.set()
    cpu = usage.ru_utime + usage.ru_stime
    return {
        "code": process.returncode,
        "wall": wall,
        "cpu": cpu + left["outlived_cpu"],
        **left,
        "seen": list(seen.values()),
    }


def _left_behind() -> dict[str, Any]:
    """Wait for the orphans; those that do not end are killed, and have had their time counted all the same."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    outlived, cpu, killed = 0, 0.0, 0
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return {"outlived": outlived, "outlived_cpu": cpu, "killed": killed}
        if pid:
            outlived += 1
            cpu += usage.ru_utime + usage.ru_stime
        elif time.monotonic() > deadline:
            orphans = [child for child, parent in _parents().items() if parent == os.getpid()]
            for child in orphans:
                os.kill(child, 9)
            killed += len(orphans)
            deadline += PATIENCE_SECONDS
        else:
            time.sleep(0.01)


def below(root: int) -> dict[int, int]:
    """Every process that one has started, and what those have: its number and its parent's."""
    everyone = _parents()
    found = {root}
    # A parent's number is mostly, not always, smaller than its child's: so until nothing is added.
    while more := {pid for pid, parent in everyone.items() if parent in found} - found:
        found |= more
    return {pid: everyone[pid] for pid in found - {root}}


def words_of(pid: int) -> str:
    """A process's command line; "" of one that has ended."""
    try:
        return _read(f"/proc/{pid}/cmdline").replace("\0", " ").strip()
    except OSError:
        return ""


def _watch(seen: dict[int, dict[str, Any]], ended: threading.Event) -> None:
    while not ended.wait(WATCH_SECONDS):
        for pid in below(os.getpid()):
            try:
                _look(pid, seen)
            except (OSError, ValueError, IndexError):
                continue  # it ended meanwhile


def _look(pid: int, seen: dict[int, dict[str, Any]]) -> None:
    """Its own time, without its children's: those are seen themselves."""
    words = words_of(pid)
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    peak = next((line for line in _read(f"/proc/{pid}/status").splitlines() if line.startswith("VmHWM:")), "")
    if words and peak:
        cpu = (int(fields[11]) + int(fields[12])) / TICK
        seen[pid] = {"words": words, "cpu": cpu, "rss_mb": int(peak.split()[1]) / 1024}


def _parents() -> dict[int, int]:
    """The parent of every process of the machine."""
    found = {}
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            try:
                found[int(name)] = int(_read(f"/proc/{name}/stat").rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue  # it ended meanwhile
    return found


def _read(file: str) -> str:
    with open(file, encoding="utf-8", errors="replace") as opened:  # noqa: PTH123
        return opened.read()


if __name__ == "__main__":
    _adopt_orphans()
    json.dump(_measure(json.load(sys.stdin)), sys.stdout)
