"""How a policy's JSON is read, and how a message shows what is wrong with it."""

from typing import Any

import pytest

from policies.iam_json import JsonObject, Malformed, an_object, clipped, read, shown, string, strings


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("twelve chars", 12, "twelve chars"),
        ("twelve chars", 11, "twelve cha…"),
        ("", 1, ""),
        ("ab", 1, "…"),
        # What is not printable takes the room of what is written for it.
        ("a\x1bb", 6, r"a\x1bb"),
        ("a\x1bb", 5, "a\\x1…"),
        ("\u202e\ud800", 12, r"\u202e\ud800"),
    ],
)
def test_a_text_is_clipped_to_its_limit(text: str, limit: int, expected: str) -> None:
    assert clipped(text, limit) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", "an empty string"),
        ("red", "'red'"),
        # Two quotes, and 48 characters between them.
        ("x" * 48, "'" + "x" * 48 + "'"),
        ("x" * 49, "'" + "x" * 48 + "…"),
        ("a\nb", r"'a\nb'"),
        ([], "an empty list"),
        ([""], "a list"),
        ({}, "an object"),
        ({"a": 1}, "an object"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (1.5, "1.5"),
        (10**49, "1" + "0" * 49),
        (10**50, "1" + "0" * 48 + "…"),
        (b"text", "bytes"),
    ],
)
def test_a_value_is_shown_short_and_as_json_calls_it(value: Any, expected: str) -> None:
    assert shown(value) == expected


def test_the_first_key_that_is_there_twice_is_remembered() -> None:
    once, twice = read('{"a": 1, "b": 2}'), read('{"a": 1, "b": 2, "c": 3, "b": 2, "c": 4}')
    assert isinstance(once, JsonObject)
    assert isinstance(twice, JsonObject)
    assert once.repeated is None
    assert twice.repeated == "b"
    assert once == {"a": 1, "b": 2}


def test_json_of_every_kind_is_read() -> None:
    assert read('[null, true, 1, 1.5, "\\u00e9", {"a": []}]') == [None, True, 1, 1.5, "é", {"a": []}]


def refused(call: Any, *given: Any, **options: Any) -> str:
    with pytest.raises(Malformed) as raised:
        call(*given, **options)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1,\n "b" 2}', "not JSON: Expecting ':' delimiter (line 2, column 6)"),
        ("Infinity", "not JSON: Infinity is no JSON value"),
        ("[" * 100_000, "not a policy: the JSON is nested too deeply"),
        ("9" * 5000, "not a policy: it holds a number that is too long to read"),
    ],
)
def test_what_is_no_json_is_refused_with_the_place(text: str, expected: str) -> None:
    assert refused(read, text) == expected


def test_an_object_is_taken_with_the_keys_that_it_may_have() -> None:
    given = JsonObject([("a", 1)])
    assert an_object(given, "here") is given
    assert an_object(given, "here", ("a", "b")) is given
    assert refused(an_object, given, "here", ("b", "c")) == "here: unknown key 'a'; known are b, c"
    assert refused(an_object, [given], "here") == "here: expected an object, got a list"
    repeated = JsonObject([("a", 1), ("a", 1)])
    assert refused(an_object, repeated, "here", ("b",)) == "here: the key 'a' is there more than once"


def test_a_string_is_not_empty_unless_it_may_be() -> None:
    given = JsonObject([("text", "red"), ("none", ""), ("number", 1)])
    assert string(given, "text", "here") == string(given, "text", "here", empty=True) == "red"
    assert string(given, "none", "here", empty=True) == ""
    assert refused(string, given, "none", "here") == "here: expected a string, got an empty string"
    assert refused(string, given, "number", "here", empty=True) == "here: expected a string, got 1"


def test_strings_are_one_or_many_or_none() -> None:
    given = JsonObject([("one", "red"), ("many", ["red", "blue"]), ("odd", ["red", ""]), ("no", [])])
    assert strings(given, "one", "here") == ("red",)
    assert strings(given, "many", "here") == ("red", "blue")
    assert strings(given, "other", "here") == ()
    assert refused(strings, given, "odd", "here") == "here.odd[1]: expected a string, got an empty string"
    expected = "here.no: expected a string or a list of strings, got an empty list"
    assert refused(strings, given, "no", "here") == expected
