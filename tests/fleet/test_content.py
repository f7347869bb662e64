"""What has to change before a run that ended well is made again, and what has not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from fleet import content
from fleet.content import ROOT, of_job, program
from fleet.shapes import VERBS, Job
from tests.fleet.fleets import ROOT as CLONE

JOB = Job(
    stack="shop-eu-west-1",
    verb="up",
    config={"aws:region": "eu-west-1", "ssm-vpc-endpoints:tags": {"team": "shop"}},
    policies={"vpc-dns-enabled": {"enforcementLevel": "mandatory", "scope": "always"}},
    backend="s3://acme-state",
    secrets_provider="passphrase",
    program="p1",
    timeout=3600.0,
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clone's files, as far as somebody could think that they matter, to be spoilt."""
    root = tmp_path_factory.mktemp("clone")
    for name in ("blueprint", "components", "policies", "docs", "tests/fleet"):
        shutil.copytree(CLONE / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__main__.py", "Pulumi.yaml", "Pulumi.README.md", "requirements.txt", "README.md"):
        shutil.copy(CLONE / name, root / name)
    return root


def after(root: Path, name: str) -> str:
    """The program's hash with one byte more in a file, which is there again without it afterwards."""
    file = root / name
    before = file.read_bytes() if file.exists() else None
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes((before or b"") + b"#")
    try:
        return program(root)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)


@pytest.mark.parametrize(
    "name",
    [
        "__main__.py",
        "Pulumi.yaml",
        "requirements.txt",
        "blueprint/plan.py",
        "blueprint/facts/regions.toml",
        "blueprint/settings/network.py",
        "components/new.py",
        "policies/registry.py",
        "policies/PulumiPolicy.yaml",
    ],
)
def test_a_byte_of_program_facts_or_pack_makes_it_another(copy: Path, name: str) -> None:
    assert after(copy, name) != program(copy)


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "Pulumi.dev.yaml",
        "docs/new.md",
        "tests/fleet/fleets.py",
        "policies/config/stacks.toml",
        "policies/config/dev.json",
        "policies/__pycache__/registry.cpython-311.pyc",
        "fleet.yaml",
    ],
)
def test_what_no_run_is_made_from_leaves_it_the_same(copy: Path, name: str) -> None:
    assert after(copy, name) == program(copy)


def test_a_file_under_another_name_makes_it_another(copy: Path) -> None:
    before = program(copy)
    file = copy / "components" / "_kept.py"
    file.write_text("X = 1\n", encoding="utf-8")
    added = program(copy)
    moved = file.rename(file.with_name("_moved.py"))
    try:
        assert len({before, added, program(copy)}) == 3
    finally:
        moved.unlink()
    assert program(copy) == before


def test_two_clones_of_the_same_files_have_the_same_hash(copy: Path, tmp_path: Path) -> None:
    shutil.copytree(copy, tmp_path / "elsewhere")
    assert program(tmp_path / "elsewhere") == program(copy)


def test_the_program_is_that_of_this_clone() -> None:
    assert ROOT == CLONE
    assert len(program()) == 64
    assert program() == content.program(CLONE)


@pytest.mark.parametrize(
    "other",
    [
        *(replace(JOB, verb=verb) for verb in VERBS),
        replace(JOB, attempt=7),
        replace(JOB, timeout=1.0),
        replace(JOB, sandbox_port=5577),
        replace(JOB, config=dict(reversed(list(JOB.config.items())))),
    ],
)
def test_how_it_is_run_is_no_part_of_what_it_is_made_from(other: Job) -> None:
    assert of_job(other) == of_job(JOB)


def test_all_that_a_run_is_made_from_makes_it_another() -> None:
    others = [
        replace(JOB, stack="shop-eu-west-2"),
        replace(JOB, backend="s3://acme-state-2"),
        replace(JOB, secrets_provider="awskms://alias/pulumi"),
        replace(JOB, program="p2"),
        replace(JOB, config={**JOB.config, "ssm-vpc-endpoints:tags": {"team": "bank"}}),
        replace(JOB, config={"aws:region": "eu-west-1"}),
        replace(JOB, policies={"vpc-dns-enabled": {"enforcementLevel": "advisory", "scope": "always"}}),
        replace(JOB, policies={}),
    ]
    assert len({of_job(JOB), of_job(JOB, "sandbox 1"), of_job(JOB, "sandbox 2"), *map(of_job, others)}) == 11
