"""What a stack's backend knows of it: its state, read with the engine that the runs use, and never written."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox import engine_run, environments, interrupted, moto, stack_config
from sandbox.bootstrap import engine
from sandbox.layout import Layout, SandboxError, endpoint

ASK_SECONDS = 120.0


@dataclass(frozen=True)
class Deployed:
    """A stack's export, and the AWS API that it lives in: a URL on loopback, or "" for AWS itself."""

    export: str
    aws: str


def of_stack(layout: Layout, stack: str) -> Deployed:
    """The state of a stack: the sandbox's own, or one in the user's backend. Raises: SandboxError."""
    if not stack_config.is_for_sandbox(stack_config.read(layout, stack)):
        return Deployed(_export(layout, stack, environments.for_real(engine.find())), "")
    server = server_of(layout, stack)
    environment = environments.in_sandbox(layout, server.port)
    return Deployed(_export(layout, stack, environment), endpoint(server.port))


def server_of(layout: Layout, stack: str) -> moto.Server:
    """The sandbox's AWS that a stack is in. Raises: SandboxError, where it is not up."""
    server = moto.running(layout)
    if (
        server is None
        or server.instance != moto.state_owner(layout)
        or not engine_run.stacks_in_state(layout).get(stack)
    ):
        raise SandboxError(
            f"stack {stack} is not up: the sandbox holds nothing of it\n  fix: make up STACK={stack}"
        )
    return server


def pending(layout: Layout, stack: str, environment: Mapping[str, str]) -> list[str]:
    """URNs of what was being created when a stack's last run was interrupted; none where the engine itself has to say why
    its state cannot be read."""
    try:
        return interrupted.pending(json.loads(_export(layout, stack, environment)).get("deployment"))
    except (SandboxError, ValueError):
        return []


def _export(layout: Layout, stack: str, environment: Mapping[str, str]) -> str:
    words = ("stack", "export", "--stack", stack)
    try:
        answer = engine_run.asked(words, environment, layout.repository, ASK_SECONDS)
    except subprocess.TimeoutExpired:
        raise SandboxError(
            f"stack {stack}: the backend did not answer in {ASK_SECONDS:.0f} seconds\n"
            f"  fix: pulumi whoami says whether it does"
        ) from None
    if answer.returncode != 0:
        said = (answer.stderr or answer.stdout).strip()
        raise SandboxError(
            f"stack {stack}: its state cannot be read, so nothing can be said of it. pulumi stack export said:\n"
            f"{os.linesep.join('    ' + line for line in said.splitlines())}\n"
            f"  fix: pulumi login to the stack's backend; if it was never up: make up STACK={stack}"
        )
    return answer.stdout
