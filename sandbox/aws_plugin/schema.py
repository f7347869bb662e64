"""What the stand-in tells a language that asks for a schema, as YAML does: its types and properties, of any value each."""

import json
from typing import Any

from sandbox.aws_plugin.guard import KNOWN
from sandbox.aws_plugin.table import Property
from sandbox.aws_plugin.types import TYPES

_ANY = {"$ref": "pulumi.json#/Any"}
_KINDS: dict[str, dict[str, Any]] = {
    **{kind: {"type": "string"} for kind in ("str", "json", "policy", "dns")},
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
}


def schema(version: str) -> str:
    """The package's schema as JSON text. Values inside lists and objects are not described: nothing checks them here."""
    resources: dict[str, Any] = {}
    for token, rtype in TYPES.items():
        resources[token] = {
            "inputProperties": {name: _value(prop) for name, prop in rtype.inputs.items()},
            "requiredInputs": [name for name, prop in rtype.inputs.items() if prop.required],
            "properties": {name: _value(prop) for name, prop in rtype.properties.items()},
            "required": [name for name, prop in rtype.properties.items() if not prop.null],
        }
    provider = {"inputProperties": dict.fromkeys(sorted(KNOWN - {"version"}), _ANY)}
    return json.dumps({"name": "aws", "version": version, "provider": provider, "resources": resources})


def _value(prop: Property) -> dict[str, Any]:
    return _KINDS.get(prop.kind, _ANY)
