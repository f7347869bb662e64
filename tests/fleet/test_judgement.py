"""How a run of a stack ended, by the engine's own events and words.

The events' shape: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
"""

from __future__ import annotations

from typing import Any

import pytest

from fleet import content, job, judgement
from fleet.shapes import Job, Result, Verb
from fleet.stop import Stop
from sandbox.layout import SandboxError

VPC = "urn:pulumi:shop-eu-west-1::ssm-vpc-endpoints::aws:ec2/vpc:Vpc::private"
COMPLETE = {
    "policyAnalyzeStackSummaryEvent": {"policyPackName": "ssm-vpc-endpoints", "passed": ["vpc-dns-enabled"]}
}


def finding(level: str, message: str = "VPC 'private' has no endpoint for ec2") -> dict[str, Any]:
    return {
        "policyEvent": {
            "resourceUrn": VPC,
            "message": message,
            "color": "raw",
            "policyName": "ssm-endpoints-complete",
            "policyPackName": "ssm-vpc-endpoints",
            "policyPackVersion": "v0.1.0",
            "enforcementLevel": level,
        }
    }


def error(message: str) -> dict[str, Any]:
    return {"diagnosticEvent": {"message": message, "color": "raw", "severity": "error", "urn": VPC}}


def summary(**changes: int) -> dict[str, Any]:
    return {"summaryEvent": {"durationSeconds": 3, "resourceChanges": changes, "policyPacks": {}}}


WARNING = {"diagnosticEvent": {"message": "Throttling: slow", "color": "raw", "severity": "warning"}}
BLOCKED = [finding("mandatory"), COMPLETE, error("preview failed")]
THROTTLED = "creating VPC Endpoint: operation error EC2: CreateVpcEndpoint, RequestLimitExceeded: Request limit exceeded."
# What the engine says of a locked stack of a file backend, and of one of Pulumi Cloud.
LOCK = """error: the stack is currently locked by 1 lock(s). Either wait for the other process(es).
  file:///state/.pulumi/locks/shop/1b2c.json: created by ci@runner-7 (pid 4711) at 2026-11-30T08:00:00Z"""
# What the Automation API says of a process that a signal ended.
KILLED = "\n code: -9\n stdout: Updating (shop)\n stderr: "
CONFLICT = "error: [409] Conflict: Another update is currently in progress."

ROWS: dict[str, tuple[Verb, list[dict[str, Any]], int, str, str, str]] = {
    "a preview that the pack agrees to": ("preview", [COMPLETE, summary(create=18)], 0, "", "passed", ""),
    "an up": ("up", [COMPLETE, summary(create=18)], 0, "", "passed", ""),
    "a refresh": ("refresh", [summary(same=18)], 0, "", "passed", ""),
    "a destroy": ("destroy", [summary(delete=18)], 0, "", "passed", ""),
    "a preview with advice": ("preview", [finding("advisory"), COMPLETE], 0, "", "passed", ""),
    "a preview with a warning": ("preview", [WARNING, COMPLETE], 0, "", "passed", ""),
    "a preview that the pack blocks": (
        "preview",
        BLOCKED,
        1,
        "",
        "blocked",
        "VPC 'private' has no endpoint for ec2",
    ),
    "an up that the pack blocks": ("up", BLOCKED, 1, "", "blocked", "VPC 'private' has no endpoint for ec2"),
    "a preview that the pack did not finish": ("preview", [], 0, "", "failed", "stack policies"),
    "an up that the pack did not finish": ("up", [summary(create=18)], 0, "", "failed", "stack policies"),
    "a preview that another pack finished": (
        "preview",
        [{"policyAnalyzeStackSummaryEvent": {"policyPackName": "somebody-elses"}}],
        0,
        "",
        "failed",
        "stack policies",
    ),
    "a preview whose program failed": (
        "preview",
        [error("Pulumi.shop.yaml: 1 problem")],
        1,
        "",
        "failed",
        "Pulumi.shop.yaml: 1 problem",
    ),
    "findings of half a stack": (
        "preview",
        [finding("mandatory"), error("the program crashed")],
        1,
        "",
        "failed",
        "the program crashed",
    ),
    "an up that AWS refused": (
        "up",
        [COMPLETE, error("UnauthorizedOperation: not allowed")],
        1,
        "",
        "failed",
        "UnauthorizedOperation: not allowed",
    ),
    "an engine that never started": ("up", [], 1, "exec: pulumi: no such file", "failed", "stack policies"),
    "a destroy that never started": ("destroy", [], 1, "no such backend\n", "failed", "no such backend"),
    "a destroy of what is protected": (
        "destroy",
        [error("resource is protected")],
        1,
        "code: 255",
        "failed",
        "resource is protected",
    ),
    "an up that AWS throttled": ("up", [COMPLETE, error(THROTTLED)], 1, "", "throttled", THROTTLED),
    "a destroy that AWS throttled": ("destroy", [], 1, f"stderr: {THROTTLED}", "throttled", THROTTLED),
    "a preview that S3 throttled": ("preview", [error("SlowDown: 503")], 1, "", "throttled", "SlowDown"),
    "a locked stack": ("up", [], 1, LOCK, "locked", "created by ci@runner-7 (pid 4711)"),
    "a stack in another update": (
        "refresh",
        [],
        1,
        CONFLICT,
        "locked",
        "Another update is currently in progress",
    ),
    "an engine that was killed in an up": (
        "up",
        [COMPLETE, summary(create=1)],
        1,
        KILLED,
        "lost",
        "the run's engine was killed by signal 9",
    ),
    "an engine that was killed in a destroy": ("destroy", [], 1, KILLED, "lost", "signal 9"),
    "what only talks of a code": (
        "destroy",
        [],
        1,
        "\n code: 255\n stdout: code: -9\n",
        "failed",
        "code: 255",
    ),
    "a drift that is none": ("drift", [summary(same=18, read=2)], 0, "", "passed", ""),
    "a drift that was refreshed": ("drift", [summary(same=17, refresh=1)], 0, "", "passed", ""),
    "a drift": ("drift", [summary(same=16, update=1, delete=1)], 0, "", "drifted", "1 delete, 1 update"),
    "a drift that could not be asked for": (
        "drift",
        [error("ExpiredToken"), summary(update=1)],
        1,
        "",
        "failed",
        "ExpiredToken",
    ),
    "what a refresh found": ("refresh", [summary(same=16, update=2)], 0, "", "passed", ""),
}


