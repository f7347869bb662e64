"""The Markdown fits into a comment, says what the page says, and holds no markup of anybody else's."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from review import markdown
from review.model import Review
from review.network import Home, Place
from tests.mutants.edits import dropped
from tests.review.test_page import HOSTILE
from tests.support.aws_names import BUCKETS
from tests.support.graph import load
from tests.support.pack import here
from tests.support.reviews import review
from tools.findings import Finding

DEV = Path(__file__).parents[1] / "fixtures" / "graphs" / "dev-preview.json"


@pytest.fixture
def blocked(tmp_path: Path) -> Review:
    graph = load(DEV)
    dropped("ssm-ssmmessages")(graph)
    pack = here()
    pack.configure({})
    return review(graph, tmp_path, pack.judge(graph))


def test_it_says_what_the_page_says(blocked: Review) -> None:
    text = markdown.render(blocked)
    assert "## ✗ dev: Blocked: 1 mandatory finding." in text
    assert "VPC 'private' has no Interface endpoint for com.amazonaws.eu-west-1.ssmmessages" in text
    assert "Nodes reach 8 of 10 services" in text
    assert (
        "| `private-a` eu-west-1a, 10.0.0.0/19 | ✓ reached | ✗ endpoint | ✓ reached | ✓ reached | ✓ reached |"
        in text
    )
    assert all(f"| `{bucket}` | ✓ ssm-s3: yes |" in text for bucket in BUCKETS)
    assert "flowchart LR" in text


def test_tables_have_as_many_cells_in_each_row_as_in_their_head(blocked: Review) -> None:
    columns = 0
    for line in markdown.render(blocked).splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not cells or not columns or cells == columns, line
        columns = cells


@pytest.mark.parametrize("number", [60, 2_000])
def test_a_stack_that_is_too_large_for_a_comment_is_shortened_and_says_so(
    blocked: Review, number: int
) -> None:
    one = blocked.findings[0]
    many = replace(
        blocked, findings=tuple(replace(one, message=f"{one.message} {n}" * 4) for n in range(number))
    )
    text = markdown.render(many)
    assert len(text.encode()) <= 60_000  # what docs/examples/github-actions.yml posts
    assert re.search(r"more in the HTML page|The rest is in the HTML page", text)


def test_what_a_program_names_never_becomes_markup(blocked: Review) -> None:
    finding = Finding(
        "p", "pack", "1", "mandatory", "high", f"u::p::t::{HOSTILE}", f"a\n```\n# b {HOSTILE}", "````", "none"
    )
    place = Place(HOSTILE, HOSTILE, HOSTILE, HOSTILE, True, (HOSTILE,))
    home = Home(HOSTILE, HOSTILE, HOSTILE, (place,), (), (HOSTILE,), (), (HOSTILE,), (HOSTILE,))
    row = replace(blocked.matrices[0].rows[0], zone=HOSTILE, blocks=(HOSTILE, "@org"))
    matrix = replace(blocked.matrices[0], rows=(row,))
    text = markdown.render(
        replace(
            blocked, findings=(finding,), notices=(HOSTILE, "@org/team |"), homes=(home,), matrices=(matrix,)
        )
    )
    outside = re.sub(r"(?ms)^ *(`{3,}).*?^ *\1$", "", text)
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", outside)
    assert "<script" not in outside.replace("\\<script", "")
    assert not re.search(r"(?<!\\)\[a\\?\]\(http", outside)
    assert "@org" not in outside.replace("\\@org", "")
    drawn = text.split("```mermaid\n")[1].split("```")[0]
    assert "<script" not in drawn
    assert drawn.count('"') % 2 == 0
    assert "`" not in drawn


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a", "`a`"),
        ("a|b", "`a\\|b`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("two\nlines", "`two lines`"),
        ("", ""),
    ],
)
def test_a_code_span_holds_any_text(text: str, shown: str) -> None:
    assert markdown.code(text) == shown


def test_a_fence_is_longer_than_any_in_the_text() -> None:
    assert markdown.fenced("a\n````\nb", 2) == "  `````text\n  a\n  ````\n  b\n  `````"
