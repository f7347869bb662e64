"""What a run of a fleet takes, put together: stacks, jobs, who runs them, and where results are kept."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from blueprint.names import nearest
from fleet import content, discovery, expansion, inventory
from fleet.content import ROOT
from fleet.ledger import Ledger
from fleet.progress import Watcher
from fleet.runner import Executor, Runner
from fleet.settings import Fleet
from fleet.shapes import Job, Result, Stack, Verb
from sandbox import leftovers, moto, throwaway
from sandbox.layout import Layout, SandboxError, endpoint
from tools.policy_config import of_policies


class SessionError(Exception):
    """What was asked of a fleet cannot be done; the text says why and how to go on."""


@dataclass(frozen=True)
class Session:
    """A fleet and its stacks. `folder`: where results and logs are kept. `server`: the sandbox's AWS, None for AWS.
    `inventory`: the file, as it was named."""

    fleet: Fleet
    stacks: tuple[Stack, ...]
    folder: Path
    program: str
    server: moto.Server | None = None
    inventory: str = "fleet.yaml"

    @property
    def backend(self) -> str:
        """The URL of the states: in the sandbox its own."""
        return self.fleet.backend.url if self.server is None else f"file://{self.folder / 'state'}"

    @property
    def world(self) -> str:
        """Which AWS it is, for hashes: each sandbox is another."""
        return self.server.instance if self.server else ""

    @property
    def aws(self) -> str:
        """The URL of the AWS API that it meets in the sandbox, "" for AWS itself."""
        return endpoint(self.server.port) if self.server else ""

    def job(self, verb: Verb, stack: Stack, attempt: int) -> Job:
        """One run of a stack."""
        return Job(
            stack=stack.name,
            verb=verb,
            config=stack.config,
            policies=of_policies(stack.requirements),
            backend=self.backend,
            secrets_provider="passphrase" if self.server else stack.secrets_provider,
            program=self.program,
            timeout=self.fleet.timeout_minutes * 60.0,
            sandbox_port=self.server.port if self.server else None,
            attempt=attempt,
            inventory=self.inventory,
        )

    def runner(self, verb: Verb, executor: Executor, watcher: Watcher, *, again: bool = False) -> Runner:
        """Who takes stacks of this fleet through a verb, and keeps what comes of it."""
        return Runner(
            fleet=self.fleet,
            verb=verb,
            executor=executor,
            job_of=partial(self.job, verb),
            ledger=Ledger(self.folder / "results.jsonl"),
            watcher=watcher,
            world=self.world,
            again=again,
        )

    def forget(self, stack: Stack) -> None:
        """Whatever came of earlier runs, the next one of this stack is made: its state was written by somebody else."""
        Ledger(self.folder / "results.jsonl").add(
            Result(
                stack=stack.name, verb="refresh", status="passed", account=stack.account, region=stack.region
            )
        )


def opened(
    file: Path, *, sandbox: bool = False, offline: bool = False, port: int | None = None, start: bool = True
) -> Session:
    """Read an inventory and expand it. `sandbox`: every stack meets an AWS API on loopback, which stays up; if it is not up,
    it is started, or without `start` refused. `offline`: no AWS is asked, so that an inventory with `discover` is refused.
    Raises: InventoryError, SettingsError, DiscoveryError, SandboxError, SessionError."""
    fleet = inventory.read(file)
    folder = ROOT / ".fleet" / fleet.name
    server = None
    if sandbox:
        folder /= "sandbox"
        box = Layout(root=folder)
        server = moto.running(box)
        if server is None and not start:
            raise SessionError(
                f"the sandbox of fleet {fleet.name} is not up, so there is nothing in it\n"
                f"  fix: ssm-endpoints fleet up {shlex.quote(str(file))} --sandbox"
            )
        server = server or throwaway.start(box, port)
        (folder / "state").mkdir(parents=True, exist_ok=True)
    url = endpoint(server.port) if server else ""
    finder = None if offline else partial(discovery.find, endpoint=url)
    stacks = expansion.expand(fleet, file.name, finder)
    return Session(fleet, stacks, folder, content.program(), server, str(file))


def chosen(stacks: Sequence[Stack], names: Sequence[str]) -> list[Stack]:
    """The named stacks, or all where none is named. Raises: SessionError for a name that no stack has."""
    known = [stack.name for stack in stacks]
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = f"; did you mean {near}?" if near else ""
            raise SessionError(
                f"--stack {name}: the fleet has no such stack{hint}\n  fix: fleet expand lists them"
            )
    return [stack for stack in stacks if not names or stack.name in names]


def take_down(session: Session) -> list[str]:
    """Stop a fleet's sandbox, if nothing is alive in any of its accounts; else say what is."""
    if session.server is None:
        return []
    regions = sorted({stack.region for stack in session.stacks})
    roles = sorted({stack.role_arn for stack in session.stacks if stack.role_arn})
    alive = leftovers.find(session.server.port, regions, roles)
    if not alive:
        with suppress(SandboxError):
            moto.stop(Layout(root=session.folder))
    return alive
