"""Mutants that are wrong by their types: `make check` finds them before any test runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Container
from pathlib import Path

_START = re.compile(r"^ *def (x\S*?)__mutmut_(orig|\d+)\(")


def ill_typed(tree: Path, mutants: Container[str]) -> dict[str, str]:
    """The mutants in which `mypy --strict` finds something that it does not find in the code as it was."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--output=json", "policies"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    said: dict[tuple[str, str], dict[str, set[str]]] = {}
    starts: dict[str, list[tuple[int, str, str]]] = {}
    for line in done.stdout.splitlines():
        error = json.loads(line)
        if error["severity"] != "error":
            continue
        path = error["file"]
        if path not in starts:
            starts[path] = _starts(tree / path)
        before = [each for each in starts[path] if each[0] <= error["line"]]
        if before:
            _, function, number = before[-1]
            module = path.removesuffix(".py").replace("/", ".")
            said.setdefault((module, function), {}).setdefault(number, set()).add(error["message"])
    found = {}
    for (module, function), errors in said.items():
        for number, messages in errors.items():
            new = messages - errors.get("orig", set())
            name = f"{module}.{function}__mutmut_{number}"
            if new and name in mutants:
                found[name] = min(new)
    return found


def _starts(path: Path) -> list[tuple[int, str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = ((number, _START.match(line)) for number, line in enumerate(lines, 1))
    return [(number, start[1], start[2]) for number, start in found if start]
