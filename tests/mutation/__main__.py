"""`make mutation`: changes the policies' code in every way that mutmut knows, one at a time, and sees whether a test fails.

    make mutation                                   # all of policies/: about an hour on two cores
    make mutation ARGS='policies.zones policies.vpcs'   # some modules

mutmut makes the mutants; type errors are mypy's to find; for the rest the tests of `tests/policies` that reach the changed
function are run, each mutant in a fork of one session that has collected them once (`plugin.py`): mutmut's own runner
collects them anew for each of ten thousand. Survivors have to be explained in survivors.toml, by their line.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.mutation.environment import python
from tests.mutation.generate import write
from tests.mutation.report import Verdict, explained, text
from tests.mutation.typed import ill_typed

ROOT = Path(__file__).parents[2]
# These read the source as text, start the pack as a process of its own, or take too long for what they add.
LEFT_OUT = ("test_registry.py", "test_server.py", "test_every_region.py")


def main() -> int:
    """Generate, check, run, report. 1 if a mutant survived that nobody explained."""
    options = argparse.ArgumentParser(prog="make mutation", description=__doc__)
    options.add_argument(
        "modules", nargs="*", help="like policies.zones; all of policies/ where none is named"
    )
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options.add_argument("--again", action="store_true", help="only those that survived the last run")
    given = options.parse_args()
    work = ROOT / ".sandbox" / "mutation"
    kept = work / "verdicts.json"
    known: dict[str, Verdict] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    began = time.monotonic()
    tree = work / "tree"
    copy(tree)
    interpreter = python()
    mutants = write(interpreter, tree, given.modules)
    if given.again:
        alive = {name for name, verdict in known.items() if verdict["end"] == "survived"}
        mutants = {name: diff for name, diff in mutants.items() if name in alive}
    verdicts: dict[str, Verdict] = {
        name: {"end": "killed", "by": f"mypy: {why}", "diff": mutants[name]}
        for name, why in ill_typed(tree, mutants).items()
    }
    asked = {name: diff for name, diff in mutants.items() if name not in verdicts}
    verdicts |= _run(interpreter, tree, asked, given.jobs)
    known = {name: verdict for name, verdict in known.items() if name not in mutants} | verdicts
    kept.write_text(json.dumps(known, indent=1), encoding="utf-8")
    unexplained = explained(verdicts)
    sys.stdout.write(text(verdicts, unexplained, time.monotonic() - began))
    return 1 if unexplained else 0


def copy(tree: Path) -> None:
    """The project as git sees it, in a folder whose code may be changed."""
    shutil.rmtree(tree, ignore_errors=True)
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)
    # Where mutmut looks for its settings.
    with (tree / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[tool.mutmut]\nsource_paths = ["policies"]\n')


def _run(interpreter: Path, tree: Path, asked: dict[str, str], jobs: int) -> dict[str, Verdict]:
    """Run the tests against each mutant."""
    order, answer = tree.parent / "asked.json", tree.parent / "answer.json"
    order.write_text(json.dumps(asked), encoding="utf-8")
    answer.unlink(missing_ok=True)
    ignored = [f"--ignore=tests/policies/{name}" for name in LEFT_OUT]
    done = subprocess.run(
        [
            *(
                str(interpreter),
                "-m",
                "pytest",
                "-q",
                "-p",
                "tests.mutation.plugin",
                "-p",
                "no:cacheprovider",
            ),
            *("--allow-skips", *ignored, "tests/policies"),
        ],
        cwd=tree,
        env={
            **os.environ,
            "MUTANTS": str(order),
            "MUTANT_VERDICTS": str(answer),
            "MUTANT_JOBS": str(jobs),
        },
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if not answer.exists():
        raise SystemExit(f"the tests did not run to the end (exit code {done.returncode}); do they pass?")
    verdicts: dict[str, Verdict] = json.loads(answer.read_text(encoding="utf-8"))
    return verdicts


if __name__ == "__main__":
    sys.exit(main())
