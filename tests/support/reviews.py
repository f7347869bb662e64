"""Reviews of recorded stacks, made without an engine: the recording is written and read as the recorder writes it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from review import model, recording
from review.model import Review
from review.recording import Recording
from tests.support.graph import RecordedGraph
from tests.support.graph import _input as as_input
from tools.analyzer import Diagnostic
from tools.findings import PACK
from tools.outcome import judge
from tools.policy_config import of_policies

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def recorded(graph: RecordedGraph, folder: Path) -> Recording:
    """What `review.recording` makes of a graph."""
    lines = [{"resource": as_input(item)} for item in graph.inputs]
    file = folder / "graph.jsonl"
    whole = {"stack": {"resources": graph.resources}}
    file.write_text("\n".join(map(json.dumps, [*lines, whole])), encoding="utf-8")
    found = recording.read(file)
    assert found is not None
    return found


def events_of(graph: RecordedGraph, said: list[Diagnostic], op: str = "create") -> list[dict[str, Any]]:
    """The engine's events for a preview that creates these resources, with these findings."""
    steps: list[dict[str, Any]] = [
        {
            "resourcePreEvent": {
                "metadata": {
                    "op": op,
                    "urn": each["urn"],
                    "type": each["type"],
                    "new": {"parent": each.get("parent", "")},
                }
            }
        }
        for each in graph.resources
    ]
    findings: list[dict[str, Any]] = [
        {
            "policyEvent": {
                "policyName": each.policy,
                "message": each.message,
                "resourceUrn": each.urn,
                "enforcementLevel": each.level.lower(),
                "policyPackName": PACK,
            }
        }
        for each in said
    ]
    return [*steps, *findings, {"policyAnalyzeStackSummaryEvent": {"policyPackName": PACK}}]


def review(
    graph: RecordedGraph,
    folder: Path,
    said: list[Diagnostic],
    config: Mapping[str, Any] | None = None,
    **more: Any,
) -> Review:
    """The review of a graph with the pack's findings about it."""
    told = events_of(graph, said)
    return model.make(
        said=[*told, *more.get("events", ())],
        outcome=judge(told, 0),
        recording=recorded(graph, folder),
        config=of_policies(config or {}),
        stack="dev",
        pack_version="0.1.0",
        now=NOW,
    )
