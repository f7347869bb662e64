"""`ssm-endpoints drift`: how three questions make one answer, and that a question without an answer is never a good one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import pytest

from cli import app, drift, verify
from cli.verify_report import Answer as Verified
from sandbox import deployed
from sandbox.deployed import Deployed
from sandbox.layout import Layout
from tests.support.pack import ROOT
from tests.verification.overlays import overlay
from tools import previewed
from tools.findings import PACK
from tools.findings import read as finding
from verification.access import AccessError
from verification.look import Found

VPC = "aws:ec2/vpc:Vpc"
URN = f"urn:pulumi:dev::ssm-vpc-endpoints::{VPC}::private"
EXPORT = {
    "version": 3,
    "deployment": {
        "manifest": {},
        "resources": [{"urn": URN, "custom": True, "type": VPC, "id": "vpc-1", "inputs": {}, "outputs": {}}],
    },
}
JUDGED = {"policyAnalyzeStackSummaryEvent": {"policyPackName": PACK}}
SUMMARY = {"summaryEvent": {"resourceChanges": {"same": 1}}}
CHANGE = {
    "resourcePreEvent": {
        "metadata": {
            "op": "update",
            "urn": URN,
            "type": VPC,
            "detailedDiff": {"tags": {"diffKind": "update"}},
        }
    }
}
MOVED = {
    "resOutputsEvent": {
        "metadata": {
            "op": "update",
            "urn": URN,
            "type": VPC,
            "old": {"id": "vpc-1", "outputs": {"enableDnsHostnames": True}},
            "new": {"id": "vpc-1", "outputs": {"enableDnsHostnames": False}},
            "detailedDiff": {"enableDnsHostnames": {"diffKind": "update"}},
        }
    }
}
ERROR = {"diagnosticEvent": {"severity": "error", "message": "error: no credentials\n"}}
Said = tuple[list[dict[str, Any]], int]
WELL: dict[str, Said] = {"preview": ([JUDGED, SUMMARY], 0), "drift": ([SUMMARY], 0)}
Run = Callable[..., tuple[int, str, str]]


def blocked() -> dict[str, Any]:
    return {
        "policyEvent": {
            "policyName": "vpc-dns-enabled",
            "message": "DNS is off.\nfix: enable_dns_hostnames=True",
            "resourceUrn": URN,
            "enforcementLevel": "mandatory",
            "policyPackName": PACK,
        }
    }


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command, with an engine that says this of each verb, and a verify that found nothing or ends so."""

    def run(
        *more: str,
        said: dict[str, Said] = WELL,
        verified: Exception | Verified | None = None,
        export: dict[str, Any] = EXPORT,
    ) -> tuple[int, str, str]:
        def within(seconds: float, verb: str, stack: str, log: Path, output: TextIO) -> int:
            assert (stack, seconds) == ("dev", 15 * 60)
            events, code = said[verb]
            log.write_text("".join(json.dumps(each) + "\n" for each in events), encoding="utf-8")
            output.write(f"what {verb} said last\n")
            return code

        def judged(*_: object) -> Verified:
            if isinstance(verified, Exception):
                raise verified
            return verified or Verified("dev", "eu-west-1", Found(overlay(), "1"), [], [], [], inside=False)

        monkeypatch.setattr(previewed, "within", within)
        monkeypatch.setattr(verify, "judged", judged)
        monkeypatch.setattr(deployed, "of_stack", lambda *_: Deployed(json.dumps(export), ""))
        code = app.main(["drift", "--stack", "dev", *more])
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return code, told.out, told.err

    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(drift, "Layout", lambda: Layout(tmp_path, tmp_path / "sandbox"))
    return run


def test_nothing_differs(run: Run) -> None:
    code, out, err = run("--json")
    said = json.loads(out)
    assert (code, err, said["ended"], said["repair"]) == (0, "", "well", None)
    assert {said[each]["ended"] for each in ("settings", "aws", "policies")} == {"well"}


