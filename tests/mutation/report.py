"""How many mutants were killed, and which survivors nobody has explained."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

SURVIVORS = Path(__file__).parent / "survivors.toml"


class Verdict(TypedDict):
    """`end` is killed or survived; `by` the test that failed, or why no test was asked; `diff` what the mutant changes."""

    end: str
    by: str
    diff: str


def function_of(mutant: str) -> str:
    """policies.zones.x_gaps__mutmut_3 -> policies.zones.gaps; a method is policies.graph.Graph.once."""
    module, _, name = mutant.rpartition("__mutmut_")[0].rpartition(".")
    return f"{module}.{name.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"


def explained(verdicts: Mapping[str, Verdict]) -> list[str]:
    """The survivors that survivors.toml does not explain. A reason stands for a function, and for the lines that change."""
    reasons = tomllib.loads(SURVIVORS.read_text(encoding="utf-8")) if SURVIVORS.exists() else {}
    known = {(each["function"], each["change"].strip()) for each in reasons.get("survivor", ())}
    return [
        mutant
        for mutant, verdict in verdicts.items()
        if verdict["end"] == "survived" and (function_of(mutant), verdict["diff"].strip()) not in known
    ]


def text(verdicts: Mapping[str, Verdict], unexplained: list[str], seconds: float) -> str:
    """The table, by module, and the survivors that nobody explained."""
    lines = [f"{'module':40} {'mutants':>8} {'by types':>9} {'by tests':>9} {'survived':>9} {'score':>7}"]
    modules: dict[str, Counter[str]] = {}
    for mutant, verdict in verdicts.items():
        kind = "types" if verdict["by"].startswith("mypy") else verdict["end"]
        modules.setdefault(".".join(mutant.split(".")[:2]), Counter())[kind] += 1
    total: Counter[str] = Counter()
    for module, counts in sorted(modules.items()):
        total.update(counts)
        lines.append(_row(module, counts))
    lines += [_row("all", total), f"{seconds:.0f} s"]
    for mutant in unexplained:
        indented = verdicts[mutant]["diff"].replace("\n", "\n    ")
        lines.append(f"survived, and nobody says why: {function_of(mutant)}\n    {indented}")
    return "\n".join(lines) + "\n"


def _row(name: str, counts: Counter[str]) -> str:
    count = counts.total()
    dead = count - counts["survived"]
    return (
        f"{name:40} {count:8} {counts['types']:9} {counts['killed']:9} {counts['survived']:9} "
        f"{dead / count if count else 1:7.1%}"
    )
