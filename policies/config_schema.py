"""Checks a configuration against its JSON Schema, in sentences.

The engine checks the schema too, but it does not refuse a misspelt property, and a pack may be driven by something else than
the engine. Only the keywords that `pack_config.schema` uses are known here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from policies.telling import shown, word

_LONGEST_COMPARED = 100
# Up to here protobuf's numbers are exact, and JSON's are the same for everybody
# (https://datatracker.ietf.org/doc/html/rfc8259#section-6, read 2026-11-30).
_LARGEST = 2**53 - 1
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    # Integers arrive as floats: CrossGuard's configuration travels as protobuf numbers.
    "integer": (int, float),
    "number": (int, float),
}


def text(description: str, pattern: str) -> dict[str, Any]:
    """A text that has the pattern in it; the description says in words what is allowed."""
    return {"type": "string", "pattern": pattern, "description": description}


def amount(description: str, minimum: float) -> dict[str, Any]:
    """A number from `minimum` on."""
    return {"type": "number", "minimum": minimum, "description": description}


def choice(values: tuple[str, ...]) -> dict[str, Any]:
    """One of these texts."""
    return {"type": "string", "enum": list(values)}


def list_of(items: dict[str, Any]) -> dict[str, Any]:
    """A list of such items."""
    return {"type": "array", "items": items}


def object_of(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    """An object with these properties and no others."""
    found = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**found, "required": list(required)} if required else found


def problems(value: Any, schema: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """Everything that is wrong with `value`: the key, the value, what is allowed, the nearest right spelling."""
    allowed = schema.get("description") or _shape(schema)
    if not _is(value, schema["type"]):
        yield f"{where} is {shown(value)}; allowed is {allowed}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{where} is {shown(value)}{_right(value, schema['enum'])}"
    elif ("pattern" in schema and not _matches(schema["pattern"], value)) or (
        "minimum" in schema and value < schema["minimum"]
    ):
        yield f"{where} is {shown(value)}; allowed is {allowed}"
    elif schema["type"] == "array":
        for index, item in enumerate(value):
            yield from problems(item, schema["items"], f"{where}[{index}]")
    elif schema["type"] == "object":
        yield from _of_object(value, schema, where)


def _of_object(value: Mapping[str, Any], schema: Mapping[str, Any], where: str) -> Iterator[str]:
    known = schema["properties"]
    for key, item in value.items():
        path = f"{where}.{word(str(key))}" if where else str(key)
        if key in known:
            yield from problems(item, known[key], path)
        elif where:
            yield f"{path} is not a key{_right(key, known)}"
        else:
            yield f"{shown(key)} is not a property{_right(key, known)}"
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{where} has no {key}; allowed is {known[key].get('description') or _shape(known[key])}"


def _is(value: Any, type_: str) -> bool:
    if isinstance(value, int) and abs(value) > _LARGEST:
        return False
    if type_ == "integer":
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return whole and not isinstance(value, bool)
    if type_ == "number":
        # NaN and infinity are in Python's JSON, and no amount of anything.
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    return isinstance(value, _TYPES[type_])


def _matches(pattern: str, value: str) -> bool:
    """As JSON Schema means it: the end is the end, not the line before the last."""
    end = r"\Z" if pattern.endswith("$") else ""
    return bool(re.search(pattern + end, value, re.ASCII))


def _shape(schema: Mapping[str, Any]) -> str:
    if schema["type"] == "object":
        return f"an object with {', '.join(schema['properties'])}"
    article = "an" if schema["type"] in ("array", "integer") else "a"
    return "true or false" if schema["type"] == "boolean" else f"{article} {schema['type']}"


def _right(key: object, allowed: Collection[str]) -> str:
    """The nearest right spelling, and all of them."""
    # Comparing is slow: a very long text resembles nothing.
    near = get_close_matches(key, allowed) if isinstance(key, str) and len(key) <= _LONGEST_COMPARED else []
    return (f"; did you mean {near[0]}?" if near else "") + f"; allowed: {', '.join(allowed)}"
