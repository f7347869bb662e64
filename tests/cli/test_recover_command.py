"""`ssm-endpoints recover`: asks before it writes, and never writes with another account's keys."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from cli import app, recover, stacks
from sandbox import backend_files, mending
from sandbox.backend_files import Lock
from sandbox.layout import SERVICES
from tests.cli.mended_stacks import URN, VPC, Fake, creating
from tests.recovery.aws import access
from tests.support.aws_api import client, serving
from verification.access import Login

# moto's account.
OURS = "123456789012"
DEAD, OTHERS = Lock("ada", "here", 77, "t", False), Lock("ada", "elsewhere", 77, "t", None)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def moto() -> Iterator[int]:
    with serving() as port:
        yield port
        access.cache_clear()


@pytest.fixture
def fake(moto: int, monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake(f"http://127.0.0.1:{moto}")

    @contextmanager
    def opened(*_: object) -> Iterator[Fake]:
        yield made

    monkeypatch.setattr(mending, "opened", opened)
    return made


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*more: str) -> tuple[int, str, str]:
        code = app.main(["recover", "--stack", "dev", *more])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def lost(fake: Fake, moto: int) -> Iterator[str]:
    """A VPC that AWS has and the state does not: it was being created. Its id."""
    ec2 = client(moto, "ec2")
    tags = [{"Key": "Name", "Value": "private"}, {"Key": "environment", "Value": "dev"}]
    specification = [{"ResourceType": "vpc", "Tags": tags}]
    id = ec2.create_vpc(CidrBlock="10.90.0.0/16", TagSpecifications=specification)["Vpc"]["VpcId"]
    fake.deployment = creating("10.90.0.0/16", **{each["Key"]: each["Value"] for each in tags})
    yield id
    ec2.delete_vpc(VpcId=id)


def at_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: bool) -> list[str]:
    """Somebody sits there and gives every question this answer. The questions, as they come."""
    asked: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return answer

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(typer, "confirm", confirm)
    return asked


def test_where_nobody_can_be_asked_it_shows_and_writes_nothing(fake: Fake, lost: str, run: Run) -> None:
    code, said, error = run()
    assert (code, fake.written) == (1, [])
    assert f"private   Vpc   {lost}" in said
    assert "record it in the state" in said
    assert "nothing was written" in error


def test_yes_writes(fake: Fake, lost: str, run: Run) -> None:
    code, said, _ = run("--yes")
    ((document, refreshed),) = fake.written
    assert [each["id"] for each in document["deployment"]["resources"]] == [lost]
    assert document["deployment"]["pending_operations"] == []
    assert (code, refreshed) == (0, [URN])
    assert "written: 1 recorded. Pending operations: 0.\nNext: make up, or make down" in said


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize(("answer", "writes"), [(True, 1), (False, 0)])
def test_on_a_terminal_it_asks(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch, answer: bool, writes: int
) -> None:
    asked = at_a_terminal(monkeypatch, answer)
    code, _, _ = run()
    assert (code, len(fake.written)) == (0 if answer else 1, writes)
    assert asked == ["Write this into the stack's state? AWS is not changed by it."]


def test_two_that_could_be_it_are_left_alone(fake: Fake, lost: str, moto: int, run: Run) -> None:
    ec2 = client(moto, "ec2")
    tags = [{"Key": "Name", "Value": "private"}, {"Key": "environment", "Value": "dev"}]
    specification = [{"ResourceType": "vpc", "Tags": tags}]
    twin = ec2.create_vpc(CidrBlock="10.90.0.0/16", TagSpecifications=specification)["Vpc"]["VpcId"]
    code, said, _ = run("--yes")
    ec2.delete_vpc(VpcId=twin)
    assert (code, fake.written) == (1, [])
    assert "AWS has 2 that could be it" in said
    assert lost in said
    assert twin in said


@pytest.mark.usefixtures("lost")
def test_another_accounts_credentials_are_refused(fake: Fake, run: Run) -> None:
    arn = "arn:aws:ec2:eu-west-1:999999999999:vpc/vpc-1"
    fake.deployment["resources"] = [
        {"urn": "u::p::t::n", "type": VPC, "id": "vpc-1", "outputs": {"arn": arn}}
    ]
    code, said, error = run("--yes")
    assert (code, said, fake.written) == (2, "", [])
    assert f"the credentials are of account {OURS}, and the stack is in 999999999999" in error


def test_nothing_to_do_is_well(fake: Fake, run: Run) -> None:
    fake.deployment = {"resources": []}
    code, said, _ = run()
    assert (code, fake.written) == (0, [])
    assert "nothing to recover" in said


@pytest.mark.usefixtures("lost")
def test_a_lock_of_a_run_that_lives_is_left_alone(fake: Fake, run: Run) -> None:
    fake.held = [Lock("ada", "here", 77, "t", True)]
    code, said, error = run("--yes")
    assert (code, said, fake.written) == (2, "", [])
    assert "a lock of process 77 of ada@here, which runs" in error


@pytest.mark.usefixtures("lost")
def test_a_lock_of_the_dead_goes_when_the_state_is_written(fake: Fake, run: Run) -> None:
    fake.held, fake.refused = [DEAD], "locked"
    assert run()[0] == 1
    assert fake.held == [DEAD]
    code, said, _ = run("--yes")
    assert (code, len(fake.written), fake.held) == (0, 1, [])
    assert "a lock of process 77 of ada@here, which has ended" in said


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize("of", [OTHERS, None])
def test_a_lock_that_nobody_can_see_is_not_taken_away_unasked(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch, of: Lock | None
) -> None:
    fake.refused = "the stack is currently locked"
    monkeypatch.setattr(backend_files, "holder", lambda _: of)
    code, _, error = run("--yes")
    assert (code, fake.written) == (2, [])
    assert "pulumi cancel --stack dev; then recover again" in error


@pytest.mark.usefixtures("lost")
def test_one_that_only_the_write_told_of_goes_if_its_process_has_ended(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.refused = "the stack is currently locked"
    monkeypatch.setattr(backend_files, "holder", lambda _: DEAD)
    assert run("--yes")[0] == 0
    assert len(fake.written) == 1


@pytest.mark.usefixtures("lost")
def test_what_was_not_written_to_its_end_goes_first_and_only_if_one_may(
    fake: Fake, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "dev.json.attrs"
    file.write_text("", encoding="utf-8")
    fake.cut = [file]
    code, said, error = run()
    assert (code, said, file.exists()) == (1, "", True)
    assert str(file) in error
    assert run("--yes")[0] == 0
    assert not file.exists()


@pytest.mark.usefixtures("lost")
def test_what_another_run_recorded_meanwhile_is_not_written_over(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backend in S3 tells nobody of its locks: the state may grow while this looks and asks."""
    before = fake.export()
    after = {
        **before,
        "deployment": {**before["deployment"], "resources": [{"urn": "u::p::t::n", "type": VPC}]},
    }
    answers = iter([before, after])
    monkeypatch.setattr(fake, "export", lambda: next(answers))
    code, _, error = run("--yes")
    assert (code, fake.written) == (2, [])
    assert "another run has changed its state while this looked and asked; nothing was written" in error


