"""`pulumi new` from a folder that holds this repository, under another name, with the real engine and without a network."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from blueprint.stack_schema import stack_schema
from sandbox import environments
from sandbox.bootstrap import aws_plugin, engine
from sandbox.layout import Layout
from tests.e2e.house import Answer, House
from tests.e2e.own_stack import flat
from tests.support.aws_api import provider_keys
from tests.support.json_schema import accepts
from tests.support.pack import ROOT

# What `pulumi new` starts to install the locked packages: here they are installed, and pip is left alone.
PYTHON = """\
#!/bin/sh
case "$1 $2" in
  "-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip") ;;
  *) exec "{python}" "$@" ;;
esac
"""


class New:
    """A project that `pulumi new` makes of this repository."""

    def __init__(self, folder: Path, port: int, name: str) -> None:
        template, self.folder, self.port = folder / "template", folder / "new", port
        template.mkdir()
        # What git has, as in a fresh clone: an environment that is there would be copied with it.
        (House(template, port).folder / ".venv").unlink()
        layout = Layout(ROOT, folder / "sandbox")
        layout.state.mkdir(parents=True)
        found = engine.find()
        assert found is not None
        stand_in = aws_plugin.sandbox_needs_stand_in()
        self.environment = environments.for_sandbox(layout, found, port, stand_in=stand_in)
        python = folder / "python"
        python.write_text(PYTHON.format(python=ROOT / ".venv" / "bin" / "python"), encoding="utf-8")
        python.chmod(0o755)
        self.said = self.pulumi(
            *("new", str(template), "--dir", str(self.folder), "--name", name, "--stack", "mystack"),
            *("--yes", "--offline"),
            cwd=folder,
            PULUMI_PYTHON_CMD=str(python),
        )
        assert self.said.code == 0, self.said.text
        shutil.rmtree(self.folder / ".venv", ignore_errors=True)
        (self.folder / ".venv").symlink_to(ROOT / ".venv")

    def pulumi(self, *arguments: str, cwd: Path | None = None, **environment: str) -> Answer:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=cwd or self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return Answer(done.returncode, done.stdout)

    @property
    def file(self) -> Path:
        return self.folder / "Pulumi.mystack.yaml"

    def preview(self) -> Answer:
        """A preview against the AWS API on loopback, under the project's own copy of the pack."""
        written = yaml.safe_load(self.file.read_text(encoding="utf-8"))
        written["config"] = {**provider_keys(self.port), **written["config"]}
        self.file.write_text(yaml.safe_dump(written), encoding="utf-8")
        return self.pulumi("preview", "--stack", "mystack", "--policy-pack", "policies")


@pytest.fixture
def new(tmp_path: Path, moto: int) -> New:
    return New(tmp_path, moto, "my-endpoints")


def test_a_project_of_another_name_previews_and_misses_no_key(new: New) -> None:
    project = yaml.safe_load((new.folder / "Pulumi.yaml").read_text(encoding="utf-8"))
    assert project["name"] == "my-endpoints"
    assert "template" not in project
    # The template's default, with nothing asked.
    file = yaml.safe_load(new.file.read_text(encoding="utf-8"))
    assert file["config"] == {"aws:region": "eu-west-1"}
    # What it says to do next.
    commands = [
        line for line in map(str.strip, new.said.text.splitlines()) if line.startswith("pulumi config set")
    ]
    assert len(commands) == 3
    for command in commands:
        assert new.pulumi(*shlex.split(command)[1:]).code == 0
    assert accepts(stack_schema(), yaml.safe_load(new.file.read_text(encoding="utf-8")))
    shown = new.preview()
    assert shown.code == 0, shown.text
    assert "ssm-vpc-endpoints:index:SsmEndpoints" in shown.text
    # A key without a namespace is the project's, and nothing reads it: that is said, with the key to write.
    assert new.pulumi("config", "set", "--stack", "mystack", "protect", "true").code == 0
    refused = new.preview()
    assert refused.code != 0
    assert "my-endpoints:protect" in refused.text
    assert "did you mean ssm-vpc-endpoints:protect?" in flat(refused.text)
    assert "Traceback" not in refused.text
