"""A preview's events as a report: what blocked, what only advises, and never a clean report of a preview that failed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.support.pack import ROOT
from tools import policy_report, sarif
from tools.findings import BY_NAME, read
from tools.outcome import CODES, Outcome, judge, load

URN = "urn:pulumi:dev::elsewhere::a:b:C$aws:ec2/vpc:Vpc::net"
Event = dict[str, Any]


def violation(policy: str = "ssm-endpoints-complete", level: str = "mandatory", text: str = "") -> Event:
    """As the engine writes it: the policy's description first."""
    text = text or "VPC 'net' has no ssm.\n  (a near miss)\nfix: add(\n  it)\ncontrol: EC2.57"
    return {
        "policyEvent": {
            "resourceUrn": URN,
            "message": f"{BY_NAME[policy].description}\n{text}\n",
            "color": "never",
            "policyName": policy,
            "policyPackName": "ssm-vpc-endpoints",
            "policyPackVersion": "0.1.0",
            "enforcementLevel": level,
            "severity": "high",
        }
    }


def error(text: str, severity: str = "error") -> Event:
    return {"diagnosticEvent": {"prefix": "error: ", "message": f"{text}\n", "severity": severity}}


JUDGED: Event = {"policyAnalyzeStackSummaryEvent": {"policyPackName": "ssm-vpc-endpoints"}}
BLOCKED = error("preview failed")


def documents(*events: Event, code: int = 255, stack: str = "dev") -> tuple[dict[str, Any], dict[str, Any]]:
    return policy_report.report(judge(events, code), stack)


def test_a_finding_is_taken_apart_into_what_fix_and_control() -> None:
    plain, _ = documents(violation(), JUDGED, BLOCKED)
    (finding,) = plain["findings"]
    assert finding == {
        "policy": "ssm-endpoints-complete",
        "pack": "ssm-vpc-endpoints",
        "packVersion": "0.1.0",
        "enforcementLevel": "mandatory",
        "severity": "high",
        "urn": URN,
        "resourceType": "aws:ec2/vpc:Vpc",
        "resourceName": "net",
        "message": "VPC 'net' has no ssm.\n  (a near miss)",
        "fix": "add(\n  it)",
        "control": "EC2.57",
        "url": BY_NAME["ssm-endpoints-complete"].url,
        "remediation": BY_NAME["ssm-endpoints-complete"].remediation_steps,
    }


@pytest.mark.parametrize(
    ("line", "control"), [("", None), ("\ncontrol: none", "none"), ("\ncontrol: EC2.10", "EC2.10")]
)
def test_a_message_may_say_nothing_of_a_control(line: str, control: str | None) -> None:
    plain, _ = documents(violation(text=f"What.\nfix: this{line}"), JUDGED, BLOCKED)
    assert plain["findings"][0]["control"] == control
    assert plain["findings"][0]["fix"] == "this"


def test_mandatory_findings_block() -> None:
    plain, _ = documents(violation(), violation(level="advisory", text="other"), JUDGED, BLOCKED)
    assert (plain["ended"], plain["blocked"], plain["reason"]) == ("blocked", True, None)
    assert plain["counts"] == {"mandatory": 1, "advisory": 1, "byPolicy": {"ssm-endpoints-complete": 2}}
    assert (plain["stack"], plain["project"]) == ("dev", "ssm-vpc-endpoints")


