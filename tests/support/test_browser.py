"""The helper that looks at pages sees what is wrong with one; a page with nothing wrong is the control."""

from pathlib import Path

import pytest

from sandbox.bootstrap import browser as program
from tests.support.browser import DESKTOP, PHONE, Chromium, running

GOOD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><style>:root { color-scheme: light dark } p { background: Canvas }</style></head>
<body><p id="p">words that wrap wherever the line ends</p>%s</body></html>"""
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def page(more: str = "") -> str:
    return GOOD.replace("%s", more)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_good_page_has_nothing_wrong_at_any_width(chromium: Chromium, tmp_path: Path, width: int) -> None:
    text = page(f'<img src="{PIXEL}" alt=""><script>console.log("fine")</script>')
    file = tmp_path / "a page.html"
    file.write_text(text, encoding="utf-8")
    for what in (text, file):
        with chromium.showing(what, width) as shown:
            assert shown.wrong == []
            assert shown.files == []
            assert shown.page.title() == "A page"
            assert shown.page.evaluate("innerWidth") == width


def test_a_console_error_is_noticed_and_a_warning(chromium: Chromium) -> None:
    with chromium.showing(page("<script>console.error('bad', 7); console.warn('hm')</script>")) as shown:
        assert shown.wrong == ["console: error: bad 7", "console: warning: hm"]


def test_an_uncaught_error_is_noticed_also_a_later_one(chromium: Chromium) -> None:
    with chromium.showing(
        page("<button onclick='nowhere()'>x</button><script>throw Error('oh')</script>")
    ) as shown:
        assert shown.errors == ["oh"]
        shown.page.click("button")
        shown.page.evaluate("0")  # what the browser has to say of the click comes before this answer
        assert shown.errors == ["oh", "nowhere is not defined"]


def test_a_page_wider_than_the_window_is_noticed_with_what_is_too_wide(chromium: Chromium) -> None:
    wide = page("<table><tr><td><div style='width: 600px'>w</div></td></tr></table>")
    with chromium.showing(wide, PHONE) as shown:
        assert any(line.startswith("width: <div> ends at 6") for line in shown.wrong)
        assert not any("<p>" in line for line in shown.wrong)
    with chromium.showing(wide, DESKTOP) as shown:
        assert shown.wrong == []


def test_what_scrolls_in_a_box_of_its_own_is_not_too_wide(chromium: Chromium) -> None:
    with chromium.showing(
        page("<div style='overflow-x: auto'><pre>" + "w" * 500 + "</pre></div>"), PHONE
    ) as shown:
        assert shown.wrong == []


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='http://example.com/x.png' alt=''>",
        "<link rel='stylesheet' href='https://example.com/x.css'>",
        "<script>fetch('http://example.com/x').catch(() => 0)</script>",
        "<style>p { background-image: url(//example.com/x) }</style>",
        "<script>new WebSocket('ws://example.com/x')</script>",
    ],
)
def test_whatever_comes_from_elsewhere_is_noticed_and_does_not_come(
    chromium: Chromium, tmp_path: Path, markup: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(markup).replace("url(//", "url(http://"), encoding="utf-8")
    with chromium.showing(file) as shown:
        (url,) = shown.outside
        assert "//example.com/x" in url
        assert any(line == f"network: {url}" for line in shown.wrong)


def test_other_local_files_are_told_apart_from_the_page_itself(chromium: Chromium, tmp_path: Path) -> None:
    (tmp_path / "x.css").write_text("p { color: red }", encoding="utf-8")
    file = tmp_path / "page.html"
    file.write_text(page("<link rel='stylesheet' href='x.css'>"), encoding="utf-8")
    with chromium.showing(file) as shown:
        assert shown.files == [(tmp_path / "x.css").as_uri()]
        assert shown.outside == []


def test_dark_print_and_no_scripts_are_what_the_page_is_told(chromium: Chromium) -> None:
    ask = "matchMedia('(prefers-color-scheme: dark)').matches && matchMedia('print').matches"
    with chromium.showing(page(), colors="dark", media="print") as shown:
        assert shown.page.evaluate(ask) is True
    with chromium.showing(page()) as shown:
        assert shown.page.evaluate(ask) is False
    with chromium.showing(page("<script>document.title = 'changed'</script>"), scripts=False) as shown:
        assert shown.page.title() == "A page"


def test_letters_have_a_font(chromium: Chromium) -> None:
    """Without one, a wide letter is as wide as a narrow one, and there is nothing to see."""
    with chromium.showing(page("<span id='w'>WWWW</span><br><span id='i'>iiii</span>")) as shown:
        wide, narrow = (shown.page.locator(f"#{id}").bounding_box() for id in "wi")
        assert wide
        assert narrow
        assert wide["width"] > 2 * narrow["width"]


def test_without_a_browser_the_test_fails_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "find", lambda: None)
    with (
        pytest.raises(pytest.fail.Exception, match=r"--for test; or install Chromium.*dnf install"),
        running(),
    ):
        pass
