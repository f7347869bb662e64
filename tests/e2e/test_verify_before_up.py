"""`ssm-endpoints verify`, as typed, of stacks that were never up. docs/reference/command.md shows it of one that is."""

from __future__ import annotations

import pytest

from tests.e2e.house import House


def test_a_sandbox_stack_that_was_never_up(house: House) -> None:
    never = house.run("-m", "cli", "verify", "--stack", "dev", "--json")
    assert never.code == 2
    assert "stack dev is not up: the sandbox holds nothing of it" in never.text
    assert "make up STACK=dev" in never.text
    assert "schemaVersion" not in never.text
    assert "Traceback" not in never.text


def test_a_real_stack_that_its_backend_does_not_have(
    house: House, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path_factory.mktemp('backend')}")
    never = house.run("-m", "cli", "verify", "--stack", "prod-eu-west-1", "--json")
    assert never.code == 2
    assert "stack prod-eu-west-1: its state cannot be read, so nothing can be said of it" in never.text
    assert "no stack named 'prod-eu-west-1' found" in never.text
    assert "if it was never up: make up STACK=prod-eu-west-1" in never.text
    assert "schemaVersion" not in never.text
    assert "Traceback" not in never.text
