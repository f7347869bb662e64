"""docs/reference/command.md says what the command does: its options, its JSON keys, its permissions."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer.main

from cli import app, drift_report, report
from cli.drift_report import WELL, OfAws, OfPolicies, OfSettings
from cli.verify_report import Answer
from review.differences import Difference
from tests.support.graph import load
from tests.support.pack import ROOT
from tests.support.reviews import review
from tests.verification.overlays import overlay
from verification.look import Found
from verification.permissions import policy_document

PAGE = (ROOT / "docs" / "reference" / "command.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def keys(command: str) -> set[str]:
    """The keys that the command's table of keys has."""
    rows = section(command).split("| key | what |")[1].split("\n\n")[0].splitlines()[2:]
    return {key for row in rows for key in re.findall(r"`(\w+)`", row.split("|")[1])}


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert app.main([*arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_policy_to_paste_is_what_is_needed() -> None:
    assert policy_document() in PAGE


def test_the_keys_of_each_answer_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    for command, arguments in (
        ("facts", ("facts", "eu-west-1")),
        ("plan", ("plan", "--stack", "dev")),
        ("forwarders", ("forwarders", "--stack", "dev")),
    ):
        assert keys(command) == set(document(capsys, *arguments)) - {"schemaVersion"}, command
    answer = Answer("dev", "eu-west-1", Found(overlay(), "123456789012"), [], [], [], False)
    assert keys("verify") == set(answer.document())
    well = (OfSettings(WELL), OfAws(WELL), OfPolicies(WELL))
    drifted = drift_report.Answer("dev", "Pulumi.dev.yaml", *well).document()
    assert keys("drift") == set(drifted)
    for key in {key for each in ("settings", "aws", "policies") for key in drifted[each]}:
        assert f"`{key}`" in section("drift"), key
    for field in fields(Difference):
        assert f"`{field.name}`" in section("drift"), field.name


def test_the_keys_of_a_review_are_listed_and_camel_case(tmp_path: Path) -> None:
    found = report.document(
        review(load(ROOT / "tests" / "fixtures" / "graphs" / "dev-preview.json"), tmp_path, [])
    )
    table = section("report").split("| key | what |")[1]
    assert {
        key for row in table.splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[1])
    } == set(found)
    inside = [*found["homes"], *found["matrices"], *found["changes"], found["cost"], *found["forwarders"]]
    assert inside
    for key in {key for each in inside for key in each}:
        assert f"`{key}`" in section("report"), key
    assert "_" not in "".join(re.findall(r'"(\w+)":', json.dumps(found)))


def test_the_keys_inside_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    facts, plan = document(capsys, "facts", "eu-west-1"), document(capsys, "plan", "--stack", "dev")
    for command, found in (("facts", facts), ("plan", plan)):
        for value in found.values():
            inner = value[0] if isinstance(value, list) and value else value
            for key in inner if isinstance(inner, dict) and value is not found.get("zonesOfHub") else ():
                assert f"`{key}`" in section(command), (command, key)


@pytest.mark.parametrize("command", ["facts", "plan", "forwarders", "verify", "drift"])
def test_each_option_is_on_the_page(command: str) -> None:
    group: Any = typer.main.get_command(app.app)
    for parameter in group.commands[command].params:
        for option in parameter.opts if parameter.param_type_name == "option" else ():
            assert option in PAGE


def test_each_command_is_on_the_page() -> None:
    group: Any = typer.main.get_command(app.app)
    for name in group.commands:
        assert re.search(rf"^\| `{name}\b", PAGE, re.MULTILINE), name
