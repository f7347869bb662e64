"""`ssm-endpoints report`: the review of one preview, as a page and as Markdown."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from review import markdown, model, page, recording
from review.model import Review, ReviewError
from review.recording import RecordingError
from tools import findings
from tools.analyzer import AnalyzerError, read_config
from tools.outcome import judge, load

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("dist") / "report"
RECORDER = Path("review") / "recorder"
# The recorder writes to the file that this variable names.
RECORDING = "GRAPH_RECORDING"
CODES = {"passed": 0, "blocked": 1, "failed": 2}


def report(
    stack: Annotated[str, typer.Option(help="the stack, Pulumi.<stack>.yaml")] = "dev",
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="a real stack's settings, in the sandbox")
    ] = False,
    events: Annotated[
        Path | None, typer.Option(help="of a preview that was made: what --event-log wrote")
    ] = None,
    graph: Annotated[
        Path | None, typer.Option(help="of a preview that was made: what review/recorder wrote")
    ] = None,
    pack_config: Annotated[
        Path | None,
        typer.Option(help="the pack's configuration; policies/config/<stack>.json if there is one"),
    ] = None,
    output: Annotated[Path, typer.Option(help="the folder to write to")] = FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="the review as JSON on stdout")] = False,
    arguments: Annotated[list[str] | None, typer.Argument(help="after --: more options for pulumi")] = None,
) -> None:
    """Previews a stack under the policy pack and writes <output>/<stack>.html and .md: what will change, who reaches what,
    buckets, cost, findings. Ends with 0 if the preview passed, 1 if policies blocked it, 2 if it failed.

    With --events and --graph it previews nothing and shows a preview of any program that was made before.
    """
    short = stack.rsplit("/", 1)[-1]
    if (events is None) != (graph is None):
        raise typer.BadParameter("--events and --graph are of one preview: give both or none")
    config = pack_config or _config_of(short)
    try:
        if events is not None and graph is not None:
            made = _review(events, graph, 0, config, short)
        else:
            made = _previewed(stack, config, sandbox=sandbox, quiet=as_json, more=arguments or [])
    except (ReviewError, RecordingError, AnalyzerError, OSError) as error:
        sys.stderr.write(f"report: {error}\n")
        raise typer.Exit(2) from None
    folder = output if output.is_absolute() else Path.cwd() / output
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, text in (("html", page.render(made)), ("md", markdown.render(made))):
        (folder / f"{short}.{suffix}").write_text(text, encoding="utf-8")
    if as_json:
        sys.stdout.write(json.dumps(document(made), indent=2, ensure_ascii=False) + "\n")
    say = sys.stderr if as_json else sys.stdout
    say.write(
        f"\nreport: the preview of {stack} {made.ended}: {len(made.mandatory)} mandatory and {len(made.advisory)} advisory "
        f"findings\n  {output / short}.html and .md\n"
    )
    if made.ended == "failed":
        say.write("  it failed, so these files do not say that the stack is right\n")
    raise typer.Exit(CODES[made.ended])


def document(review: Review) -> dict[str, Any]:
    """The review as JSON: the model's own fields, with `schemaVersion` 1."""
    fields = dataclasses.asdict(review)
    fields["findings"] = [finding.fields() for finding in review.findings]
    return {"schemaVersion": 1, **fields}


def _previewed(stack: str, config: Path | None, *, sandbox: bool, quiet: bool, more: list[str]) -> Review:
    with tempfile.TemporaryDirectory() as scratch:
        log, graph, nothing = (
            Path(scratch, name) for name in ("events.jsonl", "graph.jsonl", "nothing.json")
        )
        nothing.write_text("{}", encoding="utf-8")
        command = [sys.executable, "-m", "sandbox", "preview", "--stack", stack]
        command += ["--sandbox"] if sandbox else []
        command += ["--", "--event-log", str(log), "--policy-pack", str(RECORDER)]
        # The engine wants a configuration for each pack or for none.
        command += ["--policy-pack-config", str(nothing)] if config else []
        environment = {**os.environ, RECORDING: str(graph)}
        done = subprocess.run(  # noqa: S603
            [*command, *more], cwd=ROOT, env=environment, check=False, stdout=sys.stderr if quiet else None
        )
        return _review(log, graph, done.returncode, config, stack.rsplit("/", 1)[-1])


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


def _config_of(stack: str) -> Path | None:
    file = ROOT / "policies" / "config" / f"{stack}.json"
    return file if file.exists() else None
