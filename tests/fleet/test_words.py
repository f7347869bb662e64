"""What a fleet says can be shown anywhere: nothing invisible in it, and times and numbers as people say them."""

from __future__ import annotations

import pytest

from fleet import words


def test_nothing_invisible_is_left_in_a_text_but_its_line_breaks() -> None:
    assert words.clean("a\r\n\tb\x1b[31m\rc\u202e\x85\n") == "a\n    b\\x1b[31m\\rc\\u202e\\x85\n"


def test_a_line_is_the_first_one_and_not_longer_than_what_there_is_room_for() -> None:
    assert words.line("\n  refused \x07 \n  fix: ask") == "refused \\x07"
    assert words.line("x" * 20, 20) == "x" * 20
    assert words.line("x" * 21, 20) == "x" * 17 + "..."
    assert words.line("x" * 500) == "x" * 500


def test_changes_are_told_without_what_is_the_same() -> None:
    assert (
        words.changes({"update": 1, "same": 30, "create": 2, "\x1b[2J": 1})
        == "1 \\x1b[2J, 2 create, 1 update"
    )


def test_one_is_no_plural() -> None:
    assert [words.count(number, "stack") for number in (0, 1, 1204)] == [
        "0 stacks",
        "1 stack",
        "1,204 stacks",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (192.4, "3 min 12 s"),
        (3599.6, "1 h 0 min"),
        (7322, "2 h 2 min"),
        (360_000, "100 h 0 min"),
    ],
)
def test_a_duration_is_told_as_people_do(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said
