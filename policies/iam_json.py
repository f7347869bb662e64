"""JSON read strictly: a policy's text to plain values, or to a sentence that says what is wrong and where."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from typing import NoReturn


class Malformed(ValueError):  # noqa: N818  (it reads as a sentence: `except iam.Malformed`)
    """The text is not a policy; str(e) says what is wrong and where."""


class JsonObject(dict[str, object]):
    """A JSON object that remembers a key written twice: a dict alone would keep the last value in silence."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.repeated: str | None = None
        if len(self) != len(pairs):
            times = Counter(key for key, _ in pairs)
            self.repeated = next(key for key, count in times.items() if count > 1)


def read(text: str) -> object:
    """The value that a JSON text spells."""
    try:
        value: object = json.loads(text, object_pairs_hook=JsonObject, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise Malformed("not a policy: the JSON is nested too deeply") from None
    except Malformed:
        raise
    except ValueError:
        # Python refuses to read integers of thousands of digits.
        raise Malformed("not a policy: it holds a number that is too long to read") from None
    return value


def an_object(value: object, where: str, allowed: Collection[str] | None = None) -> JsonObject:
    """An object with no key twice and, where `allowed` is given, no other key."""
    if not isinstance(value, JsonObject):
        raise Malformed(f"{where}: expected an object, got {shown(value)}")
    if value.repeated is not None:
        raise Malformed(f"{where}: the key {shown(value.repeated)} is there more than once")
    for key in value:
        if allowed is not None and key not in allowed:
            raise Malformed(f"{where}: unknown key {shown(key)}; known are {', '.join(allowed)}")
    return value


def string(found: JsonObject, key: str, where: str, *, empty: bool = False) -> str:
    """The string under `key`; an empty one only where `empty` says so."""
    value = found[key]
    if not isinstance(value, str) or not (value or empty):
        raise Malformed(f"{where}: expected a string, got {shown(value)}")
    return value


def strings(found: JsonObject, key: str, where: str) -> tuple[str, ...]:
    """The strings under `key`, one or many; none where there is no such key."""
    if key not in found:
        return ()
    value, where = found[key], f"{where}.{key}"
    if isinstance(value, str) and value:
        return (value,)
    if not isinstance(value, list) or not value:
        raise Malformed(f"{where}: expected a string or a list of strings, got {shown(value)}")
    listed = []
    for position, each in enumerate(value):
        if not isinstance(each, str) or not each:
            raise Malformed(f"{where}[{position}]: expected a string, got {shown(each)}")
        listed.append(each)
    return tuple(listed)


def clipped(text: str, limit: int) -> str:
    """A policy is somebody else's text: messages quote little of it, and nothing a terminal would obey."""
    # Cut first as well: a policy may have megabytes.
    printable = "".join(each if each.isprintable() else repr(each)[1:-1] for each in text[: limit + 1])
    return printable if len(printable) <= limit else printable[: limit - 1] + "…"


def shown(value: object) -> str:
    """A value in a message. Objects and lists go by their kind: repr may not get to their bottom."""
    match value:
        case "" | []:
            return "an empty string" if value == "" else "an empty list"
        case str():
            return clipped(repr(value[:51]), 50)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return clipped(repr(value), 50)
        case dict():
            return "an object"
        case list():
            return "a list"
    return type(value).__name__


def _refuse_constant(name: str) -> NoReturn:
    raise Malformed(f"not JSON: {name} is no JSON value")
