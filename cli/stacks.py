"""The stack that a command is about: its file, and the pack's configuration for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.errors import CannotAnswerError
from sandbox import documents, stack_config
from sandbox.documents import DocumentError
from sandbox.layout import Layout
from tools import stack_file
from tools.stack_file import StackFile


def complete(incomplete: str) -> list[str]:
    """Stacks with a file here whose names begin so."""
    return [name for name in Layout().stacks() if name.startswith(incomplete)]


Stack = Annotated[
    str,
    typer.Option(
        "--stack", metavar="STACK", help="Such as dev: Pulumi.<STACK>.yaml.", autocompletion=complete
    ),
]


PackConfig = Annotated[
    Path | None,
    typer.Option(
        "--config", help="The pack's configuration; policies/config/<STACK>.json where it is there."
    ),
]


@dataclass(frozen=True)
class Read(StackFile):
    """A stack's configuration. `sandboxed`: its own endpoints are the sandbox's."""

    sandboxed: bool


def read(stack: str, layout: Layout | None = None) -> Read:
    """Raises: SandboxError for a file that is not there or is not a stack's, CannotAnswerError for an empty name."""
    layout = layout or Layout()
    if not stack:
        raise CannotAnswerError(f"no stack is named\n  fix: --stack, one of {', '.join(layout.stacks())}")
    file = layout.stack_file(stack)
    node = stack_config.read(layout, stack)
    own = _loaded(file)
    found = stack_file.merged(layout.repository, stack, own)
    return Read(**vars(found), sandboxed=stack_config.is_for_sandbox(node))


def pack_config(stack: str, given: Path | None, layout: Layout | None = None) -> Path | None:
    """The file of the pack's configuration: the given one, or policies/config/<stack>.json; None where neither is there."""
    usual = (layout or Layout()).repository / "policies" / "config" / f"{stack_file.short(stack)}.json"
    return given or (usual if usual.exists() else None)


def _loaded(file: Path) -> dict[str, Any]:
    """A stack file's content, which stack_config has looked at: {} where it is not there. Raises: CannotAnswerError."""
    if not file.exists():
        return {}
    try:
        said = documents.data(documents.compose(file.read_text(encoding="utf-8")))
    except DocumentError as error:
        raise CannotAnswerError(f"{file.name}: {error}\n  fix: see Pulumi.dev.yaml") from None
    return said if isinstance(said, dict) else {}
