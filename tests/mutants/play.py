"""Plays mutants and rewrites of a Region to the pack's own process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from tests.mutants.operators import Mutant, mutants
from tests.mutants.rewrites import Rewrite, rewrites
from tests.support.pack import Pack
from tests.support.regions import graph, region

T = TypeVar("T")
STAGES = ("preview", "unchanged")


@dataclass
class Tally:
    """What came of it. `survivors` and `alarms` say what went wrong, in words."""

    regions: int = 0
    mutants: int = 0
    blocked: int = 0
    advisory: int = 0
    rewrites: int = 0
    survivors: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.regions += other.regions
        self.mutants += other.mutants
        self.blocked += other.blocked
        self.advisory += other.advisory
        self.rewrites += other.rewrites
        self.survivors += other.survivors
        self.alarms += other.alarms

    def __str__(self) -> str:
        return (
            f"Regions {self.regions}, mutants {self.mutants}, blocked {self.blocked}, advisory {self.advisory}, "
            f"good rewrites {self.rewrites}, false alarms {len(self.alarms)}"
        )


def play(pack: Pack, id: str, *, turn: int = 0, every: int = 1) -> Tally:
    """Play a Region: every mutant and rewrite, or one in `every`; `turn` says with which to begin. First previews (no id is
    known) and later ones (every id is) take turns, and turn with the Region."""
    tally, here = Tally(regions=1), region(id)
    for index, mutant in _some(mutants(here), turn, every):
        _mutant(pack, id, mutant, STAGES[(index // every + turn) % 2], tally)
    for index, rewrite in _some(rewrites(here), turn, every):
        _rewrite(pack, id, rewrite, STAGES[(index // every + turn) % 2], tally)
    return tally


def _some(items: Iterable[T], turn: int, every: int) -> Iterator[tuple[int, T]]:
    return ((index, item) for index, item in enumerate(items) if index % every == turn % every)


def _mutant(pack: Pack, id: str, mutant: Mutant, stage: str, tally: Tally) -> None:
    here = region(id)
    stack = graph(f"{mutant.base}-{stage}", here)
    mutant.mutate(stack)
    pack.configure({**here.config, **mutant.config})
    said = pack.judge(stack)
    tally.mutants += 1
    blocked = {finding.policy for finding in said if finding.level == "MANDATORY"}
    if mutant.right in blocked:
        tally.blocked += 1
        return
    if said and not blocked:
        tally.advisory += 1
    tally.survivors.append(
        f"{id} ({stage}): {mutant.name}: {mutant.right} did not block it, but {sorted(blocked) or 'nothing'}"
    )


def _rewrite(pack: Pack, id: str, rewrite: Rewrite, stage: str, tally: Tally) -> None:
    here = region(id)
    stack = graph(f"{rewrite.base}-{stage}", here)
    rewrite.mutate(stack)
    pack.configure({**here.config, **rewrite.config})
    tally.rewrites += 1
    for finding in pack.judge(stack):
        if finding.level == "MANDATORY":
            tally.alarms.append(f"{id} ({stage}): {rewrite.name}: {finding.policy}: {finding.message}")
