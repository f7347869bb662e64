"""`ssm-endpoints report`: the review of one preview, as a page and as Markdown."""

from __future__ import annotations

import dataclasses
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic.alias_generators import to_camel

from cli import stacks
from cli.errors import CannotAnswerError
from cli.output import Json, as_json, write_pages
from review import markdown, model, page, recording
from review.model import Review
from sandbox import stack_config
from sandbox.layout import Layout
from tools import findings, previewed
from tools.analyzer import read_config
from tools.outcome import CODES, judge, load
from tools.stack_file import short

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("dist") / "report"
RECORDER = Path("review") / "recorder"
# The recorder writes to the file that this variable names.
RECORDING = "GRAPH_RECORDING"


def report(
    stack: Annotated[
        str, typer.Option(help="Such as dev: Pulumi.<STACK>.yaml.", autocompletion=stacks.complete)
    ] = "dev",
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="A real stack's settings, in the sandbox.")
    ] = False,
    events: Annotated[
        Path | None, typer.Option(help="Of a preview that was made: what --event-log wrote.")
    ] = None,
    graph: Annotated[
        Path | None, typer.Option(help="Of a preview that was made: what review/recorder wrote.")
    ] = None,
    pack_config: Annotated[
        Path | None,
        typer.Option(help="The pack's configuration; policies/config/<STACK>.json where it is there."),
    ] = None,
    output: Annotated[Path, typer.Option(help="The folder to write to.")] = FOLDER,
    json: Json = False,
    arguments: Annotated[list[str] | None, typer.Argument(help="After --: more options for pulumi.")] = None,
) -> None:
    """Previews a stack under the policy pack and writes <output>/<stack>.html and .md: what will change, who reaches what,
    buckets, cost, findings. Ends with 0 if the preview passed, 1 if policies blocked it, 2 if it failed.

    With --events and --graph it previews nothing and shows a preview of any program that was made before.
    """
    name = short(stack)
    if (events is None) != (graph is None):
        raise typer.BadParameter("--events and --graph are of one preview: give both or none")
    config = stacks.pack_config(stack, pack_config)
    if events is not None and graph is not None:
        made = _review(_there(events), _there(graph), 0, config, name)
    else:
        # A stack without a file, or with one that is none, has no preview.
        stack_config.read(Layout(), stack)
        made = _previewed(stack, config, sandbox=sandbox, quiet=json, more=arguments or [])
    write_pages(output, name, {"html": page.render(made), "md": markdown.render(made)})
    if json:
        as_json(document(made))
    say = sys.stderr if json else sys.stdout
    say.write(
        f"\nreport: the preview of {stack} {made.ended}: {len(made.mandatory)} mandatory and {len(made.advisory)} advisory "
        f"findings\n  {output / name}.html and .md\n"
    )
    if made.ended == "failed":
        say.write("  it failed, so these files do not say that the stack is right\n")
    raise typer.Exit(CODES[made.ended])


def _there(file: Path) -> Path:
    if not file.is_file():
        raise CannotAnswerError(
            f"there is no file {file}\n  fix: docs/how-to/review-a-stack.md says what writes it"
        )
    return file


def document(review: Review) -> dict[str, Any]:
    """The review as JSON: the model's own fields, in camelCase."""
    fields: dict[str, Any] = _camel(dataclasses.asdict(review))
    return {**fields, "findings": [finding.fields() for finding in review.findings]}


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {to_camel(key): _camel(each) for key, each in value.items()}
    return [_camel(each) for each in value] if isinstance(value, list | tuple) else value


def _previewed(stack: str, config: Path | None, *, sandbox: bool, quiet: bool, more: list[str]) -> Review:
    with tempfile.TemporaryDirectory() as scratch:
        log, graph, nothing = (
            Path(scratch, name) for name in ("events.jsonl", "graph.jsonl", "nothing.json")
        )
        nothing.write_text("{}", encoding="utf-8")
        recorder = ["--policy-pack", str(RECORDER)]
        # The engine wants a configuration for each pack or for none.
        recorder += ["--policy-pack-config", str(nothing)] if config else []
        output, environment = sys.stderr if quiet else None, {RECORDING: str(graph)}
        code = previewed.preview(
            stack, log, [*recorder, *more], sandbox=sandbox, output=output, environment=environment
        )
        return _review(log, graph, code, config, short(stack))


def _review(log: Path, graph: Path, code: int, config: Path | None, stack: str) -> Review:
    said = load(log)
    return model.make(
        said=said,
        outcome=judge(said, code),
        recording=recording.read(graph),
        config=read_config(config) if config else {},
        stack=stack,
        pack_version=findings.pack_version(ROOT / "policies"),
    )
