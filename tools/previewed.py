"""A stack's preview, or a look at what AWS has of it, with the engine, as `make` does it, whose events other tools read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[1]
# What a run ends with that took too long, as of timeout(1).
TOO_LONG = 124
# Seconds that such a run has to end in good order.
_GRACE = 20.0


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
    command = _command("preview", stack, ["--sandbox"] if sandbox else [], log, more)
    return subprocess.run(  # noqa: S603
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, check=False, stdout=output
    ).returncode


def within(seconds: float, verb: str, stack: str, log: Path, output: TextIO, more: Sequence[str] = ()) -> int:
    """`verb` is preview, or drift: what AWS has otherwise than the state. All that is said goes to `output`. Returns the
    engine's exit code, or TOO_LONG where it was ended after `seconds`: neither verb writes anything that could be left half
    written."""
    command = _command(verb, stack, [], log, more)
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return TOO_LONG
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a run: it leads a session, in which is all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, number)
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            continue


def _command(verb: str, stack: str, own: Sequence[str], log: Path, more: Sequence[str]) -> list[str]:
    runner = [sys.executable, "-m", "sandbox", verb, "--stack", stack, *own]
    return [*runner, "--", "--event-log", str(log), *more]
