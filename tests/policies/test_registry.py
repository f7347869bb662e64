"""A policy is a rule file, a line in the registry, a test and two fixtures; whoever forgets one is told which."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pulumi_aws as aws
import pytest
from pulumi_aws import autoscaling, ec2, iam, route53, ssm, vpc
from pulumi_policy import EnforcementLevel

from blueprint.catalog import load
from policies import registry, tokens
from tests.support.pack import ROOT

POLICIES = {policy.name: policy for policy in registry.POLICIES}
FIXTURES = ROOT / "tests" / "fixtures" / "policies"
RULE_FILES = {
    p.stem for p in (ROOT / "policies").glob("*.py") if re.search(r"^policy = ", p.read_text(), re.M)
}


def test_every_rule_file_is_registered_under_its_own_name() -> None:
    named = {name.replace("-", "_") for name in POLICIES}
    assert named == RULE_FILES, (
        f"not in policies/registry.py or named differently: {sorted(named ^ RULE_FILES)}"
    )
    assert len(POLICIES) == len(registry.POLICIES)


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_has_a_test_and_fixtures_that_pass_and_fail(name: str) -> None:
    test = Path(__file__).parent / f"test_{name.replace('-', '_')}.py"
    assert test.exists(), f"{name} has no {test.name}"
    for verdict in ("pass", "fail"):
        assert list((FIXTURES / name).glob(f"{verdict}-*.yaml")), (
            f"{name} has no fixture {name}/{verdict}-*.yaml"
        )


# Advisory by default: what is excused is seen and does not block, and full access works (README).
ADVISORY = {"nothing-waived", "s3-gateway-policy-not-open"}


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_says_its_level_what_how_bad_and_where_it_is_written(name: str) -> None:
    policy = POLICIES[name]
    level = EnforcementLevel.ADVISORY if name in ADVISORY else EnforcementLevel.MANDATORY
    assert policy.enforcement_level is level
    assert policy.severity is not None
    assert len(policy.description) <= 110
    assert policy.remediation_steps
    known = {source.url for source in load().sources.values()}
    assert policy.url in known, f"{policy.url} is in no row of blueprint/facts/sources.toml"
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)


def test_fixture_folders_belong_to_policies() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == POLICIES.keys()


def test_tokens_are_the_sdks() -> None:
    """A mistyped token is a rule that never fires."""
    touched = (
        ec2.Vpc,
        vpc.SecurityGroupIngressRule,
        autoscaling.Group,
        iam.Role,
        ssm.Document,
        route53.Zone,
    )  # the SDK's modules fill up at the first touch
    classes = [*touched] + [
        c
        for module in (ec2, vpc, autoscaling, iam, ssm, route53)
        for c in vars(module).values()
        if isinstance(c, type)
    ]
    known = {getattr(c, "pulumi_type", "") for c in classes if issubclass(c, aws.ec2.Vpc.__mro__[2])}
    strings = {
        value for value in vars(tokens).values() if isinstance(value, str) and value.startswith("aws:")
    }
    assert strings <= known, strings - known
    assert set(tokens.NOT_IN_A_VPC) <= known, set(tokens.NOT_IN_A_VPC) - known


def test_no_rule_touches_the_sdks_proxies() -> None:
    """`in props` and `props.get` on a proxy raise on an unknown value; only arguments.py may hold one."""
    for path in (ROOT / "policies").glob("*.py"):
        if path.name not in ("arguments.py", "rule.py"):
            assert "args.props" not in path.read_text(encoding="utf-8"), path.name


def test_nothing_in_the_pack_prints_but_the_server_its_port() -> None:
    """The engine reads the pack's port from its standard output."""
    for path in (ROOT / "policies").glob("*.py"):
        if path.name == "server.py":
            assert path.read_text(encoding="utf-8").count("sys.stdout.write") == 1
            continue
        assert not re.search(r"^\s*print\(|sys\.stdout", path.read_text(encoding="utf-8"), re.M), path.name


def test_files_stay_readable() -> None:
    for folder in ("blueprint", "components", "package", "policies", "sandbox"):
        for path in (ROOT / folder).rglob("*.py"):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            most = 62 if path.stem in RULE_FILES else 250
            assert lines <= most, f"{path.relative_to(ROOT)} has {lines} lines, more than {most}"
    assert len((ROOT / "__main__.py").read_text(encoding="utf-8").splitlines()) <= 40


def test_the_import_contracts_name_every_module_of_the_blueprint() -> None:
    """A new module is forbidden to components and policies until somebody decides otherwise."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    modules = {f"blueprint.{p.stem}" for p in (ROOT / "blueprint").glob("*.py")} - {"blueprint.__init__"}
    # Facts, and nothing that is decided from them.
    facts = {"blueprint.announced", "blueprint.catalog", "blueprint.prices"}
    may_import = {"components": {"blueprint.plan"}, "policies": facts}
    for source, allowed in may_import.items():
        (contract,) = (c for c in contracts if c["source_modules"] == [source])
        assert modules - allowed <= set(contract["forbidden_modules"]), source
