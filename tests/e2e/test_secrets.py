"""Secrets wherever a user may have one, and none of them in anything that is printed or written.

Each is a word that stands nowhere else, so that one search through outputs, pages, ledgers and states finds a leak.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from tests.e2e.elsewhere import Elsewhere
from tests.e2e.fleets import FleetHouse, inventory
from tests.e2e.house import House
from tests.support.aws_api import serving
from tests.support.pack import ROOT

SHELL = {
    "AWS_ACCESS_KEY_ID": "AKIAZLEAKSHELLKEY001",
    "AWS_SECRET_ACCESS_KEY": "leak/shell/secret/key/1",
    "AWS_SESSION_TOKEN": "leak-shell-session-token-1",
    "PULUMI_ACCESS_TOKEN": "pul-leak-shell-token-1",
    "PULUMI_CONFIG_PASSPHRASE": "leak shell passphrase 1",
    "PULUMI_BACKEND_URL": "https://somebody:leak-backend-password-1@example.invalid/state",
    "HTTPS_PROXY": "http://somebody:leak-proxy-password-1@127.0.0.1:9",
}
PASSWORDS = ("leak-backend-password-1", "leak-proxy-password-1")
IN_THE_SHELL = (*(value for name, value in SHELL.items() if not value.startswith("http")), *PASSWORDS)
# In the configuration and the resources of somebody's program; each where another part of the pack reads.
PROGRAM = {
    "policy": "leak-policy-bucket-1",
    "description": "leak description 1",
    "role": "leak-role-statement-1",
}
# The stand-in copies tags into tagsAll and does not mark them there: they are looked for on pages alone.
TAGS = {"config": "leak-config-value-1", "tag": "leak-tag-value-1"}
MORE = """
import pulumi
config = pulumi.Config()
token = config.require_secret("token")
tags = {{"token": token, "tag": pulumi.Output.secret("{tag}")}}
aws.ec2.VpcEndpoint("told", service_name="com.amazonaws.eu-west-1.kms", tags=tags,
                    policy=pulumi.Output.secret(json.dumps({{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
                        "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::{policy}/*"}}]}})), **common)
told = pulumi.Output.secret("{description}")
aws.ec2.SecurityGroup("open", vpc_id=vpc.id, description=told,
                      ingress=[{{**https, "cidr_blocks": ["0.0.0.0/0"], "description": told}}])
role = aws.iam.Role("node", assume_role_policy=json.dumps({{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
                    "Principal": {{"Service": "ec2.amazonaws.com"}}, "Action": "sts:AssumeRole"}}]}}))
aws.iam.RolePolicy("own", role=role.name, policy=pulumi.Output.secret(json.dumps({{"Version": "2012-10-17", "Statement": [
                   {{"Sid": "x", "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::{role}/*"}}]}})))
