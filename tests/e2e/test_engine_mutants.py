"""One mutant of every operator through the real engine: the good stack's program passes, each mutant of it is blocked by the
right policy. What the engine shows the pack of a resource's outputs is what the real provider was recorded to promise."""

from __future__ import annotations

import json
import os
import re
import shutil

import pytest

from tests.e2e.elsewhere import Elsewhere
from tests.e2e.house import Answer
from tests.mutants.operators import Mutant, mutants
from tests.support.graph import RecordedGraph, dump
from tests.support.pack import ROOT
from tests.support.regions import graph, region
from tools.policy_config import of_policies

HERE = region("eu-west-1")
# Of each operator and each good stack one: the last, because the first is in many other tests.
ONE_EACH = {(mutant.operator, mutant.base): mutant for mutant in mutants(HERE)}


@pytest.fixture
def replayed(elsewhere: Elsewhere) -> Elsewhere:
    replay = ROOT / "tests" / "support" / "replay"
    shutil.copy(replay / "program.py", elsewhere.folder / "__main__.py")
    elsewhere.environment["PATH"] = os.pathsep.join([str(replay), elsewhere.environment["PATH"]])
    return elsewhere


def preview(replayed: Elsewhere, stack: RecordedGraph, **more: object) -> Answer:
    path, config = replayed.folder / "graph.json", replayed.folder / "pack.json"
    dump(stack, path)
    config.write_text(json.dumps(of_policies({**HERE.config, **more})), encoding="utf-8")
    return replayed.preview(config=str(config), REPLAYED=str(path))


def blocked_by(answer: Answer) -> set[str]:
    """The policies whose findings block, as the engine prints them."""
    return set(re.findall(r"\[mandatory\]\s+(?:\[severity: \w+\]\s+)?([a-z0-9-]+)\s", answer.text))


@pytest.mark.parametrize("base", ["dev", "nodes"])
def test_the_good_stack_passes(replayed: Elsewhere, base: str) -> None:
    answer = preview(replayed, graph(f"{base}-preview", HERE))
    assert answer.code == 0, answer.text
    assert blocked_by(answer) == set()
    assert "ssm-vpc-endpoints@v" in answer.text


@pytest.mark.parametrize("mutant", ONE_EACH.values(), ids=lambda mutant: f"{mutant.base}: {mutant.operator}")
def test_a_mutant_is_blocked_by_the_right_policy(replayed: Elsewhere, mutant: Mutant) -> None:
    stack = graph(f"{mutant.base}-preview", HERE)
    mutant.mutate(stack)
    answer = preview(replayed, stack, **mutant.config)
    assert answer.code != 0, answer.text
    assert mutant.right in blocked_by(answer), answer.text
    assert "can't run policy" not in answer.text


def test_every_operator_is_among_them() -> None:
    assert {operator for operator, _ in ONE_EACH} == {mutant.operator for mutant in mutants(HERE)}
    assert len(ONE_EACH) >= 50
