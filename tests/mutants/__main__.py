"""`make mutants`: every way to spoil a good stack, in every Region, played to the pack, and every way to write a good one.

Regions may be given as arguments. Ends with 1 if a mutant survived or a good stack was blocked.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.mutants.play import Tally, play
from tests.support.pack import running
from tests.support.regions import REGIONS


def one(turn: int, region: str) -> Tally:
    """Play one Region to a pack of its own."""
    with running() as pack:
        return play(pack, region, turn=turn)


def main(regions: list[str]) -> int:
    wrong = [region for region in regions if region not in REGIONS]
    if wrong:
        sys.stderr.write(f"no such Region: {', '.join(wrong)}; allowed: {', '.join(REGIONS)}\n")
        return 2
    total, begun = Tally(), time.monotonic()
    chosen = regions or list(REGIONS)
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for region, tally in zip(chosen, workers.map(one, range(len(chosen)), chosen), strict=True):
            total.add(tally)
            sys.stdout.write(
                f"{region:15} {tally.blocked}/{tally.mutants} blocked, {time.monotonic() - begun:.0f} s\n"
            )
            sys.stdout.flush()
    for line in (*total.survivors, *total.alarms):
        sys.stdout.write(f"  {line}\n")
    sys.stdout.write(f"{total}\n")
    return 1 if total.survivors or total.alarms else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
