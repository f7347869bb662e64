"""docs/examples/github-actions.yml: nobody can run it here, so all that can be wrong with it without GitHub is looked at."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from cli.app import app
from tests.support.pack import ROOT

TEXT = (ROOT / "docs" / "examples" / "github-actions.yml").read_text(encoding="utf-8")


class _Words(yaml.SafeLoader):
    """YAML in which `on` is a word, as GitHub reads it."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool" or first not in "oO"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
WORKFLOW: dict[str, Any] = yaml.load(TEXT, Loader=_Words)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
STEPS = [(job, step) for job, each in JOBS.items() for step in each["steps"]]
RUNS = [(job, step["run"]) for job, step in STEPS if "run" in step]
# What the examples may use, each pinned by commit: where its own repository's tag of that version pointed, and the day that
# was read there. A tag can be moved, a commit cannot: https://docs.github.com/en/actions/security-guides/security-hardening-for-github-actions
# (2026-11-25). `git ls-remote --tags https://github.com/<owner>/<name>` shows them.
PINS = {
    "actions/checkout": ("v6.1.0", "d23441a48e516b6c34aea4fa41551a30e30af803"),  # 2026-11-30
    "actions/setup-python": ("v6.3.0", "ece7cb06caefa5fff74198d8649806c4678c61a1"),  # 2026-11-30
    "actions/upload-artifact": ("v7.0.0", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"),  # 2026-11-30
    "aws-actions/configure-aws-credentials": (
        "v6.2.3",
        "e6de054238d6b7531b4efff3b6587d9aade6a06c",
    ),  # 2026-11-30
    "github/codeql-action/upload-sarif": (
        "v4.36.2",
        "8aad20d150bbac5944a9f9d289da16a4b0d87c1e",
    ),  # 2026-11-30
}
# The inputs that each is given, from its action.yml at that commit.
INPUTS = {
    "actions/checkout": {"persist-credentials", "path", "ref"},
    "actions/setup-python": {"python-version"},
    "actions/upload-artifact": {"name", "path", "if-no-files-found"},
    "aws-actions/configure-aws-credentials": {"role-to-assume", "aws-region"},
    "github/codeql-action/upload-sarif": {"sarif_file", "category"},
}
ACTIONS = {f"{name}@{commit}": INPUTS[name] for name, (_, commit) in PINS.items()}
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yml"))
JOB_KEYS = {
    "if",
    "runs-on",
    "timeout-minutes",
    "strategy",
    "concurrency",
    "permissions",
    "env",
    "environment",
    "steps",
}
PERMISSIONS = {
    "preview": {
        "contents": "read",
        "id-token": "write",
        "pull-requests": "write",
        "security-events": "write",
    },
    "gate": {"contents": "read", "id-token": "write"},
    "up": {"contents": "read", "id-token": "write"},
    "drift": {"contents": "read", "id-token": "write"},
}
ROLES = {
    "preview": "AWS_PREVIEW_ROLE",
    "gate": "AWS_PREVIEW_ROLE",
    "up": "AWS_DEPLOY_ROLE",
    "drift": "AWS_DRIFT_ROLE",
}


def test_it_has_the_keys_of_a_workflow_and_no_others() -> None:
    assert set(WORKFLOW) == {"name", "on", "permissions", "env", "jobs"}
    assert set(WORKFLOW["on"]) == {"pull_request", "push", "schedule"}
    assert re.fullmatch(r"(\S+ ){4}\S+", WORKFLOW["on"]["schedule"][0]["cron"])
    for job in JOBS.values():
        assert set(job) <= JOB_KEYS
        assert {"if", "runs-on", "timeout-minutes", "permissions", "steps"} <= set(job)
    for _, step in STEPS:
        assert set(step) <= {"name", "if", "uses", "with", "run", "env"}
        assert ("uses" in step) != ("run" in step)


def test_every_job_may_do_what_it_needs_and_no_more() -> None:
    assert WORKFLOW["permissions"] == {}
    assert {job: each["permissions"] for job, each in JOBS.items()} == PERMISSIONS


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_every_action_of_an_example_is_pinned_by_commit_and_says_which_version_that_is(example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    used = re.findall(r"\buses:(.*)$", text, re.MULTILINE)
    assert used
    for each in used:
        found = re.fullmatch(r" ([\w.-]+(?:/[\w.-]+)+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)", each)
        assert found is not None, each
        assert PINS[found[1]] == (found[3], found[2])


def test_actions_get_inputs_that_they_have() -> None:
    for _, step in STEPS:
        if "uses" in step:
            assert set(step.get("with", {})) <= ACTIONS[step["uses"]]


def test_each_job_gets_its_own_role_without_a_key() -> None:
    found = {}
    for job, step in STEPS:
        if step.get("uses", "").startswith("aws-actions/"):
            found[job] = step["with"]["role-to-assume"]
    assert found == {job: "${{ vars." + role + " }}" for job, role in ROLES.items()}
    assert set(re.findall(r"secrets\.(\w+)", TEXT)) == {"PULUMI_CONFIG_PASSPHRASE"}


def test_a_fork_starts_nothing_and_strangers_code_meets_no_secret() -> None:
    assert "pull_request_target" not in TEXT
    for job in ("preview", "gate"):
        assert "github.event.pull_request.head.repo.full_name == github.repository" in JOBS[job]["if"]
    for _, step in STEPS:
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


def test_no_expression_is_pasted_into_a_script() -> None:
    """What GitHub puts into a script is run: a branch name, for one."""
    for _, script in RUNS:
        assert "${{" not in script


def test_an_update_is_approved_is_alone_and_is_not_killed() -> None:
    up = JOBS["up"]
    assert up["environment"] == "production"
    assert up["concurrency"] == {"group": "up-${{ matrix.stack }}", "cancel-in-progress": False}
    assert "--skip-preview" not in TEXT


def test_the_gate_runs_nothing_of_the_pull_request_and_takes_its_stack_file_alone() -> None:
    gate = JOBS["gate"]["steps"]
    folders = {
        each["with"]["path"]: each["with"].get("ref") for each in gate if "checkout" in each.get("uses", "")
    }
    assert folders == {"change": None, "base": "${{ github.event.pull_request.base.sha }}"}
    lines = [line for each in gate for line in each.get("run", "").splitlines() if not line.startswith("#")]
    assert [line.strip() for line in lines if "change/" in line] == [
        'if [ -L "change/$file" ] || [ ! -f "change/$file" ]; then',
        'echo "change/$file is not a file" >&2',
        'cp "change/$file" "base/$file"',
    ]
    assert all("make -C base " in line for line in lines if "make" in line)


def test_what_it_runs_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    commands = set(getattr(get_command(app), "commands"))  # noqa: B009
    made = {name for _, script in RUNS for name in re.findall(r"\bmake (?:-C base )?([a-z-]+)", script)}
    assert made == {"setup", "report", "policy-report", "preview", "up", "drift"}
    assert made <= targets
    assert "drift" in commands


def test_its_stacks_are_there_with_what_the_pack_requires_of_them() -> None:
    for job in JOBS.values():
        for stack in job["strategy"]["matrix"]["stack"]:
            assert (ROOT / f"Pulumi.{stack}.yaml").is_file()
            assert (ROOT / "policies" / "config" / f"{stack}.json").is_file()


FAKE_GH = """#!/bin/sh
case "$*" in
  *--paginate*) echo "list" >> "$SAID"; cat "$THERE" ;;
  *) echo "$2 $3 $4" >> "$SAID"; cp comment.md "$SAID.body" ;;
esac
"""


@pytest.mark.parametrize(
    ("there", "size", "wanted"),
    [
        ("", 100, "--method POST repos/acme/network/issues/7/comments"),
        ("4711\n", 100, "--method PATCH repos/acme/network/issues/comments/4711"),
        ("4711\n", 90_000, "--method PATCH repos/acme/network/issues/comments/4711"),
    ],
)
def test_the_comment_is_made_once_then_changed_and_fits(
    there: str, size: int, wanted: str, tmp_path: Path
) -> None:
    """The script as it stands in the workflow; in GitHub's place, something that notes what is asked of it."""
    script = next(run for _, run in RUNS if "gh api" in run)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text(FAKE_GH, encoding="utf-8")
    (tmp_path / "bin" / "gh").chmod(0o755)
    (tmp_path / "there").write_text(there, encoding="utf-8")
    (tmp_path / "dist" / "report").mkdir(parents=True)
    (tmp_path / "dist" / "report" / "acme.md").write_text("x" * size, encoding="utf-8")
    own = {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "STACK": "acme",
        "NUMBER": "7",
        "GITHUB_REPOSITORY": "acme/network",
        "SAID": str(tmp_path / "said"),
        "THERE": str(tmp_path / "there"),
    }
    # GitHub's shell: bash -e -o pipefail.
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=tmp_path, env=own, check=True
    )
    assert (tmp_path / "said").read_text(encoding="utf-8").splitlines() == ["list", wanted]
    body = (tmp_path / "said.body").read_text(encoding="utf-8")
    assert body.startswith("<!-- ssm-endpoints: acme -->\n")
    assert len(body) < 65_536
    assert ("cut; all of it is in the artifact" in body) == (size > 60_000)
