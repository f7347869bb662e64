"""The engine's events say what will change: each resource once, a replacement as one, with what differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from review import events, recording
from review.recording import RecordingError
from tests.support.graph import load
from tests.support.reviews import recorded
from tools.outcome import EventsError
from tools.outcome import load as load_events

HOME = "urn:pulumi:dev::shop::"
DEV = Path(__file__).parents[1] / "fixtures" / "graphs" / "dev-preview.json"


def step(op: str, name: str, type_: str = "aws:ec2/vpc:Vpc", **more: Any) -> dict[str, Any]:
    state = {"parent": f"{HOME}pulumi:pulumi:Stack::shop-dev"}
    found = {"op": op, "urn": f"{HOME}{type_}::{name}", "type": type_, "old": None, "new": state, **more}
    return {"resourcePreEvent": {"metadata": found}}


def test_every_step_is_counted_once_the_stack_and_providers_are_not() -> None:
    read = events.read(
        [
            step("create", "shop-dev", "pulumi:pulumi:Stack"),
            step("create", "default", "pulumi:providers:aws"),
            step("create", "a"),
            step(
                "update",
                "b",
                detailedDiff={"tags.team": {"diffKind": "update"}, "policy": {"diffKind": "update"}},
            ),
            step("delete-replaced", "c", old={"parent": ""}, new=None),
            step("replace", "c", detailedDiff={"vpcId": {"diffKind": "update-replace"}}),
            step("create-replacement", "c"),
            step("delete", "d", old={"parent": ""}, new=None),
            step("same", "e"),
        ]
    )
    assert read.counts == {"replace": 1, "delete": 1, "create": 1, "update": 1, "same": 1}
    properties = {change.name: change.properties for change in read.changes}
    assert properties["b"] == ("policy", "tags.team")
    assert properties["c"] == ("vpcId !",)
    assert (read.stack, read.project) == ("dev", "shop")
    assert {change.parent for change in read.changes if change.op == "create"} == {"shop-dev"}


def test_a_refresh_is_no_change_and_hides_none() -> None:
    gone: dict[str, Any] = {"old": {"parent": ""}, "new": None}
    read = events.read(
        [
            step("refresh", "a"),
            step("refresh", "b"),
            step("same", "a"),
            step("delete", "b", **gone),
            step("refresh", "c"),
        ]
    )
    assert read.counts == {"delete": 1, "same": 1}


@pytest.mark.parametrize("metadata", [{}, None, {"op": "create"}, {"op": 5, "urn": "u", "type": "t"}])
def test_what_is_no_step_is_left_out(metadata: object) -> None:
    told = [{"resourcePreEvent": {"metadata": metadata}}, {"resOutputsEvent": {"metadata": metadata}}]
    assert events.read(told).changes == ()


def test_of_a_component_the_inputs_that_differ_are_named_and_never_their_values() -> None:
    old, new = (
        {"inputs": {"services": each, "region": "eu-west-1"}} for each in (["ssm"], ["ssm", "a-secret"])
    )
    read = events.read([step("update", "ssm", "ssm-vpc-endpoints:index:SsmEndpoints", old=old, new=new)])
    (change,) = read.changes
    assert change.properties == ("services",)


def test_the_stacks_outputs_and_what_components_say_aloud_are_kept() -> None:
    told = f"{HOME}ssm-vpc-endpoints:index:SsmEndpoints::ssm"
    read = events.read(
        [
            {
                "diagnosticEvent": {
                    "severity": "info",
                    "urn": told,
                    "message": "<{%reset%}>S3: all of it<{%reset%}>\n",
                }
            },
            {"diagnosticEvent": {"severity": "info", "urn": told, "message": "S3: all of it"}},
            {"diagnosticEvent": {"severity": "debug", "urn": told, "message": "noise"}},
            {"diagnosticEvent": {"severity": "info", "message": "of the engine"}},
            {
                "diagnosticEvent": {
                    "severity": "info",
                    "urn": f"{HOME}pulumi:pulumi:Stack::shop-dev",
                    "message": "print of a program",
                }
            },
            {
                "resOutputsEvent": {
                    "metadata": {
                        "urn": f"{HOME}pulumi:pulumi:Stack::shop-dev",
                        "type": "pulumi:pulumi:Stack",
                        "new": {"outputs": {"vpcId": "vpc-1"}},
                    }
                }
            },
            {"summaryEvent": {"durationSeconds": 5}},
        ]
    )
    assert read.notices == ("S3: all of it",)
    assert read.outputs == {"vpcId": "vpc-1"}
    assert read.seconds == 5


def test_a_recording_without_the_whole_stack_is_none(tmp_path: Path) -> None:
    assert recording.read(tmp_path / "none.jsonl") is None
    recorded(load(DEV), tmp_path)
    file = tmp_path / "graph.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(lines[:-1]), encoding="utf-8")
    assert recording.read(file) is None
    # A second preview into the same file that was stopped: the first one is not taken for it.
    file.write_text("\n".join([*lines, lines[0]]), encoding="utf-8")
    assert recording.read(file) is None
    file.write_text("\n".join([*lines, *lines]), encoding="utf-8")
    twice = recording.read(file)
    assert twice is not None
    assert len(twice.graph.resources) == len(load(DEV).resources)


@pytest.mark.parametrize(
    "text",
    [
        *("nonsense", "[]", "{}", json.dumps({"stack": {"resources": 5}}), '{"resource": {"no": 1}}'),
        *("7", '{"resource": null}', "[" * 100_000, '{"resource": {"\\u001b[2J": 1}}', "\x1b[2J"),
        json.dumps({"resource": {"properties": {"a": 10**400}}}),
        '{"resource": {"' + "x" * 100_000 + '": 1}}',
    ],
    ids=range(12),
)
def test_what_the_recorder_did_not_write_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "graph.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RecordingError, match=r"graph\.jsonl is no recording of review/recorder") as caught:
        recording.read(file)
    assert len(str(caught.value)) < 1000
    assert str(caught.value).replace("\n", "").isprintable()


HELD = {"policyName": "p", "message": "m", "enforcementLevel": "mandatory", "policyPackName": "k"}


@pytest.mark.parametrize(
    "event",
    [
        {"policyEvent": "x"},
        {"policyEvent": {**HELD, "message": None}},
        {"policyEvent": {**HELD, "severity": 7}},
        {"policyEvent": {key: value for key, value in HELD.items() if key != "policyName"}},
        {"diagnosticEvent": {"message": "m"}},
        {"diagnosticEvent": {"severity": "error", "message": []}},
        {"policyAnalyzeStackSummaryEvent": {}},
        {"resourcePreEvent": {"metadata": []}},
        {"resourcePreEvent": {"metadata": {"old": "x"}}},
        {"resourcePreEvent": {"metadata": {"new": {"inputs": "x"}}}},
        {"resourcePreEvent": {"metadata": {"detailedDiff": []}}},
        {"resOutputsEvent": {"metadata": {"new": {"outputs": 7}}}},
        {"summaryEvent": {"durationSeconds": True}},
        {"policyEvent": HELD, "deep": True},
    ],
    ids=range(14),
)
def test_an_event_that_no_engine_writes_is_refused_with_its_line(tmp_path: Path, event: Any) -> None:
    """To pass it over would hide a finding."""
    log = tmp_path / "events.jsonl"
    line = (
        json.dumps(event).replace("true}", "[" * 100_000 + "]" * 100_000 + "}")
        if "deep" in event
        else json.dumps(event)
    )
    log.write_text(f'{{"sequence": 1}}\n{line}\n', encoding="utf-8")
    with pytest.raises(EventsError, match=r"events\.jsonl: line 2 is no event of the engine's\n  fix: "):
        load_events(log)


def test_what_the_engine_leaves_out_of_an_event_is_no_matter(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    nothing: list[Any] = [
        {"policyEvent": HELD},
        {"resourcePreEvent": {"metadata": {"old": None, "new": {"inputs": None}, "detailedDiff": None}}},
        {"resourcePreEvent": {"metadata": {**step("update", "a")["resourcePreEvent"]["metadata"]}}},
        {"preludeEvent": {"config": {}}},
        {"summaryEvent": None},
        [],
    ]
    log.write_text("".join(json.dumps(each) + "\n" for each in nothing), encoding="utf-8")
    assert events.read(load_events(log)).counts == {"update": 1}
