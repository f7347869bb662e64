"""A page of AWS's that somebody saved: its address, its tables, its text. Nothing of it is fetched or run.

Both forms that docs.aws.amazon.com has are read: the HTML page, saved with a browser ("Web page, HTML only"), and the
Markdown page that its first line links to, which mirrors on GitHub have too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from tools.facts_check.shapes import CheckError, shown

# Bytes. The longest page that is compared has 60 kB as Markdown, a few hundred as HTML.
_MOST = 4 * 1024 * 1024
# What is in these is not shown to readers.
_UNSEEN = frozenset({"script", "style", "template", "noscript", "svg"})
_BLOCKS = frozenset(
    {"p", "li", "div", "br", "h1", "h2", "h3", "h4", "pre", "dd", "dt", "table", "tr", "td", "th"}
)
_CELLS = frozenset({"td", "th"})
# Older copies escape every sign: com\\.amazonaws\\.*region*\\.ssm.
_ESCAPED = re.compile(r"\\([^\w\s])")
_LOCALE = re.compile(r"/[a-z]{2}_[a-z]{2}(?=/)")


@dataclass(frozen=True)
class Page:
    """`addresses`: where it says that it is from, the surest first; `stem`: the page's own name ("setup-create-vpc"), where
    it has no address. `rows`: its tables' rows, each the cells' texts. `text`: all that a reader sees."""

    name: str
    addresses: tuple[str, ...]
    stem: str
    rows: tuple[tuple[str, ...], ...]
    text: str

    def is_at(self, url: str) -> bool:
        """Whether it is the page at that address, in any language and either form."""
        if self.addresses:
            return _place(self.addresses[0]) == _place(url)
        return bool(self.stem) and self.stem == _place(url).rsplit("/", 1)[-1]


def read(path: Path) -> Page:
    """Read a saved page. Raises: CheckError, where it is none."""
    name = shown(path.name)
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST + 1)
    except OSError as error:
        raise CheckError(
            f"{name}: {error.strerror or 'cannot be opened'}\n  fix: PAGE=<a page that you saved>"
        ) from None
    if len(data) > _MOST:
        raise CheckError(f"{name} has more than {_MOST} bytes: no page of AWS's has\n  {_HOW}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CheckError(f"{name} is not UTF-8 text\n  {_HOW}") from None
    if "\0" in text or re.match(r"From: <|MIME-Version:|bplist", text):
        raise CheckError(f"{name} is an archive, not a page\n  {_HOW}")
    front, body = _front_matter(text)
    if re.search(r"<(!doctype|html|head|body|table)\b", body[:20_000], re.IGNORECASE):
        reader = _Html()
        reader.feed(body)
        reader.close()
        addresses = [*reader.canonical, *_saved_from(body), *front]
        return Page(name, tuple(addresses), reader.stem, tuple(reader.rows), "".join(reader.text))
    # Beside or below the title; what follows are the names of sections.
    found = re.search(r'<a name="([\w.-]{1,200})"></a>', body)
    stem = found[1] if found else ""
    return Page(name, tuple(front), stem, tuple(_markdown_rows(body)), _ESCAPED.sub(r"\1", body))


_HOW = 'fix: save it with the browser as "Web page, HTML only", or the page of the same name that ends in .md'


def _place(url: str) -> str:
    """Host and path without language, form and anchor."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.hostname}{re.sub(r'[.](html|md)$', '', _LOCALE.sub('', parts.path, count=1))}"


def _front_matter(text: str) -> tuple[list[str], str]:
    """The address that a mirror has written before the page, and the rest."""
    if not text.startswith("---\n"):
        return [], text
    end = text.find("\n---\n", 4)
    if end < 0:
        return [], text
    found = re.search(r"^source_url: (https://\S+)$", text[4:end], re.MULTILINE)
    return ([found[1]] if found else []), text[end + 5 :]


def _saved_from(text: str) -> list[str]:
    """What Chromium writes into the pages that it saves."""
    found = re.search(r"<!-- saved from url=\(\d{4}\)(https://[^\s>]{1,1000}) -->", text[:4000])
    return [found[1]] if found else []


def _markdown_rows(text: str) -> Iterator[tuple[str, ...]]:
    """The rows of tables: lines between bars. A bar that is escaped belongs to the cell."""
    for line in text.splitlines():
        bare = line.strip()
        if not bare.startswith("|") or not bare.endswith("|") or re.fullmatch(r"[|\s:-]+", bare):
            continue
        cells = re.split(r"(?<!\\)\|", bare[1:-1])
        yield tuple(_plain(cell) for cell in cells)


def _plain(cell: str) -> str:
    """A Markdown cell as a reader sees it."""
    bare = re.sub(r"[`{}]", "", re.sub(r"<br ?/?>", " ", cell))
    return " ".join(_ESCAPED.sub(r"\1", bare).split())


class _Html(HTMLParser):
    """Rows and text. Nested tables give rows of their own; an element that is never closed ends with the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.canonical: list[str] = []
        self.stem = ""
        self.rows: list[tuple[str, ...]] = []
        self.text: list[str] = []
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "link" and given.get("rel") == "canonical" and given.get("href"):
            self.canonical.append(given["href"])
        if tag == "meta" and given.get("name") == "target_state":
            self.stem = self.stem or given.get("content", "")
        if tag in _UNSEEN:
            self._hidden += 1
        if tag in _BLOCKS:
            self._say("\n")
        if tag == "tr":
            self._end_row()
            self._row = []
        if tag in _CELLS:
            self._end_cell()
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        if tag in _BLOCKS:
            self._say("\n")
        if tag in _CELLS:
            self._end_cell()
        if tag in ("tr", "table"):
            self._end_row()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._say(data)

    def close(self) -> None:
        super().close()
        self._end_row()

    def _say(self, data: str) -> None:
        self.text.append(data)
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            self._row.append(" ".join("".join(self._cell).split()))
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row:
            self.rows.append(tuple(self._row))
        self._row = None
