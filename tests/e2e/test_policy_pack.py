"""The assembled pack, alone: in another folder, with an environment that holds nothing but its own requirements."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.places import cache_folder, child_environment
from tests.e2e.elsewhere import Elsewhere
from tests.support import cloud
from tests.support.pack import ROOT
from tools import analyzer, policy_pack

VERSION = yaml.safe_load((ROOT / "policies" / "PulumiPolicy.yaml").read_text(encoding="utf-8"))["version"]
POLICIES = {"ssm-endpoints-complete", "s3-gateway-buckets-complete", "endpoint-ingress-https"}


def environment_folder(requirements: Path, python: str) -> Path:
    """Where the environment of a pack's requirements lies, for that `sys.version`: `make compat` makes it first."""
    key = hashlib.sha256(requirements.read_bytes() + python.encode()).hexdigest()[:12]
    return cache_folder() / f"pack-{key}"


def environment_of(requirements: Path) -> Path:
    """An environment with a pack's requirements and nothing else; kept, because they change seldom and 95 MB take long."""
    folder = environment_folder(requirements, sys.version)
    with exclusive(cache_folder() / "pack.lock"):
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", folder], check=True)
            install = [
                "install",
                "--quiet",
                "--require-hashes",
                "--only-binary",
                ":all:",
                "-r",
                str(requirements),
            ]
            subprocess.run([str(folder / "bin" / "pip"), *install], check=True, env=child_environment())
            (folder / "complete").touch()
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """What `make policy-pack` makes, as a team that never heard of this repository has it."""
    folder = tmp_path / "a team's pack"
    policy_pack.assemble(folder)
    (folder / "venv").symlink_to(environment_of(folder / "requirements.txt"))
    return folder


def python(pack: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [pack / "venv" / "bin" / "python", "-c", code],
        cwd=pack,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_requirements_are_all_that_it_needs_and_hold_no_aws_sdk(pack: Path) -> None:
    found = python(pack, "import importlib.util as u; print(u.find_spec('pulumi_aws'), u.find_spec('boto3'))")
    assert found.stdout == "None None\n"
    loaded = python(
        pack,
        "import policies.registry, sys; print(policies.registry.__file__); print('pulumi_aws' in sys.modules)",
    )
    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.startswith(str(pack))


def test_it_blocks_the_program_of_a_team_that_has_nothing_else_of_ours(
    pack: Path, elsewhere: Elsewhere
) -> None:
    elsewhere.program(services=("ssm", "ec2messages", "ec2", "kms", "logs"))
    answer = elsewhere.preview(pack)
    assert answer.code != 0
    assert "VPC 'net' has no Interface endpoint for com.amazonaws.eu-west-1.ssmmessages " in answer.text
    assert "[mandatory]" in answer.text


def test_without_its_environment_the_engine_says_how_to_make_it(pack: Path, elsewhere: Elsewhere) -> None:
    (pack / "venv").unlink()
    elsewhere.program()
    answer = elsewhere.preview(pack)
    assert answer.code != 0
    assert f"python3 -m venv {pack}/venv" in answer.text


def test_run_serves_the_pack_from_anywhere(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert os.access(pack / "run", os.X_OK)
    # Nothing but the shell's own tools: the Python is the environment's.
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    with analyzer.running(tmp_path, [pack / "run"]) as running:
        assert running.name == "ssm-vpc-endpoints"
        assert running.policies.keys() >= POLICIES


def test_what_is_published_is_described_as_the_engine_wants_it(pack: Path) -> None:
    """https://www.pulumi.com/docs/discovery-governance/reference/policy-project-file/ (2026-11-23)"""
    described = yaml.safe_load((pack / "PulumiPolicy.yaml").read_text(encoding="utf-8"))
    assert described.keys() <= {"runtime", "version", "main", "description", "author", "website", "license"}
    assert described["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": "venv"}}
    assert re.fullmatch(r"\d+\.\d+\.\d+", described["version"])
    assert described["description"]
    assert "venv/" in (pack / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_what_is_published_to_pulumi_cloud_blocks_a_program_wherever_it_is_unpacked(
    pack: Path, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    """`pulumi policy publish` by the real engine, to a cloud on loopback; then what it shipped, and nothing else."""
    with cloud.running() as service:
        done = subprocess.run(
            ["pulumi", "policy", "publish", "acme", "--non-interactive"],
            cwd=pack,
            env={
                **elsewhere.environment,
                "PULUMI_BACKEND_URL": service.url,
                "PULUMI_ACCESS_TOKEN": cloud.TOKEN,
                "PULUMI_HOME": str(tmp_path / "home"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        described = service.described or {}
        assert service.complete == f"/api/orgs/acme/policypacks/ssm-vpc-endpoints/versions/{VERSION}/complete"
    assert (described["name"], described["versionTag"]) == ("ssm-vpc-endpoints", VERSION)
    mandatory = {each["name"] for each in described["policies"] if each["enforcementLevel"] == "mandatory"}
    assert len(mandatory) == 22
    assert mandatory >= POLICIES
    assert {"waivers", "features", "onUnknown"} <= described["policies"][0]["configSchema"][
        "properties"
    ].keys()
    with tarfile.open(fileobj=io.BytesIO(service.archive)) as shipped:
        shipped.extractall(tmp_path / "shipped", filter="data")
    unpacked = tmp_path / "shipped" / "package"
    assert not (unpacked / "venv").exists()
    # What the engine does with a published pack's requirements.
    (unpacked / "venv").symlink_to(environment_of(unpacked / "requirements.txt"))
    elsewhere.program(services=("ssm", "ec2messages", "ec2", "kms", "logs"))
    answer = elsewhere.preview(unpacked)
    assert answer.code != 0
    assert "VPC 'net' has no Interface endpoint for com.amazonaws.eu-west-1.ssmmessages " in answer.text
