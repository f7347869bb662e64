"""What the user sees while set-up works: a line per step, a sign of life for anything over two seconds."""

import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox.bootstrap.places import SetupError

FIRST_SIGN = 2.0
NEXT_SIGN = 5.0
TAIL = 25


class Ticker:
    """Prints how a long piece of work is getting on: after two seconds, then every five."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.started = time.monotonic()
        self._due = FIRST_SIGN

    def tick(self, detail: str = "") -> None:
        """Prints a line if one is due."""
        elapsed = time.monotonic() - self.started
        if elapsed >= self._due:
            self._due = elapsed + NEXT_SIGN
            say(f"         {self.label}: {detail + ', ' if detail else ''}{elapsed:.0f} s")


class Step:
    """One numbered step of the set-up."""

    def __init__(self, number: int, total: int, title: str) -> None:
        self._head = f"[{number}/{total}] {title}:"
        self._started = time.monotonic()

    def note(self, text: str) -> None:
        """Something worth saying before the step is over."""
        say(f"{self._head} {text}")

    def done(self, text: str) -> None:
        """The step's closing line, with what it took."""
        say(f"{self._head} {text} ({time.monotonic() - self._started:.1f} s)")


def say(text: str) -> None:
    """One line, at once, even into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run(
    command: Sequence[str | Path],
    label: str,
    *,
    environment: Mapping[str, str],
    folder: Path | None = None,
    summarise: Callable[[str], str | None] = lambda _line: None,
    limit: float = 3600,
) -> None:
    """Runs a command that may take long. What it prints is shown only if it fails, within the SetupError."""
    try:
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except OSError as error:
        raise SetupError(f"{label}: {command[0]} cannot be started: {error.strerror}") from None
    tail: deque[str] = deque(maxlen=TAIL)
    detail = ""

    def listen() -> None:
        nonlocal detail
        for line in process.stdout or ():
            tail.append(line.rstrip())
            detail = summarise(line) or detail

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    ticker = Ticker(label)
    try:
        while True:
            try:
                code = process.wait(timeout=0.2)
                break
            except subprocess.TimeoutExpired:
                ticker.tick(detail)
                if time.monotonic() - ticker.started > limit:
                    raise SetupError(f"{label}: stopped, nothing came of it in {limit:.0f} s") from None
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
        # A grandchild may still hold the other end; then the listener, not we, sees it close.
        listener.join(timeout=5)
        if process.stdout is not None and not listener.is_alive():
            process.stdout.close()
    if code != 0:
        said = "\n".join(f"    {line}" for line in tail if line)
        raise SetupError(
            f"{label}: {Path(command[0]).name} ended with {code}. The end of what it said:\n{said}"
        )
