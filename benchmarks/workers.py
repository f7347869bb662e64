"""A Dask scheduler and workers on this machine, as processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.process_tree import below, words_of
from fleet.content import ROOT

_START_SECONDS = 60
# Seconds into a run: the engine has made something, and not all.
_INTO = 8


class Workers:
    """A scheduler's `address`, and its workers."""

    def __init__(self, address: str, processes: list[subprocess.Popen[bytes]]) -> None:
        self.address = address
        self.processes = processes

    def kill_one_that_works(self, seconds: float = 120) -> int:
        """Wait, `seconds` at most, until a worker is well into a stack, and kill -9 the worker. Returns its pid."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            started = {pid: parent for each in self.processes for pid, parent in below(each.pid).items()}
            if working := [parent for pid, parent in started.items() if "fleet.job" in words_of(pid)]:
                time.sleep(_INTO)
                os.kill(working[0], signal.SIGKILL)
                return working[0]
            time.sleep(0.1)
        raise TimeoutError(f"no worker had anything to do within {seconds:.0f} s")


@contextmanager
def workers(count: int, folder: Path) -> Iterator[Workers]:
    """Start them, each with one run at a time, and stop them."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "scheduler.json"
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    with (folder / "dask.log").open("wb") as log:

        def start(*words: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen(  # noqa: S603 (our own environment's)
                [sys.executable, "-m", "dask", *words],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

        processes = [start("scheduler", "--host", "127.0.0.1", "--port", "0", *common)]
        try:
            address = _address(file)
            one = ["worker", "--nthreads", "1", "--local-directory", str(folder), *common]
            processes += [start(*one) for _ in range(count)]
            _wait(address, count)
            yield Workers(address, processes[1:])
        finally:
            for process in reversed(processes):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
            for process in processes:
                try:
                    process.wait(timeout=15)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


def _address(file: Path) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError, ValueError, KeyError):
            return str(json.loads(file.read_text(encoding="utf-8"))["address"])
        time.sleep(0.1)
    raise TimeoutError("the Dask scheduler did not start")


def _wait(address: str, count: int) -> None:
    import distributed

    with distributed.Client(address, timeout=_START_SECONDS, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=_START_SECONDS)
