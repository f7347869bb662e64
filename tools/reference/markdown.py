"""Markdown that reads well as text, too: pages, tables, and the rows that a JSON Schema gives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

# Longer choices are listed apart.
_MOST_CHOICES = 12


@dataclass(frozen=True)
class Row:
    """What a page says of one key. `path` as in YAML, `[]` for the items of a list, `*` for a name of the owner's."""

    path: str
    type: str
    default: str
    description: str


def page(title: str, source: str, *parts: str) -> str:
    """A whole page; `source` is what it is made of."""
    head = f"<!-- Made by `make reference` of {source}; do not edit. -->\n\n# {title}"
    return "\n\n".join(part.strip("\n") for part in (head, *parts) if part) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a cell may hold any text."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def rows_table(rows: Iterable[Row]) -> str:
    """The table of keys."""
    cells = [(code(row.path), row.type, row.default, row.description) for row in rows]
    return table(("key", "type", "default", "what"), cells)


def code(text: str) -> str:
    """Text as it stands."""
    return f"`{text}`"


def block(text: str, language: str = "text") -> str:
    """Lines as they stand."""
    return f"```{language}\n{text.rstrip()}\n```"


def rows(schema: Schema, path: str, *, required: bool = False) -> Iterator[Row]:
    """A row for a key, and for each key inside it, in the order of the schema."""
    default = "**required**" if required else _default(schema)
    words = schema.get("description") or schema.get("items", {}).get("description", "")
    yield Row(path, type_of(schema), default, words)
    yield from inner(schema, path)


def inner(schema: Schema, path: str) -> Iterator[Row]:
    """The rows of the keys inside a key."""
    items = schema.get("items", {})
    if "properties" in items:
        path, schema = f"{path}[]", items
    values = mapped(schema)
    if values is not None:
        nested = values.get("items", values)
        if nested.get("properties"):
            yield from inner(values, f"{path}.*")
        return
    for key, each in schema.get("properties", {}).items():
        yield from rows(each, f"{path}.{key}", required=key in schema.get("required", ()))


def mapped(schema: Schema) -> Schema | None:
    """What the values of an object have to be, whose keys are names and no settings; None for any other."""
    named = [*schema.get("patternProperties", {}).values()]
    properties = [*schema.get("properties", {}).values()]
    if len(properties) > 1 and all(each == properties[0] for each in properties):
        named.append(properties[0])
    if isinstance(schema.get("additionalProperties"), dict):
        named.append(schema["additionalProperties"])
    return named[0] if named else None


def type_of(schema: Schema, many: str = "one of the {} below") -> str:
    """What a value has to be, in words."""
    if "enum" in schema:
        choices = [each for each in schema["enum"] if each not in ("true", "false")]
        if choices == [False, True]:
            return "true or false"
        if len(choices) > _MOST_CHOICES:
            return many.format(len(choices))
        return ", ".join(code(str(each)) for each in choices)
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_plural(schema['items'])}"
    values = mapped(schema)
    if values is not None:
        keys = schema.get("properties")
        return (
            f"for any of {', '.join(map(code, keys))}: {type_of(values)}"
            if keys
            else f"name to {type_of(values)}"
        )
    if "oneOf" in schema or kind == "object":
        return "object"
    if kind in ("integer", "number"):
        return f"number from {schema['minimum']} on" if "minimum" in schema else "number"
    example = schema.get("examples", [""])[0]
    # What YAML would read as a number.
    example = f'"{example}"' if example.replace(".", "").isdigit() else example
    shown = f"text such as {code(example)}" if example else "text"
    return {"boolean": "true or false", "string": shown}[str(kind)]


def _plural(schema: Schema) -> str:
    return "objects" if "properties" in schema and mapped(schema) is None else type_of(schema)


def _default(schema: Schema) -> str:
    value = schema.get("default")
    if value in (None, [], "", {}):
        return ""
    return code(value if isinstance(value, str) else json.dumps(value))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
