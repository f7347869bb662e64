"""A fleet on the workers of a Dask scheduler: the same results as here, also where a worker is killed in the middle."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from benchmarks import fleets
from benchmarks.workers import workers
from fleet.cluster import Cluster, SchedulerError
from fleet.local import Local
from fleet.shapes import Result, fields
from tests.e2e.fleets import behind, up
from tests.support.slow_api import slow_api


def same(result: Result) -> dict[str, Any]:
    """What does not depend on where and when: the hash knows the backend's URL."""
    apart = ("seconds", "worker", "log", "content", "attempts")
    return {key: value for key, value in fields(result).items() if key not in apart}


def test_workers_come_to_the_same_results_and_each_stack_is_made_once() -> None:
    with fleets.fleet(2, 2) as (session, server):
        here = up(session, Local(2))
        assert fleets.wrong(session.stacks, server.port, session.folder) == []
    with fleets.fleet(2, 2) as (session, server), workers(2, session.folder / "dask") as those:
        there = up(session, Cluster(those.address))
        assert fleets.wrong(session.stacks, server.port, session.folder) == []
    assert [each.status for each in here] == ["passed", "passed"], [each.error for each in here]
    assert list(map(same, there)) == list(map(same, here))
    assert len({each.worker for each in there}) == 2


def test_a_killed_workers_stack_is_finished_by_the_other_without_a_second_endpoint() -> None:
    with fleets.fleet(2, 2) as (session, server), slow_api(server.port, 0.1) as api:
        slow = behind(session, api.port)
        with workers(2, session.folder / "dask") as those:
            killed: list[int] = []
            killer = threading.Thread(target=lambda: killed.append(those.kill_one_that_works()), daemon=True)
            killer.start()
            results = up(slow, Cluster(those.address))
            killer.join(timeout=5)
        assert killed
        assert [each.status for each in results] == ["passed", "passed"], [each.error for each in results]
        assert fleets.wrong(session.stacks, server.port, session.folder) == []


def test_a_scheduler_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(SchedulerError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        Cluster("tcp://127.0.0.1:1", answer=1)
