"""Runs on this machine: a process for each, with as many at once as the runner asks for."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from tempfile import TemporaryFile
from typing import IO

from fleet import judgement
from fleet.content import ROOT
from fleet.shapes import Job, Result, Status, fields, result_of

_TOLD = 2000


class Local:
    """An executor of this machine."""

    def __init__(self, at_once: int) -> None:
        self._threads = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="stack")
        self._runs = Runs()

    def submit(self, job: Job) -> Future[Result]:
        """Start a run."""
        return self._threads.submit(self._runs.run, job)

    def stop(self) -> None:
        """Ask every run to end: the engine finishes its calls, writes its state and unlocks."""
        self._runs.stop()

    def kill(self) -> None:
        """Ask again, and less kindly: the engine does not wait for its calls."""
        self._runs.kill()

    def close(self) -> None:
        """Wait for the last one."""
        self._threads.shutdown(wait=True)


class Runs:
    """The processes that run now, so that they can be asked to end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._stopped = False

    def run(self, job: Job, wanted: Callable[[], bool] = lambda: True) -> Result:
        """Take one job through a process of its own; `wanted` is asked once a second. What the job may do never raises."""
        ended = Result(stack=job.stack, verb=job.verb, status="interrupted", attempts=job.attempt)
        # Files, not pipes: nobody has to read while it writes.
        with TemporaryFile("w+", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
            with self._lock:
                if self._stopped:
                    return replace(ended, error="it was called off before it began")
                process = _start(out, err)
                self._running.add(process)
            try:
                return self._result(process, job, wanted, ended, out, err)
            finally:
                with self._lock:
                    self._running.discard(process)
                _call_off(process)

    def stop(self) -> None:
        """Close what the runs listen to: each interrupts its engine."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                _call_off(process)

    def kill(self) -> None:
        """A second interrupt."""
        with self._lock:
            for process in self._running:
                process.terminate()

    def _result(
        self,
        process: subprocess.Popen[str],
        job: Job,
        wanted: Callable[[], bool],
        ended: Result,
        out: IO[str],
        err: IO[str],
    ) -> Result:
        if process.stdin is not None:
            try:
                process.stdin.write(json.dumps(fields(job)) + "\n")
                process.stdin.flush()
            except (BrokenPipeError, ValueError):
                pass  # it has ended, or was called off: what it says tells
        while True:
            try:
                process.wait(timeout=1)
                break
            except subprocess.TimeoutExpired:
                if not wanted():
                    _call_off(process)
        out.seek(0)
        err.seek(0)
        try:
            return result_of(json.loads(out.read()))
        except (ValueError, TypeError, KeyError):
            if process.returncode < 0:
                status: Status = "interrupted" if self._stopped else "lost"
                return replace(ended, status=status, error=judgement.killed("process", -process.returncode))
            told = err.read().strip()[-_TOLD:]
            why = f"the run's process ended with {process.returncode} and said:\n{told}"
            return replace(ended, status="failed", error=why)


def _start(out: IO[str], err: IO[str]) -> subprocess.Popen[str]:
    # A group of its own: Ctrl-C in the terminal is the runner's to pass on.
    return subprocess.Popen(
        [sys.executable, "-m", "fleet.job"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=err,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def _call_off(process: subprocess.Popen[str]) -> None:
    try:
        if process.stdin is not None:
            process.stdin.close()
    except OSError:
        pass  # it was about to end
