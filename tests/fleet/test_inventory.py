"""Whatever somebody writes into fleet.yaml: a fleet, or one report that says where, what, and what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprint.problems import SettingsError
from fleet import inventory
from fleet.inventory import InventoryError
from tests.fleet.fleets import ABSENT, ROLE, problems, said
from tests.fleet.wrong_inventories import ROWS


@pytest.mark.parametrize(("changes", "expected"), ROWS.values(), ids=ROWS.keys())
def test_what_is_wrong_is_told_with_its_place_its_value_and_what_is_right(
    changes: dict[str, Any], expected: list[tuple[str, str, str, str]]
) -> None:
    found = sorted((each.key, each.value, each.nearest) for each in problems(said(changes)))
    assert found == sorted((key, value, nearest) for key, value, _, nearest in expected)
    told = {each.key: each.message for each in problems(said(changes))}
    assert all(words in told[key] for key, _, words, _ in expected), told


def test_one_report_holds_what_is_wrong_at_every_level() -> None:
    changes = {
        "name": "ACME",
        "timeoutMinutes": "60",
        "accounts.0.regions.0.region": "eu-west-11",
        "accounts.1.accountId": "22",
    }
    assert [each.key for each in problems(said(changes))] == [
        "name",
        "timeoutMinutes",
        "accounts[0].regions[0].region",
        "accounts[1].accountId",
    ]


def test_a_right_inventory_is_a_fleet_with_the_defaults() -> None:
    fleet = inventory.parse(said(), "fleet.yaml")
    assert (fleet.concurrency.overall, fleet.concurrency.per_account, fleet.concurrency.per_region) == (
        8,
        4,
        4,
    )
    assert (fleet.retries.throttled, fleet.retries.locked, fleet.retries.lost) == (5, 10, 2)
    assert (fleet.rollout.canaries, fleet.rollout.early_percent, fleet.rollout.failure_budget_percent) == (
        1,
        10,
        0,
    )
    assert fleet.timeout_minutes == 60
    assert fleet.accounts[0].role_arn == ROLE


def test_what_leads_nowhere_else_may_be_said_to_the_provider_at_every_level() -> None:
    most = {"aws:stsRegion": "{region}", "aws:retryMode": "adaptive", "aws:skipRegionValidation": True}
    changes = {
        "settings.aws:config:maxRetries": 3,
        "accounts.0.settings": most,
        "accounts.0.regions.0.settings": {
            "aws:stsRegion": None,
            "aws:defaultTags": {"tags": {"team": "{account}"}},
        },
        "accounts.0.regions.0.vpcs": [{"settings": {"aws:useFipsEndpoint": True, "acme:profile": "x"}}],
    }
    assert problems(said(changes)) == []


def test_several_discoveries_of_a_region_need_no_names() -> None:
    discover = {"vpcTags": {"a": "*"}, "nodeSubnetTags": {"b": "*"}}
    assert (
        problems(said({"accounts.0.regions.0.vpcs": [{"discover": discover}, {"discover": discover}]})) == []
    )


@pytest.mark.parametrize("key", ["backend", "bakend", "states"])
def test_a_password_in_a_url_is_refused_and_never_shown(key: str) -> None:
    data = said({"backend": ABSENT, key: {"url": "https://ci:hunter2-" + "x" * 90 + "@states.example"}})
    with pytest.raises(SettingsError) as caught:
        inventory.parse(data, "fleet.yaml")
    assert "hunter2" not in str(caught.value)
    assert ("holds a password" in str(caught.value)) is (key != "states")


def told(folder: Path, content: str | bytes) -> str:
    """Why the file cannot be read."""
    file = folder / "fleet.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InventoryError) as caught:
        inventory.read(file)
    text = str(caught.value)
    assert all(line.isprintable() for line in text.split("\n"))
    assert "\n  fix: " in text
    return text


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
FILES: dict[str, tuple[str | bytes, str]] = {
    "a bracket that stays open": ("name: acme\nbackend: [\n", "line 3: "),
    "a tab": ("name: acme\nbackend:\n\turl: x\n", "line 3: "),
    "a secret on the wrong line": ('name: acme\nurl: "https://ci:hunter2@x\n', "line 3: "),
    "two documents": ("name: a\n---\nname: b\n", "line 2: "),
    "a tag of Python's": ("name: !!python/object/apply:os.getcwd []\n", "line 1: "),
    "a day that there is not": ("name: 2026-02-30\n", "is not YAML"),
    "a number without end": ("name: " + "9" * 5000 + "\n", "is not YAML"),
    "a list as a key": ("? [1, 2]\n: 3\n", "line 1: "),
    "nested without end": ("[" * 100_000, "is not YAML"),
    "nested deep": ("name: " + "[" * 101 + "]" * 101, "values are nested deeper than 100 times"),
    "an alias of itself": ("settings: &all {all: *all}\n", "an alias leads back to what it is part of"),
    "a bomb": (BOMB, "its aliases stand for too many values"),
    "a list": ("- name: acme\n", "a fleet is a mapping with the keys of settings, requirements, wave, name"),
    "text": ("acme\n", "a fleet is a mapping"),
    "nothing": ("", "a fleet is a mapping"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", "this is not text in UTF-8"),
    "a bell": ("name: a\x07\n", "is not YAML"),
    "a key twice": ("name: a\nname: b\n", "one key is set 2 times: line 1 (`name:`) and line 2 (`name:`)"),
    "a key twice below": (
        "accounts:\n  - name: a\n    name: b\n",
        "one key is set 2 times: line 2 (`name:`) and line 3 (`name:`)",
    ),
    "a strange key twice": ('"\\e[2J": a\n"\\e[2J": b\n', "line 1 (`\\x1b[2J:`) and line 2"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "words"), FILES.values(), ids=FILES.keys())
def test_a_file_that_is_none_is_told_with_its_line_and_a_fix(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    text = told(tmp_path, content)
    assert text.startswith(("fleet.yaml: ", f"{tmp_path}/fleet.yaml: "))
    assert words in text
    assert "hunter2" not in text


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    for file in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(InventoryError, match="this cannot be read: "):
            inventory.read(file)


def test_an_alias_is_read_as_what_it_stands_for(tmp_path: Path) -> None:
    data = said({"settings.tags": {"a": "b"}})
    data["requirements"] = {"features": data["settings"]["tags"]}
    file = tmp_path / "fleet.yaml"
    file.write_text(text := yaml.safe_dump(data), encoding="utf-8")
    assert "*id001" in text
    assert inventory.read(file).requirements == {"features": {"a": "b"}}
