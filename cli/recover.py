"""`ssm-endpoints recover --stack`: what an interrupted update made and did not write down comes into the stack's state."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import recovering, stacks
from cli.errors import CannotAnswerError
from cli.recovering import Advice
from cli.verify import login
from sandbox import mending
from sandbox.layout import Layout, named


def recover(
    stack: stacks.Stack,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
) -> None:
    """Finds what an interrupted update made in AWS and did not record, and records it. Asks before it writes, and writes
    nothing but Pulumi's state."""
    layout = Layout()
    read = stacks.read(stack, layout)
    if not read.text("aws:region"):
        raise CannotAnswerError(
            f"{read.file}: aws:region is not there in plain text, so where to look is not known\n"
            f"  fix: aws:region in {read.file}, as plain text"
        )
    with mending.opened(layout, stack) as mended:
        code = recovering.mend(mended, read, login(read, mended.aws), advice(stack, read.file), yes=yes)
    raise typer.Exit(code)


def advice(stack: str, file: str) -> Advice:
    """What people type for a stack with a file of its own."""
    make = f"make recover{named(stack)}"
    return Advice(
        again=f"{make}, and answer y; or with ARGS=--yes",
        cancel=f"pulumi cancel --stack {stack}",
        next=f"make up{named(stack)}, or make down{named(stack)}",
        profile="AWS_PROFILE=<a profile of that account>",
        account=f"accountId: '{{account}}' in {file}",
        permissions="ssm-endpoints permissions --for recoverer prints the policy with all that is read",
    )
