"""What a preview came to, by the engine's own events (`--event-log`).

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go (read 2026-11-25)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import findings
from tools.findings import PACK, Finding

# What the engine adds to the findings that block.
BLOCKED_BY_POLICY = "preview failed"
INTERRUPTED = 130
PASSED, BLOCKED, FAILED = "passed", "blocked", "failed"
# What a command about a preview ends with.
CODES = {PASSED: 0, BLOCKED: 1, FAILED: 2}


@dataclass(frozen=True)
class Outcome:
    """PASSED: nothing mandatory; BLOCKED: by mandatory findings; FAILED: for another reason, so that the findings are those
    of half a stack or none, and say nothing about what is missing in them."""

    ended: str
    reason: str | None
    found: list[Finding]


class EventsError(Exception):
    """The file holds an event that no engine writes; says which line."""


# What is read of an event: the type of each key; ? for one that may be missing or null.
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "policyEvent": {
        **dict.fromkeys(("policyName", "message", "enforcementLevel", "policyPackName"), str),
        **dict.fromkeys(("resourceUrn?", "policyPackVersion?", "severity?"), str),
    },
    "diagnosticEvent": {"severity": str, "message": str, "urn?": str},
    "policyAnalyzeStackSummaryEvent": {"policyPackName": str},
    "resourcePreEvent": {
        "metadata?": {"new?": {"inputs?": {}}, "old?": {"inputs?": {}}, "detailedDiff?": {}, "diffs?": list}
    },
    "resOutputsEvent": {"metadata?": {"new?": {"outputs?": {}}}},
    "summaryEvent": {"durationSeconds?": int},
}


def load(log: Path) -> list[dict[str, Any]]:
    """The engine's events; none where it never started, and without the line that a killed engine left half written, or
    anything else that is no event. Raises: EventsError."""
    events: list[dict[str, Any]] = []
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(line)
        except ValueError:
            break
        except RecursionError:
            raise EventsError(_not_the_engines(log, number)) from None
        if isinstance(event, dict):
            if not all(_fits(event.get(kind), shape) for kind, shape in _SHAPES.items()):
                raise EventsError(_not_the_engines(log, number))
            events.append(event)
    return events


def _fits(value: Any, shape: Any) -> bool:
    """Whether a value has a shape; null and what is missing has any here."""
    if value is None or not isinstance(shape, Mapping):
        return value is None or (isinstance(value, shape) and not isinstance(value, bool))
    return isinstance(value, dict) and all(
        _fits(value.get(key.removesuffix("?")), part) and (key.endswith("?") or value.get(key) is not None)
        for key, part in shape.items()
    )


def _not_the_engines(log: Path, number: int) -> str:
    return f"{log}: line {number} is no event of the engine's\n  fix: give what --event-log wrote, as it is"


def judge(events: Iterable[dict[str, Any]], code: int) -> Outcome:
    """Read the engine's events. It passed only if the engine says so and the pack judged the whole stack."""
    found, errors, complete = [], [], False
    for event in events:
        if said := event.get("policyEvent"):
            found.append(_finding(said))
        elif said := event.get("diagnosticEvent"):
            if said["severity"] == "error":
                errors.append(said["message"].strip())
        elif said := event.get("policyAnalyzeStackSummaryEvent"):
            complete = complete or said["policyPackName"] == PACK
    found = findings.ordered(found)
    mandatory = any(finding.level == "mandatory" for finding in found)
    reasons = [error for error in errors if error != BLOCKED_BY_POLICY]
    if not complete and not reasons:
        reasons = ["the preview did not come as far as the stack policies; why is in its output"]
    if not reasons and (code == INTERRUPTED or (code != 0 and not mandatory)):
        reasons = [f"pulumi ended with {code}; why is in its output"]
    if reasons:
        return Outcome(FAILED, "\n".join(reasons), found)
    return Outcome(BLOCKED if mandatory else PASSED, None, found)


def _finding(said: dict[str, Any]) -> Finding:
    return findings.read(
        said["policyName"],
        said["message"],
        said.get("resourceUrn", ""),
        said["enforcementLevel"],
        pack=said["policyPackName"],
        version=said.get("policyPackVersion", ""),
        severity=said.get("severity", ""),
    )
