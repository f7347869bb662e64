"""`ssm-endpoints fleet recover`: what interrupted runs made and did not write down comes into the stacks' states."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from cli import recovering
from cli.errors import WELL
from cli.fleet_more import DEFAULT, File, Sandbox
from cli.recovering import Advice
from fleet import job, mended, session
from fleet.content import ROOT
from fleet.session import Session
from fleet.shapes import Stack
from sandbox.layout import SERVICES
from tools import stack_file
from verification.access import Login


def recover(
    stack: Annotated[list[str], typer.Option("--stack", metavar="STACK", help="The stack; may be repeated.")],
    file: File = DEFAULT,
    sandbox: Sandbox = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
) -> None:
    """Finds what interrupted runs of these stacks made in AWS and did not record, and records it. Asks before it writes."""
    opened = session.opened(file, sandbox=sandbox, start=False)
    codes = [one(opened, each, file, yes=yes) for each in session.chosen(opened.stacks, stack)]
    raise typer.Exit(max(codes, default=WELL))


def one(opened: Session, stack: Stack, file: Path, *, yes: bool) -> int:
    """Recover a stack, as its role. The exit code. Raises: SandboxError, SessionError, AccessError, CannotAnswerError."""
    read = stack_file.merged(ROOT, stack.name, stack.file)
    with mended.opened(opened, stack) as found:
        return recovering.mend(found, read, _login(opened, stack), _advice(opened, stack, file), yes=yes)


def _login(opened: Session, stack: Stack) -> Login:
    key, secret, token = mended.keys(opened, stack)
    address = mended.url(opened)
    return Login("", key, secret, dict.fromkeys(SERVICES, address) if address else {}, token)


def _advice(opened: Session, stack: Stack, file: Path) -> Advice:
    """What people type for a stack of an inventory."""
    words = f"{shlex.quote(str(file))}{' --sandbox' if opened.server else ''} --stack {stack.name}"
    return Advice(
        again=f"ssm-endpoints fleet recover {words}, and answer y; or with --yes",
        cancel=job.unlock(opened.job("refresh", stack, 1)),
        next=f"ssm-endpoints fleet up {words}",
        profile=f"roleArn of account {stack.account} in {file}, or credentials of {stack.account_id}",
        account=f"accountId: '{{account}}' in {file}",
    )
