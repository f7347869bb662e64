"""`ssm-endpoints fleet recover`: what interrupted runs made and did not write down comes into the stacks' states."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer

from cli import recovering
from cli.errors import CANNOT_BE_ANSWERED, EXPECTED, message
from cli.fleet_more import DEFAULT, File, Sandbox
from cli.output import note
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
    codes = [_told(opened, each, yes=yes) for each in session.chosen(opened.stacks, stack)]
    raise typer.Exit(max(codes))


def _told(opened: Session, stack: Stack, *, yes: bool) -> int:
    """The exit code of one; what keeps it from an answer keeps no other stack from one."""
    try:
        return one(opened, stack, yes=yes)
    except EXPECTED as error:
        note(f"{stack.name}: {message(error)}")
        return CANNOT_BE_ANSWERED


def one(opened: Session, stack: Stack, *, yes: bool) -> int:
    """Recover a stack, as its role. The exit code. Raises: SandboxError, SessionError, AccessError, CannotAnswerError."""
    read = stack_file.merged(ROOT, stack.name, stack.file)
    try:
        with mended.opened(opened, stack) as found:
            return recovering.mend(found, read, _login(opened, stack), _advice(opened, stack), yes=yes)
    finally:
        opened.forget(stack)  # also where it ended after it had written


def _login(opened: Session, stack: Stack) -> Login:
    key, secret, token = mended.keys(opened, stack)
    return Login("", key, secret, dict.fromkeys(SERVICES, opened.aws) if opened.aws else {}, token)


def _advice(opened: Session, stack: Stack) -> Advice:
    """What people type for a stack of an inventory."""
    file = opened.inventory
    words = f"{shlex.quote(file)}{' --sandbox' if opened.server else ''} --stack {stack.name}"
    return Advice(
        again=f"ssm-endpoints fleet recover {words}, and answer y; or with --yes",
        cancel=job.unlock(opened.job("refresh", stack, 1)),
        next=f"ssm-endpoints fleet up {words}, or ssm-endpoints fleet destroy {words}",
        profile=f"roleArn of account {stack.account} in {file}, or credentials of {stack.account_id}",
        account=f"accountId: '{{account}}' in {file}",
        permissions="ssm-endpoints fleet roles prints the deployer's policy, which has it",
    )
