"""The project's Markdown as its readers get it: fenced blocks, and what an HTML comment before one says of it.

<!-- not run: why -->       the block below is not played; which these are is a closed list
<!-- ends with: 2 -->       the block's last command ends with 2
<!-- file: name -->         the block is that file
<!-- add to: name -->       the block is a part of that file
<!-- the account: a b -->   on its own: from here on, there is an account with the networks of Pulumi.a.yaml, Pulumi.b.yaml;
                            `empty`: of none
<!-- unseen: command -->    on its own: is run, for what the page shows of it, or as what the reader has done before
"""

from __future__ import annotations

import re
import subprocess
import textwrap
from dataclasses import dataclass
from functools import cache

from tests.support.pack import ROOT

NOT_RUN, ENDS_WITH, FILE, ADD_TO = "not run", "ends with", "file", "add to"
ACCOUNT, UNSEEN = "the account", "unseen"
EMPTY = "empty"
ALONE = (ACCOUNT, UNSEEN)
KINDS = (NOT_RUN, ENDS_WITH, FILE, ADD_TO, *ALONE)
OUTPUT = ("console", "text")
_COMMENT = re.compile(rf"\s*<!-- ({'|'.join(KINDS)}): (.+) -->\s*")
_FENCE = re.compile(r"(\s*)(`{3,}|~{3,})\s*([\w-]*)\s*")


@dataclass(frozen=True)
class Block:
    """A fenced block, or a comment that stands for a step of its own (`language` is its word)."""

    page: str
    line: int
    language: str
    text: str
    said: tuple[tuple[str, str], ...] = ()

    def __getitem__(self, kind: str) -> str:
        return dict(self.said).get(kind, "")

    @property
    def first(self) -> str:
        """What the block goes by in lists."""
        return self.text.splitlines()[0].split("  #")[0].strip() if self.text else ""

    @property
    def place(self) -> str:
        """Where a reader finds it."""
        return f"{self.page}:{self.line}"


class PageError(AssertionError):
    """A page that cannot be read."""


@cache
def markdown() -> tuple[str, ...]:
    """Every Markdown file of the project."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file()))


def documentation() -> list[str]:
    """The pages whose commands are run."""
    return [
        page for page in markdown() if page in ("README.md", "CONTRIBUTING.md") or page.startswith("docs/")
    ]


def generated(page: str) -> bool:
    """Whether the page is made of the code, with which a test compares it: what it shows are the tests' own fixtures."""
    return page.startswith("docs/reference/")


def blocks(page: str, text: str | None = None) -> list[Block]:
    """The page's blocks, in order. Raises: PageError, for a fence that does not end and a comment before nothing."""
    lines = ((ROOT / page).read_text(encoding="utf-8") if text is None else text).splitlines()
    found: list[Block] = []
    said: list[tuple[str, str]] = []
    at = 0
    while at < len(lines):
        line, at = lines[at], at + 1
        if comment := _COMMENT.fullmatch(line):
            if comment[1] in ALONE:
                found.append(Block(page, at, comment[1], comment[2], ((comment[1], comment[2]),)))
            else:
                said.append((comment[1], comment[2]))
        elif fence := _FENCE.fullmatch(line):
            end = next((n for n in range(at, len(lines)) if lines[n].strip() == fence[2]), None)
            if end is None:
                raise PageError(f"{page}:{at}: this fence does not end")
            body = textwrap.dedent("\n".join(lines[at:end]))
            found.append(Block(page, at, fence[3], body, tuple(said)))
            said, at = [], end + 1
        elif line.strip() and said:
            raise PageError(f"{page}:{at}: `{said[0][0]}` stands before no block")
    if said:
        raise PageError(f"{page}: `{said[0][0]}` stands before no block")
    return found


def prose(page: str) -> list[tuple[int, str]]:
    """The lines outside of blocks, with their numbers."""
    found, fence = [], ""
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), start=1):
        opening = _FENCE.fullmatch(line)
        if fence:
            fence = "" if line.strip() == fence else fence
        elif opening:
            fence = opening[2]
        else:
            found.append((number, line))
    return found
