"""How commands speak: an answer on stdout, as JSON or for people; progress and everything else on stderr.

On a terminal text is wrapped and tables fold to its width. Elsewhere nothing is wrapped, cut or coloured: a name
can be searched for there.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.errors import CannotAnswerError

SCHEMA_VERSION = 1
# Wider than any table of ours.
_UNFOLDED = 400
_NARROWEST = 40

Json = Annotated[
    bool, typer.Option("--json", help="The answer as JSON, with the keys of docs/reference/command.md.")
]


def as_json(document: Mapping[str, Any]) -> None:
    """The document, and nothing else, on stdout."""
    text = json.dumps({"schemaVersion": SCHEMA_VERSION, **document}, indent=2, ensure_ascii=False)
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """A message that is no part of the answer."""
    sys.stderr.write(text + "\n")


def write_pages(folder: Path, name: str, texts: Mapping[str, str]) -> None:
    """Write <folder>/<name>.<suffix> for each suffix. `folder` is one of the current folder's, if it is relative. Raises:
    CannotAnswerError."""
    folder = Path.cwd() / folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, text in texts.items():
            (folder / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotAnswerError(
            f"{folder}: {error.strerror}\n  fix: --output, a folder to write to"
        ) from None


@contextmanager
def progress(text: str) -> Iterator[Callable[[str], None]]:
    """Says what takes its time, while it does, where somebody looks at a terminal. What it gives changes the words."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status(text) as status:
        yield status.update


class Page:
    """An answer for people, line by line."""

    def __init__(self) -> None:
        terminal = Console().is_terminal
        self._console = Console(
            highlight=False, markup=False, emoji=False, width=None if terminal else _UNFOLDED
        )
        self._width = max(self._console.width, _NARROWEST) if terminal else None

    def heading(self, text: str) -> None:
        """A line that opens a section."""
        self._console.print(Text(text, style="bold"), soft_wrap=True)

    def line(self, text: str = "", indent: int = 0) -> None:
        """Text, wrapped on a terminal and nowhere else. Its own line breaks stay."""
        for each in text.split("\n"):
            self._console.print(Text(self._wrapped(each, " " * indent)), soft_wrap=True)

    def exact(self, text: str) -> None:
        """Text to paste: never wrapped."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table; long cells fold on a terminal."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for column in columns:
            table.add_column(column, overflow="fold", header_style="dim")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        with self._console.capture() as shown:
            self._console.print(table)
        text = shown.get()
        sys.stdout.write("\n".join(line.rstrip() for line in text.split("\n")))
        sys.stdout.flush()

    def _wrapped(self, text: str, indent: str) -> str:
        if self._width is None or not text.strip():
            return (indent + text).rstrip()
        return textwrap.fill(
            text,
            self._width,
            initial_indent=indent,
            subsequent_indent=indent + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
