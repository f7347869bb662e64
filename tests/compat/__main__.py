"""`make compat`: every supported Python with the oldest, the locked and the newest versions, and the real engine in each.

Arguments choose cells: `3.12`, `oldest`, or both. `--write` puts the table into docs/compatibility.md, with what ran before
for the cells that were not chosen. Ends with 1 if a cell failed.
"""

from __future__ import annotations

import subprocess
import sys

from sandbox.bootstrap import pythons
from sandbox.bootstrap.places import SetupError
from tests.compat import cells, table
from tests.compat.sets import PYTHONS, SETS
from tests.support.pack import ROOT
from tools.lock import resolver

LOGS = ROOT / "dist" / "compat"


def main(arguments: list[str]) -> int:
    """Run the chosen cells one after the other; print the table."""
    words = [each for each in arguments if each != "--write"]
    wrong = [each for each in words if each not in (*PYTHONS, *SETS)]
    if wrong:
        sys.stderr.write(
            f"compat: {', '.join(wrong)}: no such Python or set\n"
            f"  fix: make compat ARGS='{PYTHONS[0]} {SETS[0]}', of {', '.join((*PYTHONS, *SETS))}\n"
        )
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    results = []
    try:
        uv = resolver()
        for python in [each for each in PYTHONS if each in words] or PYTHONS:
            program = pythons.ensure(python, _note)
            for chosen in [each for each in SETS if each in words] or SETS:
                _note(f"Python {python}, {chosen} versions")
                results.append(cells.run(program, python, chosen, uv, LOGS))
                cells.keep(results[-1], LOGS)
                _note(table.line(results[-1]))
    except SetupError as error:
        sys.stderr.write(f"compat: {error}\n")
        return 1
    except subprocess.CalledProcessError as error:
        sys.stderr.write(
            f"compat: a cell's environment cannot be made: {' '.join(map(str, error.cmd))} ended with {error.returncode}\n"
            "  fix: see the lines above; make compat goes on with what is there\n"
        )
        return 1
    sys.stdout.write(f"\n{table.markdown(results)}")
    bad = [result for result in results if not result.good]
    for result in bad:
        log = LOGS.relative_to(ROOT) / f"{result.python}-{result.set}.txt"
        sys.stdout.write(f"  not compatible: Python {result.python}, {result.set}: see {log}\n")
    sys.stdout.write(f"{len(results) - len(bad)} passed, {len(bad)} failed\n")
    written = _write() if "--write" in arguments else True
    return 0 if written and not bad else 1


def _write() -> bool:
    """The page's table, of what ran now and, where not all ran now, of what ran before."""
    found = cells.kept(LOGS)
    every = [(python, chosen) for python in PYTHONS for chosen in SETS]
    missing = [each for each in every if each not in found]
    promised = [" ".join(each) for each in missing if each[1] == SETS[0]]
    if promised:
        sys.stderr.write(
            f"compat: the page was not written: nothing has run yet for {', '.join(promised)}\n"
            "  fix: make compat ARGS=--write\n"
        )
        return False
    table.write([found[each] for each in every if each in found], [" ".join(each) for each in missing])
    return True


def _note(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
