"""What a stack itself shows its nodes to use: KMS keys and CloudWatch Logs in Session Manager's preferences, encrypted
parameters, log delivery of maintenance windows.

https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html (read 2026-11-23)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml

from policies import tokens
from policies.graph import UNKNOWN, Graph, Resource
from policies.pack_config import PackConfig

KMS, LOGS = "kmsEncryption", "cloudwatchLogs"
# What Session Manager's preferences say, and the feature that it means.
_PREFERENCES = {"kmsKeyId": KMS, "cloudWatchLogGroupName": LOGS}


def seen(graph: Graph, config: PackConfig) -> PackConfig:
    """The configuration with the features that the stack shows to be used, and those of which it cannot be told."""
    surely: dict[str, dict[str, str]] = {}
    perhaps: dict[str, dict[str, str]] = {}
    for resource, feature, what, certain in graph.once("signs", lambda: list(_signs(graph))):
        if isinstance(resource.region, str):
            found = surely if certain else perhaps
            found.setdefault(feature, {}).setdefault(resource.region, f"{resource.name!r} {what}")
    return replace(config, seen=surely, perhaps=perhaps)


def _signs(graph: Graph) -> Iterator[tuple[Resource, str, str, bool]]:
    """What shows a feature: the resource, the feature, what is seen, and whether it is certain."""
    for document in graph.of_type(tokens.SSM_DOCUMENT):
        if document.text("documentType") in ("Session", UNKNOWN):
            yield from ((document, *sign) for sign in _preferences(document.text("content")))
    for parameter in graph.of_type(tokens.SSM_PARAMETER):
        if parameter.text("type") == "SecureString":
            yield parameter, KMS, "is an encrypted parameter", True
        elif parameter.text("type") is UNKNOWN:
            yield parameter, KMS, "is a parameter of a type that is not known in the preview", False
    for task in graph.of_type(tokens.SSM_TASK):
        delivers = _at(task.props, "taskInvocationParameters", "runCommandParameters", "cloudwatchConfig")
        enabled = _at(delivers, "cloudwatchOutputEnabled")
        if enabled is True:
            yield task, LOGS, "sends its output to CloudWatch Logs", True
        elif enabled is UNKNOWN:
            yield task, LOGS, "may send its output to CloudWatch Logs, which the preview does not know", False


def _preferences(content: object) -> Iterator[tuple[str, str, bool]]:
    inputs = UNKNOWN if content is UNKNOWN else _at(_document(content), "inputs")
    for key, feature in _PREFERENCES.items():
        value = _at(inputs, key)
        if value is UNKNOWN:
            yield feature, f"is a Session document whose {key} is not known in the preview", False
        elif value:
            yield feature, f"is a Session document with {key}", True


def _document(content: object) -> Any:
    """A document's content, JSON or YAML. What cannot be read is for SSM to refuse; here it tells nothing certain."""
    try:
        return json.loads(str(content))
    except RecursionError:
        # YAML would take half a minute over it.
        return UNKNOWN
    except ValueError:
        pass
    try:
        return yaml.safe_load(str(content))
    except (yaml.YAMLError, ValueError, RecursionError):
        return UNKNOWN


def _at(value: Any, *keys: str) -> Any:
    """A nested property; UNKNOWN under an unknown one, None where there is none."""
    for key in keys:
        if value is UNKNOWN:
            return UNKNOWN
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
