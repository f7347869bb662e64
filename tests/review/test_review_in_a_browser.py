"""The page in a real Chromium: on a phone and a desktop, in light, dark and print, nothing wrong and everything readable."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from review import page
from review.model import Review
from tests.mutants.edits import beside, both, dropped, put, unlisted
from tests.support.browser import DESKTOP, PHONE, Chromium, running
from tests.support.graph import UNKNOWN_STRING, load
from tests.support.pack import here
from tests.support.reviews import review

DEV = Path(__file__).parents[1] / "fixtures" / "graphs" / "dev-preview.json"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
# The ratio that WCAG 2.1 asks of text at level AA (https://www.w3.org/TR/WCAG21/#contrast-minimum, read 2026-11-25).
CONTRAST = 4.5
# The ratio of every text to the first background behind it that is not transparent.
RATIOS = """() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = each => {
    for (let at = each; at; at = at.parentElement) {
      const found = numbers(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')].filter(each => !each.closest('svg') && each.checkVisibility()
      && [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .map(each => {
      const pair = [light(numbers(getComputedStyle(each).color)), light(behind(each))].sort((a, b) => b - a);
      return {ratio: (pair[0] + 0.05) / (pair[1] + 0.05), what: each.outerHTML.slice(0, 120)};
    });
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """A stack with something of everything: findings, a waiver, clients, blocked cells, a cost, long names."""
    graph = load(DEV)
    both(
        dropped("ssm-ssmmessages", "ssm-https-10.0.32.0-19"),
        put("ssm-ec2", privateDnsEnabled=False),
        unlisted("ssm-s3", "patch-baseline-snapshot-eu-west-1"),
        beside(
            RULE,
            "a-rule-with-a-name-that-is-much-longer-than-any-column-" + "x" * 90,
            {
                "securityGroupId": UNKNOWN_STRING,
                "ipProtocol": "tcp",
                "fromPort": 443,
                "toPort": 443,
                "cidrIpv4": "192.168.0.0/16",
            },
            "ssm-ssm",
            securityGroupId=("ssm-https", "aws:ec2/securityGroup:SecurityGroup"),
        ),
    )(graph)
    waiver = {
        "policy": "interface-private-dns",
        "urn": "urn:pulumi:dev::ssm-vpc-endpoints::*::*",
        "reason": "until the zone of CHG-4711",
        "owner": "network@example.com",
        "expires": "2026-12-20",
    }
    config: dict[str, Any] = {"endpointHourUsd": 0.011, "maxMonthlyUsd": 20, "waivers": [waiver]}
    pack = here()
    pack.configure(config)
    return review(graph, tmp_path_factory.mktemp("review"), pack.judge(graph), config)


@pytest.fixture(scope="module")
def file(made: Review, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "dev.html"
    path.write_text(page.render(made), encoding="utf-8")
    return path


@pytest.mark.parametrize("colors", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_is_wrong_with_the_page(
    chromium: Chromium, file: Path, width: int, colors: Literal["light", "dark"]
) -> None:
    with chromium.showing(file, width, colors=colors) as shown:
        assert shown.wrong == []
        assert shown.files == []
        assert shown.page.get_by_text("Blocked: ").is_visible()
        assert shown.page.locator("svg").count() == 1


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_every_text_can_be_read(chromium: Chromium, file: Path, colors: Literal["light", "dark"]) -> None:
    with chromium.showing(file, colors=colors) as shown:
        ratios = shown.page.evaluate(RATIOS)
        assert len(ratios) > 100
        assert [each for each in ratios if each["ratio"] < CONTRAST] == []


def test_the_dark_page_is_dark(chromium: Chromium, file: Path) -> None:
    backs = {}
    for colors in ("light", "dark"):
        with chromium.showing(file, colors=colors) as shown:
            backs[colors] = shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert backs["light"] == "rgb(255, 255, 255)"
    assert backs["dark"] == "rgb(18, 22, 27)"


def test_on_paper_the_picture_fits_and_nothing_is_cut_off_by_a_scroll_bar(
    chromium: Chromium, file: Path
) -> None:
    with chromium.showing(file, 700, media="print") as shown:
        assert shown.page.evaluate("document.querySelector('svg').getBoundingClientRect().right") <= 700
        overflows = shown.page.evaluate(
            "[...document.querySelectorAll('.scroll')].map(each => getComputedStyle(each).overflowX)"
        )
        assert set(overflows) == {"visible"}
        assert not shown.page.locator("nav").is_visible()


def test_a_wide_table_scrolls_in_its_own_box_and_by_keyboard(chromium: Chromium, file: Path) -> None:
    with chromium.showing(file, PHONE) as shown:
        box = shown.page.get_by_role("region", name="Table of buckets")
        assert box.evaluate("each => each.scrollWidth > each.clientWidth")
        box.focus()
        shown.page.keyboard.press("ArrowRight")
        # The page's own policy forbids what `wait_for_function` does.
        for _ in range(100):
            if shown.page.evaluate("document.activeElement.scrollLeft") > 0:
                break
            shown.page.wait_for_timeout(20)
        else:
            pytest.fail("the box does not scroll by keyboard")


def test_the_skip_link_comes_first_and_the_sections_are_reached_by_their_links(
    chromium: Chromium, file: Path
) -> None:
    with chromium.showing(file) as shown:
        shown.page.keyboard.press("Tab")
        assert shown.page.evaluate("document.activeElement.className") == "skip"
        for link in shown.page.get_by_role("navigation").get_by_role("link").all():
            link.click()
            target = str(link.get_attribute("href"))
            assert shown.page.url.endswith(target)
            assert shown.page.locator(target).is_visible()


def test_the_pictures_texts_stay_inside_their_boxes(chromium: Chromium, file: Path) -> None:
    with chromium.showing(file) as shown:
        outside = shown.page.evaluate(
            """() => {
              const svg = document.querySelector('svg').getBoundingClientRect();
              const boxes = [...document.querySelectorAll('svg rect')].map(each => each.getBoundingClientRect());
              return [...document.querySelectorAll('svg text')].filter(each => {
                const text = each.getBoundingClientRect(), middle = (text.top + text.bottom) / 2;
                const holds = b => b.left <= text.left && text.left <= b.right && b.top <= middle && middle <= b.bottom;
                const inner = boxes.filter(holds).sort((a, b) => a.width * a.height - b.width * b.height)[0];
                return !inner || text.right > inner.right + 0.5 || text.right > svg.right;
              }).map(each => each.textContent);
            }"""
        )
        assert outside == []
