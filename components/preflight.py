"""The preflight's place in a run: asks AWS in a preview, and ends the preview with the report."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pulumi

from blueprint.plan import Plan
from blueprint.preflight.shapes import Answers, Questions
from components.aws_answers import adopted, ask
from components.stack import build

Verdict = Callable[[Answers], tuple[str, tuple[str, ...]]]
"""The report ("" if all is well), and what the preview should say besides."""


def build_unless_refused(plan: Plan, questions: Questions, verdict: Verdict) -> dict[str, Any]:
    """Build a plan, and refuse the preview unless AWS's answers agree with the stack. Returns the stack's outputs.

    In previews alone: a preview creates nothing, so it may be refused after everything is registered, when the engine has
    said which endpoints are this stack's own. The update itself does not ask again: it follows a preview, what it would
    find created by then is its own, and an answer that changed in between is AWS's to give. `--skip-preview` skips it.

    Endpoints that the stack adopts are the exception: the engine fails on a wrong one with a sentence of its own, before
    there is a report. So they are asked for first, and if one is wrong, nothing is registered at all.
    """
    if not pulumi.runtime.is_dry_run():
        return build(plan)
    there = adopted(questions)
    if verdict(Answers(adopted=there, own_known=False))[0]:
        _wait_for(_refuse(questions, there, None, verdict))
        return {}
    outputs = build(plan)
    _wait_for(_refuse(questions, there, outputs, verdict))
    return outputs


def _wait_for(asking: Awaitable[Any]) -> None:
    """Pulumi waits for every Output, and reports a RunError in one without a traceback."""
    pulumi.Output.from_input(asking)


async def _refuse(
    questions: Questions, there: Mapping[str, Any], outputs: Mapping[str, Any] | None, verdict: Verdict
) -> bool:
    report, notes = verdict(await ask(questions, there, outputs))
    for note in notes:
        pulumi.log.info(note)
    if report:
        raise pulumi.RunError(report)
    return True
