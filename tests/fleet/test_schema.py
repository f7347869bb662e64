"""schema/fleet.schema.json: what an editor says of an inventory is what the program says, as far as it sees."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
import yaml

from blueprint.problems import SettingsError
from fleet import inventory
from fleet.schema import fleet_schema
from tests.support.pack import ROOT

SCHEMA = json.loads((ROOT / "schema" / "fleet.schema.json").read_text(encoding="utf-8"))
EXAMPLES = (ROOT / "docs" / "examples" / "fleet.yaml", ROOT / "tests" / "fixtures" / "fleet" / "fleet.yaml")
GOOD = yaml.safe_load(EXAMPLES[0].read_text(encoding="utf-8"))


def errors(data: Any) -> list[str]:
    found = jsonschema.Draft7Validator(SCHEMA).iter_errors(data)
    return [f"{'.'.join(map(str, each.absolute_path))}: {each.message}" for each in found]


def wrong(change: str) -> dict[str, Any]:
    """The example with one thing wrong."""
    data: dict[str, Any] = copy.deepcopy(GOOD)
    account = data["accounts"][0]
    match change:
        case "a key at the top":
            data["acounts"] = []
        case "a key of an account":
            account["accountID"] = "111111111111"
        case "a key of a Region":
            account["regions"][0]["setings"] = {}
        case "a setting":
            data["settings"]["featuers"] = {}
        case "a setting deep inside":
            account["settings"] = {"network": {"create": {"cdir": "10.0.0.0/16"}}}
        case "an unknown Region":
            account["regions"][0]["region"] = "eu-west-9"
        case "a wave":
            account["regions"][0]["wave"] = "last"
        case "an account id that is a number":
            account["accountId"] = 111111111111
        case "no accounts":
            data["accounts"] = []
        case "no backend":
            del data["backend"]
    return data


def test_the_file_is_what_the_models_say() -> None:
    assert fleet_schema() == SCHEMA, "run `make schema`"


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_an_example_is_valid(file: Any) -> None:
    assert errors(yaml.safe_load(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "change",
    [
        *(
            "a key at the top",
            "a key of an account",
            "a key of a Region",
            "a setting",
            "a setting deep inside",
        ),
        *("an unknown Region", "a wave", "an account id that is a number", "no accounts", "no backend"),
    ],
)
def test_what_is_wrong_for_an_editor_is_wrong_for_the_program(change: str) -> None:
    assert len(errors(wrong(change))) == 1
    if change in ("a setting", "a setting deep inside"):
        return  # the program says it of every stack, when it expands
    with pytest.raises(SettingsError):
        inventory.parse(wrong(change), "fleet.yaml")


def test_null_and_placeholders_are_right_in_settings() -> None:
    data: dict[str, Any] = copy.deepcopy(GOOD)
    data["accounts"][0]["settings"] = {"network": {"create": None, "vpcId": "vpc-{account}"}}
    assert errors(data) == []
