"""`ssm-endpoints fleet expand, export, worker`: what an inventory stands for, and other ways to run it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
import yaml

from blueprint.problems import SettingsError
from cli.errors import CannotAnswerError
from cli.output import Json, Page, as_json
from fleet import roles, session, words
from fleet.content import ROOT
from fleet.export import github, pko
from fleet.session import Session
from fleet.shapes import Stack
from permissions.documents import text
from tools import policy_config
from tools.stack_file import file_name

DEFAULT = Path("fleet.yaml")
File = Annotated[Path, typer.Argument(help="The inventory.", metavar="[FILE]")]
Offline = Annotated[bool, typer.Option("--offline", help="Ask no AWS: no inventory with discover.")]
Sandbox = Annotated[
    bool,
    typer.Option("--sandbox", help="On loopback, with no account of yours: its AWS stays up until destroy."),
]


def expand(
    file: File = DEFAULT,
    output: Annotated[
        Path | None, typer.Option(help="Write stack files and the pack's configurations there.")
    ] = None,
    offline: Offline = False,
    sandbox: Sandbox = False,
    json: Json = False,
) -> None:
    """Shows the stacks that the inventory stands for; with --output, writes their files."""
    opened = session.opened(file, offline=offline, sandbox=sandbox)
    if output is not None:
        _write(opened, output)
    if json:
        as_json({"fleet": opened.fleet.name, "stacks": [_described(stack) for stack in opened.stacks]})
        return
    shown = Page()
    shown.heading(f"{opened.fleet.name}: {len(opened.stacks)} stacks")
    rows = [
        (stack.name, stack.account_id, stack.region, stack.wave, words.money(stack.monthly_usd))
        for stack in opened.stacks
    ]
    shown.table(("stack", "account", "Region", "wave", "USD a month"), rows)
    if output is not None:
        shown.line(f"written: {len(opened.stacks)} stack files and configurations of the pack in {output}")


def export(
    target: Annotated[
        Literal["pko", "github"],
        typer.Argument(help="pko: Pulumi Kubernetes Operator; github: job matrices of GitHub Actions."),
    ],
    file: File = DEFAULT,
    repository: Annotated[str, typer.Option(help="pko: the URL of the repository with this program.")] = "",
    commit: Annotated[str, typer.Option(help="pko: the commit that is run.")] = "",
    namespace: Annotated[str, typer.Option(help="pko: the Kubernetes namespace.")] = "default",
    offline: Offline = False,
) -> None:
    """Prints the fleet for something else that runs it."""
    opened = session.opened(file, offline=offline)
    if target == "github":
        sys.stdout.write(github.text(opened.stacks))
        return
    if not repository or not commit:
        raise CannotAnswerError(
            "the operator fetches the program itself\n  fix: --repository https://... --commit <40 digits>"
        )
    made = pko.documents(
        opened.stacks, opened.fleet, repository=repository, commit=commit, namespace=namespace
    )
    sys.stdout.write(pko.text(made))


def iam(
    principal: Annotated[
        str, typer.Option(help="The ARN of the role or user that the runner is.", metavar="ARN")
    ],
    file: File = DEFAULT,
    preview_principal: Annotated[
        str, typer.Option(help="The ARN of who runs previews of changes that nobody has agreed to yet.")
    ] = "",
    offline: Offline = False,
) -> None:
    """Prints IAM documents as JSON, by name: the runner's permissions; each account's deployer and previewer."""
    opened = session.opened(file, offline=offline)
    try:
        made = roles.documents(
            opened.fleet, opened.stacks, principal=principal, preview_principal=preview_principal
        )
    except SettingsError:
        raise  # a report of its own
    except ValueError as error:
        raise CannotAnswerError(
            f"{error}\n  fix: --principal arn:aws:iam::123456789012:role/runner"
        ) from None
    sys.stdout.write(text(made))


def worker(
    scheduler: Annotated[str, typer.Argument(help="The Dask scheduler, tcp://host:8786.")],
    at_once: Annotated[int, typer.Option(min=1, max=64, help="Stacks at once on this machine.")] = 2,
) -> None:
    """Runs a Dask worker on this machine, until it is stopped: stacks of fleets whose runner names the scheduler."""
    words = [sys.executable, "-m", "dask", "worker", scheduler, "--nthreads", str(at_once), "--no-dashboard"]
    words += ["--local-directory", str(ROOT / ".fleet" / "dask")]
    os.chdir(ROOT)
    os.execve(sys.executable, words, {**os.environ, "PYTHONPATH": str(ROOT)})  # noqa: S606 (no shell, our own words)


def _write(opened: Session, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for stack in opened.stacks:
        text = yaml.safe_dump(dict(stack.file), sort_keys=False, allow_unicode=True)
        (folder / file_name(stack.name)).write_text(text, encoding="utf-8")
        (folder / f"{stack.name}.json").write_text(policy_config.text(stack.requirements), encoding="utf-8")


def _described(stack: Stack) -> dict[str, object]:
    return {
        "name": stack.name,
        "account": stack.account,
        "accountId": stack.account_id,
        "roleArn": stack.role_arn,
        "region": stack.region,
        "wave": stack.wave,
        "monthlyUsd": None if stack.monthly_usd is None else str(stack.monthly_usd),
        "config": dict(stack.config),
        "requirements": dict(stack.requirements),
        "where": stack.where,
    }
