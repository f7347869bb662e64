"""Runs on the workers of a Dask scheduler: other machines with the same clone, however Dask's deployers started them.

A worker that is lost takes its runs with it: their processes notice, and let their engines end in good order (`fleet.job`).
Dask gives the runs to another worker; until the first engine has ended, the backend's lock keeps the second out, which then
waits and tries again. Where Dask gives up, the runner has a say.
https://distributed.dask.org/en/stable/resilience.html (2026-11-30)
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import distributed

from fleet.local import Runs
from fleet.shapes import Job, Result, fields, job_of, result_of

# Seconds until a scheduler has to answer, and between two questions of a worker whether the run is still wanted.
_ANSWER = 20
_ASK = 3.0


class SchedulerError(Exception):
    """No scheduler or no worker answers; the text says how to go on."""


class Cluster:
    """An executor of a scheduler's workers, each of which has as many runs at once as it has threads."""

    def __init__(self, address: str, answer: float = _ANSWER) -> None:
        """`answer`: seconds that the scheduler may take. Raises: SchedulerError."""
        self._called_off = f"fleet-{secrets.token_hex(8)}"
        try:
            self._client = distributed.Client(address, timeout=answer, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise SchedulerError(
                f"no Dask scheduler answers at {address}: {error}\n"
                f"  fix: .venv/bin/dask scheduler; then, in a clone on each machine: ssm-endpoints fleet worker {address}"
            ) from None
        self._event = distributed.Event(self._called_off, client=self._client)
        if not self._client.scheduler_info(n_workers=-1)["workers"]:
            self._client.close()
            raise SchedulerError(
                f"the scheduler at {address} has no worker\n"
                f"  fix: in a clone of this commit, on each machine: ssm-endpoints fleet worker {address}"
            )

    def submit(self, job: Job) -> Future[Result]:
        """Hand a run to the scheduler."""
        # Its own key each time: what ran before is never an answer to what is asked now.
        key = f"{job.stack}-{job.verb}-{job.attempt}-{secrets.token_hex(4)}"
        remote = self._client.submit(run, fields(job), self._called_off, key=key, pure=False)
        answer: Future[Result] = Future()
        answer.set_running_or_notify_cancel()

        def ended(done: Any) -> None:
            try:
                answer.set_result(result_of(done.result()))
            except BaseException as error:
                answer.set_exception(error)

        remote.add_done_callback(ended)
        return answer

    def stop(self) -> None:
        """Tell every worker that the runs are not wanted any more."""
        self._event.set()

    def kill(self) -> None:
        """Nothing more: what is far away gets the time that it takes."""

    def close(self) -> None:
        """Leave the scheduler and its workers as they are."""
        self._client.close()


def run(job: dict[str, Any], called_off: str) -> dict[str, Any]:
    """A job on a worker, as plain data both ways."""
    me = distributed.get_worker()
    event = distributed.Event(called_off, client=distributed.get_client(me.scheduler.address))
    result = Runs().run(job_of(job), _asking(event.is_set))
    return fields(replace(result, worker=f"{result.worker} {me.address}"))


def _asking(called_off: Callable[[], bool]) -> Callable[[], bool]:
    """Whether a run is wanted, asked of the scheduler now and then."""
    asked = [time.monotonic(), True]

    def wanted() -> bool:
        if time.monotonic() - asked[0] > _ASK:
            asked[:] = [time.monotonic(), not called_off()]
        return bool(asked[1])

    return wanted