def test_advisory_findings_alone_pass_and_are_kept() -> None:
    plain, document = documents(violation(level="advisory"), JUDGED, code=0)
    assert (plain["ended"], plain["blocked"]) == ("passed", False)
    assert [each["level"] for each in document["runs"][0]["results"]] == ["warning"]


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([], 1),
        ([], 255),
        ([JUDGED], 255),
        ([error("validating policy config: scope")], 255),
        ([error("Program failed: boo"), JUDGED], 255),
        ([violation(), error("Program failed: boo")], 255),
        # Half a stack: the stack policies never ran.
        ([violation(), BLOCKED], 255),
        ([error("the pack crashed"), JUDGED], 0),
        # Whatever pulumi says, nobody judged the stack.
        ([], 0),
        ([{"policyAnalyzeStackSummaryEvent": {"policyPackName": "another"}}], 0),
        # Interrupted by the user.
        ([violation(), JUDGED, BLOCKED], 130),
    ],
)
def test_a_preview_that_failed_is_never_reported_as_clean(events: list[Event], code: int) -> None:
    outcome = judge(events, code)
    assert outcome.ended == "failed"
    assert CODES[outcome.ended] == 2
    plain, document = policy_report.report(outcome, "dev")
    assert plain["reason"]
    (run,) = document["runs"]
    assert "results" not in run
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == plain["reason"]


def test_warnings_of_the_engine_are_no_failure() -> None:
    assert judge([error("using a plugin", "warning"), JUDGED], 0).ended == "passed"
    assert judge([error("a debug line", "debug"), JUDGED], 0).ended == "passed"


def test_a_report_does_not_depend_on_the_order_of_events() -> None:
    other = violation("interface-private-dns")
    advice = violation(level="advisory", text="a")
    one = documents(violation(), other, advice, violation(), JUDGED, BLOCKED)
    two = documents(advice, other, violation(), JUDGED, BLOCKED)
    assert json.dumps(one) == json.dumps(two)
    assert [each["enforcementLevel"] for each in one[0]["findings"]] == ["mandatory", "mandatory", "advisory"]


def test_the_events_of_a_killed_engine_are_read_as_far_as_they_go(tmp_path: Any) -> None:
    log = tmp_path / "events.jsonl"
    assert load(log) == []
    log.write_text(json.dumps(JUDGED) + '\n{"policyEv', encoding="utf-8")
    assert load(log) == [JUDGED]


