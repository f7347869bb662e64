"""What a preview came to, by the engine's own events (`--event-log`).

https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go (read 2026-11-25)
"""

from __future__ import annotations

import json
from collections.abc import Iterable
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


def load(log: Path) -> list[dict[str, Any]]:
    """The engine's events; none where it never started, and without the line that a killed engine left half written, or
    anything else that is no event."""
    events: list[dict[str, Any]] = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else ():
        try:
            event = json.loads(line)
        except ValueError:
            break
        if isinstance(event, dict):
            events.append(event)
    return events


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
