"""Pages as a real Chromium shows them: at a given width, without a network, and with everything that went wrong noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, sync_playwright

from sandbox.bootstrap import browser as program

PHONE, DESKTOP = 390, 1280
# The pages are ours and reach nothing, and in a container Chromium cannot have a sandbox of its own.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCAL = ("file:", "data:", "about:", "blob:")


@dataclass
class Shown:
    """A page in the browser, and what it did while it was loaded and ever since.

    `console` has warnings and errors, `errors` what its scripts did not catch, `outside` what it wanted from the network and
    did not get, `files` the other local files that it asked for.
    """

    page: Page
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def too_wide(self) -> list[str]:
        """What reaches beyond the right edge, if a reader has to scroll sideways: the elements, outermost first."""
        found: list[str] = self.page.evaluate(
            """() => {
              const root = document.documentElement, edge = root.clientWidth;
              if (root.scrollWidth <= edge) return [];
              return [...document.body.querySelectorAll('*')]
                .filter(each => each.getBoundingClientRect().right > edge + 0.5)
                .map(each => `<${each.tagName.toLowerCase()}> ends at ${each.getBoundingClientRect().right}, not ${edge}`)
                .concat(`the page is ${root.scrollWidth} wide, not ${edge}`);
            }"""
        )
        return found

    @property
    def wrong(self) -> list[str]:
        """Everything that a finished page has none of, in words."""
        return [
            *(f"console: {text}" for text in self.console),
            *(f"script: {text}" for text in self.errors),
            *(f"network: {url}" for url in self.outside),
            *(f"width: {text}" for text in self.too_wide),
        ]


class Chromium:
    """A running browser."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    @contextmanager
    def showing(
        self,
        what: Path | str,
        width: int = DESKTOP,
        *,
        height: int = 900,
        colors: Literal["light", "dark"] = "light",
        media: Literal["screen", "print"] = "screen",
        scripts: bool = True,
    ) -> Iterator[Shown]:
        """Show a file, or HTML given as text, in a window of this width (CSS pixels) that no other page shares."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=colors,
            java_script_enabled=scripts,
            offline=True,
            reduced_motion="reduce",
            service_workers="block",
        )
        try:
            page = context.new_page()
            page.emulate_media(media=media)
            shown = Shown(page)
            url = what.resolve().as_uri() if isinstance(what, Path) else "about:blank"

            def judge(route: Route) -> None:
                if not route.request.url.startswith(LOCAL):
                    shown.outside.append(route.request.url)
                    route.abort()
                    return
                if route.request.url.startswith("file:") and route.request.url.partition("#")[0] != url:
                    shown.files.append(route.request.url)
                route.continue_()

            def refuse(socket: WebSocketRoute) -> None:
                shown.outside.append(socket.url)
                socket.close()

            context.route("**/*", judge)
            context.route_web_socket("**/*", refuse)
            page.on(
                "console",
                lambda message: (
                    shown.console.append(f"{message.type}: {message.text}")
                    if message.type in ("error", "warning")
                    else None
                ),
            )
            page.on("pageerror", lambda error: shown.errors.append(str(error)))
            if isinstance(what, Path):
                page.goto(url, wait_until="load")
            else:
                page.set_content(what, wait_until="load")
            # "load" does not wait for what scripts ask for; this does, until all of it was answered or refused.
            page.wait_for_load_state("networkidle")
            yield shown
        finally:
            context.close()


@contextmanager
def running() -> Iterator[Chromium]:
    """Start a Chromium; fails the test, with what to do, where there is none."""
    found = program.find()
    if found is None:
        pytest.fail(
            "There is no Chromium, and this test looks at a page with a real one. "
            f"Fix: python3 -m sandbox.bootstrap --for test; or {program.FIX}",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=list(FLAGS))
        try:
            yield Chromium(browser)
        finally:
            browser.close()
