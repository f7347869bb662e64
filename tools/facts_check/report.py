"""What was found, as a diff of facts with their sources, as Markdown for a pull request, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tools.facts_check.shapes import Check, Difference

SCHEMA_VERSION = 1
# Bytes: a pull request's text on GitHub holds 65,536 characters.
LONGEST = 60_000


def text(check: Check) -> str:
    """For people, and for the log of a job."""
    return "\n".join(_lines(check)) + "\n"


def markdown(check: Check) -> str:
    """The same for a pull request: the diff in a block of its own, which no value can end."""
    lines = "\n".join(_lines(check)).replace("`", "'").splitlines()
    body, size = [], 0
    for number, line in enumerate(lines):
        size += len(line.encode()) + 1
        if size > LONGEST:
            body.append(f"... ({len(lines) - number} more lines: `make facts-check` shows them)")
            break
        body.append(line)
    return "```diff\n" + "\n".join(body) + "\n```\n"


def document(check: Check) -> dict[str, Any]:
    """For programs; docs/how-to/refresh-the-facts.md has the keys."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "ended": check.ended,
        "day": check.day,
        "compared": [line for found in check.found for line in found.compared],
        "differences": [_difference(each) for each in check.differences],
        "notes": [note for found in check.found for note in found.notes],
        "readAgain": [
            {"source": source.id, "title": source.title, "url": source.url, "read": source.read, "days": days}
            for source, days in check.old
        ],
        "unseen": check.unseen,
    }


def _difference(each: Difference) -> dict[str, Any]:
    source = each.source
    return {
        "file": each.file,
        "row": each.row,
        "key": each.key,
        "ours": each.ours,
        "theirs": each.theirs,
        "source": {"id": source.id, "title": source.title, "url": source.url, "read": source.read},
        "seen": each.seen,
        "todo": each.todo,
    }


def _lines(check: Check) -> Iterator[str]:
    for found in check.found:
        yield from (f"compared: {line}" for line in found.compared)
    for each in check.differences:
        yield ""
        yield from _diff(each, check.day)
    if check.old:
        yield ""
        yield "read again:"
        for source, days in check.old:
            yield f"  {source.id}, read {source.read}, {days} days ago: {source.title}, {source.url}"
    notes = [note for found in check.found for note in found.notes]
    if notes:
        yield ""
        yield from (f"note: {note}" for note in notes)
    for why in check.unseen:
        yield ""
        yield from _indented(f"not looked at: {why}", 2)
    yield ""
    yield _sum(check)


def _diff(each: Difference, day: str) -> Iterator[str]:
    where = f"{each.file} [{each.row}] {each.key}"
    if each.ours is not None:
        yield f"- {where}: {each.ours}"
    if each.theirs is not None:
        yield f"+ {where}: {each.theirs}"
    source = each.source
    yield f"  source: {source.title}, {source.url}, read {source.read} -> {day} ({each.seen})"
    if each.todo:
        yield from _indented(f"to do: {each.todo}", 4)


def _indented(said: str, further: int) -> Iterator[str]:
    first, *rest = said.rstrip("\n").split("\n")
    yield f"  {first}" if further == 4 else first
    yield from (f"{' ' * further}{line}" for line in rest)


def _sum(check: Check) -> str:
    told = [_count(check.differences, "difference"), f"sources to read again: {len(check.old)}"]
    if check.unseen:
        told.append(f"not looked at: {len(check.unseen)}")
    return f"facts-check, {check.day}: {', '.join(told)}"


def _count(things: Iterable[object], what: str) -> str:
    number = len(list(things))
    return f"{number} {what}{'' if number == 1 else 's'}"