@pytest.mark.usefixtures("lost")
def test_nor_when_that_run_ended_while_the_lock_was_asked_about(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fake.export()
    answers = iter([before, before, {**before, "version": 4}])
    monkeypatch.setattr(fake, "export", lambda: next(answers))
    monkeypatch.setattr(backend_files, "holder", lambda _: DEAD)
    fake.refused = "the stack is currently locked"
    assert run("--yes")[0] == 2
    assert fake.written == []


@pytest.mark.usefixtures("lost")
def test_a_lock_of_another_machine_is_not_taken_away_unasked(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that machines share, its run may be alive."""
    fake.held = [OTHERS]
    code, said, error = run("--yes")
    assert (code, fake.written, fake.held) == (2, [], [OTHERS])
    assert "on another machine, since t: you will be asked about it" in said
    assert "pulumi cancel --stack dev; then recover again" in error
    asked = at_a_terminal(monkeypatch, True)
    assert run()[0] == 0
    assert (len(fake.written), fake.held) == (1, [])
    assert asked[-1] == "Is that run dead? The lock is taken away then."


@pytest.mark.usefixtures("lost")
def test_a_run_that_began_while_this_asked_keeps_its_lock(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = Lock("ada", "here", 78, "t", True)
    answers = iter([[DEAD], [DEAD, began]])
    monkeypatch.setattr(fake, "locks", lambda: next(answers))
    monkeypatch.setattr(fake, "unlock", lambda: pytest.fail("every lock was taken away"))
    code, _, error = run("--yes")
    assert (code, fake.written) == (2, [])
    assert "process 78" in error


@pytest.mark.usefixtures("lost")
def test_a_machine_of_the_same_name_may_be_another_one(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Containers often have the same name, and their processes other numbers: only a folder on this machine proves it."""
    monkeypatch.setattr(backend_files, "holder", lambda _: DEAD)
    fake.refused, fake.files = "the stack is currently locked", False
    code, _, error = run("--yes")
    assert (code, fake.written) == (2, [])
    assert "pulumi cancel --stack dev" in error


@pytest.mark.parametrize("answer", [True, False])
def test_nothing_is_forgotten_in_an_account_that_nothing_names(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch, answer: bool
) -> None:
    """A first run that was killed at its first call leaves no ARN, and the credentials may be anybody's."""
    urls = dict.fromkeys(SERVICES, fake.aws)
    monkeypatch.setattr(recover, "login", lambda *_: Login("", "test", "test", urls))
    fake.aws = ""
    fake.deployment = creating("10.91.0.0/16", Name="private")
    code, said, error = run("--yes")
    assert (code, fake.written) == (2, [])
    assert "forget the operation" in said
    assert f"fix: if {OURS} is the account: accountId: '{OURS}' in Pulumi.dev.yaml" in error
    at_a_terminal(monkeypatch, answer)
    assert (run()[0], len(fake.written)) == ((0, 1) if answer else (2, 0))


@pytest.mark.parametrize(
    "named",
    [
        {"aws:allowedAccountIds": ["999999999999"]},
        {
            "aws:assumeRoles": [
                {"roleArn": f"arn:aws:iam::{OURS}:role/a"},
                {"roleArn": "arn:aws:iam::999999999999:role/b"},
            ]
        },
    ],
)
@pytest.mark.usefixtures("lost")
def test_the_provider_is_of_the_account_that_its_settings_name(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch, named: dict[str, Any]
) -> None:
    told(monkeypatch, **named)
    code, said, error = run("--yes")
    assert (code, said, fake.written) == (2, "", [])
    assert f"the credentials are of account {OURS}, and the stack is in 999999999999" in error


@pytest.mark.usefixtures("lost")
def test_a_region_that_the_file_does_not_say_is_asked_for(
    fake: Fake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, **{"aws:region": {"secure": "v1:..."}})
    code, said, error = run("--yes")
    assert (code, said, fake.written) == (2, "", [])
    assert "Pulumi.dev.yaml: aws:region is not there in plain text" in error


def told(monkeypatch: pytest.MonkeyPatch, **config: Any) -> None:
    """The dev stack's file, with other keys."""
    read = stacks.read("dev")
    changed = replace(read, config={**read.config, **config})
    monkeypatch.setattr(stacks, "read", lambda *_: changed)
