"""What AWS has otherwise than a stack's state, by the engine's events of `pulumi refresh --preview-only`.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go (read 2026-11-30): a refresh tells what came of
each resource when it has read it, in `resOutputsEvent`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from review.events import PROVIDER, STACK

DELETED, CHANGED = "deleted", "changed"
_SAME = frozenset(("same", "read", "read-discard", "refresh"))
# A path is such as tags.team, routeTableIds[1] or tags["with.dots"].
_STEP = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')


@dataclass(frozen=True)
class Difference:
    """One property that the state and AWS say differently, or a resource that AWS does not have any more.

    `kind`: DELETED or CHANGED. `property`: a path such as tags.team or routeTableIds[1]; "" of a deleted resource. `state`
    and `aws`: the two values as they are, None for nothing.
    """

    urn: str
    type: str
    name: str
    id: str
    kind: str
    property: str = ""
    state: Any = None
    aws: Any = None


def read(events: Iterable[Mapping[str, Any]]) -> list[Difference]:
    """The differences, by type and name. The stack itself and providers have none."""
    found: list[Difference] = []
    for event in events:
        told = (event.get("resOutputsEvent") or {}).get("metadata") or {}
        type_ = str(told.get("type"))
        if told.get("op") in (None, *_SAME) or type_ == STACK or type_.startswith(PROVIDER):
            continue
        found += _of(told)
    return sorted(found, key=lambda each: (each.type, each.name, each.property))


def sentence(difference: Difference) -> str:
    """The difference in one line, without its values."""
    return f"{difference.type} {difference.name}: {difference.property or difference.kind}"


def _of(told: Mapping[str, Any]) -> list[Difference]:
    old, new = told.get("old") or {}, told.get("new") or {}
    about = (
        str(told["urn"]),
        str(told["type"]),
        str(told["urn"]).split("::", 3)[-1],
        str(old.get("id") or ""),
    )
    if told["op"] == "delete" or not new:
        return [Difference(*about, DELETED)]
    paths = sorted(told.get("detailedDiff") or ()) or _differing(old, new)
    return [Difference(*about, CHANGED, path, _at(old, path), _at(new, path)) for path in paths or [""]]


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The properties that differ, where the engine does not name them."""
    for side in ("inputs", "outputs"):
        before, after = (each.get(side) or {} for each in (old, new))
        if keys := sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key)):
            return keys
    return []


def _at(resource: Mapping[str, Any], path: str) -> Any:
    """The value at a path: of the outputs, which AWS told; else of the inputs."""
    for side in ("outputs", "inputs"):
        value: Any = resource.get(side) or {}
        for quoted, index, name in _STEP.findall(path):
            if isinstance(value, list):
                value = value[int(index)] if index and int(index) < len(value) else None
            else:
                value = value.get(name or quoted or index) if isinstance(value, dict) else None
        if value is not None:
            return value
    return None
