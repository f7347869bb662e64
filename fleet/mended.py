"""A stack of the fleet that is to be recovered: its folder, its backend, the credentials of its role."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from fleet import credentials, workspace
from fleet.session import Session, SessionError
from fleet.shapes import Stack
from sandbox import mending
from sandbox.bootstrap import engine
from sandbox.layout import Layout, SandboxError
from tools.aws_client import UNREADABLE
from tools.stack_file import file_name

_NAME = "ssm-fleet-recover"


@dataclass(frozen=True)
class Mended(mending.Stack):
    """Its file is made anew for each run, so who encrypts its secrets is what its state says. `encrypts`: for a state that
    says nothing."""

    encrypts: str = "passphrase"

    def export(self) -> dict[str, Any]:
        """The state; the file says then who encrypts it."""
        document = super().export()
        providers = (document.get("deployment") or {}).get("secrets_providers")
        workspace.keep_key(self.config, providers, self.encrypts)
        return document


@contextmanager
def opened(session: Session, stack: Stack) -> Iterator[mending.Stack]:
    """What the engine needs to mend it, for as long as the block lasts. Raises: SandboxError."""
    # Of a job for it, only what the engine may see is of interest.
    job = session.job("refresh", stack, 1)
    environment = workspace.environment(job)
    pin = engine.read_pin().version
    found, why = engine.on_path(pin, environment)
    if found is None:
        raise SandboxError(f"engine: {why}\n  fix: install Pulumi {pin} or newer, or run make setup")
    with tempfile.TemporaryDirectory(prefix="fleet-") as name:
        folder = Path(name)
        workspace.write(job, folder)
        file = folder / file_name(stack.name)
        yield Mended(Layout(folder), stack.name, environment, file, session.aws, job.secrets_provider)


def keys(session: Session, stack: Stack) -> tuple[str, str, str]:
    """Access key, secret key and token of the stack's role, as the provider becomes it, or of whoever asks where it has
    none; empty texts where nobody has any. Raises: SessionError."""
    (account,) = (each for each in session.fleet.accounts if each.name == stack.account)
    try:
        given = credentials.session(account, stack.region, name=_NAME, endpoint=session.aws).get_credentials()
        frozen = given.get_frozen_credentials() if given else None
    except (BotoCoreError, ClientError, *UNREADABLE) as error:
        said = str(error).splitlines()[0]
        role = stack.role_arn
        needed = (
            f"credentials that may assume {role}; fleet roles prints the runner's document"
            if role
            else f"credentials of account {stack.account_id}"
        )
        raise SessionError(
            f"{f'its role {role} cannot be assumed' if role else 'there are no credentials for it'}: {said}\n"
            f"  fix: {credentials.fix(error, needed)}"
        ) from None
    if frozen is None:
        return "", "", ""
    return frozen.access_key or "", frozen.secret_key or "", frozen.token or ""
