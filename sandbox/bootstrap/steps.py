"""The set-up: three steps, and more for the tests alone; each is skipped when it is already right."""

import argparse
import sys
import time
from collections.abc import Callable

from sandbox.bootstrap import aws_plugin, browser, checkers, command, engine, environment, languages, links
from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.places import LOCK_FILE, REPOSITORY, SANDBOX, VENV, VENV_PYTHON, SetupError
from sandbox.bootstrap.progress import Step, say

TITLES = ("python", "engine", "aws plugin")

# What the tests alone need: each finds it or brings it, and says where it comes from.
FOR_TESTS: dict[str, Callable[[Callable[[str], None]], str]] = {
    "DNS checkers": lambda note: checkers.CHECKERS.ensure(note),
    "language hosts": lambda note: languages.ensure(note),
    "browser": lambda note: browser.ensure(note),
}
# How many steps each purpose needs.
STEPS = {"setup": 3, "up": 3, "run": 3, "test": len(TITLES) + len(FOR_TESTS), "check": 1}


def main(arguments: list[str]) -> int:
    """Runs the steps in order and stops, with one readable message, at the first that cannot be done."""
    parser = argparse.ArgumentParser(prog="python3 -m sandbox.bootstrap", description=__doc__)
    parser.add_argument(
        "--for",
        dest="purpose",
        choices=tuple(STEPS),
        default="setup",
        help="setup: everything, and failed downloads are tried again; up: everything; run: everything, in few "
        "words; test: as run, and what the tests alone need; check: python alone",
    )
    purpose = parser.parse_args(arguments).purpose
    started = time.monotonic()
    try:
        with exclusive(SANDBOX / "setup.lock"):
            total = STEPS[purpose]
            _python(total)
            if purpose != "check":
                _engine_and_plugin(total, retry=purpose == "setup", brief=purpose in ("run", "test"))
            if purpose == "test":
                for number, (title, bring) in enumerate(FOR_TESTS.items(), start=len(TITLES) + 1):
                    step = Step(number, total, title)
                    step.done(bring(step.note))
    except SetupError as error:
        sys.stdout.flush()
        sys.stderr.write(f"set-up stopped: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("set-up stopped by you; the next run goes on from here\n")
        return 130
    if purpose == "setup":
        say(f"Set-up is complete ({time.monotonic() - started:.1f} s). Next: make up, or make test.")
    return 0


def _python(total: int) -> None:
    step = Step(1, total, TITLES[0])
    said = environment.ensure(VENV, LOCK_FILE)
    command.ensure(VENV, REPOSITORY)
    step.done(said)


def _engine_and_plugin(total: int, *, retry: bool, brief: bool) -> None:
    step = Step(2, total, TITLES[1])
    said = engine.ensure(step.note, VENV_PYTHON)
    folder = engine.find()
    if folder is None:
        raise SetupError("engine: it was brought but cannot be found again\n  fix: make setup")
    # Nobody has the cache on PATH. An engine that the user has there needs no links, and none may hide it.
    ours = folder if folder == engine.cached() else None
    linked = links.refresh(VENV / "bin", ours, engine.NAMES)
    step.done(f"{said}, linked into {VENV.name}/bin" if linked else said)
    step = Step(3, total, TITLES[2])
    step.done(aws_plugin.ensure(folder, retry=retry, brief=brief))
