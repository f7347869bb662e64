"""`make fuzz`: bad input at every door. An error that names the key, or a right answer; never a traceback, never a pass.

Ends with 1 if anything went wrong, with the smallest example of it as text to paste in a regression test. The seed is told:
the same one tries the same cases.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.fuzz import graphs, pack_configs, process, raw, stacks
from tests.fuzz.tally import Tally, explore, table

# Cases of each part in the long form; the whole takes some five minutes on two cores.
LONG = 10_000
SHARES = {"stacks": 1.0, "pack configurations": 0.2, "graphs": 0.15, "messages": 0.4}
# Pieces that run beside each other.
_PIECES = 8


def of_stacks(count: int, seed: int, folder: Path) -> Tally:
    """Whole stack configurations; the right ones are built and judged."""
    judge = stacks.Judge(folder)
    return explore(Tally("stacks"), stacks.CASES, judge, stacks.shown, count=count, seed=seed)


def of_pack_configs(count: int, seed: int, folder: Path) -> Tally:
    """Configurations of the pack."""
    judge = pack_configs.Judge(folder)
    return explore(
        Tally("pack configurations"), pack_configs.cases(), judge, pack_configs.shown, count=count, seed=seed
    )


def of_graphs(count: int, seed: int, _folder: Path) -> Tally:
    """Stacks with garbage in them, to the pack's own process."""
    with process.running() as pack:
        judge = graphs.Judge(pack)
        found = explore(Tally("graphs"), graphs.cases(), judge, graphs.shown, count=count, seed=seed)
        found.outcomes["calls"] += pack.calls
        return found


def of_messages(count: int, seed: int, _folder: Path) -> Tally:
    """Bytes, to the pack's own process."""
    with process.running() as pack:
        judge = raw.RawJudge(pack)
        pack.pack.configure(graphs.CONFIG)
        found = explore(Tally("messages"), raw.messages(), judge.raw, raw.shown, count=count, seed=seed)
        found.outcomes["calls"] += pack.calls
        return found


def of_enormous(_count: int, _seed: int, _folder: Path) -> Tally:
    """Stacks without end, once."""
    found = Tally("messages")
    with process.running() as pack:
        judge = raw.RawJudge(pack)
        pack.pack.configure(graphs.CONFIG)
        raw.enormous(judge, found)
        found.outcomes["calls"] += pack.calls
    return found


Part = Callable[[int, int, Path], Tally]
PARTS: dict[str, Part] = {
    "stacks": of_stacks,
    "pack configurations": of_pack_configs,
    "graphs": of_graphs,
    "messages": of_messages,
    "enormous": of_enormous,
}


def piece(name: str, count: int, seed: int) -> Tally:
    """A piece of a part, in a folder of its own."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        return PARTS[name](count, seed, Path(folder))


def never_met(found: Tally, keys: frozenset[str]) -> list[str]:
    """Keys that no report named, and keys that no right case had: nothing was tried of them."""
    return [
        f"{found.part}: {key} was {what}"
        for what, met in (("never refused", found.refused), ("never right", found.valid))
        for key in sorted(keys - met)
    ]


def main(arguments: list[str]) -> int:
    """Tries all parts; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--cases", type=int, default=LONG, help=f"whole stack configurations; {LONG:,} by default"
    )
    parser.add_argument("--seed", type=int, help="the same cases again")
    options = parser.parse_args(arguments)
    seed = random.randrange(2**32) if options.seed is None else options.seed
    sys.stdout.write(f"seed {seed}\n")
    begun = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        pieces = [
            workers.submit(piece, name, max(int(options.cases * share) // _PIECES, 1), seed + number)
            for number in range(_PIECES)
            for name, share in SHARES.items()
        ]
        pieces.append(workers.submit(piece, "enormous", 0, seed))
        total = {name: Tally(name) for name in SHARES}
        for each in pieces:
            done = each.result()
            total[done.part].add(done)
            sys.stdout.write(f"{time.monotonic() - begun:4.0f} s  {done.part}: {done.cases} cases\n")
            sys.stdout.flush()
    tallies = list(total.values())
    missed = never_met(total["stacks"], stacks.KEYS) + never_met(
        total["pack configurations"], pack_configs.KEYS
    )
    for text in (example for tally in tallies for example in tally.examples):
        sys.stdout.write(f"\n{text}\n")
    sys.stdout.write(f"\n{table(tallies)}\n")
    sys.stdout.write(
        f"seed {seed}, {sum(tally.outcomes['calls'] for tally in tallies):,} calls of the pack\n"
    )
    # A short run does not come to every key.
    for line in missed if options.cases >= LONG else ():
        sys.stdout.write(f"  {line}\n")
    return 1 if any(tally.wrong for tally in tallies) or (missed and options.cases >= LONG) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
