"""The package's schema, from the settings' own models, so that an input cannot differ from the key of a stack file.

`python -m package.schema` writes schema.json. The format:
https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/ (read 2026-11-25).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from blueprint.problems import NAMESPACE, REGION_KEY, Loc
from blueprint.settings import ExistingNetwork, Settings
from package import words
from package.checks import REGION, is_input

TOKEN: Final = f"{NAMESPACE}:index:SsmEndpoints"
FILE: Final = Path(__file__).parent / "schema.json"
VERSION: Final[str] = tomllib.loads(
    (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
)["project"]["version"]
_LANGUAGES: Final = ("nodejs", "python", "csharp", "java", "go")
_TEXT: Final = {"type": "string"}
_KINDS: Final[Mapping[str, dict[str, Any]]] = {
    "text": _TEXT,
    "list": {"type": "array", "items": _TEXT},
    "map": {"type": "object", "additionalProperties": _TEXT},
}


def package() -> dict[str, Any]:
    """The schema, as the engine asks for it. Every component, input, output and type has a description."""
    types: dict[str, Any] = {}
    inputs = _properties(Settings, (), types)
    outputs = {key: {**_KINDS[kind], "description": text} for key, (kind, text) in words.OUTPUTS.items()}
    return {
        "name": NAMESPACE,
        "displayName": "Private Systems Manager",
        "version": VERSION,
        "description": "VPC endpoints for AWS Systems Manager in private subnets, with the Region's own S3 buckets",
        "license": "Apache-2.0",
        "resources": {
            TOKEN: {
                "isComponent": True,
                "description": words.COMPONENT,
                "inputProperties": inputs,
                "requiredInputs": ["network"],
                "properties": outputs,
                "required": list(outputs),
            }
        },
        "types": types,
        "language": {language: {"respectSchemaVersion": True} for language in _LANGUAGES},
    }


def text() -> str:
    """What schema.json holds."""
    return json.dumps(package(), indent=2) + "\n"


def _properties(model: type[BaseModel], loc: Loc, types: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for field in model.model_fields.values():
        key = REGION if field.alias == REGION_KEY else str(field.alias)
        place = (*loc, key)
        if is_input(place):
            # The other kind of network is one to create.
            annotation = ExistingNetwork if place == ("network",) else field.annotation
            found[key] = {**_type(annotation, place, types), "description": _said(model, key, field)}
    return found


def _type(annotation: Any, loc: Loc, types: dict[str, Any]) -> dict[str, Any]:
    """A setting's type in the schema's words. Text of any shape is text: its shape is checked later."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(arguments[0], loc, types)
    if origin is tuple:
        return {"type": "array", "items": _type(arguments[0], loc, types)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _type(arguments[1], loc, types)}
    if origin is Literal or annotation is str:
        return _TEXT
    if annotation is bool:
        return {"type": "boolean"}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        name = annotation.__name__.removeprefix("Existing")
        token = f"{NAMESPACE}:index:{name}"
        if token not in types:
            properties = _properties(annotation, loc, types)
            types[token] = {
                "type": "object",
                "description": words.TYPES[name],
                "properties": properties,
                **_required(annotation, properties),
            }
        return {"$ref": f"#/types/{token}"}
    raise TypeError(f"the schema has no word for {annotation} of {loc}")


def _required(model: type[BaseModel], properties: Mapping[str, Any]) -> dict[str, list[str]]:
    found = [str(f.alias) for f in model.model_fields.values() if f.is_required() and f.alias in properties]
    return {"required": found} if found else {}


def _said(model: type[BaseModel], key: str, field: FieldInfo) -> str:
    """The setting's description, and its default where that is a switch or a choice."""
    said = words.KEYS.get(f"{model.__name__}.{key}") or field.description or ""
    default = field.default
    shown = isinstance(default, bool) or (isinstance(default, str) and default)
    return f"{said}; default {json.dumps(default)}" if said and shown else said


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
