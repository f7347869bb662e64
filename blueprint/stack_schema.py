"""The JSON Schema of a stack file, `Pulumi.<stack>.yaml`, out of the models in `blueprint.settings`: for editors.

Draft 7, the latest that the YAML language server takes (https://github.com/redhat-developer/yaml-language-server, "Supports
JSON Schema 7 and below", read 2026-11-25). It refuses nothing that the program takes, but for what says nothing (an empty
text) and for other spellings of the same: a key without its namespace, JSON text for nested YAML, a number for text.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from blueprint.catalog import load
from blueprint.problems import NAMESPACE, REGION_KEY
from blueprint.settings import Settings

Schema = dict[str, Any]

DIALECT: Final = "http://json-schema.org/draft-07/schema#"
_REFERENCE: Final = "#/$defs/"
_SAYS_NOTHING: Final = (("default", ""), ("default", None), ("description", ""))
_ABOUT: Final = (
    f"A stack file of {NAMESPACE}. This schema sees keys at any depth, types, choices and the shapes of single values. What "
    "several keys have to be for each other (a subnet inside its VPC, a zone of the stack's Region, what a feature or a "
    "topology needs), the program checks in every preview, and reports all of it at once. Region and network it wants in "
    "this file, though Pulumi.yaml could give them for all stacks."
)
# https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/ (2026-11-25)
_PULUMIS_OWN: Final[Schema] = {
    "secretsprovider": {"type": "string", "description": "Pulumi's: who encrypts this stack's secrets"},
    "encryptedkey": {"type": "string", "description": "Pulumi's: the encrypted data key"},
    "encryptionsalt": {"type": "string", "description": "Pulumi's: the passphrase's salt"},
    "environment": {"description": "Pulumi ESC environments that this stack takes settings from"},
}


class Generator(GenerateJsonSchema):
    """Mappings whose keys are known get those keys as properties: editors complete them, and refuse others."""

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        values = self.generate_inner(schema["values_schema"]) if "values_schema" in schema else {}
        if "enum" in keys:
            properties = dict.fromkeys(keys["enum"], values)
            return {"type": "object", "properties": properties, "additionalProperties": False}
        if "pattern" in keys:
            named = {keys["pattern"]: values}
            return {"type": "object", "patternProperties": named, "additionalProperties": False}
        return {"type": "object", "additionalProperties": values}


def stack_schema() -> Schema:
    """The schema, as plain data."""
    keys = settings_schema()
    region = keys["properties"].pop(REGION_KEY)
    ours = {f"{NAMESPACE}:{name}": value for name, value in keys["properties"].items()}
    return {
        "$schema": DIALECT,
        "title": f"Stack file of {NAMESPACE}",
        "description": _ABOUT,
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "description": f"{REGION_KEY}, and the keys of {NAMESPACE}; those of other namespaces are theirs",
                "properties": {REGION_KEY: region, **ours},
                "patternProperties": {f"^(?!{NAMESPACE}:)[^:]+:": {}},
                "additionalProperties": False,
            },
            **_PULUMIS_OWN,
        },
        "additionalProperties": False,
        # Pulumi ESC may hold any key.
        "if": {"not": {"required": ["environment"]}},
        "then": {
            "required": ["config"],
            "properties": {"config": {"required": [REGION_KEY, f"{NAMESPACE}:network"]}},
        },
    }


def settings_schema() -> Schema:
    """The schema of all settings by their names without a namespace, every reference resolved: no model contains itself."""
    found = Settings.model_json_schema(schema_generator=Generator)
    schema: Schema = without_references(found, found.pop("$defs", {}))
    properties = schema["properties"]
    properties["tags"]["maxProperties"] = load().limit("tags-per-resource")
    # `pulumi config set` writes text where a value is not nested (pulumi config set --help).
    properties["protect"] |= {"type": ["boolean", "string"], "enum": [False, True, "false", "true"]}
    return schema


def without_references(schema: Any, models: Schema) -> Any:
    """Without references, without the titles and empty choices and defaults that say nothing, each key's words its own."""
    if isinstance(schema, list):
        return [without_references(each, models) for each in schema if each != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    name = schema.get("$ref", "").removeprefix(_REFERENCE)
    model = {**models[name]} if name else {}
    # What a model is, in a sentence; the rest of its docstring is about its attributes.
    model["description"] = model.get("description", "").partition(".")[0]
    merged = {**model, **{key: value for key, value in schema.items() if key != "$ref"}}
    plain: Schema = {}
    for key, value in merged.items():
        if key in ("properties", "patternProperties"):
            plain[key] = {each: without_references(inner, models) for each, inner in value.items()}
        elif key == "enum":
            plain[key] = [each for each in value if each != ""]
        elif key in ("items", "additionalProperties", "oneOf", "anyOf"):
            plain[key] = without_references(value, models)
        elif key != "title" and (key, value) not in _SAYS_NOTHING:
            plain[key] = value
    # What may be left out is no choice of its own.
    alternatives = plain.pop("anyOf", [])
    return {**(alternatives[0] if len(alternatives) == 1 else {}), **plain}
