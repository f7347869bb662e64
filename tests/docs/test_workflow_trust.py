"""docs/examples/github-actions.yml: what starts it, for which branch it judges, and who trusts which of its jobs."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.docs.test_workflow import JOBS, ROLES, TEXT, WORKFLOW
from tests.support.pack import ROOT

# A pull request whose base changes is `edited`, which is none of the types that GitHub takes where none is named:
# https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request (2026-11-30).
PULL_REQUEST = {"branches": ["main"], "types": ["opened", "synchronize", "reopened", "edited"]}
GUIDE = (ROOT / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8")
REPOSITORY = "repo:acme/network:"


def subject(job: dict[str, Any]) -> str:
    """Of a job's token: https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims (2026-11-30)."""
    if "environment" in job:
        return f"{REPOSITORY}environment:{job['environment']}"
    return REPOSITORY + ("pull_request" if "'pull_request'" in job["if"] else "ref:refs/heads/main")


def test_the_guide_trusts_each_role_for_the_one_subject_that_its_jobs_have() -> None:
    rows = dict(re.findall(r"^\| `(AWS_\w+)` \| `(repo:[^`]+)` \|", GUIDE, re.MULTILINE))
    assert rows == {role: subject(JOBS[job]) for job, role in ROLES.items()}
    assert len(set(rows.values())) == len(rows)
    (policy,) = re.findall(r"^```json\n(.+?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": rows["AWS_PREVIEW_ROLE"],
        }
    }


def test_the_head_names_every_variable_and_secret_that_is_needed() -> None:
    head = TEXT.partition("\nname:")[0]
    assert set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", head)) == set(re.findall(r"(?:vars|secrets)\.(\w+)", TEXT))


def test_a_pull_request_for_another_branch_starts_nothing_and_one_whose_base_changes_starts_anew() -> None:
    assert WORKFLOW["on"]["pull_request"] == PULL_REQUEST


@pytest.mark.parametrize(("base", "code"), [("main", 0), ("evil-base", 1), ("mainly", 1), ("", 1)])
def test_the_gate_refuses_a_pull_request_that_is_for_another_branch(
    base: str, code: int, tmp_path: Path
) -> None:
    """By a step: GitHub counts a job that its `if` skips as passed, and a ruleset's workflow reads no `branches`.

    https://docs.github.com/en/pull-requests/how-tos/merge-and-close-pull-requests/troubleshooting-required-status-checks and
    https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
    (2026-11-30).
    """
    assert "base_ref" not in JOBS["gate"]["if"]
    first = JOBS["gate"]["steps"][0]
    assert set(first) == {"name", "run"}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", first["run"]],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "GITHUB_BASE_REF": base},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    assert (f"'{base}'" in done.stderr) == bool(code)
