"""What the pack's owner requires: the configuration that CrossGuard hands to each policy.

It comes from `--policy-pack-config` (or a policy group), never from the stack that is judged: a stack would excuse itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any

from pulumi_policy import PolicyConfigSchema

from blueprint.catalog import load

# The same as the stack configuration's own defaults.
FEATURES_ON_BY_DEFAULT = frozenset({"patchManager", "distributor", "vssSnapshots", "windows"})
_VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){3}", re.ASCII)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)


@cache
def schema() -> PolicyConfigSchema:
    """The JSON Schema of every policy's configuration: they all take the same, so that one file serves them all."""
    bucket = {"type": "string", "pattern": f"^{_BUCKET.pattern}$"}
    families = [id for id, family in load().buckets.items() if not family.legacy]
    return PolicyConfigSchema(
        properties={
            "features": {
                "type": "object",
                "properties": {feature: {"type": "boolean"} for feature in load().features},
                "additionalProperties": False,
            },
            "minimumAgentVersion": {"type": "string", "pattern": r"^(\d{1,9}(\.\d{1,9}){3})?$"},
            "awsManaged": {
                "type": "object",
                "properties": dict.fromkeys(families, bucket),
                "additionalProperties": False,
            },
            "scope": {"type": "string", "enum": ["auto", "always"]},
            "onUnknown": {"type": "string", "enum": ["fail", "warn"]},
            "trustedSecurityGroups": {
                "type": "array",
                "items": {"type": "string", "pattern": "^sg-[0-9a-f]{8,17}$"},
            },
        }
    )


@dataclass(frozen=True)
class PackConfig:
    """One policy's configuration.

    `features`: those that are on. `scope`: "auto" judges stacks with a resource in a VPC, "always" even an empty one.
    `on_unknown`: whether what cannot be proven in a preview blocks ("fail") or is only said ("warn").
    `trusted_security_groups`: ids whose rules this stack does not hold and somebody vouches for.
    """

    features: frozenset[str] = FEATURES_ON_BY_DEFAULT
    minimum_agent_version: str = ""
    aws_managed: Mapping[str, str] = field(default_factory=dict)
    scope: str = "auto"
    on_unknown: str = "fail"
    trusted_security_groups: frozenset[str] = frozenset()


class PackConfigError(ValueError):
    """The configuration cannot be used; the text names the key, the value and what is allowed."""


def read(config: Mapping[str, Any]) -> PackConfig:
    """Read what CrossGuard hands over.

    The engine checks the schema; it does not refuse a misspelt property, and a pack may be driven by something else than
    the engine, so everything is checked here as well. Raises: PackConfigError.
    """
    allowed = schema().properties
    for key in config:
        if key not in allowed:
            raise PackConfigError(f"{key!r} is not a property{_right(key, allowed)}")
    features = _mapping(config, "features", load().features, bool, "true or false")
    families = tuple(id for id, family in load().buckets.items() if not family.legacy)
    aws_managed = _mapping(config, "awsManaged", families, str, "a bucket name")
    for family, name in aws_managed.items():
        if not _BUCKET.fullmatch(name):
            raise PackConfigError(
                f"awsManaged.{family} is {name!r}; allowed is one exact bucket name, no wildcard"
            )
    version = config.get("minimumAgentVersion", "")
    if version and not (isinstance(version, str) and _VERSION.fullmatch(version)):
        raise PackConfigError(
            f'minimumAgentVersion is {version!r}; allowed are four numbers, like "3.3.40.0"'
        )
    groups = config.get("trustedSecurityGroups", [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise PackConfigError(f"trustedSecurityGroups is {groups!r}; allowed is a list of security group ids")
    on = {feature for feature, value in features.items() if value}
    off = features.keys() - on
    return PackConfig(
        features=(FEATURES_ON_BY_DEFAULT | on) - off,
        minimum_agent_version=version,
        aws_managed=aws_managed,
        scope=_choice(config, "scope", ("auto", "always")),
        on_unknown=_choice(config, "onUnknown", ("fail", "warn")),
        trusted_security_groups=frozenset(groups),
    )


def _right(key: object, allowed: Collection[str]) -> str:
    """The nearest right spelling, and all of them."""
    near = get_close_matches(str(key), allowed, n=1)
    return (f"; did you mean {near[0]}?" if near else "") + f"; allowed: {', '.join(allowed)}"


def _choice(config: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    value = config.get(key, allowed[0])
    if value not in allowed:
        raise PackConfigError(f"{key} is {value!r}; allowed: {', '.join(allowed)}")
    return str(value)


def _mapping(
    config: Mapping[str, Any], key: str, allowed: tuple[str, ...], type_: type, what: str
) -> dict[str, Any]:
    value = config.get(key, {})
    if not isinstance(value, dict):
        raise PackConfigError(f"{key} is {value!r}; allowed is an object with {', '.join(allowed)}")
    for name, item in value.items():
        if name not in allowed:
            raise PackConfigError(f"{key}.{name} is not a key{_right(name, allowed)}")
        if not isinstance(item, type_):
            raise PackConfigError(f"{key}.{name} is {item!r}; allowed is {what}")
    return value
