"""Matrices of GitHub Actions, and docs/examples/github-fleet.yml, which takes them: all that can be wrong without GitHub."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from cli.app import app
from fleet.export import github
from fleet.shapes import Stack, Wave
from tests.docs.test_workflow import ACTIONS, JOB_KEYS
from tests.docs.test_workflow import _Words as Words
from tests.docs.test_workflow_trust import PULL_REQUEST
from tests.fleet.exports import STACKS
from tests.fleet.fleets import ROOT, stack

TEXT = (ROOT / "docs" / "examples" / "github-fleet.yml").read_text(encoding="utf-8")
WORKFLOW: dict[str, Any] = yaml.load(TEXT, Loader=Words)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
WAVES = [name for name in JOBS if name != "matrices"]
SCRIPTS = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]
EXPORT = next(step for step in JOBS["matrices"]["steps"] if step.get("id") == "export")


def many(wave: Wave, count: int) -> list[Stack]:
    return [stack(f"{wave}-{number}", wave=wave) for number in range(count)]


def test_each_stack_is_one_job_in_its_wave() -> None:
    """The waves are those of tests/fixtures/fleet/fleet.yaml: one named canary, two named early, the rest."""
    assert github.matrices(STACKS) == [
        {
            "wave": "canary",
            "include": [{"stack": "shop-eu-central-1", "account": "shop", "region": "eu-central-1"}],
        },
        {
            "wave": "early",
            "include": [
                {"stack": "shop-us-east-1-data", "account": "shop", "region": "us-east-1"},
                {"stack": "gov-us-gov-east-1", "account": "gov", "region": "us-gov-east-1"},
            ],
        },
        {
            "wave": "rest",
            "include": [
                {"stack": "shop-eu-west-1", "account": "shop", "region": "eu-west-1"},
                {"stack": "shop-us-east-1-web", "account": "shop", "region": "us-east-1"},
                {"stack": "bank-eu-west-1", "account": "bank", "region": "eu-west-1"},
                {"stack": "bank-ap-southeast-2", "account": "bank", "region": "ap-southeast-2"},
                {"stack": "gov-us-gov-west-1", "account": "gov", "region": "us-gov-west-1"},
            ],
        },
    ]


def test_no_matrix_has_more_jobs_than_github_allows_and_none_mixes_waves() -> None:
    """256: https://docs.github.com/en/actions/reference/limits (2026-11-30)."""
    found = github.matrices([*many("rest", 600), *many("canary", 256), *many("early", 257)])
    assert [(each["wave"], len(each["include"])) for each in found] == [
        ("canary", 256),
        ("early", 256),
        ("early", 1),
        ("rest", 256),
        ("rest", 256),
        ("rest", 88),
    ]
    names = [job["stack"] for each in found for job in each["include"] if each["wave"] == "rest"]
    assert names == [f"rest-{number}" for number in range(600)]


def test_smaller_chunks_are_possible_larger_ones_are_not() -> None:
    assert [len(each["include"]) for each in github.matrices(many("rest", 5), chunk=2)] == [2, 2, 1]
    for chunk in (0, 257):
        with pytest.raises(ValueError, match=f"a matrix has from 1 to 256 jobs, not {chunk}"):
            github.matrices(STACKS, chunk=chunk)


def test_the_text_is_one_line_of_json() -> None:
    assert json.loads(github.text(STACKS)) == github.matrices(STACKS)
    assert github.text(STACKS).count("\n") == 1


def test_the_workflow_has_the_keys_of_one_and_nothing_that_github_does_not_read() -> None:
    assert set(WORKFLOW) == {"name", "on", "permissions", "env", "jobs"}
    assert WORKFLOW["permissions"] == {}
    assert WAVES == ["canary_1", "early_1", "rest_1", "rest_2"]
    for name, job in JOBS.items():
        assert set(job) <= JOB_KEYS | {"needs", "outputs"}, name
        assert {"if", "runs-on", "timeout-minutes", "permissions", "steps"} <= set(job)
        assert job["permissions"] == {"contents": "read", "id-token": "write"}
        for step in job["steps"]:
            assert set(step) <= {"name", "id", "if", "uses", "with", "run", "env"}
            assert ("uses" in step) != ("run" in step)
            if "uses" in step:
                assert set(step.get("with", {})) <= ACTIONS[step["uses"]]
    # GitHub reads anchors, and refuses merge keys (github.blog/changelog, 2025-09-18; 2026-11-30).
    assert "<<:" not in TEXT