profile = aws.iam.InstanceProfile("node", role=role.name)
pulumi.export("token", token)
"""


def spellings(secret: str) -> Iterator[str]:
    """The ways in which a text may stand in a file."""
    yield secret
    yield quote(secret, safe="")
    yield json.dumps(secret)[1:-1]
    yield base64.b64encode(secret.encode()).decode()


def leaks(texts: Iterable[tuple[str, str]], secrets: Iterable[str]) -> list[str]:
    """Which secret stands where."""
    wanted = {spelling: secret for secret in secrets for spelling in spellings(secret)}
    return sorted(
        {f"{secret}: {name}" for name, text in texts for each, secret in wanted.items() if each in text}
    )


def written(folder: Path, *names: str) -> Iterator[tuple[str, str]]:
    """Every file below these folders, that are all there."""
    for name in names:
        assert (folder / name).exists(), name
        files = [folder / name] if (folder / name).is_file() else (folder / name).rglob("*")
        for file in files:
            if file.is_file() and ".venv" not in file.parts:
                yield str(file), file.read_bytes().decode("utf-8", "replace")


@dataclass(frozen=True)
class Shell:
    """A shell with secrets in it, and all that the project's commands said in it."""

    folder: Path
    said: list[tuple[str, str]]

    def run(self, *arguments: str, codes: tuple[int, ...] = (0,), **more: str) -> str:
        """A command of the project's Python."""
        done = subprocess.run(
            [self.folder / ".venv" / "bin" / "python", *arguments],
            cwd=self.folder,
            env={**os.environ, **SHELL, **more},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        told = done.stdout + done.stderr
        self.said.append((" ".join(arguments), told))
        assert done.returncode in codes, told
        return told


def test_the_search_finds_what_it_is_for() -> None:
    texts = [
        (name, f"x{spelling}y") for secret in IN_THE_SHELL for name, spelling in enumerate(spellings(secret))
    ]
    found = leaks([(str(name), text) for name, text in texts], IN_THE_SHELL)
    assert len({each.split(":")[0] for each in found}) == len(IN_THE_SHELL)
    assert leaks([("x", "nothing of the kind")], IN_THE_SHELL) == []


def test_nothing_of_a_shell_gets_into_what_the_sandbox_prints_and_writes(house: House) -> None:
    shell = Shell(house.folder, [])
    port = str(house.port)
    shell.run("-m", "sandbox", "up", "--stack", "dev", "--", "--yes", "--skip-preview", SANDBOX_PORT=port)
    shell.run("-m", "cli", "report", SANDBOX_PORT=port)
    shell.run("-m", "tools.policy_report", "--stack", "dev", SANDBOX_PORT=port)
    shell.run("-m", "cli", "verify", "--stack", "dev", "--json", codes=(0, 1), SANDBOX_PORT=port)
    for verb in ("plan", "forwarders", "permissions"):
        more = (
            ("--for", "deployer", "--backend", SHELL["PULUMI_BACKEND_URL"]) if verb == "permissions" else ()
        )
        shell.run("-m", "cli", verb, "--stack", "dev", *more, SANDBOX_PORT=port)
    files = [*written(house.folder, "dist", ".sandbox")]
    assert {Path(name).suffix for name, _ in files} >= {".html", ".md", ".json", ".sarif"}
    assert any(name.endswith("stacks/ssm-vpc-endpoints/dev.json") for name, _ in files)
    assert leaks([*shell.said, *files], IN_THE_SHELL) == []


def test_keys_in_a_stack_file_are_refused_and_not_shown(house: House) -> None:
    file = house.folder / "Pulumi.dev.yaml"
    stack = yaml.safe_load(file.read_text(encoding="utf-8"))
    keys = {
        "aws:accessKey": "AKIAZLEAKSTACKFILE01",
        "aws:secretKey": "leak-stack-file-secret-1",
        "aws:token": "leak-stack-file-token-1",
    }
    stack["config"] |= keys
    file.write_text(yaml.safe_dump(stack), encoding="utf-8")
    shell = Shell(house.folder, [])
    port = str(house.port)
    told = shell.run("-m", "sandbox", "preview", "--stack", "dev", codes=(1,), SANDBOX_PORT=port)
    told += shell.run("-m", "cli", "plan", "--stack", "dev", "--json", codes=(2,), SANDBOX_PORT=port)
    for key in keys:
        assert told.count(f"{key}: (not shown): is for the machine's owner to say") == 2
    assert leaks(shell.said, keys.values()) == []


def test_nothing_of_a_shell_gets_into_what_a_fleet_prints_and_writes(tmp_path: Path) -> None:
    said = inventory()
    said["accounts"] = said["accounts"][1:]
    fleet = FleetHouse(tmp_path, said)
    try:
        shell = Shell(fleet.folder, [])
        shell.run(*fleet.words("up", "--json"))
        shell.run(
            "-m",
            "cli",
            "fleet",
            "roles",
            "fleet.yaml",
            "--offline",
            "--principal",
            "arn:aws:iam::999999999999:role/r",
        )
        files = [*written(fleet.folder, "dist", ".fleet")]
    finally:
        fleet.end()
    assert {Path(name).suffix for name, _ in files} >= {".html", ".jsonl", ".json"}
    assert leaks([*shell.said, *files], IN_THE_SHELL) == []


def test_a_backend_with_a_password_is_refused_and_not_shown(tmp_path: Path) -> None:
    fleet = FleetHouse(tmp_path, {**inventory(), "backend": {"url": SHELL["PULUMI_BACKEND_URL"]}})
    shell = Shell(fleet.folder, [])
    told = shell.run("-m", "cli", "fleet", "expand", "fleet.yaml", "--offline", codes=(2,))
    assert "holds a password" in told
    assert leaks(shell.said, PASSWORDS) == []


@pytest.fixture(scope="module")
def aws() -> Iterator[int]:
    with serving() as port:
        yield port


def test_no_secret_of_a_program_gets_into_findings_pages_recordings_and_states(
    tmp_path: Path, aws: int
) -> None:
    folder = tmp_path / "program"
    folder.mkdir()
    elsewhere = Elsewhere(folder, aws)
    elsewhere.program(services=("ssm",), more=MORE.format(**PROGRAM, **TAGS))
    assert elsewhere.pulumi("config", "set", "--secret", "token", TAGS["config"], "--stack", "dev").code == 0
    graph, events = folder / "graph.jsonl", folder / "events.jsonl"
    recorded = {"GRAPH_RECORDING": str(graph), "PULUMI_DEBUG_COMMANDS": "true"}
    packs = ("--policy-pack", str(ROOT / "policies"), "--policy-pack", str(ROOT / "review" / "recorder"))
    preview = elsewhere.pulumi(
        "preview", "--stack", "dev", "--diff", *packs, "--event-log", str(events), **recorded
    )
    assert preview.code != 0
    assert preview.text.count("mandatory") >= 3, preview.text
    up = elsewhere.pulumi("up", "--stack", "dev", "--yes", "--skip-preview")
    assert up.code == 0, up.text
    shell = Shell(folder, [])
    (folder / ".venv").symlink_to(ROOT / ".venv")
    report = (
        "report",
        "--events",
        str(events),
        "--graph",
        str(graph),
        "--output",
        str(folder / "dist"),
        "--json",
    )
    shell.run("-m", "cli", *report, codes=(0, 1), PYTHONPATH=str(ROOT))
    export = folder / "export.json"
    export.write_text(elsewhere.pulumi("stack", "export", "--stack", "dev").text, encoding="utf-8")
    shell.run("-m", "tools.audit", "--state", str(export), codes=(0, 1), PYTHONPATH=str(ROOT))
    pages = [
        ("preview", preview.text),
        ("up", up.text),
        *shell.said,
        *written(folder, "dist", "Pulumi.dev.yaml"),
    ]
    assert {Path(name).suffix for name, _ in pages} >= {".html", ".md"}
    assert leaks(pages, [*PROGRAM.values(), *TAGS.values()]) == []
    files = [*written(folder, "events.jsonl", "sandbox", "export.json")]
    assert leaks(files, PROGRAM.values()) == []
    # What the engine shows a pack is in the recording, to be judged again: it is its owner's alone.
    assert leaks(written(folder, "graph.jsonl"), PROGRAM.values())
    assert graph.stat().st_mode & 0o777 == 0o600
