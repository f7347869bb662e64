"""`ssm-endpoints schema`: the JSON Schema of a stack file, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.output import Json
from tools import settings_schema


def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file, not to the terminal.")
    ] = None,
    json: Json = False,
) -> None:
    """The JSON Schema of a stack file, Pulumi.<stack>.yaml: what an editor completes and marks as wrong.

    It is JSON with and without --json. The repository's own is schema/stack.schema.json, and every stack file names it in
    its first line.
    """
    if output is None or json:
        typer.echo(settings_schema.text(), nl=False)
        return
    try:
        output.write_text(settings_schema.text(), encoding="utf-8")
    except OSError as error:
        typer.echo(f"{output}: {error.strerror}\nfix: name a file in a folder that is there", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{output} written: name it in the first line of a stack file,")
    typer.echo("# yaml-language-server: $schema=<path or URL>")
