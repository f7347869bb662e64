"""docs/examples/github-facts.yml: nobody can run it here, so all that can be wrong with it without GitHub is looked at."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import botocore_wheels as wheels
from tests.support.pack import ROOT

TEXT = (ROOT / "docs" / "examples" / "github-facts.yml").read_text(encoding="utf-8")
# PyYAML reads the word `on` as true.
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS: dict[str, dict[str, Any]] = WORKFLOW["jobs"]
STEPS = [(job, step) for job, each in JOBS.items() for step in each["steps"]]
SCRIPTS = {
    job: "\n".join(step["run"] for name, step in STEPS if name == job and "run" in step) for job in JOBS
}


def test_it_has_the_keys_of_a_workflow_and_runs_every_week() -> None:
    assert set(WORKFLOW) == {"name", True, "permissions", "concurrency", "jobs"}
    assert set(WORKFLOW[True]) == {"schedule", "workflow_dispatch"}
    (when,) = WORKFLOW[True]["schedule"]
    assert re.fullmatch(r"\d{1,2} \d{1,2} \* \* [0-6]", when["cron"])
    for job in JOBS.values():
        assert set(job) <= {
            "needs",
            "if",
            "runs-on",
            "timeout-minutes",
            "permissions",
            "outputs",
            "env",
            "steps",
        }
        assert {"runs-on", "timeout-minutes", "permissions", "steps"} <= set(job)
    for _, step in STEPS:
        assert set(step) <= {"name", "id", "if", "uses", "with", "run", "env"}
        assert ("uses" in step) != ("run" in step)


def test_what_runs_installed_packages_may_write_nothing() -> None:
    assert WORKFLOW["permissions"] == {}
    assert JOBS["look"]["permissions"] == {"contents": "read"}
    assert JOBS["tell"]["permissions"] == {"actions": "read", "contents": "write", "pull-requests": "write"}
    assert not re.search(r"\b(make|python|pip)\b", SCRIPTS["tell"])
    assert "GH_TOKEN" not in json.dumps(JOBS["look"])
    assert "secrets." not in TEXT


def test_actions_are_github_s_own_and_keep_no_credentials() -> None:
    used = [step for _, step in STEPS if "uses" in step]
    assert {step["uses"].split("@")[0] for step in used} == {
        "actions/checkout",
        "actions/setup-python",
        "actions/upload-artifact",
    }
    for step in used:
        assert re.fullmatch(r"[^@]+@(v\d+|[0-9a-f]{40})", step["uses"])
        if step["uses"].startswith("actions/checkout@"):
            assert step["with"] == {"persist-credentials": False}


def test_no_expression_is_pasted_into_a_script() -> None:
    for script in SCRIPTS.values():
        assert "${{" not in script


def shell(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """As GitHub runs it: bash -e -o pipefail."""
    own = {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder), **environment}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder / "clone",
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )


def program(folder: Path, name: str, text: str) -> None:
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / name).write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
    (folder / "bin" / name).chmod(0o755)


def git(folder: Path, *arguments: str) -> str:
    own = {**os.environ, "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    asked = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
    return subprocess.run(asked, cwd=folder, env=own, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with our facts, and where it is pushed to."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "blueprint" / "facts", folder / "blueprint" / "facts")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "facts")
    git(tmp_path, "init", "--quiet", "--bare", "origin")
    git(folder, "remote", "add", "origin", str(tmp_path / "origin"))
    git(folder, "push", "--quiet", "origin", "main")
    return folder


@pytest.mark.parametrize(
    ("ended", "code", "new"), [("differences", 0, True), ("same", 0, False), ("unseen", 1, False)]
)
def test_looking_says_how_it_ended_and_is_red_if_nothing_could_be_looked_at(
    ended: str, code: int, new: bool, clone: Path, tmp_path: Path
) -> None:
    """The script as it stands; in the place of `make`, the tool itself with a wheel that a test made."""
    found = wheels.data()
    if new:
        wheels.partition(found, "aws")[0]["regions"]["ap-northeast-9"] = {
            "description": "Asia Pacific (Ulan Bator)"
        }
    wheel = wheels.wheel(tmp_path, found=found) if ended != "unseen" else tmp_path / "none.whl"
    program(
        tmp_path,
        "make",
        f'[ "$*" = "facts-check ARGS=--write" ] || exit 9\ncd {ROOT} && {sys.executable} -c "\n'
        "import pathlib, sys\nfrom tools.facts_check.__main__ import main\n"
        f"sys.exit(main(['--write', '--on=2026-12-01', '--botocore={wheel}', '--output={clone}/dist/facts-check'], "
        f"pathlib.Path('{clone}/blueprint/facts')))\"",
    )
    program(tmp_path, "jq", 'sed -n \'s/^  "ended": "\\(.*\\)",$/\\1/p\' "$3"\n')
    done = shell(SCRIPTS["look"], tmp_path, GITHUB_OUTPUT=str(tmp_path / "output"))
    assert done.returncode == code, done.stderr
    assert (tmp_path / "output").read_text(encoding="utf-8") == f"ended={ended}\n"
    patch = (clone / "dist" / "facts-check" / "facts.patch").read_text(encoding="utf-8")
    assert ("+[ap-northeast-9]\n" in patch) == new
    assert new or patch == ""


GH = """
case "$1 $2" in
  "run download") mkdir -p "$7"; cp "$FOUND"/* "$7" ;;
  "api repos/acme/network/pulls?state=open&head=acme:facts-check") cat "$OPEN" ;;
esac
echo "$*" >> "$SAID"
for each; do case "$each" in body=@*) cp "${each#body=@}" "$SAID.body" ;; esac; done
"""


def tell(folder: Path, open_: str, patch: str) -> list[str]:
    """Runs the script of `tell`; what it asked of GitHub."""
    (folder / "found").mkdir()
    (folder / "found" / "facts.patch").write_text(patch, encoding="utf-8")
    (folder / "found" / "facts-check.md").write_text("```diff\n+ the diff\n```\n", encoding="utf-8")
    (folder / "open").write_text(open_, encoding="utf-8")
    (folder / "temp").mkdir()
    program(folder, "gh", GH)
    own = {"SAID": "said", "FOUND": "found", "OPEN": "open", "RUNNER_TEMP": "temp"}
    done = shell(
        SCRIPTS["tell"],
        folder,
        GITHUB_RUN_ID="7",
        GITHUB_REPOSITORY="acme/network",
        GITHUB_REPOSITORY_OWNER="acme",
        BASE="main",
        **{name: str(folder / value) for name, value in own.items()},
    )
    assert done.returncode == 0, done.stderr
    assert "```diff\n+ the diff\n```\n" in (folder / "said.body").read_text(encoding="utf-8")
    return (folder / "said").read_text(encoding="utf-8").splitlines()


def patch_of(clone: Path, **changes: str) -> str:
    """What `git diff` says of lines that are appended to files of ours."""
    for name, text in changes.items():
        path = clone / "blueprint" / "facts" / f"{name}.toml"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    made = git(clone, "diff", "--", "blueprint/facts")
    git(clone, "checkout", "--quiet", "--", ".")
    return made


def test_a_pull_request_is_opened_with_the_announced_row_and_no_other(clone: Path, tmp_path: Path) -> None:
    patch = patch_of(clone, announced="\n[ap-northeast-9]\n", regions="\n[evil-1]\n")
    said = tell(tmp_path, "", patch)
    assert [" ".join(line.split()[:2]) for line in said] == [
        "run download",
        "api repos/acme/network/pulls?state=open&head=acme:facts-check",
        "auth setup-git",
        "api --silent",
    ]
    assert said[-1].startswith(
        "api --silent --method POST repos/acme/network/pulls -f head=facts-check -f base=main "
    )
    assert git(tmp_path / "origin", "show", "--format=", "--name-only", "facts-check").split() == [
        "blueprint/facts/announced.toml"
    ]
    assert "+[ap-northeast-9]" in git(tmp_path / "origin", "show", "facts-check")


def test_without_a_row_to_write_the_pull_request_has_the_diff_alone(clone: Path, tmp_path: Path) -> None:
    assert tell(tmp_path, "", "")[-1].startswith("api --silent --method POST repos/acme/network/pulls ")
    assert git(tmp_path / "origin", "show", "--format=", "--name-only", "facts-check") == ""
    assert git(tmp_path / "origin", "rev-list", "--count", "main..facts-check").strip() == "1"
    assert clone.is_dir()


def test_an_open_pull_request_gets_the_new_diff_and_keeps_its_branch(clone: Path, tmp_path: Path) -> None:
    patch = patch_of(clone, announced="\n[ap-northeast-9]\n")
    assert tell(tmp_path, "41\n", patch)[-1].startswith(
        "api --silent --method PATCH repos/acme/network/pulls/41 "
    )
    assert git(tmp_path / "origin", "branch", "--list", "facts-check") == ""
