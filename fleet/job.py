"""One run of one stack, in a process of its own: python -m fleet.job.

The job is one line of JSON on stdin, the result one on stdout. Whoever started it keeps stdin open for as long as the run
is wanted: when that end closes, because the run was called off or because its owner was killed, the engine gets an
interrupt, lets the calls that are under way finish, writes its state and gives the stack's lock back. So no run goes on
unseen.
"""

from __future__ import annotations

import json
import os
import platform
import re
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pulumi.automation import CommandError, LocalWorkspace, PulumiCommand
from pulumi.automation.errors import StackAlreadyExistsError

from fleet import content, workspace
from fleet.shapes import MUTATING, Job, Result, Status, Verb, fields, job_of
from sandbox.layout import SandboxError
from tools import outcome
from tools.findings import Finding

# Characters of the engine's output that a result keeps: its end.
LOG_CHARACTERS = 20_000
POLICY_OPTIONS = ["--policy-pack", str(content.ROOT / "policies"), "--policy-pack-config", workspace.POLICIES]
COMMANDS: dict[Verb, list[str]] = {
    "preview": ["preview", *POLICY_OPTIONS],
    # Not the Automation API's Stack.up: it says --skip-preview, and stack policies gate a preview.
    "up": ["up", "--yes", *POLICY_OPTIONS],
    "refresh": ["refresh", "--yes"],
    "drift": ["refresh", "--preview-only"],
    "destroy": ["destroy", "--yes"],
}
_SAME = frozenset(("same", "read", "read-discard", "refresh"))
# https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html and
# https://docs.aws.amazon.com/general/latest/gr/api-retries.html (2026-11-30).
_THROTTLED = re.compile(
    r"RequestLimitExceeded|Throttling|TooManyRequests|Rate exceeded|EC2ThrottledException|SlowDown"
)
_LOCKED = re.compile(
    r"the stack is currently locked by|\[409\] Conflict: Another update is currently in progress"
)


class Stop:
    """Whether the run was called off, and by what."""

    def __init__(self) -> None:
        self.why = ""

    def __call__(self, why: str) -> None:
        """Interrupts the engine, as Ctrl-C in a terminal would: everything in this process group but us."""
        self.why = self.why or why
        os.killpg(os.getpgrp(), signal.SIGINT)


def run(job: Job, stop: Stop) -> Result:
    """Take the stack through the engine. Never raises for what a stack, an engine or a backend may do."""
    result = Result(stack=job.stack, verb=job.verb, status="failed", attempts=job.attempt, worker=worker())
    if job.program != content.program():
        said = (
            "this worker has another program than the runner: the two clones differ\n"
            "  fix: the same commit in both, and nothing uncommitted in blueprint, components or policies"
        )
        return replace(result, error=said)
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="fleet-") as folder, _timer(job.timeout, stop):
            result = _engine(job, Path(folder), result, stop)
    except CommandError as error:
        status, why = _of_text(str(error))
        result = replace(result, status=status, error=why)
    except (SandboxError, OSError) as error:
        result = replace(result, error=str(error))
    return replace(result, seconds=round(time.monotonic() - started, 2))


def _engine(job: Job, folder: Path, result: Result, stop: Stop) -> Result:
    workspace.write(job, folder)
    environment = workspace.environment(job)
    os.environ.clear()  # what the engine may not see, no library of this process may hand to it
    os.environ.update(environment)
    engine = PulumiCommand(skip_version_check=True)
    space = LocalWorkspace(work_dir=str(folder), pulumi_command=engine, secrets_provider=job.secrets_provider)
    try:
        space.create_stack(job.stack)
    except StackAlreadyExistsError:
        if job.verb in MUTATING and (pending := _pending(space, job.stack)):
            return replace(result, status="pending", error=pending)
    log: list[str] = []
    events = folder / "events.jsonl"
    words = [*COMMANDS[job.verb], "--stack", job.stack, "--color", "never", "--event-log", str(events)]
    # The engine knows an event log only with this setting.
    more = {"PULUMI_DEBUG_COMMANDS": "true"}
    try:
        engine.run(words, str(folder), more, on_output=log.append, on_error=log.append)
        code = 0
    except CommandError as error:
        code, text = 1, str(error)
    else:
        text = ""
    said = outcome.load(events)
    status, why, found = _judged(job.verb, said, code, text)
    if stop.why:
        # What a stopped engine says of the rest looks like findings.
        status, why, found = "interrupted", stop.why, []
    return replace(
        result,
        status=status,
        changes=_changes(said),
        findings=tuple(finding.fields() for finding in found),
        error=why,
        log="\n".join(log)[-LOG_CHARACTERS:],
    )