def test_sarif_has_a_rule_for_every_policy_and_points_at_the_stacks_file() -> None:
    _, document = documents(violation(), JUDGED, BLOCKED, stack="acme/ssm-vpc-endpoints/prod-eu-west-1")
    (run,) = document["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules.keys() == BY_NAME.keys()
    for name, rule in rules.items():
        assert rule["helpUri"] == BY_NAME[name].url
        assert rule["shortDescription"]["text"] == BY_NAME[name].description
        assert re.fullmatch(r"\d\.\d", rule["properties"]["security-severity"])
        assert float(rule["properties"]["security-severity"]) > 0
    (result,) = run["results"]
    assert list(rules)[result["ruleIndex"]] == result["ruleId"] == "ssm-endpoints-complete"
    assert result["level"] == "error"
    assert result["message"]["text"] == "VPC 'net' has no ssm.\n  (a near miss)\nfix: add(\n  it)"
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "Pulumi.prod-eu-west-1.yaml"
    assert (ROOT / "Pulumi.prod-eu-west-1.yaml").exists()
    assert place["logicalLocations"][0]["fullyQualifiedName"] == URN
    assert run["automationDetails"]["id"] == "ssm-vpc-endpoints/prod-eu-west-1/"


def test_sarif_fingerprints_tell_findings_apart_and_stay_the_same() -> None:
    def fingerprint(policy: str, text: str, urn: str) -> str:
        return sarif.fingerprint(
            read(policy, text, urn, "mandatory", pack="ssm-vpc-endpoints", version="0.1.0")
        )

    first = fingerprint("ssm-endpoints-complete", "no ssm\nfix: a", URN)
    # In the sandbox the stack has another name, and a fix may be worded better one day.
    assert (
        fingerprint("ssm-endpoints-complete", "no ssm\nfix: b", URN.replace(":dev:", ":sandbox-dev:"))
        == first
    )
    others = {
        fingerprint("ssm-endpoints-complete", "no ec2\nfix: a", URN),
        fingerprint("interface-private-dns", "no ssm\nfix: a", URN),
        fingerprint("ssm-endpoints-complete", "no ssm\nfix: a", URN + "2"),
    }
    assert len(others - {first}) == 3


def test_a_finding_of_another_pack_is_kept_under_a_rule_of_its_own() -> None:
    foreign = violation()
    foreign["policyEvent"] |= {"policyName": "house-rule", "policyPackName": "acme", "message": "No."}
    plain, document = documents(foreign, JUDGED, BLOCKED)
    assert plain["findings"][0]["pack"] == "acme"
    assert plain["findings"][0]["url"] is None
    rules = [rule["id"] for rule in document["runs"][0]["tool"]["driver"]["rules"]]
    assert rules[document["runs"][0]["results"][0]["ruleIndex"]] == "house-rule"


# The objects that we write, with their properties as SARIF 2.1.0 defines them (section 3.13 to 3.58); "!" is required.
SARIF: dict[str, dict[str, object]] = {
    "sarifLog": {"$schema": str, "version!": ("2.1.0",), "runs!": ["run"]},
    "run": {
        "tool!": "tool",
        "automationDetails": "automationDetails",
        "invocations": ["invocation"],
        "results": ["result"],
    },
    "tool": {"driver!": "toolComponent"},
    "toolComponent": {"name!": str, "semanticVersion": str, "rules": ["reportingDescriptor"]},
    "reportingDescriptor": {
        "id!": str,
        "shortDescription": "message",
        "fullDescription": "message",
        "help": "message",
        "helpUri": str,
        "defaultConfiguration": "reportingConfiguration",
        "properties": dict,
    },
    "reportingConfiguration": {"level": ("none", "note", "warning", "error")},
    "automationDetails": {"id": str},
    "invocation": {"executionSuccessful!": bool, "toolExecutionNotifications": ["notification"]},
    "notification": {"message!": "message", "level": ("none", "note", "warning", "error")},
    "message": {"text!": str},
    "result": {
        "ruleId": str,
        "ruleIndex": int,
        "level": ("none", "note", "warning", "error"),
        "message!": "message",
        "locations": ["location"],
        "partialFingerprints": dict,
        "properties": dict,
    },
    "location": {"physicalLocation": "physicalLocation", "logicalLocations": ["logicalLocation"]},
    "physicalLocation": {"artifactLocation": "artifactLocation", "region": "region"},
    "artifactLocation": {"uri": str, "uriBaseId": str},
    "region": {"startLine": int},
    "logicalLocation": {"name": str, "fullyQualifiedName": str, "kind": str},
}


def strays(value: Any, kind: object, place: str = "") -> list[str]:
    """Where a value is not what the standard has there."""
    if isinstance(kind, list):
        wrong = [] if isinstance(value, list) else [place]
        return wrong or [e for i, each in enumerate(value) for e in strays(each, kind[0], f"{place}[{i}]")]
    if isinstance(kind, tuple):
        return [] if value in kind else [place]
    if isinstance(kind, type):
        return [] if type(value) is kind else [place]
    shape = {key.rstrip("!"): known for key, known in SARIF[str(kind)].items()}
    missing = [key for key in SARIF[str(kind)] if key.endswith("!") and key[:-1] not in value]
    found = [f"{place}.{key}" for key in (*missing, *(value.keys() - shape.keys()))]
    return found + [
        e for key in shape.keys() & value.keys() for e in strays(value[key], shape[key], f"{place}.{key}")
    ]


@pytest.mark.parametrize("failure", [None, "pulumi ended with 1"])
def test_the_document_is_sarif(failure: str | None) -> None:
    found = judge([violation(), violation(level="advisory", text="x"), JUDGED, BLOCKED], 255).found
    _, document = policy_report.report(Outcome("blocked", failure, found), "dev")
    assert strays(document, "sarifLog") == []
