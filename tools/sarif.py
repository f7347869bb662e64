"""Findings as SARIF 2.1.0, the format of code-review tools.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html (2026-11-23); what GitHub
wants beyond it: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
(2026-11-23).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from tools.findings import BY_NAME, Finding

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# GitHub's bands: over 9.0 is critical, 7.0 to 8.9 high, 4.0 to 6.9 medium.
SECURITY_SEVERITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}


def document(
    found: Sequence[Finding], *, pack: str, version: str, stack: str, file: str, failure: str | None
) -> dict[str, Any]:
    """One run of the pack over one stack; `file` is the stack's file, which the results point at.

    A preview that failed has judged nothing or half a stack: then there is no `results`, which SARIF keeps for "not
    computed". An empty list would say that all is well, and a partial one would close the alerts that are missing in it.
    """
    names = [*BY_NAME, *sorted({finding.policy for finding in found} - BY_NAME.keys())]
    invocation: dict[str, Any] = {"executionSuccessful": failure is None}
    if failure is not None:
        invocation["toolExecutionNotifications"] = [{"level": "error", "message": {"text": failure}}]
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": pack,
                "semanticVersion": version,
                "rules": [_rule(name) for name in names],
            }
        },
        # One stack's upload must not replace another's.
        "automationDetails": {"id": f"{pack}/{stack}/"},
        "invocations": [invocation],
    }
    if failure is None:
        run["results"] = [_result(finding, names.index(finding.policy), file) for finding in found]
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def fingerprint(finding: Finding) -> str:
    """The same for the same finding in every run, also where a sandbox gave the stack another name."""
    urn = finding.urn.split("::", 1)[-1]
    return hashlib.sha256("\0".join((finding.policy, urn, finding.message)).encode()).hexdigest()


def _rule(name: str) -> dict[str, Any]:
    policy = BY_NAME.get(name)
    if policy is None:
        return {"id": name, "shortDescription": {"text": "A policy of another pack"}}
    severity = policy.severity.value if policy.severity else "none"
    steps = policy.remediation_steps or policy.description
    return {
        "id": name,
        "shortDescription": {"text": policy.description},
        "fullDescription": {"text": policy.description},
        "help": {"text": steps},
        "helpUri": policy.url,
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "severity": severity,
            "security-severity": SECURITY_SEVERITY.get(severity, "0.0"),
            "tags": ["security", *(policy.tags or [])],
        },
    }


def _result(finding: Finding, index: int, file: str) -> dict[str, Any]:
    fix = f"\nfix: {finding.fix}" if finding.fix else ""
    place: dict[str, Any] = {
        # The engine knows no line of a program in any language; the file is what the stack's owner edits.
        "physicalLocation": {
            "artifactLocation": {"uri": file, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 1},
        }
    }
    if finding.urn:
        place["logicalLocations"] = [
            {"name": finding.name, "fullyQualifiedName": finding.urn, "kind": "resource"}
        ]
    return {
        "ruleId": finding.policy,
        "ruleIndex": index,
        "level": "error" if finding.level == "mandatory" else "warning",
        "message": {"text": f"{finding.message}{fix}"},
        "locations": [place],
        "partialFingerprints": {"finding/v1": fingerprint(finding)},
        "properties": {"severity": finding.severity, "control": finding.control},
    }
