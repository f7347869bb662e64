"""The page says what the preview came to, to anybody, and nothing in it comes from elsewhere."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from review import markdown, model, page
from review.events import Change
from review.model import Forwarded, Review
from review.network import Home, Place
from tests.mutants.edits import both, dropped, put
from tests.support import flat
from tests.support.aws_names import BUCKETS
from tests.support.graph import load
from tests.support.html_pages import Reader
from tests.support.pack import here
from tests.support.reviews import NOW, events_of, review
from tools.findings import Finding
from tools.outcome import judge

DEV = Path(__file__).parents[1] / "fixtures" / "graphs" / "dev-preview.json"
HOSTILE = (
    """<script>alert(1)</script>" onload='x' & `|*_[a](http://evil.example) </style> {{ 7 * 7 }} {% raw %}"""
)


@pytest.fixture
def good(tmp_path: Path) -> Review:
    return review(load(DEV), tmp_path, [])


@pytest.fixture
def blocked(tmp_path: Path) -> Review:
    graph = load(DEV)
    both(dropped("ssm-ssmmessages"), put("ssm-ec2", privateDnsEnabled=False))(graph)
    pack = here()
    pack.configure({})
    return review(graph, tmp_path, pack.judge(graph))


def test_a_passed_preview_says_so_and_shows_every_part(good: Review) -> None:
    read = Reader(page.render(good))
    assert "Passed: nothing blocks this stack." in read.text
    assert "10 of 10 ways from node subnets to services" in read.text
    for bucket in BUCKETS:
        assert f"{bucket} " in read.text
    assert {"findings", "changes", "matrix", "picture", "buckets", "dns"} <= {
        a.get("id") for a in read.all("h2")
    }


def test_a_blocked_preview_names_each_finding_with_its_fix(blocked: Review) -> None:
    read = Reader(page.render(blocked))
    assert "Blocked: 2 mandatory findings" in read.text
    assert "com.amazonaws.eu-west-1.ssmmessages" in read.text
    assert 'aws.ec2.VpcEndpoint("ssmmessages"' in read.text
    assert "✗ endpoint" in read.text
    assert "✗ private DNS" in read.text
    assert "4 of 8" not in read.text
    assert "6 of 10 ways from node subnets to services" in read.text


def test_a_page_on_which_nothing_was_judged_is_not_green(tmp_path: Path) -> None:
    bare = review(flat.build([{"Vpc": "net", "cidrBlock": "10.0.0.0/16"}]), tmp_path, [])
    text = page.render(bare)
    assert '<p class="verdict unproven"' in text
    assert "no node subnet is seen in VPC &#39;net&#39;" in text
    assert "no node subnet is seen" in markdown.render(bare)


def test_the_vpcs_own_resolver_is_for_servers_inside(good: Review) -> None:
    told = replace(good, forwarders=(Forwarded("amazonaws.com", ("169.254.169.253",)),))
    assert "169.254.169.253 (from inside the VPC alone)" in page.render(told)
    assert "(from inside the VPC alone)" not in page.render(good)


def test_a_failed_preview_never_looks_like_a_good_one() -> None:
    said: list[dict[str, Any]] = [
        {"diagnosticEvent": {"severity": "error", "message": "no <b>credentials</b>"}}
    ]
    failed = model.make(
        said=said,
        outcome=judge(said, 255),
        recording=None,
        config={},
        stack="dev",
        pack_version="0.1.0",
        now=NOW,
    )
    read = Reader(page.render(failed))
    assert "The preview failed" in read.text
    assert "no <b>credentials</b>" in read.text
    assert "Nobody knows" in read.text
    assert "Passed" not in read.text
    assert "No policy found anything" not in read.text


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(blocked: Review) -> None:
    text = page.render(blocked)
    read = Reader(text)
    assert {name for name, _ in read.elements}.isdisjoint(
        {"script", "iframe", "img", "object", "embed", "form", "base"}
    )
    assert [a["href"] for a in read.all("link")] == ["data:,"]
    assert not re.search(r"url\((?!#)|@import|javascript:", text)
    assert all((a["href"] or "").startswith(("#", "https://")) for a in read.all("a"))
    assert "default-src 'none'" in next(a["content"] or "" for a in read.all("meta") if "http-equiv" in a)