def test_every_output_that_is_read_is_written_and_the_other_way_round() -> None:
    outputs = JOBS["matrices"]["outputs"]
    assert outputs == {name: "${{ steps.export.outputs." + name + " }}" for name in WAVES}
    assert set(re.findall(r"needs\.matrices\.outputs\.(\w+)", TEXT)) == set(outputs)
    assert set(re.findall(r"steps\.(\w+)\.outputs", TEXT)) == {EXPORT["id"]}
    assert set(re.findall(r"\bmatrix\.(\w+)", TEXT)) <= set(github.matrices(STACKS)[0]["include"][0])


def test_a_wave_begins_when_all_before_it_were_well_and_some_may_be_empty() -> None:
    for position, name in enumerate(WAVES):
        job = JOBS[name]
        assert job["needs"] == ["matrices", *WAVES[:position]]
        assert job["if"] == "${{ !failure() && !cancelled() && needs.matrices.outputs." + name + " != '' }}"
        assert job["strategy"] == {
            "fail-fast": False,
            "max-parallel": 8,
            "matrix": "${{ fromJSON(needs.matrices.outputs." + name + ") }}",
        }
        assert job["env"] == {"STACK": "${{ matrix.stack }}"}
        assert job["steps"] == JOBS["canary_1"]["steps"]


def test_a_fork_starts_nothing_no_key_is_kept_and_no_expression_is_pasted_into_a_script() -> None:
    assert "pull_request_target" not in TEXT
    assert WORKFLOW["on"] == {"pull_request": PULL_REQUEST}
    assert JOBS["matrices"]["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
    assert set(re.findall(r"secrets\.(\w+)", TEXT)) == {"PULUMI_CONFIG_PASSPHRASE"}
    assert TEXT.count("role-to-assume: ${{ vars.AWS_PREVIEW_ROLE }}") == 2
    assert not any("${{" in script for script in SCRIPTS)
    for job in JOBS.values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout"):
                assert step["with"]["persist-credentials"] is False


def test_what_it_runs_is_there() -> None:
    made, asked = set(), set()
    for script in SCRIPTS:
        made |= set(re.findall(r"\bmake ([a-z-]+)", script))
        asked |= set(re.findall(r"\bssm-endpoints fleet ([a-z-]+)", script))
    assert made == {"setup"}
    assert asked == {"export", "preview"}
    commands: Any = get_command(app)
    assert asked <= set(commands.commands["fleet"].commands)
    assert 'ssm-endpoints fleet preview fleet.yaml --stack "$STACK"' in JOBS["rest_2"]["steps"][-1]["run"]


def exporting(folder: Path, stacks: list[Stack]) -> subprocess.CompletedProcess[str]:
    """The workflow's own script, with what the command would print."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / ".venv" / "bin" / "activate").write_text("", encoding="utf-8")
    (folder / "printed").write_text(github.text(stacks), encoding="utf-8")
    command = folder / "bin" / "ssm-endpoints"
    command.write_text(
        '#!/bin/sh\n[ "$*" = "fleet export github fleet.yaml" ] && cat printed\n', encoding="utf-8"
    )
    command.chmod(0o755)
    path = f"{folder / 'bin'}:{ROOT / '.venv' / 'bin'}:/usr/bin:/bin"
    # GitHub's shell: bash -e -o pipefail.
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", EXPORT["run"]]
    own = {"PATH": path, "GITHUB_OUTPUT": str(folder / "output")}
    return subprocess.run(words, cwd=folder, env=own, capture_output=True, text=True, check=False)


def test_the_script_makes_an_output_of_each_matrix(tmp_path: Path) -> None:
    stacks = [*many("rest", 257), *many("canary", 1)]
    ran = exporting(tmp_path, stacks)
    assert ran.returncode == 0, ran.stderr
    lines = (tmp_path / "output").read_text(encoding="utf-8").splitlines()
    found = {name: json.loads(value) for name, value in (line.split("=", 1) for line in lines)}
    assert {name: len(each["include"]) for name, each in found.items()} == {
        "canary_1": 1,
        "rest_1": 256,
        "rest_2": 1,
    }
    # What is beside `include` in a matrix would be a dimension of its own.
    assert all(set(each) == {"include"} for each in found.values())
    assert found["rest_2"]["include"][0]["stack"] == "rest-256"
    assert set(found) <= set(WAVES)


def test_a_fleet_that_outgrows_the_workflow_stops_it(tmp_path: Path) -> None:
    ran = exporting(tmp_path, many("rest", 513))
    assert ran.returncode != 0
    assert "wave rest needs another job in this workflow: rest_3" in ran.stderr
