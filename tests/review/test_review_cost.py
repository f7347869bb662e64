"""The page's cost is AWS's price where that is verified, the owner's where it is given, and else said to be unknown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policies.pack_config import read as read_config
from review import cost, markdown, page
from review.cost import Cost
from tests.support.graph import RecordedGraph, load
from tests.support.regions import graph as good
from tests.support.regions import region
from tests.support.reviews import recorded, review

DEV = Path(__file__).parents[1] / "fixtures" / "graphs" / "dev-preview.json"


def priced(graph: RecordedGraph, folder: Path, **config: object) -> Cost:
    return cost.cost(recorded(graph, folder).graph, read_config(config))


def test_four_endpoints_in_two_zones_cost_what_aws_says_where_that_is_verified(tmp_path: Path) -> None:
    here = region("us-east-1")
    found = priced(good("dev-preview", here), tmp_path, **here.config)
    (only,) = found.regions
    # 4 endpoints x 2 zones x 730 h x 0.010 USD, by hand.
    assert (found.total, only.total) == ("58.40", "58.40")
    assert {(line.zones, line.usd) for line in only.lines} == {("2", "14.60")}
    assert only.rate.startswith("0.010 USD per endpoint, zone and hour (AWS's price of 2026-")
    assert only.url.startswith("https://")
    # Two VPCs of their own pay twice; a hub once.
    assert [(s.vpcs, s.apart, s.saved) for s in only.savings][:2] == [
        (2, "116.80", "58.40"),
        (5, "292.00", "233.60"),
    ]


def test_a_region_whose_price_nobody_verified_says_so_and_takes_the_owners(tmp_path: Path) -> None:
    unknown = priced(load(DEV), tmp_path)
    assert unknown.total == "not known"
    assert unknown.regions[0].total == "?"
    assert "not verified" in unknown.regions[0].rate
    assert unknown.regions[0].savings == ()
    given = priced(load(DEV), tmp_path, endpointHourUsd=0.011)
    assert given.total == "64.24"
    assert "configured" in given.regions[0].rate


@pytest.mark.parametrize("render", [page.render, markdown.render])
def test_both_pages_tell_the_limit_and_never_a_sum_that_is_not_known(render: object, tmp_path: Path) -> None:
    assert callable(render)
    text = render(review(load(DEV), tmp_path, []))
    assert re.search(r"USD a month: (<b>|\*\*)not known", text)
    assert "0.00" not in text
    text = render(review(load(DEV), tmp_path, [], {"endpointHourUsd": 0.011, "maxMonthlyUsd": 100}))
    assert re.search(r"USD a month: (<b>|\*\*)64\.24", text)
    assert "The pack's owner allows 100.00." in text.replace("&#39;", "'")
