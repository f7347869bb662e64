"""A configuration that does not fit its JSON Schema: each problem is one sentence, in full."""

from typing import Any

import pytest

from policies.config_schema import problems

SERVICE = {"type": "string", "pattern": "^[a-z]+$", "description": "a service's short id"}
HUB = {
    "type": "object",
    "properties": {"vpc": {"type": "string"}, "services": {"type": "array", "items": SERVICE}},
    "required": ["vpc", "services"],
}
WHOLE = {
    "type": "object",
    "properties": {
        "scope": {"type": "string", "enum": ["auto", "always"]},
        "zones": {"type": "integer", "minimum": 1, "description": "a number from 1 on"},
        "count": {"type": "integer"},
        "on": {"type": "boolean"},
        "hubs": {"type": "array", "items": HUB},
        "services": {"type": "array", "items": SERVICE},
    },
}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            {"scop": 1},
            [
                "'scop' is not a property; did you mean scope?; allowed: scope, zones, count, on, hubs, services"
            ],
        ),
        ({"xyz": 1}, ["'xyz' is not a property; allowed: scope, zones, count, on, hubs, services"]),
        ({"scope": "allways"}, ["scope is 'allways'; did you mean always?; allowed: auto, always"]),
        ({"scope": "never-ever"}, ["scope is 'never-ever'; allowed: auto, always"]),
        ({"scope": 7}, ["scope is 7; allowed is a string"]),
        ({"scope": None}, ["scope is None; allowed is a string"]),
        ({"zones": 0}, ["zones is 0; allowed is a number from 1 on"]),
        ({"zones": "2"}, ["zones is '2'; allowed is a number from 1 on"]),
        ({"zones": 1.5}, ["zones is 1.5; allowed is a number from 1 on"]),
        ({"count": 1.5}, ["count is 1.5; allowed is an integer"]),
        ({"count": True}, ["count is True; allowed is an integer"]),
        ({"on": 1}, ["on is 1; allowed is true or false"]),
        ({"hubs": {}}, ["hubs is {}; allowed is an array"]),
        ({"hubs": ["x"]}, ["hubs[0] is 'x'; allowed is an object with vpc, services"]),
        (
            {"hubs": [{}]},
            ["hubs[0] has no vpc; allowed is a string", "hubs[0] has no services; allowed is an array"],
        ),
        (
            {"hubs": [{"vpc": "v", "services": ["ssm", "S3"]}, {"vpc": "v", "services": []}]},
            ["hubs[0].services[1] is 'S3'; allowed is a service's short id"],
        ),
        (
            {"hubs": [{"vpc": "v", "services": [], "servces": 1}]},
            ["hubs[0].servces is not a key; did you mean services?; allowed: vpc, services"],
        ),
        (
            {"services": ["ssm", 7], "on": "yes"},
            ["services[1] is 7; allowed is a service's short id", "on is 'yes'; allowed is true or false"],
        ),
    ],
)
def test_each_problem_is_a_sentence_with_the_key_the_value_and_what_is_allowed(
    value: Any, said: list[str]
) -> None:
    assert list(problems(value, WHOLE)) == said


def test_a_part_of_a_configuration_may_be_checked_by_itself() -> None:
    assert list(problems("S3", SERVICE, "hubs[0]")) == ["hubs[0] is 'S3'; allowed is a service's short id"]
    assert list(
        problems({}, {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}, "x")
    ) == ["x has no a; allowed is an integer"]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"scope": "auto", "zones": 1, "count": -3, "on": False, "hubs": [], "services": ["ssm"]},
        # CrossGuard's configuration travels as protobuf numbers.
        {"zones": 2.0, "count": 0.0},
        {"hubs": [{"vpc": "", "services": ["ssm"]}]},
    ],
)
def test_what_fits_is_no_problem(value: Any) -> None:
    assert list(problems(value, WHOLE)) == []


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("^a+$", "aa", True),
        # In Python's own reading, `$` is before a line's end too.
        ("^a+$", "aa\n", False),
        ("^a+$", "baa", False),
        ("^a", "ab\n", True),
        # A pattern may match anywhere, as in JSON Schema.
        ("a", "bab", True),
        (r"\d$", "x7", True),
        # A digit is one of ten, as ECMA 262 has it.
        (r"^\d$", "\u0667", False),
        (r"^\w$", "\u00e9", False),
        ("$", "a\n", True),
    ],
)
def test_patterns_are_read_as_json_schema_means_them(pattern: str, value: str, fits: bool) -> None:
    said = list(problems(value, {"type": "string", "pattern": pattern}, "key"))
    assert said == ([] if fits else [f"key is {value!a}; allowed is a string"])
