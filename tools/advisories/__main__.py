"""`make audit-dependencies`: known vulnerabilities in the lock files and in the Go programs that the set-up builds.

Ends with 0 if all was looked at and nothing is wrong, 1 if something is wrong, 2 if something could not be looked at: that
is no verdict.
"""

from __future__ import annotations

import datetime
import itertools
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.advisories import go, python
from tools.advisories.shapes import ListError, Looked, accepted, judged
from tools.lock import LOCK_FILES

FOUND, BLIND = 1, 2


def main() -> int:
    """Look, and say what is wrong, what is accepted and what nobody could look at."""
    try:
        may = accepted()
    except ListError as error:
        sys.stderr.write(f"audit-dependencies: {error}\n")
        return FOUND
    looked = []
    for one in itertools.chain(_python(), _go()):
        said = f"could not look: {one.blind}" if one.blind else f"{len(one.advisories)} known, {one.about}"
        sys.stdout.write(f"{one.place}: {said}\n")
        sys.stdout.flush()
        looked.append(one)
    wrong, passed, blind = judged(looked, may, datetime.datetime.now(datetime.UTC).date())
    for title, lines in (("accepted", passed), ("WRONG", wrong), ("NOT LOOKED AT", blind)):
        if lines:
            sys.stdout.write(f"\n{title}:\n" + "".join(f"  {line}\n" for line in lines))
    if blind:
        sys.stdout.write(
            "\nThis is no verdict: what could not be looked at may be vulnerable.\n"
            "  fix: run it where https://pypi.org and https://vuln.go.dev can be reached; docs/supply-chain.md says\n"
            "       what to do without the internet\n"
        )
    return FOUND if wrong else BLIND if blind else 0


def _python() -> Iterator[Looked]:
    try:
        auditor = python.program()
    except (subprocess.CalledProcessError, OSError) as error:
        yield from (
            Looked(lock, blind=f"pip-audit cannot be installed: {_why(error)}") for lock in LOCK_FILES
        )
        return
    for lock in LOCK_FILES:
        yield python.look(auditor, lock)


def _go() -> Iterator[Looked]:
    with tempfile.TemporaryDirectory(prefix="govulncheck-") as folder:
        checker, why = None, go.unreachable()
        if not why:
            try:
                checker = go.program(Path(folder))
                why = "there is no go on PATH"
            except (subprocess.CalledProcessError, OSError) as error:
                why = f"govulncheck cannot be built: {_why(error)}"
        for module, package in go.BUILT.items():
            yield Looked(module, blind=why) if checker is None else go.look(checker, module, package)


def _why(error: Exception) -> str:
    said = getattr(error, "stderr", "") or str(error)
    return str(said).strip().splitlines()[-1]


if __name__ == "__main__":
    sys.exit(main())
