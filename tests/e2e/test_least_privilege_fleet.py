"""A fleet whose runner has exactly its document and becomes roles that have exactly theirs: states in a bucket, one
account's secrets with a key of KMS's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from fleet import content, expansion, inventory, roles
from fleet.local import Runs
from fleet.runner_access import previewer_arn
from fleet.session import Session
from fleet.settings import Fleet
from fleet.shapes import Result, Stack, Verb
from sandbox.moto import Server
from tests.support.aws_api import client, serving
from tests.support.iam_guard import OWN, Caller, Gate, Guard, Policy, actions, first_denied, gate, without

# One story for all of these tests: on one worker, or each worker would play it again.
pytestmark = pytest.mark.xdist_group("test_least_privilege_fleet")

ACCOUNTS = {"shop": "111111111111", "bank": "222222222222"}
RUNNER, LOOKER = (f"arn:aws:iam::{OWN}:user/{name}" for name in ("runner", "looker"))
# The stack whose secrets a key of KMS's encrypts.
BANK = slice(1, 2)
BUCKET = "acme-fleet-states"
ZONES = ["eu-west-1a", "eu-west-1b"]


@dataclass
class Made:
    """A fleet's stacks and documents, and the gate that they are behind."""

    gate: Gate
    folder: Path
    fleet: Fleet
    stacks: tuple[Stack, ...]
    key: str
    # Whether the role that looks has the name of the one that deploys, which the state knows.
    one_name: bool = True

    def documents(self) -> dict[str, Policy]:
        found: dict[str, Policy] = {}
        found |= roles.documents(self.fleet, self.stacks, principal=RUNNER, preview_principal=LOOKER)
        return found

    def guard(self, *, looks: str = "", runner: Policy | None = None) -> Guard:
        """The runner, or who only looks with the document `looks`, and the roles of both accounts."""
        said, who = self.documents(), "previewer" if looks else "deployer"
        if looks and self.one_name:
            said = json.loads(json.dumps(said).replace(":role/previewer", ":role/deployer"))
        become = [
            Caller(
                previewer_arn(arn) if looks and not self.one_name else arn,
                (said[f"{name}-{who}"],),
                said[f"{name}-{who}-trust"]["Statement"][0]["Principal"]["AWS"],
            )
            for name, arn in {stack.account: stack.role_arn for stack in self.stacks}.items()
        ]
        own = runner or said[looks or "runner"]
        return Guard(Caller(LOOKER if looks else RUNNER, (own,)), tuple(become), kms_key=self.key)

    def run(
        self, guard: Guard, verb: Verb, *, looks: bool = False, some: slice = slice(None)
    ) -> list[Result]:
        """Every stack at once, or `some`. Who only looks takes the stacks' other roles."""
        server = Server(instance="guarded", port=self.gate.port, pid=0)
        session = Session(self.fleet, self.stacks, self.folder, content.program(), server)
        jobs = []
        for stack in self.stacks[some]:
            job = replace(
                session.job(verb, stack, 1),
                backend=self.fleet.backend.url,
                secrets_provider=stack.secrets_provider,
            )
            if looks and not self.one_name:
                text = json.dumps(dict(job.config)).replace(stack.role_arn, previewer_arn(stack.role_arn))
                job = replace(job, config=json.loads(text))
            jobs.append(job)
        with self.gate.kept_by(guard), ThreadPoolExecutor(2) as threads:
            return list(threads.map(Runs().run, jobs))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with serving() as port, gate(port) as behind, pytest.MonkeyPatch.context() as patched:
        patched.setenv("PULUMI_CONFIG_PASSPHRASE", "the sandbox has its own")
        client(port, "s3", "us-east-1").create_bucket(Bucket=BUCKET)
        key = client(port, "kms", "us-east-1").create_key()["KeyMetadata"]["KeyId"]
        where = f"region=us-east-1&endpoint=http://127.0.0.1:{behind.port}&s3ForcePathStyle=true"
        secrets = {"bank": {"secretsProvider": f"awskms://{key}?region=us-east-1&awssdk=v2"}, "shop": {}}
        said: dict[str, Any] = {
            "name": "guarded",
            "backend": {"url": f"s3://{BUCKET}?{where}"},
            "settings": {
                "minimumAgentVersion": "3.3.40.0",
                "network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ZONES}},
            },
            "requirements": {"minimumAgentVersion": "3.3.40.0"},
            "accounts": [
                {
                    "name": name,
                    "accountId": id,
                    "roleArn": f"arn:aws:iam::{id}:role/deployer",
                    "regions": [{"region": "eu-west-1"}],
                    **secrets[name],
                }
                for name, id in ACCOUNTS.items()
            ],
        }
        fleet = inventory.parse(said, "fleet.yaml")
        stacks = expansion.expand(fleet, "fleet.yaml")
        yield Made(behind, tmp_path_factory.mktemp("fleet"), fleet, stacks, key)


