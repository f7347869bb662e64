"""The table of presets for readers: every call is in it, and its words are those of the typed table."""

from __future__ import annotations

import pytest

from blueprint.catalog import load
from tools.endpoint_policy_table import Row, main, rows, written

HERE = load().region("eu-west-1")


def of(action: str) -> dict[str, tuple[str, ...]]:
    return {row.about: row.verdicts for row in rows(HERE) if action in row.actions}


def test_every_call_of_the_agent_is_in_it() -> None:
    told = {action for row in rows(HERE) for action in row.actions}
    assert {action for calls in load().agent_calls.values() for action in calls.actions} <= told


def test_who_may_read_whose_documents() -> None:
    assert of("ssm:GetDocument") == {
        "AWS's document/example": ("everybody", "the accounts", "the organisation"),
        "own document/example": ("everybody", "the accounts", "the organisation"),
        "organisation's document/example": ("everybody", "nobody", "the organisation"),
        "stranger's document/example": ("everybody", "nobody", "nobody"),
    }


@pytest.mark.parametrize("action", ["kms:Encrypt", "ssm:PutParameter", "logs:GetLogEvents"])
def test_what_is_not_the_agents_passes_full_access_alone(action: str) -> None:
    assert list(of(action).values()) == [("everybody", "nobody", "nobody")]


def test_unsigned_calls_and_the_endpoint_that_may_take_no_policy() -> None:
    registered = {"(without a signature)": ("everybody", "the accounts", "the organisation")}
    assert of("ssm:RegisterManagedInstance") == registered
    assert of("ec2messages:GetMessages") == {"": ("everybody",) * 3}


def test_no_row_is_there_twice() -> None:
    told: list[Row] = rows(HERE)
    assert len(told) == len(set(told))


def test_it_is_printed_for_a_region_and_an_unknown_one_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cn-north-1"]) == 0
    printed = capsys.readouterr().out
    assert printed == written(load().region("cn-north-1"))
    assert "| ssm | GetParameter, GetParameters | own parameter/example | everybody |" in printed
    assert main([]) == 0
    assert "in eu-west-1:" in capsys.readouterr().out
    assert main(["eu-wst-1"]) == 2
    assert "did you mean eu-west-1" in capsys.readouterr().err
