"""`ssm-endpoints permissions --stack`: IAM documents for whoever deploys, previews, recovers or verifies one stack."""

from __future__ import annotations

import re
import sys
from typing import Annotated, Literal
from urllib.parse import urlsplit

import typer

from blueprint.catalog import load
from cli import stacks
from cli.errors import CannotAnswerError
from permissions import state
from permissions.documents import ANY_ACCOUNT, Subject, deployer, parts, previewer, recoverer, text
from permissions.verifier import verifier

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


def permissions(
    stack: stacks.Stack,
    who: Annotated[
        Literal["deployer", "previewer", "drift", "recoverer", "verifier"],
        typer.Option(
            "--for",
            help="deployer: up, refresh, destroy; previewer: preview; drift: refresh --preview-only; recoverer: recover; "
            "verifier: verify.",
        ),
    ],
    account: Annotated[
        str, typer.Option(help="The account's 12 digits; accountId of the stack file where it is there.")
    ] = "",
    backend: Annotated[
        str, typer.Option(help="The state's URL: with s3://bucket/folder, its statements too.", metavar="URL")
    ] = "",
    secrets_provider: Annotated[
        str, typer.Option(help="Who encrypts its secrets: with awskms://..., the key's statement too.")
    ] = "",
) -> None:
    """Prints the IAM documents as JSON, by name: what this stack needs as its file says it now, and no more."""
    read = stacks.read(stack)
    subject = Subject(read.settings(), read.plan())
    owner = _account(account or subject.settings.account_id or "")
    _checked(backend)
    if not owner:
        sys.stderr.write("account: not said, so ARNs are of any; --account 123456789012 narrows them\n")
        owner = ANY_ACCOUNT
    match who:
        case "deployer":
            statements = deployer(owner, [subject])
        case "previewer" | "drift":
            statements = previewer(owner, [subject])
        case "recoverer":
            statements = recoverer(owner, [subject])
        case "verifier":
            statements = verifier(owner, subject)
    # Who recovers writes the state and nothing else.
    partition = load().region(subject.plan.region).partition.id
    only_looks = who not in ("deployer", "recoverer")
    own = state.bucket(backend, partition, only_looks=only_looks, locks=who == "drift")
    own += state.key("Secrets", secrets_provider, partition, owner, only_looks=only_looks)
    sys.stdout.write(text(parts(f"{read.name}-{who}", [*own, *statements])))


def _account(given: str) -> str:
    if given and not _ACCOUNT.fullmatch(given):
        raise CannotAnswerError(f"--account {given}: an account has 12 digits\n  fix: --account 123456789012")
    return given


def _checked(backend: str) -> None:
    """The URL is not repeated: it may hold a password."""
    if backend and not (
        urlsplit(backend).scheme and (urlsplit(backend).netloc or backend.startswith("file:"))
    ):
        raise CannotAnswerError(
            "--backend: this is not the URL of a Pulumi backend\n  fix: --backend s3://acme-pulumi-state"
        )
