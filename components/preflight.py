"""The preflight's place in a run: asks once everything is registered, and ends the run with the report."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pulumi

from blueprint.preflight.shapes import Answers, Questions
from components.aws_answers import ask

Verdict = Callable[[Answers], tuple[str, tuple[str, ...]]]
"""The report ("" if all is well), and what the preview should say besides."""


def refuse_unless(questions: Questions, outputs: Mapping[str, Any], verdict: Verdict) -> None:
    """Refuse the preview unless AWS's answers agree with the stack.

    In previews alone: a preview creates nothing, so it may be refused after everything is registered, when the engine has
    said which endpoints are this stack's own. The update itself does not ask again: it follows a preview, what it would
    find created by then is its own, and an answer that changed in between is AWS's to give. `--skip-preview` skips it.
    """
    if pulumi.runtime.is_dry_run():
        # Pulumi waits for every Output, and reports a RunError in one without a traceback.
        # mypy: from_input is typed for what cannot be awaited twice.
        asking: Awaitable[Any] = _refuse_unless(questions, outputs, verdict)
        pulumi.Output.from_input(asking)


async def _refuse_unless(questions: Questions, outputs: Mapping[str, Any], verdict: Verdict) -> bool:
    report, notes = verdict(await ask(questions, outputs))
    for note in notes:
        pulumi.log.info(note)
    if report:
        raise pulumi.RunError(report)
    return True
