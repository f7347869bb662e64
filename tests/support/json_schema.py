"""Whether a value is what a JSON Schema of draft 7 takes. Knows the keywords that ours use, and raises at any other, so that
none is passed over in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
}
_SAYS_NOTHING_OF_VALUES = {"$schema", "title", "description", "default", "examples"}


def accepts(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether the schema takes the value, which is JSON data."""
    if "if" in schema:
        then = schema["then"] if accepts(schema["if"], value) else schema.get("else", {})
        if not accepts(then, value):
            return False
    rest = {key: what for key, what in schema.items() if key not in ("if", "then", "else")}
    return all(_holds(keyword, what, schema, value) for keyword, what in rest.items())


def _holds(keyword: str, what: Any, schema: Mapping[str, Any], value: Any) -> bool:
    match keyword:
        case "type":
            return any(_TYPES[each](value) for each in ([what] if isinstance(what, str) else what))
        case "enum":
            return json.dumps(value) in map(json.dumps, what)
        case "oneOf":
            return sum(accepts(each, value) for each in what) == 1
        case "not":
            return not accepts(what, value)
        case "pattern":
            return not isinstance(value, str) or bool(re.search(what.replace("$", r"\Z"), value))
        case "items":
            return not isinstance(value, list) or all(accepts(what, each) for each in value)
        case "minItems":
            return not isinstance(value, list) or len(value) >= what
        case "uniqueItems":
            return not isinstance(value, list) or len({json.dumps(each) for each in value}) == len(value)
        case "required":
            return not isinstance(value, dict) or value.keys() >= set(what)
        case "maxProperties":
            return not isinstance(value, dict) or len(value) <= what
        case "properties":
            return not isinstance(value, dict) or all(
                accepts(each, value[key]) for key, each in what.items() if key in value
            )
        case "patternProperties":
            return not isinstance(value, dict) or all(
                accepts(each, item)
                for pattern, each in what.items()
                for key, item in value.items()
                if re.search(pattern.replace("$", r"\Z"), key)
            )
        case "additionalProperties":
            return not isinstance(value, dict) or all(
                what is not False and accepts(what, item)
                for key, item in value.items()
                if key not in schema.get("properties", {})
                and not any(
                    re.search(each.replace("$", r"\Z"), key) for each in schema.get("patternProperties", {})
                )
            )
    if keyword in _SAYS_NOTHING_OF_VALUES:
        return True
    raise NotImplementedError(f"this keyword of JSON Schema is not known here: {keyword}")
