"""What a message tells of somebody else's text: no terminal escape reaches a screen, and nothing is endless.

Names, ids and documents come from the program that is judged, and from whoever wrote the pack's configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

# Longer than any finding about a stack that AWS would take: there are quotas on everything that is listed.
_LONGEST: Final = 50_000
_LONGEST_VALUE: Final = 120
_MOST: Final = 50


def printable(text: str, *, whole: bool = False) -> str:
    """The text with every control character, bidi override and other invisible character escaped; lines stay lines. Cut, but
    for a `whole` one."""
    if len(text) > _LONGEST and not whole:
        text = f"{text[:_LONGEST]}... (and {len(text) - _LONGEST} characters more)"
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode("ascii") for c in text
    )


def shown(value: object) -> str:
    """A value as a Python literal in plain ASCII, in which a look-alike letter is seen as one; cut. Never raises."""
    if isinstance(value, str):
        return _cut(ascii(value[: _LONGEST_VALUE + 1]))
    try:
        return _cut(ascii(value))
    except (ValueError, RecursionError):
        # An integer of thousands of digits; what is nested without end.
        return f"(a value of type {type(value).__name__})"


def name(text: str) -> str:
    """A resource's name in quotes, with the letters that it is written in; cut."""
    return _cut(repr(text[: _LONGEST_VALUE + 1]))


def word(text: str) -> str:
    """A key or an id in a sentence: on one line, without quotes."""
    return (
        shown(text)[1:-1]
        if len(text) > _LONGEST_VALUE or not (text.isascii() and text.isprintable())
        else text
    )


def some(sentences: Iterable[str]) -> Iterator[str]:
    """The first of what is wrong. What is beyond is not even looked for: it may be endless."""
    found = iter(sentences)
    yield from islice(found, _MOST)
    if next(found, None) is not None:
        yield "and more"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."