ANSWERS: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "settings that nobody brought up": (
        {"said": {**WELL, "preview": ([CHANGE, JUDGED, SUMMARY], 0)}},
        1,
        "aws:ec2/vpc:Vpc private: to change (tags)",
        "repair: make up STACK=dev\n",
    ),
    "settings that the pack blocks": (
        {"said": {**WELL, "preview": ([blocked(), JUDGED, SUMMARY], 255)}},
        1,
        "[mandatory] vpc-dns-enabled (aws:ec2/vpc:Vpc: private)",
        "fix: enable_dns_hostnames=True",
    ),
    "a change in AWS": (
        {"said": {**WELL, "drift": ([MOVED, SUMMARY], 0)}},
        1,
        "aws:ec2/vpc:Vpc private (vpc-1) enableDnsHostnames: on -> off",
        "repair: make up STACK=dev ARGS=--refresh\n",
    ),
    "a change in AWS, and a preview that failed": (
        {"said": {"preview": ([ERROR], 255), "drift": ([MOVED, SUMMARY], 0)}},
        1,
        "the settings against the state: no answer; the reason is on stderr",
        "repair: make up STACK=dev ARGS=--refresh\n",
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_what_differs_is_said_with_what_repairs_it(run: Run, case: str) -> None:
    given, wanted, *lines = ANSWERS[case]
    code, out, _ = run(**given)
    assert code == wanted
    for line in lines:
        assert line in out


UNANSWERED: dict[str, tuple[dict[str, Any], str]] = {
    "a preview that failed": (
        {"said": {**WELL, "preview": ([ERROR], 255)}},
        "the preview failed:\nerror: no credentials",
    ),
    "a preview that never came to the policies": (
        {"said": {**WELL, "preview": ([SUMMARY], 0)}},
        "the preview ended with 0 and said:\n    what preview said last",
    ),
    "a refresh that failed": (
        {"said": {**WELL, "drift": ([ERROR, SUMMARY], 255)}},
        "the refresh failed:\nerror: no credentials",
    ),
    "a refresh that was cut off, and ended well all the same": (
        {"said": {**WELL, "drift": ([], 0)}},
        "the refresh ended with 0 and said:\n    what drift said last",
    ),
    "a refresh that took too long": (
        {"said": {**WELL, "drift": ([], previewed.TOO_LONG)}},
        "the refresh was ended after 15 minutes without an answer\n  fix: ",
    ),
    "an AWS that throttles verify": (
        {"verified": AccessError("ec2:DescribeVpcs was not answered: AWS throttles\n  fix: ask again later")},
        "AWS against the policies: ec2:DescribeVpcs was not answered",
    ),
}


@pytest.mark.parametrize("case", UNANSWERED)
def test_a_question_without_an_answer_is_never_all_is_well(run: Run, case: str) -> None:
    given, why = UNANSWERED[case]
    code, out, err = run("--json", **given)
    assert code == 2
    assert why in err
    assert json.loads(out)["ended"] == "unanswered"
    code, out, err = run(**given)
    assert code == 2
    assert "no answer; the reason is on stderr" in out
    assert "not known" in out.splitlines()[-1]


def test_what_verify_finds_counts_and_a_finding_of_a_policy_has_its_fix(run: Run) -> None:
    found = finding(
        "vpc-dns-enabled",
        "DNS is off.\nfix: enable_dns_hostnames=True",
        URN,
        "mandatory",
        pack=PACK,
        version="",
    )
    said = Verified("dev", "eu-west-1", Found(overlay(), "1"), [found], [], [], inside=False)
    code, out, _ = run(verified=said)
    assert code == 1
    assert "fix: enable_dns_hostnames=True" in out
    assert out.endswith("mandatory findings about what AWS has: 1\n")


def test_a_state_in_the_middle_of_an_update_is_not_judged(run: Run) -> None:
    operation = {"type": "creating", "resource": EXPORT["deployment"]["resources"][0]}  # type: ignore[index]
    export = {"version": 3, "deployment": {**EXPORT["deployment"], "pending_operations": [operation]}}  # type: ignore[dict-item]
    code, out, err = run(export=export)
    assert (code, out) == (2, "")
    assert "by its state 1 of its operations have not ended" in err
    assert err.endswith("If nothing runs: make recover, then make up\n")


def test_a_stack_that_is_not_up_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(drift, "Layout", lambda: Layout(tmp_path, tmp_path / "sandbox"))
    assert app.main(["drift", "--stack", "dev"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        "ssm-endpoints: stack dev is not up: the sandbox holds nothing of it\n  fix: make up STACK=dev\n",
    )
