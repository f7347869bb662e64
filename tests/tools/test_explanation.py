"""The explanation's tables are what the facts say, and every source that it names has a URL and a date."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from blueprint.catalog import load
from tests.support.pack import ROOT
from tools.explanation import PAGE, PageError, main, written

TEXT = (ROOT / PAGE).read_text(encoding="utf-8")


def test_the_page_is_what_the_facts_say() -> None:
    assert main(["--check"]) == 0


def test_a_fact_that_changes_makes_the_page_stale(tmp_path: Path) -> None:
    facts = load()
    ssm = dataclasses.replace(facts.services["ssm"], why="another reason")
    assert written(TEXT, dataclasses.replace(facts, services={**facts.services, "ssm": ssm})) != TEXT
    (tmp_path / "docs").mkdir()
    (tmp_path / PAGE).write_text(
        TEXT.replace("aws-patch-manager-eu-west-1-5522fb710", "aws-patch-manager-eu-west-1")
    )
    assert main(["--check"], tmp_path) == 1
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0


def test_every_service_and_every_bucket_has_its_row() -> None:
    facts = load()
    for name in (*facts.services, *(family.id for family in facts.buckets.values() if not family.legacy)):
        assert re.search(rf"^\| `{re.escape(name)}` \|.*\| \[[a-z0-9-]+\] \|$", TEXT, re.M), name


def test_every_source_that_is_named_has_a_url_and_a_date() -> None:
    links = dict(re.findall(r"^\[([a-z0-9-]+)\]: (https://\S+)$", TEXT, re.M))
    for name, url in links.items():
        source = load().sources[name]
        assert (url, f"| [{name}] | {source.title} | {source.read} |" in TEXT) == (source.url, True)
    assert {"setup-create-vpc", "bucket-names", "patch-buckets"} <= set(links)


def test_a_source_that_nobody_read_and_a_lost_mark_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PageError, match=r"no such source.*: hearsay"):
        written(TEXT.replace("[message-apis]. Without", "[hearsay]. Without"), load())
    with pytest.raises(PageError, match="found: services, sources"):
        written(TEXT.replace("<!-- facts: buckets -->", ""), load())
    (tmp_path / "docs").mkdir()
    (tmp_path / PAGE).write_text("nothing")
    assert main([], tmp_path) == 2
