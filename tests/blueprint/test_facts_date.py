"""How old the facts are is said everywhere, and changes with the facts alone."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from blueprint import facts_date
from blueprint.catalog import Catalog, load
from blueprint.facts_date import FactsDate
from cli import app
from cli.verify_report import Answer
from fleet import page as roll_up
from review import markdown, page
from tests.blueprint.test_plan import make
from tests.fleet.pages import RUN, fleet
from tests.support.graph import load as graph
from tests.support.html_pages import Reader
from tests.support.pack import ROOT
from tests.support.reviews import review
from tests.verification.overlays import overlay
from tools import policy_report
from tools.outcome import Outcome
from verification.look import Found

CATALOG = load()
REGIONS = len(CATALOG.regions)
LINE = re.compile(
    r"AWS facts of 20\d\d-\d\d-\d\d(, the oldest source read 20\d\d-\d\d-\d\d)?; rows for \d+ Regions"
)


def read_on(catalog: Catalog, **days: str) -> Catalog:
    """The facts, had the sources of these ids been read on other days."""
    sources = {
        id: dataclasses.replace(source, read=days.get(id.replace("-", "_"), source.read))
        for id, source in catalog.sources.items()
    }
    return dataclasses.replace(catalog, sources=sources)


ALIKE = read_on(CATALOG, **{id.replace("-", "_"): "2026-01-02" for id in CATALOG.sources})


def test_facts_of_one_day_are_of_that_day() -> None:
    found = facts_date.of_plan(make("eu-west-1"), ALIKE)
    assert found == FactsDate("2026-01-02", "2026-01-02", REGIONS)
    assert found.line == f"AWS facts of 2026-01-02; rows for {REGIONS} Regions"


@pytest.mark.parametrize(
    ("source", "settings", "rests"),
    [
        ("patch-buckets", {}, True),
        ("message-apis", {}, True),
        ("message-apis", {"minimumAgentVersion": "3.3.40.0"}, False),
        ("kms-endpoint", {}, False),
        ("kms-endpoint", {"features": {"kmsEncryption": True}}, True),
        ("logs-endpoint", {}, False),
        ("logs-endpoint", {"features": {"cloudwatchLogs": True}}, True),
        ("agent-buckets", {}, True),
        ("instance-permissions", {}, False),
        ("botocore-partitions", {}, True),
        ("cdk-service-prefixes", {}, True),
        ("managed-policies", {}, True),
        ("price-list-vpc", {}, False),
    ],
)
def test_a_plan_rests_on_the_pages_of_what_it_makes(
    source: str, settings: dict[str, object], rests: bool
) -> None:
    catalog = read_on(ALIKE, **{source.replace("-", "_"): "2025-12-31"})
    older = facts_date.of_plan(make("eu-west-1", **settings), catalog).oldest == "2025-12-31"
    assert older is rests


def test_a_region_is_judged_by_its_own_row_and_not_by_anothers() -> None:
    catalog = read_on(ALIKE, patch_buckets="2026-03-04")
    assert facts_date.of_regions(["eu-west-1"], catalog) == FactsDate("2026-03-04", "2026-01-02", REGIONS)
    # Its owners give the names of those buckets.
    assert facts_date.of_regions(["us-gov-west-1"], catalog) == FactsDate("2026-01-02", "2026-01-02", REGIONS)
    assert facts_date.of_regions(["us-gov-west-1", "eu-west-1"], catalog).newest == "2026-03-04"
    assert facts_date.of_regions(["no-where-1"], catalog) == facts_date.of_regions([], catalog)


def test_the_same_plan_has_the_same_line_and_another_day_another() -> None:
    plan = make("eu-west-1")
    assert facts_date.of_plan(plan).line == facts_date.of_plan(make("eu-west-1")).line
    later = read_on(CATALOG, patch_buckets="2027-01-01")
    assert facts_date.of_plan(plan, later).line.startswith("AWS facts of 2027-01-01, the oldest source read ")


def test_every_report_has_the_line(tmp_path: Path) -> None:
    made = review(graph(ROOT / "tests" / "fixtures" / "graphs" / "dev-preview.json"), tmp_path, [])
    line = facts_date.of_regions(["eu-west-1"]).line
    assert LINE.fullmatch(line)
    assert f"judged by policy pack ssm-vpc-endpoints 0.1.0. {line}." in Reader(page.render(made)).text
    assert f"judged by policy pack ssm-vpc-endpoints 0.1.0. {line}. " in markdown.render(made)
    assert f"AWS facts {line}" in Reader(roll_up.render(fleet(4), **RUN)).text
    assert f". {line}.\n" in roll_up.markdown(fleet(4), **RUN)


def test_every_answer_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("facts", "eu-west-1"), ("plan", "--stack", "dev")):
        assert app.main([*command]) == 0
        assert LINE.fullmatch(capsys.readouterr().out.splitlines()[1].strip())
        assert app.main([*command, "--json"]) == 0
        assert FactsDate(**json.loads(capsys.readouterr().out)["facts"]).regions == REGIONS
    answer = Answer("dev", "eu-west-1", Found(overlay(), "123456789012"), [], [], [], False)
    assert answer.document()["facts"] == facts_date.of_regions(["eu-west-1"]).document()
    plain, _ = policy_report.report(Outcome("passed", None, []), "dev")
    assert plain["facts"] == facts_date.of_regions([]).document()
