"""Every mutant of the policies' code, written into a copy of it. Runs with mutmut's environment.

Each function is there once as it was and once for each mutant; which one runs is said by MUTANT_UNDER_TEST.
"""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_MUTANT = re.compile(r"^( *)def (x\S*?)__mutmut_(orig|\d+)\(", re.M)


def write(interpreter: Path, tree: Path, modules: Sequence[str]) -> dict[str, str]:
    """Mutate the modules in `tree`, all of policies/ where none is named: mutant -> what it changes."""
    done = subprocess.run(
        [str(interpreter), str(Path(__file__).resolve()), *modules],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"mutmut could not mutate the code:\n{done.stderr[-2000:]}")
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(modules: Sequence[str]) -> None:
    from mutmut.mutation.file_mutation import mutate_file_contents

    found: dict[str, str] = {}
    for path in sorted(Path("policies").glob("*.py")):
        module = f"policies.{path.stem}"
        if not modules or module in modules:
            code = mutate_file_contents(str(path), path.read_text(encoding="utf-8")).code
            path.write_text(code, encoding="utf-8")
            found |= {f"{module}.{name}": diff for name, diff in _diffs(code).items()}
    sys.stdout.write(json.dumps(found) + "\n")


def _diffs(code: str) -> dict[str, str]:
    """What each mutant in a module changes: lines with - and +."""
    bodies: dict[tuple[str, str], list[str]] = {}
    for start in _MUTANT.finditer(code):
        text = code[start.start() :].splitlines()
        end = next(
            (
                n
                for n, line in enumerate(text[1:], 1)
                if line[:1] not in ("", " ", ")") or _ends(line, start[1])
            ),
            len(text),
        )
        bodies[start[2], start[3]] = [re.sub(r"__mutmut_(orig|\d+)", "", line) for line in text[:end]]
    found = {}
    for (name, number), body in bodies.items():
        if number != "orig":
            lines = list(difflib.unified_diff(bodies[name, "orig"], body, n=0, lineterm=""))[2:]
            kept = [line[0] + " ".join(line[1:].split()) for line in lines if not line.startswith("@@")]
            found[f"{name}__mutmut_{number}"] = "\n".join(line for line in kept if line[1:])
    return found


def _ends(line: str, indent: str) -> bool:
    """Whether a line is the next thing after a function that is indented so."""
    here = len(line) - len(line.lstrip())
    return bool(line.strip()) and here <= len(indent) and not line.strip().startswith(")")


if __name__ == "__main__":
    main(sys.argv[1:])
