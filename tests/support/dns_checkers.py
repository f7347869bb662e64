"""The real programs of BIND and unbound that tests ask: no test runs without them, and none is skipped."""

import subprocess
from pathlib import Path

import pytest

from sandbox.bootstrap import checkers


def program(name: str) -> Path:
    """Where the program is; fails the test, with what to do, where there is none."""
    found = checkers.CHECKERS.find(name)
    if found is None:
        pytest.fail(
            f"There is no {name}, and this test asks the real one. "
            f"Fix: python3 -m sandbox.bootstrap --for test; or {checkers.FIX}",
            pytrace=False,
        )
    return found


def named_checkconf(text: str, folder: Path, *options: str) -> str:
    """What BIND's checker has against a whole named.conf; "" if it accepts it."""
    return _ask("named-checkconf", text, folder / "named.conf", *options)


def unbound_checkconf(text: str, folder: Path) -> str:
    """What unbound's checker has against a whole unbound.conf; "" if it accepts it."""
    return _ask("unbound-checkconf", text, folder / "unbound.conf")


def _ask(name: str, text: str, file: Path, *options: str) -> str:
    file.write_text(text, encoding="utf-8")
    answer = subprocess.run(
        [program(name), *options, file], capture_output=True, text=True, timeout=60, check=False
    )
    return "" if answer.returncode == 0 else f"{answer.returncode}: {answer.stdout}{answer.stderr}"
