"""A stack's preview with the engine, as `make preview` does it, whose events other tools read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[1]


def preview(
    stack: str,
    log: Path,
    more: Sequence[str] = (),
    *,
    sandbox: bool = False,
    output: TextIO | None = None,
    environment: Mapping[str, str] | None = None,
) -> int:
    """Preview a stack, with its output as usual or to `output`; returns the engine's exit code. The events are in `log`,
    which is not there if the engine never started. `more` are further options for pulumi."""
    command = [sys.executable, "-m", "sandbox", "preview", "--stack", stack]
    command += ["--sandbox"] if sandbox else []
    command += ["--", "--event-log", str(log), *more]
    return subprocess.run(  # noqa: S603
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, check=False, stdout=output
    ).returncode
