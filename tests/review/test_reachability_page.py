"""docs/reachability.md explains exactly the steps and states that the code has."""

from __future__ import annotations

import re
from typing import get_args

from policies.registry import POLICIES
from review.reachability import State
from review.steps import STEPS
from review.tellings import SIGNS
from tests.support.pack import ROOT

PAGE = (ROOT / "docs" / "reachability.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_steps_is_the_codes() -> None:
    told = [[step.name, step.holds, ", ".join(f"`{each}`" for each in step.policies)] for step in STEPS]
    assert rows("The steps") == told


def test_every_state_is_explained_with_its_sign() -> None:
    words = {"open": "reached"}
    assert {(sign, state) for sign, state, _ in rows("The four states")} == {
        (SIGNS[state], words.get(state, state)) for state in get_args(State)
    }


def test_every_policy_that_a_step_names_exists() -> None:
    assert {policy for step in STEPS for policy in step.policies} <= {policy.name for policy in POLICIES}
    assert not re.search(r"\bTODO\b", PAGE)
