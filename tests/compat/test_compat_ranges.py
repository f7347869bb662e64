"""docs/compatibility.md and pyproject.toml say the same: which Pythons and which versions were tried."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import pytest

from sandbox.bootstrap import environment, pythons
from tests.compat import __main__ as command
from tests.compat import cells, sets, table
from tests.compat.cells import Result
from tests.support.pack import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DAY, ROWS = table.read()


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def padded(text: str) -> tuple[int, ...]:
    return (*version(text), 0, 0)[:3]


def test_the_table_has_every_python_with_the_oldest_versions_and_no_row_twice() -> None:
    """Those are what the ranges promise. What else has run is in the table; the page says what has not."""
    every = [(python, chosen) for python in sets.PYTHONS for chosen in sets.SETS]
    tried = [(row["Python"], row["versions"]) for row in ROWS]
    assert tried == [cell for cell in every if cell in tried]
    assert {python for python, chosen in tried if chosen == "oldest"} == set(sets.PYTHONS)
    untried = [f"{python} {chosen}" for python, chosen in every if (python, chosen) not in tried]
    if untried:
        assert f"Not run yet: {', '.join(untried)}." in table.PAGE.read_text(encoding="utf-8")


def test_every_cell_passed() -> None:
    for row in ROWS:
        assert int(row["failed"]) == 0, row
        assert int(row["tests passed"].replace(",", "")) > 200, row


def test_the_oldest_versions_that_are_allowed_are_those_that_were_tried() -> None:
    assert set(sets.ranges()) == set(sets.NAMED)
    assert len(PROJECT["dependencies"]) == len(sets.NAMED)
    for row in ROWS:
        if row["versions"] == "oldest":
            for package, (oldest, _) in sets.ranges().items():
                assert padded(row[package]) == padded(oldest), (row["Python"], package)


def test_no_version_that_was_tried_is_outside_its_range() -> None:
    for row in ROWS:
        for package, (oldest, first_not) in sets.ranges().items():
            assert padded(oldest) <= padded(row[package]) < padded(first_not), (row, package)


def test_the_locked_versions_are_those_that_were_tried() -> None:
    """After `make lock` has moved one of them: `make compat ARGS='locked --write'`."""
    locked = sets.locked(ROOT / "requirements.txt")
    for row in ROWS:
        if row["versions"] == "locked":
            assert {package: row[package] for package in sets.NAMED} == {
                package: locked[package] for package in sets.NAMED
            }


def test_the_newest_versions_are_no_older_than_the_locked_ones() -> None:
    by_cell = {(row["Python"], row["versions"]): row for row in ROWS}
    for python, chosen in by_cell:
        if chosen == "newest" and (python, "locked") in by_cell:
            for package in sets.NAMED:
                newest, locked = by_cell[python, "newest"][package], by_cell[python, "locked"][package]
                assert version(newest) >= version(locked)


def test_the_pythons_that_were_tried_are_those_that_the_project_speaks_of() -> None:
    assert PROJECT["requires-python"] == f">={sets.PYTHONS[0]}"
    prefix = "Programming Language :: Python :: 3."
    named = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if each.startswith(prefix)]
    assert tuple(named) == sets.PYTHONS
    pinned = {folder.name for folder in (ROOT / "tools" / "pythons").iterdir()}
    assert pinned == set(sets.PYTHONS[1:])
    for name in pinned:
        text = (ROOT / "tools" / "pythons" / name / "go.mod").read_text(encoding="utf-8")
        assert re.search(rf"go-embed-python v0\.0\.0-{re.escape(name)}\.\d+-", text)
        assert pythons.cached(name).name.startswith(f"{name}-")
    assert environment.wanted_stamp(ROOT / ".venv", ROOT / "requirements-dev.txt").count("python=3.") == 1


def result(**changes: object) -> Result:
    versions = {"pulumi": "3.220.0", "pulumi-aws": "7.0.0", "pulumi-policy": "1.21.0", "pydantic": "2.12.0"}
    made = Result("3.11", "oldest", versions, passed=1260, day="2026-11-30")
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "good"),
    [({}, True), ({"failed": 1}, False), ({"passed": 0}, False), ({"ended": 2}, False)],
)
def test_a_cell_is_good_if_tests_ran_and_none_failed(changes: dict[str, object], good: bool) -> None:
    assert result(**changes).good is good


def test_the_table_is_written_into_the_page_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(table, "PAGE", page)
    table.write([result(), result(set="locked", day="2026-11-29", failed=2)], [])
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{table.BEGIN}\nTried on 2026-11-29:\n\n| Python |")
    assert text.endswith(f"{table.END}\nafter\n")
    day, rows = table.read()
    assert day.isoformat() == "2026-11-29"
    assert [(row["versions"], row["tests passed"], row["failed"]) for row in rows] == [
        ("oldest", "1,260", "0"),
        ("locked", "1,260", "2"),
    ]


def test_results_are_kept_and_a_page_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "LOGS", tmp_path)
    cells.keep(result(), tmp_path)
    assert cells.kept(tmp_path) == {("3.11", "oldest"): result()}
    monkeypatch.setattr(table, "PAGE", tmp_path / "page.md")
    table.PAGE.write_text(f"{table.BEGIN}{table.END}", encoding="utf-8")
    assert not command._write()
    assert "nothing has run yet for 3.12 oldest, 3.13 oldest" in capsys.readouterr().err
    for python in ("3.12", "3.13"):
        cells.keep(result(python=python), tmp_path)
    assert command._write()
    assert "\nNot run yet: 3.11 locked, 3.11 newest, 3.12 locked," in table.PAGE.read_text(encoding="utf-8")


def test_a_word_that_is_no_cell_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["3.9"]) == 2
    assert "3.9: no such Python or set\n  fix: make compat ARGS='3.11 oldest'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "passed", "failed"),
    [
        ("1260 passed in 99.1s", 1260, 0),
        ("2 failed, 7 passed, 1 error in 3s", 7, 2),
        ("no tests ran in 0.1s", 0, 0),
    ],
)
def test_pytests_last_line_is_read(line: str, passed: int, failed: int) -> None:
    assert (cells.counted([line], "passed"), cells.counted([line], "failed")) == (passed, failed)
