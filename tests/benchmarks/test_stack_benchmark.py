"""The benchmark of one stack: it counts every process, pairs turns, and its verdicts are not by luck."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import stack, stack_report, where_time_goes
from benchmarks.process_tree import Cost, RunError, Seen, run
from benchmarks.stack import in_turns, rotated
from benchmarks.stack_box import SIZES

ROOT = Path(__file__).parents[2]
BUSY = "import time\nuntil = time.process_time() + {}\nwhile time.process_time() < until: pass\n"


def measured(tmp_path: Path, source: str, **options: Any) -> Cost:
    return run([sys.executable, "-c", source], dict(os.environ), tmp_path, tmp_path / "said.txt", **options)


def test_the_processor_time_of_a_process_that_outlives_the_command_is_counted(tmp_path: Path) -> None:
    source = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {BUSY.format(0.3)!r}])"
    cost = measured(tmp_path, source)
    assert cost.outlived == 1
    assert cost.killed == 0
    assert 0.3 <= cost.outlived_cpu <= cost.cpu


def test_the_processor_time_of_a_child_that_the_command_waits_for_is_counted(tmp_path: Path) -> None:
    cost = measured(
        tmp_path, f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BUSY.format(0.3)!r}])"
    )
    assert (cost.outlived, cost.outlived_cpu) == (0, 0.0)
    assert cost.cpu >= 0.3


def test_a_watched_run_sees_the_command_and_what_it_holds_in_memory(tmp_path: Path) -> None:
    cost = measured(tmp_path, f"held = bytearray(64 << 20)\n{BUSY.format(0.3)}", watch=True)
    (seen,) = cost.seen
    assert seen.words.startswith(sys.executable)
    assert 64 <= seen.rss_mb < 200


def test_a_command_that_fails_says_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="ended with 3:\nno such stack"):
        measured(tmp_path, "print('no such stack')\nraise SystemExit(3)")


def cost(wall: float, cpu: float = 0.0, outlived: int = 0) -> Cost:
    return Cost(0, wall, cpu or wall, outlived, 0.1 * outlived, 0)


def test_every_way_is_first_in_turn_and_the_nth_costs_are_one_turns() -> None:
    order: list[str] = []

    def way(name: str) -> stack.Way:
        def go() -> Cost:
            order.append(name)
            return cost(float(len(order)))

        return go

    costs = in_turns({name: way(name) for name in "ABC"}, 3, lambda _: None)
    assert "".join(order) == "ABCBCACAB"
    assert [each.wall for each in costs["A"]] == [1.0, 6.0, 8.0]
    assert rotated(["A", "B"], 3) == ["B", "A"]


def results(**walls: dict[str, list[float]]) -> stack.Results:
    """Of both sizes; `walls` by way and size."""
    facts = {"when": "now", "machine": "here", "python": "3", "versions": "some"}
    found = stack.Results(facts, 0.0, SIZES, checked={"dev": "the same"})
    names = {"D": "D", "R": "C, real provider"}
    found.costs = {
        names.get(way, way): {size: [cost(wall) for wall in runs] for size, runs in by_size.items()}
        for way, by_size in walls.items()
    }
    return found


def verdicts(b: float, c: float, real: float) -> list[str]:
    seen = results(
        A={"dev": [2.0, 4.0, 2.0], "large": [2.0, 2.0, 2.0]},
        B={"dev": [2.0 * b, 4.0 * b, 2.0 * b], "large": [2.0, 2.0, 2.0]},
        C={"dev": [2.0 * b + c, 4.0 * b + c, 2.0 * b + c], "large": [2.0 + c] * 3},
        D={"dev": [5.0] * 3, "large": [5.0] * 3},
        R={"dev": [5.0] * 3, "large": [5.0 * real] * 3},
    )
    return [line.split()[0] for line in stack_report.goals(seen)]


def test_goals_are_met_up_to_their_limits_and_missed_beyond() -> None:
    # The pack may add 0.8 s and 3 ms for each of dev's 15 resources: 0.845 s.
    assert verdicts(1.05, 0.84, 1.0) == ["met", "met", "met"]
    assert verdicts(1.06, 0.84, 1.0) == ["MISSED", "met", "met"]
    assert verdicts(1.05, 0.85, 1.0) == ["met", "MISSED", "met"]
    assert verdicts(1.05, 0.84, 1.01) == ["met", "met", "MISSED"]


def test_the_component_is_also_held_against_a_flat_program_with_the_same_collector() -> None:
    runs = {"dev": [2.0], "large": [2.0]}
    seen = results(A=runs, B=runs, C=runs)
    seen.costs["A, collector resting"] = {"dev": [cost(1.0)], "large": [cost(1.6)]}
    met, also, *_ = stack_report.goals(seen)
    assert met.startswith("  met ")
    assert "2.00 wall, 2.00 CPU at 15; 1.25 wall, 1.25 CPU at 83" in also


def test_ratios_are_taken_within_a_turn_so_that_a_slow_turn_is_both_ways() -> None:
    slow_turn = results(A={"dev": [2.0, 9.0, 2.0]}, B={"dev": [2.2, 9.9, 2.2]})
    one, other = slow_turn.costs["B"]["dev"], slow_turn.costs["A"]["dev"]
    assert stack_report.paired(one, other, lambda each: each.wall) == pytest.approx([1.1, 1.1, 1.1])
    assert stack_report.added(one, other, lambda each: each.wall) == pytest.approx([0.2, 0.9, 0.2])
    with pytest.raises(ValueError, match="zip"):
        stack_report.paired(one, other[:2], lambda each: each.wall)


def test_the_report_of_programs_that_differ_has_no_figures() -> None:
    seen = results(A={"dev": [2.0]}, B={"dev": [2.0]})
    seen.wrong = ["dev: only the first makes a"]
    text = stack_report.text(seen)
    assert "WRONG: dev: only the first makes a" in text
    assert "Goals" not in text


def test_what_cannot_be_measured_is_said_with_what_to_give() -> None:
    runs = {"dev": [2.0], "large": [2.0]}
    seen = results(A=runs, B=runs, C=runs)
    seen.absent = {"D": stack.NO_PROVIDER, "C, real provider": stack.NO_PLUGIN}
    text = stack_report.text(seen)
    assert "NOT MEASURED: D: --terraform-provider PATH" in text
    assert "NOT MEASURED: C, real provider: --aws-plugin FOLDER" in text
    assert "not measured: C beside terraform plan" in text


def test_processes_that_outlive_a_run_are_said() -> None:
    runs = {"dev": [2.0], "large": [2.0]}
    seen = results(A=runs, B=runs, C=runs)
    assert "no process outlived its run" in stack_report.text(seen)
    seen.costs["C"]["dev"] = [cost(2.0, outlived=1)]
    assert "in 1 of 6 runs processes outlived the command" in stack_report.text(seen)


def test_processes_are_told_apart_by_their_command_lines() -> None:
    seen = [
        Seen("/e/pulumi preview --stack dev", 0.5, 90),
        Seen("/v/pulumi-language-python 127.0.0.1:1", 0.01, 20),
        Seen("/v/python3 -m pip list -v --format json", 0.4, 48),
        Seen("/v/python3 /e/pulumi-language-python-exec --monitor x", 0.7, 98),
        Seen("/bin/sh /v/pulumi-analyzer-policy-python 127.0.0.1:1 .", 0.1, 2),
        Seen("/v/python -u -m pulumi.policy 127.0.0.1:1 .", 0.4, 55),
        Seen("python3 /s/pulumi-resource-aws 127.0.0.1:1", 0.4, 62),
        Seen("/p/terraform-provider-aws", 4.0, 371),
    ]
    roles = where_time_goes.by_role(seen)
    assert {name: (round(role.cpu, 2), role.rss_mb) for name, role in roles.items()} == {
        "engine": (0.5, 90),
        "language host": (0.01, 20),
        "the language host's pip list": (0.4, 48),
        "program": (0.7, 98),
        "pack": (0.5, 55),
        "aws plugin": (0.4, 62),
        "others": (4.0, 371),
    }


def test_import_times_are_each_modules_own_by_package() -> None:
    log = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       100 |        100 |   _io\n"
        "import time:      2000 |       9000 |     blueprint.plan.shapes\n"
        "import time:      1000 |      99000 | blueprint\n"
        "a warning\n"
        "import time:       500 |        500 | pydantic_core.core_schema\n"
    )
    assert where_time_goes.by_package(log) == {
        where_time_goes.REST: 0.1,
        where_time_goes.PACKAGES["blueprint"]: 3.0,
        "pydantic": 0.5,
    }


def test_the_imports_that_are_timed_are_the_programs_own() -> None:
    source = where_time_goes.imports_of((ROOT / "__main__.py").read_text(encoding="utf-8"))
    assert "from components import build, build_unless_refused" in source.splitlines()
    assert all(line.startswith(("import ", "from ")) for line in source.splitlines())