def test_who_does_not_see_the_page_finds_the_way_through_it(blocked: Review) -> None:
    text = page.render(blocked)
    read = Reader(text)
    assert read.all("html") == [{"lang": "en"}]
    levels = [int(name[1]) for name, _ in read.elements if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [a["id"] for _, a in read.elements if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in read.elements:
        for target in str(attributes.get("aria-labelledby") or "").split():
            assert target in ids
        if (attributes.get("href") or "").startswith("#"):
            assert str(attributes["href"])[1:] in ids
    # Whoever scrolls with the keyboard needs the focus there, and a name for it.
    scrolled = [a for a in read.all("div") if a.get("class") == "scroll"]
    assert scrolled
    assert all(
        a.get("tabindex") == "0" and a.get("aria-label") and a.get("role") == "region" for a in scrolled
    )
    assert all("scope" in a for a in read.all("th"))
    assert all(a.get("role") == "img" for a in read.all("svg"))
    assert "node subnet private-a in eu-west-1a: interfaces of" in read.text


def test_what_a_program_names_never_becomes_markup(good: Review) -> None:
    finding = Finding(
        HOSTILE, "pack", "1", "mandatory", "high", f"urn:pulumi:d::p::t::{HOSTILE}", HOSTILE, HOSTILE, HOSTILE
    )
    place = Place(HOSTILE, HOSTILE, HOSTILE, HOSTILE, True, (HOSTILE,))
    home = Home(HOSTILE, HOSTILE, HOSTILE, (place,), (), (HOSTILE,), (), (HOSTILE,), (HOSTILE,))
    change = Change("update", HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))
    hostile = replace(
        good,
        stack=HOSTILE,
        project=HOSTILE,
        reason=HOSTILE,
        findings=(finding,),
        changes=(change,),
        counts={"update": 1},
        notices=(HOSTILE,),
        homes=(home,),
    )
    text = page.render(hostile)
    read = Reader(text)
    assert "script" not in {name for name, _ in read.elements}
    assert "<script" not in text
    assert text.count("</style>") == 1
    assert not any("onload" in a for _, a in read.elements)
    assert "{{ 7 * 7 }}" in text
    assert read.text.count("alert(1)") >= 10


def test_a_secret_of_the_program_is_in_no_part_of_the_review(tmp_path: Path) -> None:
    graph = load(DEV)
    for each in (*graph.resources, *graph.inputs):
        if each["name"] == "private-a" and "cidrBlock" in each["properties"]:
            each["properties"]["cidrBlock"] = {
                "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
                "value": "10.0.0.0/19",
            }
    made = review(graph, tmp_path, [])
    assert "[secret]" in page.render(made)
    assert "10.0.0.0/19" not in page.render(made)


@pytest.mark.parametrize("render", [page.render, markdown.render])
def test_a_name_inside_of_a_secret_is_not_told(tmp_path: Path, render: Callable[[Review], str]) -> None:
    graph = load(DEV)
    sign = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    policy = graph.resource("ssm-s3")["properties"]["policy"].replace("aws-ssm-eu-west-1", "geheim-bucket")
    put("ssm-s3", policy={**sign, "value": policy})(graph)
    put("ssm-ssm", serviceName={**sign, "value": "com.amazonaws.vpce.geheim-service"})(graph)
    text = render(review(graph, tmp_path, []))
    assert "geheim" not in text


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["10.0.0.2"], "the VPC's resolver, or"),
        ([{"zone": "x"}], "`x` to the VPC's resolver, or"),
        (
            [{"zone": "x.y", "targets": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}],
            "`x.y` to the VPC's resolver, or",
        ),
        (
            [{"zone": "x.y", "targets": ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "10.0.0.9"]}],
            "`x.y` to 10.0.0.9",
        ),
        ("none", "the VPC's resolver, or"),
        ([{"zone": "x.y", "targets": ["<img src=x>"]}], "`x.y` to \\<img src=x\\>"),
    ],
)
def test_anybodys_output_of_the_name_forwarders_is_no_trouble(
    tmp_path: Path, given: object, shown: str
) -> None:
    stack = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev"
    told = {"urn": stack, "type": "pulumi:pulumi:Stack", "new": {"outputs": {"forwarders": given}}}
    made = review(load(DEV), tmp_path, [], events=[{"resOutputsEvent": {"metadata": told}}])
    assert shown in markdown.render(made)
    assert page.render(made)


def test_the_events_configuration_is_not_taken(tmp_path: Path) -> None:
    graph = load(DEV)
    prelude = {"preludeEvent": {"config": {"aws:secretKey": "hunter2-hunter2"}}}
    made = review(graph, tmp_path, [], events=[prelude])
    assert events_of(graph, [])
    assert "hunter2" not in page.render(made)


def test_a_waiver_is_shown_with_what_is_left_of_it(tmp_path: Path) -> None:
    def waiver(expires: str) -> dict[str, str]:
        urn = "urn:pulumi:dev::ssm-vpc-endpoints::*::ssm"
        return {
            "policy": "vpc-dns-enabled",
            "urn": urn,
            "reason": "for a while, CHG-1",
            "owner": "a@b.c",
            "expires": expires,
        }

    days = ("2026-11-24", "2026-11-25", "2026-11-26", "2026-12-25")
    made = review(load(DEV), tmp_path, [], {"waivers": [waiver(day) for day in days]})
    read = Reader(page.render(made))
    for said in (
        "2026-11-24 (expired, excuses nothing)",
        "2026-11-25 (last day)",
        "2026-11-26 (1 day left)",
        "2026-12-25 (30 days left)",
    ):
        assert said in read.text
