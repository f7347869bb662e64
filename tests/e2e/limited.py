"""A stack of this project whose runs are those of callers with documents, and nothing else."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

import pytest

from blueprint import plan as planner
from blueprint.settings import parse
from cli import app, recover, verify
from permissions import documents
from permissions.documents import Subject
from permissions.verifier import verifier
from sandbox import mending
from sandbox.layout import Layout
from tests.e2e.house import Answer
from tests.e2e.own_stack import Network, OwnStack
from tests.support.aws_api import REGION
from tests.support.iam_guard import OWN, Caller, Gate, Guard, Policy
from tests.support.pack import ROOT

BOUNDARY = f"arn:aws:iam::{OWN}:policy/nodes-boundary"


def subject_of(settings: Mapping[str, Any]) -> Subject:
    """What the documents are made of."""
    config = {"aws:region": REGION, **{f"ssm-vpc-endpoints:{key}": each for key, each in settings.items()}}
    read = parse(config, stack_file="Pulumi.dev.yaml")
    return Subject(read, planner.make(read, stack_file="Pulumi.dev.yaml"))


def documents_of(who: str, *settings: Mapping[str, Any], account: str = OWN) -> tuple[Policy, ...]:
    """The documents of a deployer, a previewer or a recoverer for all these, or of a verifier for the first."""
    subjects = [subject_of(each) for each in settings]
    statements = {
        "deployer": lambda: documents.deployer(account, subjects),
        "previewer": lambda: documents.previewer(account, subjects),
        "recoverer": lambda: documents.recoverer(account, subjects),
        "verifier": lambda: verifier(account, subjects[0]),
    }[who]()
    return tuple(documents.parts(who, statements).values())


def caller(who: str, policies: Iterable[Policy]) -> Caller:
    """A user of the sandbox's account with these documents."""
    return Caller(f"arn:aws:iam::{OWN}:user/{who}", tuple(policies))


class Limited:
    """The dev stack behind a gate."""

    def __init__(self, folder: Path, gate: Gate) -> None:
        self.folder, self.gate = folder, gate
        self.stack = OwnStack(folder / "own", gate.port)

    def run(self, guard: Guard, verb: str, settings: Mapping[str, Any], *options: str) -> Answer:
        """`pulumi <verb>` by whoever the guard knows."""
        yes = [] if verb == "preview" or "--preview-only" in options else ["--yes"]
        with self.gate.kept_by(guard):
            return self.stack.run(verb, settings, *yes, *options)

    def verified(self, guard: Guard) -> Answer:
        """`ssm-endpoints verify --json` with the stack's export, in this process."""
        export = self.folder / "export.json"
        export.write_text(json.dumps({"version": 3, "deployment": self.latest()}), encoding="utf-8")
        return self._typed(guard, "verify", "--state", str(export), "--no-network", "--json")

    def recovered(self, guard: Guard) -> Answer:
        """`ssm-endpoints recover --yes`, in this process."""
        return self._typed(guard, "recover", "--yes")

    def _typed(self, guard: Guard, command: str, *more: str) -> Answer:
        """A command about the stack, by whoever the guard knows."""
        project = self.folder / "project"
        project.mkdir(exist_ok=True)
        shutil.copy(ROOT / "Pulumi.yaml", project)
        shutil.copy(self.stack.file, project / "Pulumi.dev.yaml")
        own = self.stack

        @contextmanager
        def opened(*_: object) -> Iterator[mending.Stack]:
            yield mending.Stack(own.layout, own.name, own.environment, own.file, "")

        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
            for module in (verify, recover):
                patched.setattr(module, "Layout", lambda: Layout(project, self.folder / "none"))
            patched.setattr(mending, "opened", opened)
            with self.gate.kept_by(guard):
                code = app.main([command, "--stack", "dev", *more])
        return Answer(code, out.getvalue() + err.getvalue())

    def forget(self, *ends: str) -> None:
        """Take what has URNs that end so out of the state, as if a run had been killed before it wrote it down."""
        state = json.loads(self.stack.state.read_text(encoding="utf-8"))
        latest = state["checkpoint"]["latest"]
        kept = [each for each in latest["resources"] if not each["urn"].endswith(ends)]
        assert len(latest["resources"]) - len(kept) == len(ends)
        latest["resources"] = kept
        self.stack.state.write_text(json.dumps(state), encoding="utf-8")

    def latest(self) -> dict[str, Any]:
        """The state's deployment."""
        found: dict[str, Any] = json.loads(self.stack.state.read_text(encoding="utf-8"))["checkpoint"][
            "latest"
        ]
        return found

    def left(self) -> list[str]:
        """The URNs that the state holds, without the stack and its providers."""
        return [
            each["urn"]
            for each in self.latest().get("resources", ())
            if not each["type"].startswith("pulumi:")
        ]


def some(port: int) -> dict[str, Any]:
    """A VPC that is there, a role and a group for its nodes, a bucket."""
    home = Network(port)
    place = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    home.client("s3").create_bucket(Bucket=f"acme-{home.vpc}", **place)
    _boundaries(home.client("iam"))
    return {
        **home.settings,
        "accountId": OWN,
        "minimumAgentVersion": "3.3.40.0",
        "buckets": {"own": [{"name": f"acme-{home.vpc}", "access": "read"}]},
        "nodes": {"instanceRole": True, "permissionsBoundary": BOUNDARY, "securityGroup": True},
        "protect": False,
        "tags": {"team": "platform", "stage": "one"},
    }


def _boundaries(iam: Any) -> None:
    """Policies that somebody made to limit roles of nodes, once in each account."""
    limit = {
        "Effect": "Allow",
        "Action": ["ec2messages:*", "s3:*", "ssm:*", "ssmmessages:*"],
        "Resource": "*",
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": limit})
    for arn in (BOUNDARY, f"{BOUNDARY}-2"):
        with suppress(iam.exceptions.EntityAlreadyExistsException):
            iam.create_policy(PolicyName=arn.rpartition("/")[2], PolicyDocument=text)


def everything(port: int) -> dict[str, Any]:
    """Settings that lead to almost every type: a hub in a VPC that is there, with roles, groups and an inbound resolver."""
    home, spoke = some(port), Network(port, "10.51.0.0/16")
    old = f"old-{spoke.vpc}"
    spoke.client("iam").create_role(RoleName=old, Path="/team/", AssumeRolePolicyDocument=json.dumps({}))
    return {
        **home,
        "dns": {"inboundResolver": {"clientCidrs": ["192.168.53.0/28"]}},
        "hybrid": {"s3InterfaceEndpoint": True},
        "nodes": {**home["nodes"], "hybridRole": True, "existingRoles": [old]},
        "topology": {"kind": "hub", "spokes": [{"vpcId": spoke.vpc, "cidrs": ["10.51.1.0/24"]}]},
    }


def changed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The same with something else of what changes in place."""
    network = {**settings["network"], "clientCidrs": ["192.168.0.0/16"]}
    other = {"network": network, "endpointPolicies": {"preset": "account"}, "tags": {"team": "network"}}
    # A policy of another version has another name: the roles get it in place.
    other["nodes"] = {**settings["nodes"], "permissionsBoundary": f"{BOUNDARY}-2"}
    if "dns" in settings:
        other["dns"] = {"inboundResolver": {"clientCidrs": ["192.168.54.0/28"]}}
    return {**settings, **other}
