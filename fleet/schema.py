"""The JSON Schema of fleet.yaml, out of the models in `fleet.settings`: for editors. Draft 7, as the stack file's."""

from __future__ import annotations

from typing import Any, Final

from blueprint.problems import REGION_KEY
from blueprint.stack_schema import DIALECT, Generator, Schema, settings_schema, without_references
from fleet.settings import Fleet

_ABOUT: Final = (
    "An inventory of ssm-vpc-endpoints: accounts x Regions x VPCs, each of them a stack. Every level may say settings, "
    "requirements and wave for all below it; the innermost says it last, and null takes a key away. In texts {account}, "
    "{accountId}, {region} and {stack} stand for the stack's own. What the levels come to together, ssm-endpoints fleet "
    "expand checks."
)


def fleet_schema() -> Schema:
    """The schema, as plain data. `settings` has a stack file's keys at every level; what one has to hold in the end is not
    said, for another level may say the rest."""
    found = Fleet.model_json_schema(schema_generator=Generator)
    schema: Schema = without_references(found, found.pop("$defs", {}))
    keys = settings_schema()["properties"]
    keys.pop(REGION_KEY)
    settings = {
        "type": "object",
        "description": "keys of the stack file, without the namespace",
        "properties": {name: _loose(value) for name, value in keys.items()},
        "patternProperties": {"^[^:]+:": {}},
        "additionalProperties": False,
    }
    _replace(schema, settings)
    return {"$schema": DIALECT, "title": "Fleet of ssm-vpc-endpoints", **schema, "description": _ABOUT}


def _loose(schema: Any) -> Any:
    """A key's schema where null takes it away, where texts may hold {region}, and where parts may stand at other levels."""
    if not isinstance(schema, dict):
        return schema
    kept = {key: schema[key] for key in ("description",) if key in schema}
    properties = dict(schema.get("properties", {}))
    for each in schema.get("oneOf", ()):
        properties |= each.get("properties", {})
    if properties:
        kept["properties"] = {name: _loose(value) for name, value in properties.items()}
        if schema.get("additionalProperties") is False or "oneOf" in schema:
            kept["additionalProperties"] = False
    return kept


def _replace(schema: Any, settings: Schema) -> None:
    if isinstance(schema, dict):
        if "settings" in schema.get("properties", {}):
            schema["properties"]["settings"] = settings
        for value in schema.values():
            if value is not settings:
                _replace(value, settings)
    elif isinstance(schema, list):
        for value in schema:
            _replace(value, settings)
