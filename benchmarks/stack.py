"""Measures `pulumi preview` of one stack: `python -m benchmarks.stack`; `--help` lists what the real provider needs.

A flat program, the project's own program, the same under the policy pack, and `terraform plan`, in turns, against one moto
server. Before anything is measured all of them have to make the same resources.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from benchmarks import same, terraform_config, where_time_goes
from benchmarks.machine import facts, keep
from benchmarks.process_tree import Cost
from benchmarks.stack_box import POLICIES, PROGRAMS, ROOT, SIZES, Box, Size, official_plugin, opened
from benchmarks.stack_report import text
from benchmarks.where_time_goes import Breakdown

REPEATS, QUICK_REPEATS = 7, 3
FLAT, RESTING, OURS, ASKS, PACKED = "A", "A, collector resting", "B", "B and preflight", "C"
EMPTY, REAL, TERRAFORM = "empty program", "C, real provider", "D"
NO_PROVIDER = (
    "--terraform-provider PATH names the binary terraform-provider-aws that `terraform plan` is to use"
)
NO_PLUGIN = "--aws-plugin FOLDER names a folder with a pulumi-resource-aws that is no stand-in (here is no official one)"


@dataclass
class Results:
    """All that was seen. `costs` has each way's runs by the size's name, in the order of the turns."""

    facts: dict[str, str]
    load: float
    sizes: tuple[Size, ...]
    checked: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    costs: dict[str, dict[str, list[Cost]]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    breakdown: Breakdown | None = None
    seconds: float = 0.0


Way = Callable[[], Cost]


def main() -> int:
    """Measure, print the table, keep the figures. Not 0 if the programs differ: a comparison of them means nothing."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.stack", description=__doc__)
    options.add_argument("--quick", action="store_true", help="the small stack only, three turns")
    options.add_argument("--aws-plugin", type=Path, help="a folder with a real pulumi-resource-aws")
    options.add_argument("--terraform-provider", type=Path, help="a binary of terraform-provider-aws")
    given = options.parse_args()
    began = time.perf_counter()
    results = Results(facts(), os.getloadavg()[0], SIZES[:1] if given.quick else SIZES)
    repeats = QUICK_REPEATS if given.quick else REPEATS
    with opened() as box:
        _stand_in(results, box, repeats)
        if not results.wrong:
            _say("where time goes")
            results.breakdown = where_time_goes.look(box, results.sizes)
    if not results.wrong:
        _real(results, given.aws_plugin or official_plugin(), given.terraform_provider, repeats)
    results.seconds = time.perf_counter() - began
    kept = keep("stack", results.facts["when"], asdict(results))
    sys.stdout.write(f"{text(results)}\nfigures: {kept}\n")
    return 1 if results.wrong else 0


def in_turns(ways: Mapping[str, Way], repeats: int, note: Callable[[str], None]) -> dict[str, list[Cost]]:
    """Run each way `repeats` times, and each way first, second, ... in turn. The n-th costs of all ways are one turn's."""
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for turn in range(repeats):
        note(f"turn {turn + 1} of {repeats}")
        for name in rotated(list(ways), turn):
            costs[name].append(ways[name]())
    return costs


def rotated(names: Sequence[str], turn: int) -> list[str]:
    """The names, begun with another one each turn, so that nobody always follows the same."""
    start = turn % len(names)
    return [*names[start:], *names[:start]]


def _stand_in(results: Results, box: Box, repeats: int) -> None:
    """A, B and C on the plugin that the sandbox has. Fills the results."""
    for size in results.sizes:
        _say(f"{size.name}: do both programs make the same?")
        _check(results, box, size)
    if results.wrong:
        return
    for size in results.sizes:
        ways: dict[str, Way] = {
            FLAT: partial(box.preview, PROGRAMS / "flat", size),
            RESTING: partial(box.preview, PROGRAMS / "flat_resting", size),
            OURS: partial(box.preview, ROOT, size),
            ASKS: partial(box.preview, ROOT, size, preflight=True),
            PACKED: partial(box.preview, ROOT, size, *POLICIES),
        }
        if size is results.sizes[0]:
            ways[EMPTY] = partial(box.preview, PROGRAMS / "empty", size)
        _measure(results, size, ways, repeats)


def _real(results: Results, plugin: Path | None, provider: Path | None, repeats: int) -> None:
    """C and D on the real provider. Fills the results."""
    if provider is None or not provider.is_file():
        results.absent[TERRAFORM] = NO_PROVIDER
    if plugin is None or not (plugin / "pulumi-resource-aws").is_file():
        results.absent[REAL] = NO_PLUGIN
        # Terraform needs a server and no plugin.
        plugin = None
    if len(results.absent) == 2:
        return
    with opened(plugin) as box:
        for size in results.sizes:
            ways: dict[str, Way] = {}
            made = same.resources(box.planned(PROGRAMS / "flat", size))
            if REAL not in results.absent:
                _check(results, box, size, ", real provider")
                ways[REAL] = partial(box.preview, ROOT, size, *POLICIES)
            if TERRAFORM not in results.absent and provider is not None:
                folder = box.folder / f"terraform-{size.name}"
                terraform = terraform_config.prepare(folder, provider, made, size.region, box.port)
                if isinstance(terraform, str):
                    results.absent[TERRAFORM] = terraform
                else:
                    told = terraform_config.differences(made, terraform.planned())
                    results.wrong += [f"Terraform, {size.name}: {each}" for each in told]
                    results.checked[f"{size.name}, Terraform"] = f"{len(made)} resources, the flat program's"
                    ways[TERRAFORM] = terraform.plan
            if ways and not results.wrong:
                _measure(results, size, ways, repeats)


def _check(results: Results, box: Box, size: Size, where: str = "") -> None:
    """Hold the project's program against the flat one. Fills the results."""
    flat = same.resources(box.planned(PROGRAMS / "flat", size))
    ours = same.resources(box.planned(ROOT, size))
    told = same.differences(flat, ours)
    if len(flat) != size.resources:
        told.append(f"{len(flat)} resources, and {size.resources} by hand")
    results.wrong += [f"{size.name}{where}: {each}" for each in told]
    results.checked[f"{size.name}{where}"] = f"{len(ours)} resources, the same in both programs"


def _measure(results: Results, size: Size, ways: Mapping[str, Way], repeats: int) -> None:
    for warm in ways.values():
        # What the first run of all leaves behind: compiled modules, the disk's cache.
        warm()
    costs = in_turns(ways, repeats, lambda turn: _say(f"{size.name}: {turn}"))
    for name, runs in costs.items():
        results.costs.setdefault(name, {})[size.name] = runs


def _say(what: str) -> None:
    sys.stderr.write(f"{what} ...\n")


if __name__ == "__main__":
    sys.exit(main())
