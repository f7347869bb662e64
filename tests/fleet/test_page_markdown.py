"""The fleet's comment fits, tells what was cut, says what the page says, and holds no markup of anybody else's."""

from __future__ import annotations

import re

import pytest

from fleet import page
from fleet.shapes import Result
from fleet.summary import ordered
from fleet.templates import LOOKS, shown
from fleet.words import clean
from tests.fleet.pages import HOSTILE, INVISIBLE, RUN, everywhere, finding, fleet, made, of_status, saying

# Longer than what any comment holds.
LONG = "x`|\n<y> " * 2_000


def outside_code(text: str) -> str:
    """What of the comment is markup: without blocks and spans of code, as CommonMark finds them."""
    left = re.sub(r"^(`{3,})text\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    left = re.sub(r"(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)", "", left)
    return re.sub(r"<code>[^<>]*</code>", "", left)


def test_it_says_what_the_page_says() -> None:
    results = [of_status(0, "blocked"), made(1, "failed", error="refused\n  fix: ask"), made(2), made(3)]
    text = page.markdown(results, **RUN)
    assert text.startswith(
        "<!-- ssm-vpc-endpoints fleet: acme -->\n## ! `acme`: 2 of 4 stacks not well: 1 failed, 1 blocked.\n"
    )
    assert (
        "- **341.64** USD a month for interface endpoints, without 1 stack whose price is not verified\n"
        in text
    )
    assert "- **1** mandatory finding, and 1 advisory\n" in text
    assert (
        "| `account000-eu-central-1` | `early` | ! failed |  | `14 create` | 113.88 | 11.0 | `refused` |\n"
        in text
    )
    assert "| `interface-private-dns` | `high` | 1 | 0 | 1 |\n" in text
    assert "```text\nrefused\n  fix: ask\n```" in text
    assert "```text\nfix:\nprivateDnsEnabled: true\n```" in text
    assert "<details><summary>2 stacks that are well</summary>" in text
    assert (
        "`preview`, `2026-11-30 05:00 UTC`, program `a1b2c3d4e5f6`, workers (stacks): `runner-0` (2)" in text
    )
    assert "Cut" not in text


def test_problems_come_first() -> None:
    rows = [line for line in page.markdown(fleet(34), **RUN).splitlines() if line.startswith("| `account")]
    assert len(rows) == 34
    well = [row for row in rows if f"{LOOKS['passed'].sign} passed" in row]
    assert rows[-len(well) :] == well


def test_tables_have_as_many_cells_in_each_row_as_in_their_head() -> None:
    for results in (fleet(34), everywhere(HOSTILE)):
        columns = 0
        for line in page.markdown(results, **RUN).splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert not cells or not columns or cells == columns, line
            columns = cells


def long(number: int) -> Result:
    return made(
        number,
        "blocked",
        stack=f"s{number} {LONG}",
        worker=f"w{number} {LONG}",
        error=LONG,
        log=LONG,
        findings=tuple(finding(f"p{number} {each} {LONG}", message=LONG, fix=LONG) for each in range(9)),
    )


@pytest.mark.parametrize(
    ("results", "cut"),
    [
        (fleet(2_000), r"\*\*Cut, for a comment holds no more:\*\* .*\d of 1,333 stacks that are well"),
        (fleet(900, every=1), r"\d of 900 rows of problems, .*\d of \d+ reasons"),
        ([long(number) for number in range(60)], r"\d of 540 policies"),
        ([long(0)], r"\d more characters\)"),
    ],
    ids=["many", "many problems", "long texts", "one long text"],
)
def test_what_does_not_fit_is_left_out_and_its_number_told(results: list[Result], cut: str) -> None:
    text = page.markdown(results, **{**RUN, "fleet": LONG, "program": LONG})
    assert len(text.encode()) < 60_000
    assert re.search(cut, text)
    assert text.count("<details>") == text.count("</details>")


def test_of_five_hundred_stacks_the_problems_and_most_of_their_reasons_fit() -> None:
    text = page.markdown(fleet(500, every=20), **RUN)
    assert len(text.encode()) < 60_000
    assert (
        sum(1 for line in text.splitlines() if line.startswith("| `account") and "passed" not in line) == 25
    )
    # The reasons, and the stacks that are well.
    assert text.count("<details>") == len(shown.problems(ordered(fleet(500, every=20)))) + 1
    assert "Cut" not in text


def test_no_text_becomes_markup_of_the_comment() -> None:
    hostile = f"{HOSTILE} `` ~~~ ```` --> "
    results = [*everywhere(hostile), *everywhere(f"a\n```\n# b\n````text\n{hostile}")]
    marker, _, text = page.markdown(results, **saying(hostile)).partition("\n")
    assert re.fullmatch(r"<!-- [\w .:-]+ -->", marker)
    assert "-->" not in marker.removesuffix("-->")
    markup = outside_code(text)
    for part in ("<script", "evil", "@org", "#1", "onload", "{{", "# b"):
        assert part not in markup, markup
    assert set(re.findall(r"<[^>]*>", markup)) == {"<details>", "</details>", "<summary>", "</summary>"}


def test_nothing_invisible_reaches_the_page_or_the_comment() -> None:
    run = saying(INVISIBLE)
    for text in (page.render(everywhere(INVISIBLE), **run), page.markdown(everywhere(INVISIBLE), **run)):
        assert [c for c in text if not c.isprintable() and c != "\n"] == []
        assert text.encode()
        assert r"\x1b[31m \x07 \u202e \u200b \ud800 \x9b" in text
    assert clean("a\r\n\tb\rc\n") == "a\n    b\\rc\n"
