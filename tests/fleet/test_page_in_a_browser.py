"""The fleet's page in a real Chromium: on a phone and a desktop, in light, dark and print, of 34 and of 500 stacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from fleet import page
from tests.fleet.pages import HOSTILE, RUN, everywhere, fleet
from tests.review.test_review_in_a_browser import CONTRAST, RATIOS
from tests.support.browser import DESKTOP, PHONE, Chromium, running

SIZES = (34, 500)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A page for each size; in each there is also a stack whose every text is hostile and long."""
    folder = tmp_path_factory.mktemp("page")
    found = {}
    for size in SIZES:
        found[size] = folder / f"{size}.html"
        results = [*fleet(size), *everywhere(HOSTILE + "x" * 200)]
        found[size].write_text(page.render(results, **RUN), encoding="utf-8")
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("colors", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_nothing_is_wrong_with_the_page(
    chromium: Chromium, files: dict[int, Path], width: int, colors: Literal["light", "dark"], size: int
) -> None:
    with chromium.showing(files[size], width, colors=colors) as shown:
        assert shown.wrong == []
        assert shown.files == []
        assert shown.page.get_by_text("stacks not well: ").is_visible()
        # Unfolded it is no wider.
        shown.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert shown.wrong == []


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_every_text_can_be_read(
    chromium: Chromium, files: dict[int, Path], colors: Literal["light", "dark"]
) -> None:
    with chromium.showing(files[34], colors=colors) as shown:
        shown.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        ratios = shown.page.evaluate(RATIOS)
        assert len(ratios) > 300
        assert [each for each in ratios if each["ratio"] < CONTRAST] == []


def test_the_dark_page_is_dark(chromium: Chromium, files: dict[int, Path]) -> None:
    backs = {}
    for colors in ("light", "dark"):
        with chromium.showing(files[34], colors=colors) as shown:
            backs[colors] = shown.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert backs == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 27)"}


def test_on_a_phone_the_tables_scroll_in_their_boxes_and_the_stacks_names_stay(
    chromium: Chromium, files: dict[int, Path]
) -> None:
    with chromium.showing(files[34], PHONE) as shown:
        for name in ("Table of stacks", "Matrix of accounts and Regions"):
            box = shown.page.get_by_role("region", name=name)
            assert box.evaluate("each => each.scrollWidth > each.clientWidth")
            box.evaluate("each => each.scrollLeft = 120")
            first = box.locator("tbody th").first
            assert (
                abs(
                    first.evaluate("each => each.getBoundingClientRect().left")
                    - box.evaluate("each => each.getBoundingClientRect().left")
                )
                < 2
            )
            # What scrolls does not show through.
            assert first.evaluate("each => getComputedStyle(each).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_on_paper_the_reasons_are_unfolded_and_nothing_is_cut_off(
    chromium: Chromium, files: dict[int, Path]
) -> None:
    with chromium.showing(files[34], 760, media="print") as shown:
        overflows = shown.page.evaluate(
            "[...document.querySelectorAll('.scroll, .problem > .body > pre')].map(each => getComputedStyle(each).overflowX)"
        )
        assert set(overflows) == {"visible"}
        hidden = shown.page.evaluate(
            "[...document.querySelectorAll('.problem > .body')].filter(each => !each.getBoundingClientRect().height).length"
        )
        assert hidden == 0
        assert shown.too_wide == []
        assert not shown.page.locator("nav").is_visible()


def test_every_link_of_the_matrix_and_every_why_leads_to_something_that_is_seen(
    chromium: Chromium, files: dict[int, Path]
) -> None:
    with chromium.showing(files[34]) as shown:
        links = [
            *shown.page.locator("table.matrix a").all(),
            *shown.page.get_by_role("link", name="Why ").all(),
            *shown.page.get_by_role("navigation").get_by_role("link").all(),
        ]
        assert len(links) > 45
        for link in links:
            link.click()
            target = str(link.get_attribute("href"))
            assert shown.page.url.endswith(target)
            assert shown.page.locator(target).is_visible()


def test_a_problem_unfolds_by_keyboard(chromium: Chromium, files: dict[int, Path]) -> None:
    with chromium.showing(files[34]) as shown:
        summary = shown.page.locator(".problem > summary").first
        body = shown.page.locator(".problem > .body").first
        assert not body.is_visible()
        summary.focus()
        shown.page.keyboard.press("Enter")
        assert body.is_visible()


def test_the_skip_link_comes_first(chromium: Chromium, files: dict[int, Path]) -> None:
    with chromium.showing(files[34]) as shown:
        shown.page.keyboard.press("Tab")
        assert shown.page.evaluate("document.activeElement.className") == "skip"
