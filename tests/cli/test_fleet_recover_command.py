"""`ssm-endpoints fleet recover`: a stack of an inventory, as its role in its account."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from cli import app
from fleet import credentials, mended, session
from fleet.ledger import Ledger
from fleet.settings import Account
from fleet.shapes import Result, Stack
from sandbox import mending
from sandbox import moto as server
from sandbox.layout import Layout, SandboxError
from sandbox.moto import Server
from tests.cli.mended_stacks import URN, Fake, creating
from tests.e2e.fleets import ACCOUNTS, ROLES, inventory
from tests.support.aws_api import REGION, client

STACK = "prod-eu-west-1"
TAGS = {"Name": "private", "environment": "dev"}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An inventory of three stacks in two accounts."""
    monkeypatch.setattr(session, "ROOT", tmp_path)
    path = tmp_path / "fleet.yaml"
    path.write_text(yaml.safe_dump(inventory()), encoding="utf-8")
    return path


@pytest.fixture
def run(file: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*more: str) -> tuple[int, str, str]:
        code = app.main(["fleet", "recover", str(file), "--sandbox", *more])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def up(moto: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fleet's sandbox is up."""
    monkeypatch.setattr(server, "running", lambda _: Server("one", moto, 1))


@pytest.fixture
def fake(moto: int, up: None, monkeypatch: pytest.MonkeyPatch) -> Fake:  # noqa: ARG001
    made = Fake(f"http://127.0.0.1:{moto}", STACK)

    @contextmanager
    def opened(*_: object) -> Iterator[Fake]:
        yield made

    monkeypatch.setattr(mended, "opened", opened)
    return made


def made(port: int, role: str) -> str:
    """A VPC that the state does not have, in a role's account."""
    tags = [{"Key": key, "Value": value} for key, value in TAGS.items()]
    ec2 = client(port, "ec2", REGION, role)
    specification = [{"ResourceType": "vpc", "Tags": tags}]
    return str(ec2.create_vpc(CidrBlock="10.90.0.0/16", TagSpecifications=specification)["Vpc"]["VpcId"])


def test_what_was_made_is_found_in_the_stacks_account_as_its_role(fake: Fake, moto: int, run: Run) -> None:
    made(moto, ROLES["dev"])
    lost = made(moto, ROLES["prod"])
    fake.deployment = creating("10.90.0.0/16", **TAGS)
    code, said, _ = run("--stack", STACK, "--yes")
    ((document, refreshed),) = fake.written
    assert [each["id"] for each in document["deployment"]["resources"]] == [lost]
    assert (code, refreshed) == (0, [URN])
    assert said.startswith(f"{STACK}, {REGION}, account {ACCOUNTS['prod']}")


def test_what_to_type_is_the_fleets(fake: Fake, file: Path, run: Run) -> None:
    fake.deployment = creating("10.92.0.0/16", **TAGS)
    code, _, error = run("--stack", STACK)
    words = f"{file} --sandbox --stack {STACK}"
    assert code == 1
    assert (
        f"nothing was written. To write: ssm-endpoints fleet recover {words}, and answer y; or with --yes"
        in error
    )
    code, said, _ = run("--stack", STACK, "--yes")
    assert code == 0
    assert f"Next: ssm-endpoints fleet up {words}, or ssm-endpoints fleet destroy {words}" in said


def test_each_of_several_is_looked_at_and_the_worst_is_the_exit_code(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that cannot be told keeps no other from being told."""
    fake.deployment = {"resources": []}
    well, waits = fake, Fake(fake.aws, "waits", creating("10.93.0.0/16", **TAGS))

    @contextmanager
    def opened(_: object, stack: Stack) -> Iterator[Fake]:
        if stack.region == "us-east-1":
            raise SandboxError("the backend has none of that name")
        yield waits if stack.name == STACK else well

    monkeypatch.setattr(mended, "opened", opened)
    first = ("--stack", "dev-eu-west-1")
    assert run(*first)[0] == 0
    assert run("--stack", STACK, *first)[0] == 1
    code, said, error = run("--stack", "dev-us-east-1", "--stack", STACK, *first)
    assert code == 2
    assert "dev-us-east-1: the backend has none of that name" in error
    told = [line.split(",")[0] for line in said.splitlines() if ", account " in line]
    assert told == ["dev-eu-west-1", STACK], "in the inventory's order"


def test_an_external_id_goes_with_the_role(
    fake: Fake, run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    for account in data["accounts"]:
        account["externalId"] = f"of-{account['name']}"
    file.write_text(yaml.safe_dump(data), encoding="utf-8")
    asked: list[Account] = []
    real = credentials.session

    def watched(account: Account, region: str, **more: str) -> Any:
        asked.append(account)
        return real(account, region, **more)

    monkeypatch.setattr(credentials, "session", watched)
    fake.deployment = {"resources": []}
    assert run("--stack", STACK)[0] == 0
    assert [(each.role_arn, each.external_id) for each in asked] == [(ROLES["prod"], "of-prod")]


def test_no_profile_and_no_proxy_of_the_users_is_in_the_sandboxs_way(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    fake.deployment = {"resources": []}
    code, said, error = run("--stack", STACK)
    assert code == 0, error
    assert f"account {ACCOUNTS['prod']}" in said


def test_after_it_no_run_takes_the_stack_for_unchanged(fake: Fake, run: Run, file: Path) -> None:
    opened = session.opened(file, sandbox=True, start=False)
    (stack,) = session.chosen(opened.stacks, [STACK])
    results = opened.folder / "results.jsonl"
    before = Result(stack=STACK, verb="up", status="passed", content="same")
    Ledger(results).add(before)
    assert Ledger(results).unchanged(STACK, "up", "same") == before
    fake.deployment = {"resources": []}
    assert run("--stack", STACK)[0] == 0
    assert Ledger(results).unchanged(stack.name, "up", "same") is None


@pytest.mark.usefixtures("up")
def test_a_stack_that_the_inventory_does_not_have_is_told(run: Run) -> None:
    code, said, error = run("--stack", "prod-eu-west-2")
    assert (code, said) == (2, "")
    assert "the fleet has no such stack; did you mean prod-eu-west-1?" in error


def test_a_stack_has_to_be_named(run: Run) -> None:
    code, said, error = run()
    assert (code, said) == (2, "")
    assert "--stack" in error


def test_a_sandbox_that_is_not_up_is_not_started(run: Run, file: Path) -> None:
    """A new one has nothing of what the states name: all of it would be forgotten."""
    code, said, error = run("--stack", STACK)
    assert (code, said) == (2, "")
    assert "the sandbox of fleet three is not up, so there is nothing in it\n" in error
    assert f"  fix: ssm-endpoints fleet up {file} --sandbox" in error
    assert not list(file.parent.rglob("moto.json"))


def test_a_role_that_one_may_not_become_is_told(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no sts:AssumeRole"}}, "AssumeRole")

    monkeypatch.setattr(credentials, "session", denied)
    code, said, error = run("--stack", STACK, "--yes")
    assert (code, said, fake.written) == (2, "", [])
    assert f"{STACK}: its role {ROLES['prod']} cannot be assumed: " in error
    assert (
        f"fix: credentials that may assume {ROLES['prod']}; fleet roles prints the runner's document" in error
    )


@pytest.mark.usefixtures("up")
def test_the_engine_gets_a_folder_of_the_stacks_own_the_fleets_backend_and_the_states_key(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = session.opened(file, sandbox=True, start=False)
    (stack,) = session.chosen(opened.stacks, [STACK])
    with mended.opened(opened, stack) as found:
        config = yaml.safe_load(found.config.read_text(encoding="utf-8"))["config"]
        assert found.environment["PULUMI_BACKEND_URL"] == f"file://{opened.folder / 'state'}"
        assert (config["aws:region"], config["aws:allowedAccountIds"]) == (REGION, [ACCOUNTS["prod"]])
        assert found.config.parent == found.layout.repository
        assert Layout(found.layout.repository).stack_file(STACK) == found.config
        state = {"type": "cloud", "state": {"url": "awskms://key", "encryptedkey": "abc"}}
        said = json.dumps({"version": 3, "deployment": {"secrets_providers": state}})
        monkeypatch.setattr(mending.Stack, "_run", lambda *_, **__: (0, said, ""))
        found.export()
        kept = yaml.safe_load(found.config.read_text(encoding="utf-8"))
        assert (kept["secretsprovider"], kept["encryptedkey"]) == ("awskms://key", "abc")
        assert kept["config"] == config
    assert not found.config.exists(), "nothing of it is left"
