"""Real stacks: what reaches Pulumi, and what the user hears when something is missing."""

import os
import time
from pathlib import Path

import pytest

from sandbox import environments, preflight
from sandbox.bootstrap import aws_plugin, engine, links, places
from sandbox.layout import Layout, SandboxError
from tests.sandbox.machines import fake_pulumi

USER = {
    "PATH": f"/usr/bin:{places.STAND_IN_FOLDER}",
    "HOME": "/home/me",
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "PULUMI_ACCESS_TOKEN": "pul-secret",
    "PULUMI_STACK": "other",
    "PULUMI_HOME": "/home/me/.pulumi",
    "PYTHONPATH": "/elsewhere",
}


def test_the_sandbox_sees_nothing_of_the_users_accounts(layout: Layout) -> None:
    seen = environments.for_sandbox(layout, Path("/engine"), 5601, stand_in=True, user=USER)
    assert not {"AWS_PROFILE", "PULUMI_ACCESS_TOKEN", "PULUMI_STACK", "PYTHONPATH"} & seen.keys()
    assert (seen["AWS_ACCESS_KEY_ID"], seen["AWS_SECRET_ACCESS_KEY"]) == ("test", "test")
    assert seen["AWS_ENDPOINT_URL"] == "http://127.0.0.1:5601"
    assert seen["PULUMI_BACKEND_URL"] == f"file://{layout.state}"
    assert seen["PULUMI_CONFIG_PASSPHRASE"] == ""
    assert seen["PULUMI_HOME"] == USER["PULUMI_HOME"]
    first, second, third, *rest = seen["PATH"].split(os.pathsep)
    assert [first, second, third] == [str(places.STAND_IN_FOLDER), str(places.VENV / "bin"), "/engine"]
    assert str(places.STAND_IN_FOLDER) not in rest
    official = environments.for_sandbox(layout, Path("/engine"), 5601, stand_in=False, user=USER)
    assert str(places.STAND_IN_FOLDER) not in official["PATH"]
    assert "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION" not in official


def test_a_real_run_never_sees_the_stand_in(tmp_path: Path) -> None:
    seen = environments.for_real(tmp_path / "engine", USER)
    assert str(places.STAND_IN_FOLDER) not in seen["PATH"]
    assert seen["PATH"].split(os.pathsep) == [str(places.VENV / "bin"), "/usr/bin", str(tmp_path / "engine")]
    assert seen["AWS_PROFILE"] == "production"
    assert "PULUMI_CONFIG_PASSPHRASE" not in seen
    (tmp_path / "activated").mkdir()
    cached = fake_pulumi(tmp_path / "ssm-vpc-endpoints/engine/key")
    assert links.refresh(tmp_path / "activated", cached, engine.NAMES)
    activated = environments.for_real(cached, {**USER, "PATH": str(tmp_path / "activated")})
    assert engine.on_path("1.0.0", activated)[0] == cached
    own = fake_pulumi(tmp_path / "own")
    seen = environments.for_real(tmp_path / "engine", {**USER, "PATH": str(own)})
    assert str(tmp_path / "engine") not in seen["PATH"]


def test_a_real_stack_hears_all_problems_at_once(layout: Layout, newcomer: dict[str, str]) -> None:
    layout.stack_file("prod").write_text("config: {aws:region: eu-west-1}\n")
    started = time.monotonic()
    with pytest.raises(SandboxError) as caught:
        preflight.check(layout, "prod", newcomer)
    told = str(caught.value)
    for part in (
        "engine: no pulumi on PATH",
        "aws plugin: the official one",
        "credentials: none",
        "backend: ",
    ):
        assert told.count(part) == 1, told
    assert told.count("    fix: ") == 4
    assert f"pulumi plugin install resource aws {aws_plugin.locked_version()}" in told
    assert "make preview STACK=prod SANDBOX=1" in told
    assert time.monotonic() - started < 5


def test_a_real_stack_with_everything_passes_and_an_unknown_stack_does_not(
    layout: Layout, newcomer: dict[str, str], tmp_path: Path
) -> None:
    fake_pulumi(tmp_path / "bin", """echo '[{"name": "org/ssm-vpc-endpoints/prod-me-south-1"}]'""")
    plugin = (
        places.pulumi_home() / "plugins" / f"resource-aws-v{aws_plugin.locked_version()}/{aws_plugin.PROGRAM}"
    )
    plugin.parent.mkdir(parents=True)
    plugin.touch(0o755)
    ready = {**newcomer, "PULUMI_ACCESS_TOKEN": "x", "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    preflight.check(layout, "prod-me-south-1", ready)
    layout.stack_file("new").write_text("config: {}\n")
    with pytest.raises(SandboxError, match="your backend has no stack new"):
        preflight.check(layout, "new", {**ready, "AWS_PROFILE": "x"})


@pytest.mark.parametrize(
    "ready",
    [
        {"AWS_ACCESS_KEY_ID": "x"},
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "x"},
        {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "x"},
        {"file": "credentials"},
        {"file": "config"},
        {"vendor": "Amazon EC2"},
        {"stack": "config: {aws:profile: x}\n"},
        {"stack": "environment: [aws/prod]\nconfig: {}\n"},
    ],
)
def test_where_credentials_may_come_from(
    layout: Layout, newcomer: dict[str, str], ready: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "home/.aws").mkdir(parents=True)
    layout.stack_file("prod").write_text(ready.pop("stack", "config: {}\n"))
    if "file" in ready:
        (tmp_path / "home/.aws" / ready.pop("file")).write_text("[default]\n")
    if "vendor" in ready:
        (tmp_path / "none").write_text(ready.pop("vendor"))
    with pytest.raises(SandboxError) as caught:
        preflight.check(layout, "prod", {**newcomer, **ready})
    assert "credentials" not in str(caught.value)
