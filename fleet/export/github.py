"""The fleet as matrices of GitHub Actions: one job for each stack, wave by wave."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fleet.shapes import WAVES, Stack

# "A job matrix can generate a maximum of 256 jobs per workflow run"
# (https://docs.github.com/en/actions/reference/limits, 2026-11-30).
MOST_JOBS = 256


def matrices(stacks: Sequence[Stack], chunk: int = MOST_JOBS) -> list[dict[str, Any]]:
    """`{"wave": ..., "include": [...]}`, in the order of the waves: none has more than `chunk` stacks, none mixes waves.

    Raises: ValueError for a chunk that GitHub would refuse.
    """
    if not 1 <= chunk <= MOST_JOBS:
        raise ValueError(f"a matrix has from 1 to {MOST_JOBS} jobs, not {chunk}")
    found: list[dict[str, Any]] = []
    for wave in WAVES:
        due = [stack for stack in stacks if stack.wave == wave]
        for start in range(0, len(due), chunk):
            jobs = [
                {"stack": each.name, "account": each.account, "region": each.region}
                for each in due[start : start + chunk]
            ]
            found.append({"wave": wave, "include": jobs})
    return found


def text(stacks: Sequence[Stack]) -> str:
    """The matrices as JSON in one line, as an output of a job has to be."""
    return json.dumps(matrices(stacks), separators=(",", ":")) + "\n"