def _judged(
    verb: Verb, said: list[dict[str, Any]], code: int, text: str
) -> tuple[Status, str, list[Finding]]:
    """How a run ended, why, and what the pack found."""
    if _LOCKED.search(text):
        return *_of_text(text), []
    if verb in ("preview", "up"):
        judged = outcome.judge(said, code)
        status: Status = judged.ended  # type: ignore[assignment]  # its words are three of ours
        why, found = judged.reason or "", judged.found
        if status == "blocked":
            why = next((each.message for each in found if each.level == "mandatory"), "")
    else:
        errors = [
            each["message"].strip()
            for event in said
            if (each := event.get("diagnosticEvent")) and each["severity"] == "error"
        ]
        status, why, found = ("failed" if code else "passed"), "\n".join(errors), []
    if status == "failed":
        status, said_last = _of_text(f"{why}\n{text}")
        why = why or said_last
    if verb == "drift" and status == "passed" and (moved := _moved(said)):
        status, why = (
            "drifted",
            f"AWS is not what the state says: {moved}\n"
            "  fix: refresh, then up, to undo it; to keep it, change the settings and refresh",
        )
    return status, why, found


def _of_text(text: str) -> tuple[Status, str]:
    """What the engine's words say of a run that did not end well: whether another attempt may help, and why."""
    if _LOCKED.search(text):
        return "locked", _lock(text)
    return "throttled" if _THROTTLED.search(text) else "failed", text.strip()[-2000:]


def _pending(space: LocalWorkspace, stack: str) -> str:
    """What an earlier run left in the middle: a resource may be there that no state knows, and `up` would make it twice."""
    operations = (space.export_stack(stack).deployment or {}).get("pending_operations") or []
    creates = [each["resource"]["urn"] for each in operations if each.get("type") == "creating"]
    if not creates:
        return ""
    return (
        f"an earlier run was killed while it created {', '.join(creates)}, and nobody knows whether that is there\n"
        f"  fix: look in AWS. If it is there: pulumi refresh --stack {stack} --import-pending-creates '<URN>=<id>'; "
        f"if not: pulumi refresh --stack {stack} --clear-pending-creates"
    )


def _lock(text: str) -> str:
    """Who holds the stack, in the backend's words."""
    lines = [each.strip() for each in text.splitlines()]
    who = [each for each in lines if "created by" in each or "Another update" in each]
    told = "; ".join(who) or "another run"
    return f"the stack is locked: {told}\n  fix: wait for that run; if it is known to be dead: pulumi cancel"


def _changes(said: list[dict[str, Any]]) -> dict[str, int]:
    """The engine's last sum: its operations, and on how many resources each."""
    sums = [event["summaryEvent"].get("resourceChanges") or {} for event in said if event.get("summaryEvent")]
    return {name: count for name, count in sorted(sums[-1].items()) if count} if sums else {}


def _moved(said: list[dict[str, Any]]) -> str:
    return ", ".join(f"{count} {name}" for name, count in _changes(said).items() if name not in _SAME)


def worker() -> str:
    """Who runs this: the machine's name."""
    return platform.node()


@contextmanager
def _timer(seconds: float, stop: Callable[[str], None]) -> Iterator[None]:
    why = f"it was stopped after {seconds:.0f} seconds: timeoutMinutes of the inventory"
    timer = threading.Timer(seconds, stop, [why])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def main() -> int:
    """Reads the job, runs it, writes the result."""
    # Nothing of what libraries print may come between the result and its reader.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, lambda *_: None)
    stop = Stop()
    job = job_of(json.loads(sys.stdin.readline()))

    def watch() -> None:
        sys.stdin.read()
        stop("it was called off")

    def again(*_: object) -> None:
        stop("it was called off, and not given the time to finish")

    signal.signal(signal.SIGTERM, again)
    threading.Thread(target=watch, daemon=True).start()
    result = run(job, stop)
    try:
        out.write(json.dumps(fields(result)) + "\n")
        out.flush()
    except BrokenPipeError:
        return 1  # nobody is left to hear it
    return 0


if __name__ == "__main__":
    # Not sys.exit: the thread that waits for stdin would hold the process open.
    code = main()
    os._exit(code)
