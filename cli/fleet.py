"""`ssm-endpoints fleet`: one verb for every stack of an inventory."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli import fleet_more, fleet_recover
from cli.errors import CannotAnswerError
from cli.fleet_more import DEFAULT, File, Sandbox
from cli.output import Json, Page, note, write_pages
from fleet import ledger, page, session, summary
from fleet.local import Local
from fleet.progress import watcher
from fleet.runner import Executor
from fleet.session import Session
from fleet.shapes import WELL, Result, Stack, Verb

FOLDER = Path("dist") / "fleet"
CHANGING: dict[Verb, str] = {"up": "create and change what differs in", "destroy": "DESTROY everything of"}
_INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    help="Many accounts x Regions x VPCs from one inventory. Exit code 1: a stack did not end well.",
)

Named = Annotated[
    list[str] | None, typer.Option("--stack", metavar="STACK", help="These stacks only; may be repeated.")
]
Port = Annotated[int | None, typer.Option("--sandbox-port", min=1024, max=65535, help="The sandbox's port.")]
Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler", metavar="URL", help="tcp://host:8786: run on the workers of this Dask scheduler."
    ),
]
Again = Annotated[bool, typer.Option("--all", help="Also what has not changed since it last ended well.")]
Output = Annotated[Path, typer.Option(help="The folder for the roll-up page.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


app.command("expand")(fleet_more.expand)
app.command("export")(fleet_more.export)
app.command("roles")(fleet_more.iam)
app.command("worker")(fleet_more.worker)
app.command("recover")(fleet_recover.recover)


def _verb(verb: Verb, doc: str) -> Callable[..., None]:
    def command(
        file: File = DEFAULT,
        stack: Named = None,
        scheduler: Scheduler = "",
        sandbox: Sandbox = False,
        sandbox_port: Port = None,
        again: Again = False,
        yes: Yes = False,
        output: Output = FOLDER,
        json: Json = False,
    ) -> None:
        opened = session.opened(file, sandbox=sandbox, port=sandbox_port)
        stacks = session.chosen(opened.stacks, stack or [])
        if verb in CHANGING and not yes:
            _ask(f"{CHANGING[verb]} {len(stacks)} stacks of {opened.fleet.name}")
        results, took, stopped = run(opened, stacks, verb, scheduler=scheduler, again=again, json=json)
        _tell(opened, verb, results, took, output, json=json)
        well = all(each.status in WELL for each in results)
        everything = verb == "destroy" and well and len(stacks) == len(opened.stacks)
        if everything and (alive := session.take_down(opened)):
            told = "\n  ".join(alive)
            raise CannotAnswerError(
                f"the stacks are destroyed, but in the sandbox this is still alive:\n  {told}"
            )
        if stopped:
            raise typer.Exit(_INTERRUPTED)
        raise typer.Exit(0 if well else 1)

    command.__doc__ = doc
    return command


app.command("preview")(_verb("preview", "Previews every stack under the policy pack."))
app.command("up")(
    _verb("up", "Brings every stack up: canaries, then a part, then the rest; stops where too many fail.")
)
app.command("refresh")(_verb("refresh", "Writes what AWS has into every stack's state."))
app.command("drift")(_verb("drift", "Says where AWS is not what the state says, and writes nothing."))
app.command("destroy")(_verb("destroy", "Destroys every stack."))


def run(
    opened: Session,
    stacks: list[Stack],
    verb: Verb,
    *,
    scheduler: str = "",
    again: bool = False,
    json: bool = False,
) -> tuple[list[Result], float, bool]:
    """Take the stacks through a verb. Returns their results, the seconds that it took, and whether Ctrl-C called it off."""
    executor = _executor(opened, scheduler)
    watching = watcher(sys.stderr)
    runner = opened.runner(verb, executor, watching, again=again)

    started = time.monotonic()
    before = {
        number: signal.signal(number, lambda *_: runner.call_off())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        results = runner.run(stacks)
    finally:
        executor.close()
        watching.close()
        for number, handler in before.items():
            signal.signal(number, handler)
    if json:
        sys.stdout.write("".join(ledger.line(each) for each in results))
    return results, time.monotonic() - started, runner.called_off


def _executor(opened: Session, scheduler: str) -> Executor:
    if not scheduler:
        return Local(opened.fleet.concurrency.overall)
    try:
        from fleet.cluster import Cluster, SchedulerError
    except ImportError:
        raise CannotAnswerError(
            "--scheduler needs Dask, which is not installed here\n  fix: make setup, or pip install distributed"
        ) from None
    try:
        return Cluster(scheduler)
    except SchedulerError as error:
        raise CannotAnswerError(str(error)) from None


def _tell(
    opened: Session, verb: Verb, results: list[Result], took: float, output: Path, *, json: bool
) -> None:
    """The summary, and the roll-up page."""
    name, date = f"{opened.fleet.name}-{verb}", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    texts = {
        suffix: made(
            results, fleet=opened.fleet.name, verb=verb, date=date, program=opened.program, wall=took
        )
        for suffix, made in (("html", page.render), ("md", page.markdown))
    }
    write_pages(output, name, texts)
    if not json:
        shown = Page()
        shown.table(summary.COLUMNS, summary.rows(results))
        for line in summary.sentences(summary.of(results, took)):
            shown.line(line)
        shown.line(f"roll-up: {output / name}.html and .md; logs: {_relative(opened.folder / 'logs')}")
    else:
        note(f"roll-up: {output / name}.html and .md")


def _ask(what: str) -> None:
    if not sys.stdin.isatty():
        raise CannotAnswerError(f"this would {what}, and nobody can be asked here\n  fix: --yes")
    if not typer.confirm(f"This will {what}. Go on?", err=True):
        raise CannotAnswerError("nothing was done")


def _relative(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