@pytest.mark.parametrize(("verb", "events", "code", "text", "status", "why"), ROWS.values(), ids=ROWS.keys())
def test_a_run_ended_as_the_engine_says(
    verb: Verb, events: list[dict[str, Any]], code: int, text: str, status: str, why: str
) -> None:
    found, said, _ = judgement.judged(verb, events, code, text)
    assert found == status
    assert why in said
    # Who reads that it did not pass reads why.
    assert bool(said) is (status != "passed")


def test_the_findings_of_a_blocked_and_of_a_passed_run_are_kept() -> None:
    _, _, found = judgement.judged("preview", [finding("advisory", "cost"), *BLOCKED], 1, "")
    assert sorted((each.level, each.message) for each in found) == [
        ("advisory", "cost"),
        ("mandatory", "VPC 'private' has no endpoint for ec2"),
    ]
    _, _, found = judgement.judged("up", [finding("advisory"), COMPLETE], 0, "")
    assert [each.level for each in found] == ["advisory"]


def test_drift_names_what_differs_the_first_of_many() -> None:
    def moved(number: int) -> dict[str, Any]:
        urn = f"urn:pulumi:a::b::aws:ec2/vpc:Vpc::{number:02}"
        diff = {"tags.team": {"diffKind": "update"}}
        told = {
            "op": "update",
            "urn": urn,
            "type": "aws:ec2/vpc:Vpc",
            "new": {"id": "x"},
            "detailedDiff": diff,
        }
        return {"resOutputsEvent": {"metadata": told}}

    _, why, _ = judgement.judged("drift", [*map(moved, range(12)), summary(update=12)], 0, "")
    lines = why.splitlines()
    assert lines[0] == "AWS is not what the state says: 12 update"
    assert lines[1] == "    aws:ec2/vpc:Vpc 00: tags.team"
    assert lines[11] == "    and 2 more"
    assert lines[12].startswith("  fix: ")


def test_drift_says_that_the_state_has_to_know_it_before_up_can_mend_it() -> None:
    """`up` compares the program with the state, not with AWS."""
    _, why, _ = judgement.judged("drift", [summary(update=1)], 0, "")
    assert "fix: refresh, then up" in why


def test_changes_are_those_of_the_engines_last_sum_without_noughts() -> None:
    events = [summary(create=18), COMPLETE, summary(create=17, same=1, update=0)]
    assert judgement.changes(events) == {"create": 17, "same": 1}
    assert judgement.changes([COMPLETE]) == {}


JOB = Job(
    stack="shop-eu-west-1",
    verb="up",
    config={},
    policies={},
    backend="file:///state",
    secrets_provider="passphrase",
    program="",
    timeout=60.0,
    attempt=2,
)


def test_a_worker_with_another_program_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job, "_engine", lambda *_: pytest.fail("it ran"))
    result = job.run(JOB, Stop())
    assert (result.status, result.attempts) == ("failed", 2)
    assert "the two clones differ" in result.error


@pytest.mark.parametrize("error", [OSError("no space left"), SandboxError("engine: there is no pulumi")])
def test_what_keeps_the_engine_from_running_is_a_result(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def engine(*_: object) -> Result:
        raise error

    monkeypatch.setattr(job, "_engine", engine)
    monkeypatch.setattr(content, "program", lambda: "")
    result = job.run(JOB, Stop())
    assert (result.stack, result.status, result.error) == ("shop-eu-west-1", "failed", str(error))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "User: arn:x is not authorized to perform: ec2:CreateVpc on resource: arn:y, is not authorized to perform: "
            "ec2:CreateTags on resource: arn:z",
            "fix: the role's policy lacks ec2:CreateTags, ec2:CreateVpc: ssm-endpoints fleet roles prints",
        ),
        (
            "AccessDenied: User: arn:x is not authorized to perform: sts:AssumeRole on resource: arn:y",
            "fix: the runner's policy lacks sts:AssumeRole: ssm-endpoints fleet roles prints",
        ),
        ("no such thing", ""),
    ],
)
def test_a_call_that_iam_denied_says_whose_policy_lacks_what(words: str, told: str) -> None:
    assert told in judgement.denied(words)
    assert bool(judgement.denied(words)) == bool(told)
    assert judgement.refused(words) == bool(told)
    status, why, _ = judgement.judged("up", [error(words)], 1, "")
    assert status == "failed"
    assert told in why
