"""docs/security.md: every threat has a control, and every control a test that is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.pack import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
HEAD = ["threat", "control", "test", "what stays"]
# The threats that the page must not lose, by a word of each.
NAMED = (
    "exfiltration",
    "look-alike",
    "deleted bucket",
    "full access",
    "forged",
    "stand-in",
    "secret",
    "interrupted",
    "throttle",
    "YAML bomb",
    "terminal escape",
    "dependency",
    "download",
    "least privilege",
    "recover",
    "two updates",
)


def tables() -> list[list[list[str]]]:
    """The page's tables, each a list of rows of cells."""
    found: list[list[list[str]]] = []
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.M):
        rows = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in block.splitlines()]
        found.append([[cell.strip() for cell in row] for row in rows])
    return found


THREATS = [row for table in tables() if table[0] == HEAD for row in table[2:]]
CLAIMS = [
    (row[0], claim) for row in THREATS for claim in re.findall(r"\]\(([^)]+\.py)\) `(test_\w+)`", row[2])
]


def test_no_cell_is_empty() -> None:
    assert len(THREATS) >= 50
    for row in THREATS:
        assert len(row) == len(HEAD), row
        assert all(re.search(r"\w", cell) for cell in row), row


def test_every_threat_names_a_test() -> None:
    told = {threat for threat, _ in CLAIMS}
    assert [row[0] for row in THREATS if row[0] not in told] == []


@pytest.mark.parametrize("word", NAMED)
def test_the_threats_that_have_to_be_there_are(word: str) -> None:
    assert [row for row in THREATS if word.lower() in " ".join(row).lower()]


@pytest.mark.parametrize(("threat", "claim"), CLAIMS)
def test_the_test_of_a_control_is_there(threat: str, claim: tuple[str, str]) -> None:
    path, name = claim
    file = (ROOT / "docs" / path).resolve()
    assert file.is_relative_to(ROOT / "tests"), threat
    assert name in functions(file), f"{threat}: {Path(path).name} has no {name}"


def functions(file: Path) -> set[str]:
    return {
        each.name
        for each in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }
