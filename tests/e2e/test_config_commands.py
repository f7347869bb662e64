"""The commands of docs/how-to/configure-from-the-command-line.md, with the real engine: what they write, and what the
program and the editors' schema make of it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprint.settings import ExistingNetwork, Settings, parse
from blueprint.stack_schema import stack_schema
from sandbox import environments
from sandbox.bootstrap import engine
from sandbox.layout import Layout
from tests.blueprint.right_settings import problems
from tests.support.json_schema import accepts
from tests.support.pack import ROOT

PAGE = ROOT / "docs" / "how-to" / "configure-from-the-command-line.md"
COMMANDS = [
    line
    for block in re.findall(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
]


class Folder:
    """A project with a state of its own, of which nothing but the configuration is used."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        layout = Layout(ROOT, path / "sandbox")
        layout.state.mkdir(parents=True)
        found = engine.find()
        assert found is not None
        self.environment = environments.for_sandbox(layout, found, 9, stand_in=False)
        text = (ROOT / "Pulumi.yaml").read_text(encoding="utf-8")
        (path / "Pulumi.yaml").write_text(text.replace("name: ssm-vpc-endpoints", f"name: {name}", 1))

    def run(self, command: str) -> str:
        """Runs a line of a page; returns what it said."""
        done = subprocess.run(
            [*shlex.split(command), "--non-interactive"],
            cwd=self.path,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    @property
    def file(self) -> Any:
        """The stack file as an editor reads it."""
        return yaml.safe_load((self.path / "Pulumi.mystack.yaml").read_text(encoding="utf-8"))

    def handed_over(self) -> dict[str, Any]:
        """The configuration as the engine hands it to a program: all of it text, with what Pulumi.yaml says."""
        shown = json.loads(self.run("pulumi config --json --stack mystack"))
        return {key: entry["value"] for key, entry in shown.items()}

    def settings(self) -> Settings:
        """What the program makes of it."""
        return parse(self.handed_over(), stack_file="Pulumi.mystack.yaml")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """All commands of the page but the last block, in a project of another name."""
    folder = Folder(tmp_path_factory.mktemp("commands"), "my-endpoints")
    for command in COMMANDS[:-1]:
        folder.run(command)
    return folder


def test_the_commands_of_the_page_make_these_settings(done: Folder) -> None:
    assert len(COMMANDS) >= 20
    found = done.settings()
    network = found.network
    assert isinstance(network, ExistingNetwork)
    assert network.vpc_cidrs == ("10.20.0.0/16",)
    assert [each.availability_zone for each in network.node_subnets] == ["eu-west-1a", "eu-west-1b"]
    assert found.features.kms_encryption is True
    assert found.features.windows is False
    assert found.protect is True
    assert found.account_id == "123456789012"
    assert found.endpoint_policies.account_ids == ("210987654321",)
    assert found.tags == {"team": "platform", "cost-center": "4711"}


def test_what_they_write_is_right_for_editors(done: Folder) -> None:
    assert accepts(stack_schema(), done.file)


def test_the_last_command_takes_one_key_out(done: Folder) -> None:
    done.run(COMMANDS[-1])
    assert done.settings().tags == {"team": "platform"}


@pytest.mark.parametrize(
    ("command", "key", "said", "visible"),
    [
        (
            "pulumi config set ssm-vpc-endpoints:features.macos true",
            "ssm-vpc-endpoints:features.macos",
            "to Pulumi, a dot is part of the name; write nested YAML, or use --path",
            True,
        ),
        (
            "pulumi config set --path protect true",
            "my-endpoints:protect",
            "is in another namespace, and nothing reads it",
            # Another program's key may well have this name.
            False,
        ),
        (
            "pulumi config set --path 'ssm-vpc-endpoints:endpointPolicies.accountIds[1]' 310987654321",
            "ssm-vpc-endpoints:endpointPolicies.accountIds[1]",
            "must be text, in quotes",
            True,
        ),
        (
            "pulumi config set --path ssm-vpc-endpoints:features.macos 1",
            "ssm-vpc-endpoints:features.macos",
            "must be true or false, without quotes",
            True,
        ),
        (
            "pulumi config set --path --type string ssm-vpc-endpoints:features.macos true",
            "ssm-vpc-endpoints:features.macos",
            "must be true or false, without quotes",
            True,
        ),
    ],
    ids=["no --path", "no namespace", "digits", "one for true", "text for true"],
)
def test_what_goes_wrong_is_told(
    done: Folder, tmp_path: Path, command: str, key: str, said: str, visible: bool
) -> None:
    folder = Folder(tmp_path, "my-endpoints")
    text = (done.path / "Pulumi.mystack.yaml").read_text(encoding="utf-8")
    folder.run("pulumi stack init mystack")
    (tmp_path / "Pulumi.mystack.yaml").write_text(text, encoding="utf-8")
    folder.run(f"{command} --stack mystack")
    found = problems(folder.handed_over(), project="my-endpoints")
    assert [(problem.key, said in problem.message) for problem in found] == [(key, True)]
    assert accepts(stack_schema(), folder.file) is not visible
