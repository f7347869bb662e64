"""`ssm-endpoints`: what the facts, a stack's plan, its preview and its account say, for people and as JSON.

Exit codes, for every command: 0 all is well; 1 something was found that blocks; 2 what was asked cannot be answered
(wrong input, no engine, no credentials). Ctrl-C ends with 130.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from cli import drift, errors, facts, fleet, forwarders, permissions, plan, recover, report, schema, verify

app = typer.Typer(
    name="ssm-endpoints",
    help="What the facts, a plan, a preview and an account say. Exit codes: 0 well, 1 found, 2 cannot be answered.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("facts")(facts.facts)
app.command("plan")(plan.plan)
app.command("report")(report.report)
app.command("verify")(verify.verify)
app.command("drift")(drift.drift)
app.command("recover")(recover.recover)
app.command("forwarders")(forwarders.forwarders)
app.command("permissions")(permissions.permissions)
app.command("schema")(schema.schema)
app.add_typer(fleet.app, name="fleet")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code. What the user can put right is a message, never a traceback."""
    try:
        app(args=arguments, prog_name="ssm-endpoints")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except errors.EXPECTED as error:
        sys.stderr.write(f"ssm-endpoints: {errors.message(error)}\n")
        return errors.CANNOT_BE_ANSWERED
    except KeyboardInterrupt:
        return 130
    return 0
