"""`ssm-endpoints drift --stack`: whether settings, state and AWS still say the same, for schedules. It writes nothing."""

from __future__ import annotations

import json as jsonlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import drift_report, stacks, verify
from cli.drift_report import UNANSWERED, Answer, OfAws, OfPolicies, OfSettings
from cli.errors import CANNOT_BE_ANSWERED, EXPECTED, FOUND, WELL, CannotAnswerError, message
from cli.output import Json, as_json, note, progress
from recovery.left import pending_of
from review import differences, events
from sandbox import deployed
from sandbox.layout import Layout, named
from tools import outcome, previewed
from tools.analyzer import read_config

MINUTES = 15
# Lines of the engine's output that say why it failed, where its events do not.
_LAST = 15


def drift(
    stack: stacks.Stack,
    config: stacks.PackConfig = None,
    minutes: Annotated[
        int, typer.Option("--minutes", min=1, help="How long each run of the engine may take.")
    ] = MINUTES,
    json: Json = False,
) -> None:
    """Says where settings, state and AWS differ, and which command repairs it. Changes neither state nor AWS.

    Three questions: would the settings change the state? Is AWS as the state says? Is what AWS has complete? Ends with 0 if
    nothing differs, 1 if something does, 2 if a question could not be answered and nothing was found by the others.
    """
    layout = Layout()
    read = stacks.read(stack, layout)
    file = stacks.pack_config(stack, config, layout)
    pack_config = read_config(file) if file else {}
    with progress("reading the stack's state") as say:
        found = deployed.of_stack(layout, stack)
        _is_at_rest(found.export, read.name)
        say("previewing the settings against the state")
        settings = _settings(stack, minutes)
        say("asking AWS about each resource of the state")
        aws = _aws(stack, minutes)
        asked = verify.Asked(read, found.export, found.aws, pack_config)
        policies = _policies(asked, say)
    answer = Answer(read.name, read.file, settings, aws, policies)
    if json:
        as_json(answer.document())
    else:
        drift_report.show(answer)
    for each in answer.unanswered:
        note(f"ssm-endpoints: {each}")
    codes = {drift_report.WELL: WELL, drift_report.FOUND: FOUND, UNANSWERED: CANNOT_BE_ANSWERED}
    raise typer.Exit(codes[answer.ended])


def _is_at_rest(export: str, stack: str) -> None:
    """A state that somebody is writing, or was killed while writing, says nothing of what should be there."""
    verify.replayable(export, stack)
    pending = pending_of(jsonlib.loads(export))
    if pending:
        raise CannotAnswerError(
            f"stack {stack}: by its state {len(pending)} of its operations have not ended: an update runs now, or one was "
            f"interrupted\n"
            f"  fix: ask again when it is over. If nothing runs: make recover{named(stack)}, then make up{named(stack)}"
        )


def _settings(stack: str, minutes: int) -> OfSettings:
    """Git against the state: a preview."""
    said, code, text = _run("preview", stack, minutes)
    judged = outcome.judge(said, code)
    if code == previewed.TOO_LONG or judged.ended == outcome.FAILED:
        return OfSettings(UNANSWERED, _why("the preview", judged.reason or "", code, text, minutes))
    changes = tuple(each for each in events.read(said).changes if each.op != "same")
    found = changes or judged.ended == outcome.BLOCKED
    ended = drift_report.FOUND if found else drift_report.WELL
    return OfSettings(ended, "", changes, tuple(each for each in judged.found if each.level == "mandatory"))


def _aws(stack: str, minutes: int) -> OfAws:
    """The state against AWS: a refresh that writes nothing."""
    said, code, text = _run("drift", stack, minutes)
    if code or not any(event.get("summaryEvent") for event in said):
        errors = [
            each["message"].strip()
            for event in said
            if (each := event.get("diagnosticEvent")) and each["severity"] == "error"
        ]
        return OfAws(UNANSWERED, _why("the refresh", "\n".join(errors), code, text, minutes))
    found = tuple(differences.read(said))
    return OfAws(drift_report.FOUND if found else drift_report.WELL, "", found)


def _policies(asked: verify.Asked, say: Callable[[str], None]) -> OfPolicies:
    """AWS against the policies: verify, without this machine's network."""
    try:
        answer = verify.judged(asked, say)
    except EXPECTED as error:
        return OfPolicies(UNANSWERED, f"AWS against the policies: {message(error)}")
    found = answer.blocks or answer.found.drift
    return OfPolicies(drift_report.FOUND if found else drift_report.WELL, "", answer)


def _run(verb: str, stack: str, minutes: int) -> tuple[list[dict[str, Any]], int, str]:
    """The engine's events, its exit code, and all that was said."""
    with tempfile.TemporaryDirectory() as scratch:
        log, output = Path(scratch, "events.jsonl"), Path(scratch, "output")
        with output.open("w", encoding="utf-8") as file:
            code = previewed.within(minutes * 60, verb, stack, log, file)
        return outcome.load(log), code, output.read_text(encoding="utf-8", errors="replace")


def _why(what: str, reason: str, code: int, text: str, minutes: int) -> str:
    if code == previewed.TOO_LONG:
        return (
            f"{what} was ended after {minutes} minutes without an answer\n"
            f"  fix: what it said last is below; a longer time: --minutes\n{_tail(text)}"
        )
    if reason and "why is in its output" not in reason:
        return f"{what} failed:\n{reason}"
    return f"{what} ended with {code} and said:\n{_tail(text)}"


def _tail(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[-_LAST:])
