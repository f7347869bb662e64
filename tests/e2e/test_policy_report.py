"""`make policy-report` with the real engine: what its own events say, as files for other tools."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.house import House
from tests.e2e.test_story import configure


def reported(house: House, stack: str = "dev") -> tuple[dict[str, Any], dict[str, Any]]:
    folder = house.folder / "dist" / "policy-report"
    plain, document = (
        json.loads((folder / f"{stack}.{suffix}").read_text(encoding="utf-8")) for suffix in ("json", "sarif")
    )
    return plain, document["runs"][0]


def test_a_blocked_preview_is_a_report_with_the_missing_endpoints_full_name(house: House) -> None:
    configure(house, features={"vssSnapshots": False})
    answer = house.run("-m", "tools.policy_report", "--stack", "dev")
    assert answer.code == 1, answer.text
    # The preview is seen as always, too.
    assert "[mandatory]" in answer.text
    plain, run = reported(house)
    assert (plain["ended"], plain["blocked"], plain["stack"]) == ("blocked", True, "dev")
    missing = "VPC 'private' has no Interface endpoint for com.amazonaws.eu-west-1.ec2 "
    found = {each["policy"]: each for each in plain["findings"]}
    assert found.keys() == {"ssm-endpoints-complete", "ssm-endpoints-declared"}
    assert found["ssm-endpoints-complete"]["message"].startswith(missing)
    assert found["ssm-endpoints-complete"]["fix"].startswith("aws.ec2.VpcEndpoint(")
    assert found["ssm-endpoints-complete"]["resourceType"] == "aws:ec2/vpc:Vpc"
    assert {each["enforcementLevel"] for each in plain["findings"]} == {"mandatory"}
    assert {each["packVersion"] for each in plain["findings"]} == {plain["pack"]["version"]}
    assert len([each for each in run["results"] if each["message"]["text"].startswith(missing)]) == 1
    assert {each["level"] for each in run["results"]} == {"error"}


def test_a_good_real_stack_is_a_clean_report_in_the_sandbox(house: House) -> None:
    answer = house.run("-m", "tools.policy_report", "--stack", "prod-eu-west-1", "--sandbox")
    assert answer.code == 0, answer.text
    plain, run = reported(house, "prod-eu-west-1")
    assert plain["ended"] == "passed"
    assert plain["counts"]["mandatory"] == 0
    assert run["results"] == [] or plain["counts"]["advisory"]
    assert run["invocations"][0]["executionSuccessful"] is True


def test_a_program_that_fails_is_no_clean_report(house: House) -> None:
    configure(house, features={"patchManger": True})
    answer = house.run("-m", "tools.policy_report", "--stack", "dev")
    assert answer.code == 2, answer.text
    plain, run = reported(house)
    assert plain["ended"] == "failed"
    assert "patchManger" in plain["reason"]
    assert "results" not in run


def test_a_preview_that_never_starts_is_no_clean_report(house: House) -> None:
    answer = house.run("-m", "tools.policy_report", "--stack", "nowhere")
    assert answer.code == 2
    assert "there is no Pulumi.nowhere.yaml" in answer.text
    plain, run = reported(house, "nowhere")
    assert (plain["ended"], "results" in run) == ("failed", False)
