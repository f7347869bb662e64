"""The roll-up of a fleet: right totals, problems first, every stack once, and nothing of a message is markup."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

import pytest

from fleet import page, summary
from fleet.findings import by_policy as policies
from fleet.shapes import Status
from fleet.summary import ORDER
from fleet.templates import LOOKS, shown, verdict
from tests.fleet.pages import (
    HOSTILE,
    RUN,
    STATUSES,
    Reader,
    everywhere,
    finding,
    fleet,
    made,
    of_status,
    read,
    saying,
    table_of,
)


def test_every_status_has_a_sign_of_its_own_and_a_meaning() -> None:
    assert list(LOOKS) == list(ORDER)
    assert set(LOOKS) == set(STATUSES)
    assert len({look.sign for look in LOOKS.values()}) == len(STATUSES)
    assert all(look.means for look in LOOKS.values())


@pytest.mark.parametrize("size", [1, 34, 500])
def test_every_stack_is_named_once_in_the_table_and_leads_to_where_its_links_say(size: int) -> None:
    results = fleet(size)
    reader = read(results)
    named = [row[0] for row in reader.tables[1][1:-1]]
    assert Counter(named) == Counter(result.stack for result in results)
    ids = reader.ids()
    assert len(ids) == len(set(ids))
    links = [str(attrs["href"]) for tag, attrs in reader.elements if tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert {link for link in links if not link.startswith("#")} <= {
        each.url for result in results for each in policies([result])
    }


def test_problems_come_first_and_the_worst_of_them_before_the_others() -> None:
    statuses = [row[2] for row in table_of(fleet(34))[:-1]]
    bare = [re.sub(r"^\S+ | why$", "", status) for status in statuses]
    assert bare == sorted(bare, key=lambda each: ORDER.index(each))
    assert bare[0] == "pending"
    assert bare[-1] == "passed"


def test_the_problems_are_told_in_the_order_of_the_table() -> None:
    told = [int(each[8:]) for each in read(fleet(34)).ids() if each.startswith("problem-")]
    assert told == sorted(told)
    assert (told[0], len(told)) == (0, 11)


def test_the_totals_are_those_of_the_results() -> None:
    results = [
        made(0, "blocked", findings=(finding(), finding("b"), finding("b")), seconds=1.5),
        made(
            1, "passed", findings=(finding("a", "advisory"),), seconds=3.0, changes={"update": 2, "same": 9}
        ),
        made(2, "unchanged", seconds=0.0, changes={}),
        made(3, "not run", error="the canary did not end well", seconds=0.0, changes={}),
    ]
    reader = read(results)
    for figure in (
        "4 stacks",
        "2 well",
        "2 problems",
        "3 mandatory findings, and 1 advisory",
        "341.64 USD a month for interface endpoints, without 1 stack whose price is not verified",
        "2 min 5 s wall time",
        "1.9 stacks a minute, 2 of which ran",
    ):
        assert f" {figure} " in reader.text
    assert reader.tables[1][-1] == [
        *("together", "", "2 of 4 well", "3 + 1", "14 create, 2 update", "341.64", "4.5")
    ]
    assert reader.tables[2][1:] == [
        ["b", "high", "2", "0", "1"],
        ["interface-private-dns", "high", "1", "0", "1"],
        ["a", "high", "0", "1", "1"],
    ]


def test_a_row_says_how_its_stack_ended() -> None:
    rows = table_of([of_status(0, "blocked"), made(3, changes={"same": 4})])
    assert rows[0] == [
        "account000-eu-west-1",
        "canary",
        "✗ blocked why",
        "1 + 1",
        "14 create",
        "113.88",
        "10.0",
    ]
    assert rows[1] == ["account000-ap-southeast-2", "rest", "✓ passed", "", "", "not verified", "13.0"]


def test_the_matrix_has_each_stack_in_its_account_and_region() -> None:
    results = [made(0, "failed", error="no"), made(1), made(6, "drifted", error="moved")]
    matrix = read(results).tables[0]
    assert matrix == [
        ["account", "well", "eu-central-1", "eu-west-1", "us-east-1"],
        ["account000", "1 of 2", "✓ passed: account000-eu-central-1", "! failed: account000-eu-west-1", ""],
        ["account001", "0 of 1", "", "", "≠ drifted: account001-us-east-1"],
    ]


def test_many_stacks_of_one_account_and_region_are_counted_by_how_they_ended() -> None:
    results = [made(0, stack=f"vpc-{number}") for number in range(40)]
    results[7] = made(0, "locked", stack="vpc-7", error="held")
    assert read(results).tables[0][1][2] == "⊘ 1 locked: 1 stack✓ 39 passed: 39 stacks"


def test_a_problem_has_its_reason_its_findings_with_their_fix_and_the_end_of_its_log() -> None:
    text = read([of_status(0, "blocked"), made(1)]).text
    assert "Endpoint 'ssm-ec2' has no private DNS." in text
    # With the stack, and with what its policies say: two of them.
    assert text.count("Fix: privateDnsEnabled: true") == 4
    assert "attempt 1 on runner-0, 10.0 s" in text
    assert "line 119 of what" in text
    assert "line 79 of what" not in text
    before = len("".join(f"line {each} of what the engine said about it\n" for each in range(80)))
    assert f"without the {before:,} characters before it" in text


def test_stacks_that_share_nothing_but_a_reason_are_told_of_together() -> None:
    results = [of_status(0, "failed"), *(of_status(number, "not run") for number in range(1, 300))]
    found = shown.problems(results)
    assert [len(problem.stacks) for problem in found] == [1, 299]
    text = read(results).text
    assert "– not run 299 stacks the canary wave did not end well" in text
    # The ones that have something of their own to tell are not.
    alike = [made(number, "failed", error="no", log="said") for number in range(3)]
    assert len(shown.problems(alike)) == 3


def test_what_policies_say_of_many_stacks_stands_once() -> None:
    results = [made(number, "blocked", error="no", findings=(finding(), finding())) for number in range(50)]
    (policy,) = policies(results)
    assert (policy.mandatory, len(policy.stacks), len(policy.told)) == (100, 50, 1)
    assert policy.told[0].stacks == tuple(range(50))
    assert "and 26 more" in read(results).text


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        ((), "No stack: up had nothing to run."),
        (("passed", "unchanged"), "All well: up of 2 stacks."),
        (("passed",), "All well: up of 1 stack."),
        (("passed", "failed", "blocked", "blocked"), "3 of 4 stacks not well: 1 failed, 2 blocked."),
        (("passed", "not run"), "1 of 2 stacks not well: 1 not run."),
    ],
)
def test_the_verdict_says_what_the_run_came_to(statuses: Sequence[Status], said: str) -> None:
    results = [made(number, status) for number, status in enumerate(statuses)]
    look, sentence = verdict(summary.of(results, 1.0), "up")
    assert sentence == said
    assert (look.css == "passed") == said.startswith("All well")
    assert said in read(results, verb="up").text
    assert said in page.markdown(results, **{**RUN, "verb": "up"})


def test_a_run_of_no_stack_is_a_page_too() -> None:
    text = read([], wall=0.0).text
    assert "The run had no stack." in text
    assert "– stacks a minute" in text
    assert "No policy found anything." in text
    assert "No policy found anything: none is asked in a drift." in read([], verb="drift").text


def test_the_facts_of_the_run_are_there() -> None:
    text = read([made(number) for number in range(4)]).text
    assert "date 2026-11-30 05:00 UTC" in text
    assert "program, facts and pack a1b2c3d4e5f6" in text
    assert "workers runner-0 (2 stacks), runner-1 (1 stack), runner-2 (1 stack)" in text


def test_no_text_becomes_markup_or_a_link_of_the_page() -> None:
    hostile = page.render(everywhere(HOSTILE), **saying(HOSTILE))
    reader, plain = Reader(hostile), read(everywhere("plain"))
    assert [tag for tag, _ in reader.elements if tag != "a"] == [
        tag for tag, _ in plain.elements if tag != "a"
    ]
    assert {key for _, attrs in reader.elements for key in attrs} == {
        key for _, attrs in plain.elements for key in attrs
    }
    assert all(str(attrs["href"]).startswith("#") for tag, attrs in reader.elements if tag == "a")
    assert HOSTILE in reader.text
    assert "{{ 7 * 7 }}" in reader.text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://evil.example", "https://[", "//evil", "data:x"]
)
def test_a_policys_link_leads_to_https_or_nowhere(address: str) -> None:
    results = [made(0, "blocked", error="no", findings=({**finding(), "url": address},))]
    assert address not in page.render(results, **RUN)


def test_the_page_needs_nothing_from_elsewhere() -> None:
    reader = read(fleet(34))
    tags = {tag for tag, _ in reader.elements}
    assert not tags & {"script", "img", "iframe", "object", "form"}
    assert [attrs["href"] for tag, attrs in reader.elements if tag == "link"] == ["data:,"]
    css = page.render(fleet(34), **RUN).partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in css
    assert "@import" not in css


def test_tables_and_headings_can_be_heard() -> None:
    reader = read(fleet(34))
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in reader.elements if tag == "th")
    tags = [tag for tag, _ in reader.elements]
    assert tags.count("caption") == tags.count("table") == 3
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    boxes = [attrs for tag, attrs in reader.elements if attrs.get("class") == "scroll"]
    assert len(boxes) == 3
    assert all(attrs.get("tabindex") == "0" and attrs.get("aria-label") for attrs in boxes)


def test_a_fleet_that_fails_as_a_whole_is_still_a_page_that_opens() -> None:
    log = "x" * 20_000
    results = [
        made(number, "blocked", error=f"no {number}", log=log, findings=(finding(message=f"m{number}"),) * 3)
        for number in range(500)
    ]
    assert len(page.render(results, **RUN)) < 6_000_000
