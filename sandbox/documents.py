"""YAML that somebody wrote, read within bounds: no file, however contrived, takes all memory or ends in a traceback.

A short file can stand for more values than a machine holds, if aliases repeat aliases, and go deeper than Python reads.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

# Far beyond any stack file: one with a thousand node subnets has eight thousand values.
MOST_VALUES: Final = 50_000
_MOST_CHARACTERS: Final = 5_000_000
_DEEPEST: Final = 100
_LONGEST_REASON: Final = 300
# Ten times as fast, where PyYAML has it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What PyYAML raises for tags that the text does not fit: `!!int ""`, `!!bool maybe`, `!!timestamp now`.
_UNFIT = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


class DocumentError(Exception):
    """The text cannot be read; says why, in words that a terminal can show."""


def compose(text: str, most: int = MOST_VALUES) -> yaml.Node | None:
    """The text as nodes; None where it is empty. `most`: values, with aliases followed. Raises: DocumentError."""
    if len(text) > _MOST_CHARACTERS:
        raise DocumentError(f"this is too large: more than {_MOST_CHARACTERS:,} characters")
    try:
        _check_size(text, most)
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, *_UNFIT) as error:
        raise DocumentError(f"this is not YAML: {reason(error)}") from None
    if node is not None and _values(node, {}) > most:
        raise DocumentError(f"its aliases stand for too many values, more than {most:,}: write less of *name")
    return node


def data(node: yaml.Node | None) -> Any:
    """The values that the nodes stand for. Raises: DocumentError."""
    try:
        return None if node is None else yaml.constructor.SafeConstructor().construct_document(node)
    except (yaml.YAMLError, *_UNFIT) as error:
        raise DocumentError(f"this is not YAML: {reason(error)}") from None


def reason(error: Exception) -> str:
    """What YAML has against a text, without the line's own words, which may hold a secret or a terminal escape."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem:
        where = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        return where + printable(error.problem)
    return printable(" ".join(str(error).split()) or type(error).__name__)


def _check_size(text: str, most: int) -> None:
    """Before anything is built of it, for building goes as deep as the text does."""
    depth = values = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        values += isinstance(event, yaml.NodeEvent)
        if depth > _DEEPEST:
            raise DocumentError(f"this is not YAML: values are nested deeper than {_DEEPEST} times")
        if values > most:
            raise DocumentError(f"this is too large: more than {most:,} values")


def _values(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node stands for, aliases followed; infinitely many is a DocumentError."""
    if (count := known.get(id(node))) is not None:
        if not count:
            raise DocumentError("this is not YAML: an alias leads back to what it is part of")
        return count
    known[id(node)] = 0
    below: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        below = [each for pair in node.value for each in pair]
    elif isinstance(node, yaml.SequenceNode):
        below = node.value
    known[id(node)] = 1 + sum(_values(each, known) for each in below)
    return known[id(node)]


def printable(text: str) -> str:
    """The text with every control character and other invisible character escaped, and cut."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return shown if len(shown) <= _LONGEST_REASON else shown[: _LONGEST_REASON - 3] + "..."
