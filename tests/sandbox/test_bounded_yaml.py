"""YAML that somebody wrote is read within bounds, and what is wrong with it is said in words that a terminal can show."""

from __future__ import annotations

from time import process_time

import pytest

from sandbox.documents import MOST_VALUES, DocumentError, compose, data
from tests.sandbox.test_stack_config import BOMB


def read(text: str) -> object:
    return data(compose(text))


def test_a_right_text_is_read_as_yaml_reads_it() -> None:
    assert read("") is None
    assert read("a: &a {x: 1, y: [2, 2.5, true, null, '7']}\nb: *a\nc: {<<: *a, x: 3}\n") == {
        "a": {"x": 1, "y": [2, 2.5, True, None, "7"]},
        "b": {"x": 1, "y": [2, 2.5, True, None, "7"]},
        "c": {"x": 3, "y": [2, 2.5, True, None, "7"]},
    }
    assert read("[" * 100 + "]" * 100) is not None
    assert read("[" + "1," * (MOST_VALUES - 2) + "1]") == [1] * (MOST_VALUES - 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "this is not YAML: line "),
        ("a: 1\n\tb: 2\n", "this is not YAML: line 2: "),
        ("a: b\x1bc\n", "this is not YAML: "),
        ("a: *nothing\n", "this is not YAML: line 1: found undefined alias"),
        ("a: &x [*x]\n", "an alias leads back to what it is part of"),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            "this is not YAML: line 1: could not determine a constructor",
        ),
        ("a: !!int ''\n", "this is not YAML: "),
        ("a: !!bool perhaps\n", "this is not YAML: "),
        ("a: !!timestamp now\n", "this is not YAML: "),
        ("a: !!float x\n", "this is not YAML: "),
        ("a: !!binary é\n", "this is not YAML: "),
        ("a: 2026-02-30\n", "this is not YAML: day is out of range"),
        ("a: " + "9" * 5000, "this is not YAML: "),
        ("? {a: b}\n: c\n", "this is not YAML: line 1: found unhashable key"),
        ("a: *" + "x" * 10_000, "this is not YAML: line 1: "),
        ("[" * 101 + "]" * 101, "values are nested deeper than 100 times"),
        ("[" * 1_000_000, "values are nested deeper than 100 times"),
        ("{a: " * 1_000_000, "values are nested deeper than 100 times"),
        (BOMB, "its aliases stand for too many values, more than 50,000: write less of *name"),
        ("a: &a {x: 1}\n" + "b: {<<: [" + "*a," * 30_000 + "]}\n", "too many values"),
        ("[" + "1," * MOST_VALUES + "1]", "this is too large: more than 50,000 values"),
        ("x" * 5_000_001, "this is too large: more than 5,000,000 characters"),
    ],
    ids=range(22),
)
def test_what_cannot_be_read_is_told_soon_and_in_words(text: str, said: str) -> None:
    began = process_time()
    with pytest.raises(DocumentError) as caught:
        read(text)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400
    assert process_time() - began < 2
