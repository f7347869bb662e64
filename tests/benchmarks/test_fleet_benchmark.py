"""What the benchmark of a fleet calls met and missed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from benchmarks import fleet, memory
from benchmarks.fleet import Measured

UP = Measured("up", stacks=4, well=4, unchanged=0, wall=20.0, cpu=28.0, mb=900.0, processes=15)
LOCAL = [
    UP,
    replace(UP, stacks=34, well=34, wall=180.0, cpu=28.0 / 4 * 34),
    replace(UP, what="up again", stacks=34, well=34, unchanged=34, wall=0.1, cpu=0.0),
]
FAR = [replace(UP, what="up, 1 worker", wall=70.0), replace(UP, what="up, 2 workers", wall=40.0)]
KILLED = replace(UP, what="up, 1 of 2 killed", note="killed 1")


def missed(**other: Any) -> int:
    found = {"local": LOCAL, "far": FAR, "killed": KILLED, "bad": [], **other}
    return fleet.goals(found["local"], found["far"], found["killed"], found["bad"])


def test_a_good_run_misses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert missed() == 0
    assert "MISSED" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"bad": ["dev: com.amazonaws.eu-west-1.ssm x2"]}, "ssm x2"),
        ({"local": [*LOCAL[:2], replace(LOCAL[2], unchanged=32)]}, "94%"),
        ({"local": [UP, replace(LOCAL[1], cpu=28.0 / 4 * 34 * 1.2), LOCAL[2]]}, "1.20 times"),
        ({"far": [FAR[0], replace(FAR[1], wall=42.0)]}, "1.67"),
        ({"killed": replace(KILLED, well=3)}, "3 of 4"),
    ],
)
def test_each_goal_can_be_missed(
    capsys: pytest.CaptureFixture[str], other: dict[str, Any], said: str
) -> None:
    assert missed(**other) == 1
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "MISSED" in line)
    assert said in line


def test_stacks_that_were_skipped_are_no_pace() -> None:
    assert LOCAL[1].per_minute == pytest.approx(34 / 3)
    assert LOCAL[2].per_minute == 0


def test_memory_is_that_of_what_runs_below() -> None:
    words = [sys.executable, "-c", "held = bytearray(60 << 20); print('ready', flush=True); input()"]
    with memory.peak(0.02) as seen:
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        seen.look()
        process.communicate(b"\n")
    assert 60 < seen.mb < 500
    assert seen.processes >= 1
