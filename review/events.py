"""The engine's own events (`pulumi preview --event-log`), read: what will change, what was said, how it ended.

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go (read 2026-11-25). The events
also hold the stack's configuration in plain text; nothing of it is taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

STACK = "pulumi:pulumi:Stack"
PROVIDER = "pulumi:providers:"
# The steps of a preview, as people call what they will do, in the order of a reader's interest.
WORDS = {
    "replace": "to replace",
    "delete": "to delete",
    "create": "to create",
    "update": "to change",
    "import": "to import",
    "read": "to read",
    "same": "unchanged",
}
# What the engine takes a replacement apart into.
_PARTS_OF_A_REPLACEMENT = ("create-replacement", "delete-replaced", "import-replacement", "discard-replaced")


@dataclass(frozen=True)
class Change:
    """One resource's step. `op` is a key of WORDS; `properties` are the paths that differ, marked `!` where one of them
    makes the engine replace the resource."""

    op: str
    urn: str
    type: str
    name: str
    parent: str
    properties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Events:
    """A preview's events. `outputs` are the stack's, as far as the preview knows them; `notices` what
    components say aloud."""

    changes: tuple[Change, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    stack: str = ""
    project: str = ""
    seconds: int | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many resources each step concerns, the stack and providers left out, in the order of WORDS."""
        found = Counter(change.op for change in self.changes)
        order = [*WORDS, *sorted(found.keys() - WORDS.keys())]
        return {op: found[op] for op in order if found[op]}


def read(events: Iterable[Mapping[str, Any]]) -> Events:
    """Read a preview's events."""
    changes: dict[str, Change] = {}
    outputs: dict[str, Any] = {}
    stack, project, seconds = "", "", None
    notices: dict[str, None] = {}
    for event in events:
        if step := event.get("resourcePreEvent"):
            change = _change(step.get("metadata") or {})
            if change is None:
                continue
            stack, project = _home(change.urn) or (stack, project)
            if not change.type.startswith(PROVIDER) and change.type != STACK:
                _note(changes, change)
        elif step := event.get("resOutputsEvent"):
            told = step.get("metadata") or {}
            stack, project = _home(str(told.get("urn"))) or (stack, project)
            if told.get("type") == STACK:
                outputs = dict((told.get("new") or {}).get("outputs") or {})
        elif said := event.get("diagnosticEvent"):
            # What programs say aloud of a resource; what they print belongs to the stack and is not meant for reviewers.
            if said["severity"] == "info" and said.get("urn") and f"::{STACK}::" not in said["urn"]:
                notices[_plain(said["message"])] = None
        elif said := event.get("summaryEvent"):
            seconds = said.get("durationSeconds")
    listed = sorted(changes.values(), key=lambda change: (change.urn.count("$"), change.urn))
    return Events(tuple(listed), outputs, tuple(notices), stack, project, seconds)


def _note(changes: dict[str, Change], change: Change) -> None:
    """One entry per resource, its last step; a replacement comes in parts, of which one says what differs."""
    known = changes.get(change.urn)
    if known is None or known.op != change.op or (change.properties and not known.properties):
        changes[change.urn] = change


def _change(told: Mapping[str, Any]) -> Change | None:
    """The step; None for one that changes nothing (a refresh only reads) and for what is no step."""
    if not all(isinstance(told.get(key), str) for key in ("op", "urn", "type")) or told["op"] == "refresh":
        return None
    op = "replace" if told["op"] in _PARTS_OF_A_REPLACEMENT else told["op"]
    state = told.get("new") or told.get("old") or {}
    differing = told.get("detailedDiff") or {}
    properties = [
        f"{path}{' !' if isinstance(diff, Mapping) and str(diff.get('diffKind', '')).endswith('replace') else ''}"
        for path, diff in sorted(differing.items())
    ] or _differing(told)
    return Change(
        op,
        told["urn"],
        told["type"],
        told["urn"].split("::", 3)[-1],
        str(state.get("parent") or "").split("::", 3)[-1],
        tuple(properties),
    )


def _differing(told: Mapping[str, Any]) -> list[str]:
    """The properties that differ, where the engine has no detailed diff: of a component it compares the inputs alone."""
    before, after = ((told.get(each) or {}).get("inputs") or {} for each in ("old", "new"))
    if told["op"] != "update":
        return [str(path) for path in told.get("diffs") or ()]
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def _plain(message: str) -> str:
    """A diagnostic without the engine's colour marks."""
    return re.sub(r"<\{%[^%]*%\}>", "", message).strip()


def _home(urn: str) -> tuple[str, str] | None:
    parts = urn.removeprefix("urn:pulumi:").split("::", 3)
    return (parts[0], parts[1]) if len(parts) == 4 else None
