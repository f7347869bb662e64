"""`ssm-endpoints`: what the facts, a stack's plan, its preview and its account say, for people and as JSON.

Exit codes, for every command: 0 all is well; 1 something was found that blocks; 2 what was asked cannot be answered
(wrong input, no engine, no credentials).
"""

from __future__ import annotations

import typer

from cli.report import report
from cli.schema import schema

app = typer.Typer(
    name="ssm-endpoints",
    help="What the facts, a plan, a preview and an account say. Exit codes: 0 well, 1 found, 2 cannot be answered.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _top() -> None:
    """A command needs a name even while there is only one."""


app.command()(report)
app.command()(schema)


def main() -> int:
    """Runs one command; returns the exit code."""
    app()
    return 0
