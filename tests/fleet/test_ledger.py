"""What earlier runs came to, and which run they make needless: only one that is known to change nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.ledger import Ledger, line
from fleet.shapes import VERBS, Result, Status, Verb, fields, result_of
from tests.fleet.fleets import result

Before = list[tuple[Verb, Status, str]]

# What was done to a stack, and which verbs a run of content c1 may skip after that.
SKIPPED: list[tuple[str, Before, set[Verb]]] = [
    ("nothing", [], set()),
    ("up", [("up", "passed", "c1")], {"up"}),
    ("preview", [("preview", "passed", "c1")], {"preview"}),
    ("preview, then up", [("preview", "passed", "c1"), ("up", "passed", "c1")], {"preview", "up"}),
    ("up, then preview", [("up", "passed", "c1"), ("preview", "passed", "c1")], {"preview", "up"}),
    ("destroy", [("destroy", "passed", "c1")], {"destroy"}),
    ("up, then destroy", [("up", "passed", "c1"), ("destroy", "passed", "c1")], {"destroy"}),
    ("destroy, then up", [("destroy", "passed", "c1"), ("up", "passed", "c1")], {"up"}),
    (
        "preview and up, then destroy",
        [("preview", "passed", "c1"), ("up", "passed", "c1"), ("destroy", "passed", "c1")],
        {"destroy"},
    ),
    ("up, then refresh", [("up", "passed", "c1"), ("refresh", "passed", "c1")], set()),
    ("refresh", [("refresh", "passed", "c1")], set()),
    ("drift", [("drift", "passed", "c1")], set()),
    ("up, then drift that was seen", [("up", "passed", "c1"), ("drift", "drifted", "c1")], {"up"}),
    ("preview, then drift", [("preview", "passed", "c1"), ("drift", "drifted", "c1")], {"preview"}),
    ("up of other content", [("up", "passed", "c2")], set()),
    ("up, then up of other content", [("up", "passed", "c1"), ("up", "passed", "c2")], set()),
    (
        "preview, then up of other content",
        [("preview", "passed", "c1"), ("up", "passed", "c2")],
        set(),
    ),
    ("up, then a destroy that failed", [("up", "passed", "c1"), ("destroy", "failed", "c1")], set()),
    ("up, then an up that failed", [("up", "passed", "c1"), ("up", "failed", "c1")], set()),
    ("an up that failed, then up", [("up", "failed", "c1"), ("up", "passed", "c1")], {"up"}),
    (
        "preview, then an up that failed",
        [("preview", "passed", "c1"), ("up", "failed", "c1")],
        set(),
    ),
    ("up, then skipped", [("up", "passed", "c1"), ("up", "unchanged", "c1")], {"up"}),
    ("up, then not run", [("up", "passed", "c1"), ("up", "not run", "c1")], {"up"}),
]


def skipped(ledger: Ledger) -> set[Verb]:
    return {verb for verb in VERBS if ledger.unchanged("shop", verb, "c1") is not None}


@pytest.mark.parametrize(
    ("before", "expected"), [row[1:] for row in SKIPPED], ids=[row[0] for row in SKIPPED]
)
def test_only_a_run_that_would_change_nothing_is_skipped(
    tmp_path: Path, before: Before, expected: set[Verb]
) -> None:
    ledger = Ledger(tmp_path / "results.jsonl")
    for verb, status, content in before:
        ledger.add(result(status, verb, content))
    assert skipped(ledger) == expected
    # The next process knows the same, from the file.
    assert skipped(Ledger(tmp_path / "results.jsonl")) == expected


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", sorted(set(get_args(Status)) - {"passed"}))
def test_what_did_not_pass_is_never_skipped(tmp_path: Path, verb: Verb, status: Status) -> None:
    ledger = Ledger(tmp_path / "results.jsonl")
    ledger.add(result(status, verb))
    assert skipped(ledger) == set()


def test_a_stack_is_not_skipped_for_what_was_made_of_another(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "results.jsonl")
    ledger.add(result(stack="bank"))
    assert skipped(ledger) == set()


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(each) for each in file.read_text(encoding="utf-8").splitlines()]


def test_lines_are_only_ever_appended(tmp_path: Path) -> None:
    file = tmp_path / "acme" / "results.jsonl"
    ledger = Ledger(file)
    ledger.add(result("failed", error="why"))
    first = file.read_text(encoding="utf-8")
    Ledger(file).add(result())
    assert file.read_text(encoding="utf-8").startswith(first)
    assert [(each["stack"], each["status"], each["error"]) for each in lines(file)] == [
        ("shop", "failed", "why"),
        ("shop", "passed", ""),
    ]


def test_a_line_that_was_cut_off_spoils_neither_the_others_nor_the_next(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(line(result()) + line(result(verb="destroy"))[:40], encoding="utf-8")
    ledger = Ledger(file)
    assert skipped(ledger) == {"up"}
    ledger.add(result(verb="destroy"))
    # Had it been glued to the rest of the killed one, an `up` of what is destroyed would be skipped.
    assert skipped(Ledger(file)) == {"destroy"}


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "[]",
        "3",
        "null",
        "{}",
        "up passed",
        '{"stack": "shop", "verb": "up"}',
        '{"stack": ["shop"], "verb": "destroy", "status": "passed"}',
        '{"stack": "shop", "verb": "destroy", "status": "passed", "monthlyUsd": "much"}',
        "[" * 100_000,
        "\x00\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    ],
)
def test_a_line_of_somebody_else_is_passed_over(tmp_path: Path, foreign: str) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(f"{foreign}\n{line(result())}{foreign}\n", encoding="utf-8")
    assert skipped(Ledger(file)) == {"up"}


def test_a_key_of_a_later_release_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(json.dumps({**fields(result()), "colour": "green"}) + "\n", encoding="utf-8")
    assert skipped(Ledger(file)) == {"up"}


def test_bytes_that_are_no_text_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    file.write_bytes(b"\xff\xfe\x00\n" + line(result()).encode())
    assert skipped(Ledger(file)) == {"up"}


def test_the_engines_output_is_written_apart(tmp_path: Path) -> None:
    file = tmp_path / "results.jsonl"
    ledger = Ledger(file)
    ledger.add(result(log="Updating\n  password: hunter2"))
    ledger.add(result(verb="preview", log="Previewing"))
    ledger.add(result(verb="destroy"))
    assert "hunter2" not in file.read_text(encoding="utf-8")
    assert all("log" not in each for each in lines(file))
    written = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "logs").iterdir()}
    assert written == {
        "shop.up.log": "Updating\n  password: hunter2\n",
        "shop.preview.log": "Previewing\n",
    }


def test_a_later_log_is_in_place_of_the_earlier_one(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "results.jsonl")
    ledger.add(result(log="first, and longer"))
    ledger.add(result(log="second \ud800"))
    assert (tmp_path / "logs" / "shop.up.log").read_text(encoding="utf-8") == "second \\ud800\n"


TEXT: Any = st.text(st.characters(exclude_categories=()), max_size=20)


@given(TEXT, st.dictionaries(TEXT, st.integers(), max_size=2), st.none() | st.decimals(allow_nan=False))
def test_a_line_is_one_line_of_ascii_and_reads_back_as_the_result(
    error: str, changes: dict[str, int], monthly: Decimal | None
) -> None:
    """Whatever the engine said: no line separator of Unicode, and no half of a character, breaks the file."""
    told = result(error=error, changes=changes, monthly_usd=monthly, findings=({"message": error},))
    written = line(told)
    assert written.isascii()
    assert len(written.splitlines()) == 1
    assert result_of(json.loads(written)) == told


def test_a_result_is_sent_with_its_log_and_without_anything_lost() -> None:
    told = Result(
        stack="shop",
        verb="preview",
        status="blocked",
        account="a",
        region="eu-west-1",
        wave="canary",
        seconds=1.5,
        attempts=3,
        changes={"create": 18},
        findings=({"enforcementLevel": "mandatory"}, {"enforcementLevel": "advisory"}),
        monthly_usd=Decimal("43.80"),
        error="why",
        worker="w1",
        log="said",
        content="c1",
    )
    assert result_of(json.loads(json.dumps(fields(told)))) == told
    assert (told.mandatory, told.advisory) == (1, 1)