@pytest.fixture(scope="module")
def up(made: Made) -> tuple[Guard, list[Result]]:
    guard = made.guard()
    return guard, made.run(guard, "up")


def test_the_runner_becomes_each_accounts_deployer_and_brings_it_up(up: tuple[Guard, list[Result]]) -> None:
    guard, results = up
    assert [each.status for each in results] == ["passed", "passed"], [each.error for each in results]
    assert guard.denied == []
    become = {each.resource for each in guard.used("runner") if each.action == "sts:AssumeRole"}
    assert become == {f"arn:aws:iam::{id}:role/deployer" for id in ACCOUNTS.values()}


def test_every_line_of_the_runners_is_needed(made: Made, up: tuple[Guard, list[Result]]) -> None:
    guard, _ = up
    questions = {(each.action, each.resource): each for each in guard.used("runner")}.values()
    policy = made.documents()["runner"]
    assert {each.action for each in questions} - {"sts:GetCallerIdentity"} == actions([policy])
    for action in actions([policy]):
        denied = first_denied([without(policy, action)], questions, OWN)
        assert denied is not None
        assert denied.action == action


def test_who_only_looks_previews_and_writes_nothing(made: Made, up: tuple[Guard, list[Result]]) -> None:
    assert up
    guard = made.guard(looks="preview-runner")
    results = made.run(guard, "preview", looks=True)
    assert [each.status for each in results] == ["passed", "passed"], [each.error for each in results]
    assert [each.changes for each in results] == [{"same": each.changes["create"]} for each in up[1]]
    asked = {each.action for each in guard.used("looker")}
    assert {"sts:AssumeRole", "s3:GetObject", "kms:Decrypt"} <= asked
    assert not asked & {"s3:PutObject", "s3:DeleteObject", "kms:Encrypt"}


def test_drift_takes_the_states_locks_and_writes_no_more(made: Made, up: tuple[Guard, list[Result]]) -> None:
    assert up
    guard = made.guard(looks="drift-runner")
    (result,) = made.run(guard, "drift", looks=True, some=BANK)
    assert result.status == "passed", result.error
    written = {each.resource for each in guard.used("looker") if each.action == "s3:PutObject"}
    assert written
    assert all(each.startswith(f"arn:aws:s3:::{BUCKET}/.pulumi/locks/") for each in written)


def test_a_role_of_another_name_looks_at_nothing_that_the_deployers_brought_up(
    made: Made, up: tuple[Guard, list[Result]]
) -> None:
    """A limit: in every preview the engine configures the provider as the state has it, with the role that brought it up."""
    assert up
    other = replace(made, one_name=False)
    (result,) = other.run(other.guard(looks="preview-runner"), "preview", looks=True, some=BANK)
    assert result.status == "failed"
    assert "IAM Role (arn:aws:iam::222222222222:role/deployer) cannot be assumed" in result.error
    assert "fix: the runner's policy lacks sts:AssumeRole" in result.error


def test_a_runner_without_the_right_to_become_a_role_is_told_what_it_lacks(made: Made) -> None:
    policy = without(made.documents()["runner"], "sts:AssumeRole")
    (result,) = made.run(made.guard(runner=policy), "preview", some=BANK)
    assert result.status == "failed"
    assert (
        "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::222222222222:" in result.error
    )
    assert "fix: the runner's policy lacks sts:AssumeRole: ssm-endpoints fleet roles prints" in result.error
    assert "Traceback" not in result.error
