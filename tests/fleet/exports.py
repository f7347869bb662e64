"""A fleet exported for the Pulumi Kubernetes Operator, and the operator's own schema, as strict as the API server prunes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft7Validator

from fleet import expansion, inventory
from fleet.export import pko
from fleet.shapes import Stack
from tests.fleet.fleets import GOLDEN, ROOT, fleet

SCHEMA = json.loads(
    (ROOT / "tests" / "fixtures" / "pko" / "stacks.pulumi.com.v1.json").read_text(encoding="utf-8")
)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
WHERE = {"repository": "https://github.com/acme/network", "commit": COMMIT, "namespace": "fleet"}
FLEET = inventory.read(GOLDEN)
STACKS = expansion.expand(FLEET, "fleet.yaml")
# Of an object's metadata the schema says only that it is one; the names of these are Kubernetes's own.
METADATA = {
    "type": "object",
    "required": ["name", "namespace"],
    "properties": {
        "name": {"type": "string", "maxLength": 42, "pattern": r"^[a-z]([a-z0-9-]*[a-z0-9])?$"},
        "namespace": {"type": "string"},
        "labels": {
            "type": "object",
            "propertyNames": {"pattern": r"^([a-z0-9.-]+/)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"},
            "additionalProperties": {
                "type": "string",
                "pattern": r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$",
            },
        },
    },
}


def strict(node: Any) -> Any:
    """The schema as the API server prunes by it: what an object does not list is no part of it."""
    if isinstance(node, list):
        return [strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {
        key: {name: strict(each) for name, each in value.items()} if key == "properties" else strict(value)
        for key, value in node.items()
    }
    kept = node.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in node
    if node.get("type") == "object" and not kept:
        found["additionalProperties"] = False
    return found


SCHEMA["properties"]["metadata"] = METADATA
VALIDATOR = Draft7Validator(strict(SCHEMA))


def problems(document: Mapping[str, Any]) -> list[str]:
    """What the schema has against a document, with the place."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def exported(*stacks: Stack, of: Mapping[str, Any] | None = None, **where: Any) -> list[dict[str, Any]]:
    return pko.documents(stacks or STACKS, fleet(of) if of else FLEET, **{**WHERE, **where})


def by_name(documents: list[dict[str, Any]], kind: str = "Stack") -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in documents if each["kind"] == kind}


ALL = exported()
