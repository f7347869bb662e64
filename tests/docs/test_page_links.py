"""Every link in every page leads somewhere: the file is there, and it has the heading. No network is asked."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from blueprint.catalog import load
from tests.docs.pages import markdown, prose
from tests.support.pack import ROOT

PAGES = markdown()
# AWS's own words: such a page says what AWS says, so it is a source, or the day of reading stands beside it.
AWS = ("docs.aws.amazon.com", "aws.amazon.com", "docs.amazonaws.cn")
_CODE = re.compile(r"(`+).+?\1")
_LINK = re.compile(
    r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^()\s>]+(?:\([^()\s]*\)[^()\s>]*)*)>?\)|^\[[^\]]+\]: (\S+)|<(https?://[^>\s]+)>"
)
_HEADING = re.compile(r"#{1,6} +(.+?)(?: +#+)?")
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")


def links(page: str) -> list[tuple[int, str]]:
    """Line and target of every link in the page's prose."""
    found = []
    for number, line in prose(page):
        for match in _LINK.finditer(_outside_code(line)):
            found.append((number, next(target for target in match.groups() if target)))
    return found


def _outside_code(line: str) -> str:
    """Without code; what a link is called may be code, and stays."""

    def kept(match: re.Match[str]) -> str:
        around = line[match.start() - 1 : match.start()] + line[match.end() : match.end() + 1]
        return match[0] if around == "[]" else ""

    return _CODE.sub(kept, line)


@cache
def anchors(page: str) -> frozenset[str]:
    """What GitHub calls the page's headings: lower case, spaces to hyphens, punctuation gone, repeated ones numbered."""
    seen: dict[str, int] = {}
    found = set()
    for _, line in prose(page):
        if heading := _HEADING.fullmatch(line):
            slug = slug_of(heading[1])
            again = seen.get(slug, 0)
            seen[slug] = again + 1
            found.add(f"{slug}-{again}" if again else slug)
        found.update(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", line))
    return frozenset(found)


def slug_of(heading: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"[^\w\- ]", "", text.lower())
    return text.replace(" ", "-")


def dead(page: str, target: str) -> str:
    """Why a relative target leads nowhere; "" if it does not."""
    path, _, anchor = target.partition("#")
    file = (ROOT / page).parent / unquote(path) if path else ROOT / page
    if not file.exists() or ROOT not in (file.resolve(), *file.resolve().parents):
        return f"there is no {path}"
    name = file.resolve().relative_to(ROOT.resolve()).as_posix()
    if anchor and name.endswith(".md") and anchor not in anchors(name):
        return f"{name} has no heading #{anchor}; it has {', '.join(sorted(anchors(name)))}"
    return ""


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: str) -> None:
    for number, target in links(page):
        if not urlsplit(target).scheme:
            assert not (why := dead(page, target)), f"{page}:{number}: {target}: {why}"


@pytest.mark.parametrize("page", PAGES)
def test_every_address_outside_is_https_and_every_page_of_aws_has_a_date(page: str) -> None:
    known = {source.url.partition("#")[0] for source in load().sources.values()}
    whole = dict(prose(page))
    for number, target in links(page):
        parts = urlsplit(target)
        if not parts.scheme:
            continue
        assert parts.scheme == "https", f"{page}:{number}: {target}"
        assert parts.hostname, f"{page}:{number}: {target}"
        if parts.hostname in AWS and target.partition("#")[0] not in known:
            near = " ".join(whole.get(n, "") for n in range(number - 1, number + 2))
            assert _DATE.search(near), f"{page}:{number}: {target} is no source, and no date stands beside it"


def test_the_pages_of_the_documentation_are_all_in_its_index() -> None:
    index = {(ROOT / "docs" / target.partition("#")[0]).resolve() for _, target in links("docs/README.md")}
    for page in PAGES:
        if page.startswith("docs/how-to/") or (
            page.startswith("docs/") and page.count("/") == 1 and page != "docs/README.md"
        ):
            assert (ROOT / page).resolve() in index, page


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("What blocks you and why", "what-blocks-you-and-why"),
        ("Reports, audits, the pack elsewhere", "reports-audits-the-pack-elsewhere"),
        ("1. What runs today", "1-what-runs-today"),
        ("`make up` & down", "make-up--down"),
        ("A [link](x.md) here", "a-link-here"),
        ("snake_case stays", "snake_case-stays"),
    ],
)
def test_headings_are_called_what_github_calls_them(heading: str, slug: str) -> None:
    assert slug_of(heading) == slug


def test_a_dead_link_is_found() -> None:
    assert dead("docs/README.md", "how-to/nowhere.md") == "there is no how-to/nowhere.md"
    assert "has no heading #nowhere" in dead("README.md", "CONTRIBUTING.md#nowhere")
    assert dead("docs/README.md", "../../outside.md").startswith("there is no")
    assert dead("docs/README.md", "../CONTRIBUTING.md#the-house") == ""
    assert dead("README.md", "#two-commands") == ""


def test_links_are_seen_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = "[a](x.md), [`b`](y.md#z) `[c](not.md)`\n[d]: https://e\n<https://f>\n```\n[g](no.md)\n```\n| [h](i.md) | `j` |\n"
    (tmp_path / "page.md").write_text(page)
    monkeypatch.setattr("tests.docs.pages.ROOT", tmp_path)
    seen = [target for _, target in links("page.md")]
    assert seen == ["x.md", "y.md#z", "https://e", "https://f", "i.md"]
