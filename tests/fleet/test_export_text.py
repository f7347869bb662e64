"""The text of an export means the same to every reader of YAML."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from fleet.export import pko
from tests.fleet.exports import ALL


def test_the_text_is_the_documents() -> None:
    text = pko.text(ALL)
    assert text.startswith("---\n")
    assert list(yaml.safe_load_all(text)) == ALL
    assert not re.search(r"[&*]id\d", text)


# Text here, and to a reader of YAML 1.1 or 1.2 a number, a time, a truth, nothing, a reference.
NUMBERS = [
    "1e3",
    "0o17",
    "012",
    "0x1F",
    "1_000",
    "12:30:45",
    "2026-11-30",
    ".5",
    "+1",
    "1.0",
    "111111111111",
    ".inf",
]
OTHERS = [
    "y",
    "N",
    "yes",
    "Off",
    "TRUE",
    "null",
    "~",
    "",
    "=",
    "<<",
    "*",
    "-",
    "?",
    " x",
    "a: b",
    "a #b",
    "@a",
]


@pytest.mark.parametrize("value", [*NUMBERS, *OTHERS])
def test_text_that_looks_like_something_else_is_quoted(value: str) -> None:
    text = pko.text([{value: {"value": value}}])
    assert text.count(json.dumps(value)) == 2
    assert yaml.safe_load(text) == {value: {"value": value}}
