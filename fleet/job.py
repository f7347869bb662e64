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
import shlex
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pulumi.automation import CommandError, LocalWorkspace, PulumiCommand
from pulumi.automation.errors import StackAlreadyExistsError

from fleet import content, judgement, workspace
from fleet.shapes import MUTATING, Job, Result, Status, Verb, fields, job_of
from fleet.stop import Stop, timer
from sandbox import engine_run
from sandbox.layout import SandboxError
from tools import outcome
from tools.stack_file import file_name

# Characters of the engine's output that a result keeps: its end.
LOG_CHARACTERS = 20_000
POLICY_OPTIONS = ["--policy-pack", str(content.ROOT / "policies"), "--policy-pack-config", workspace.POLICIES]
COMMANDS: dict[Verb, list[str]] = {
    "preview": ["preview", *POLICY_OPTIONS],
    # Not the Automation API's Stack.up: it says --skip-preview, and stack policies gate a preview.
    "up": ["up", "--yes", *POLICY_OPTIONS],
    "refresh": ["refresh", "--yes"],
    "drift": [*engine_run.LOOK],
    "destroy": ["destroy", "--yes"],
}


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
        with tempfile.TemporaryDirectory(prefix="fleet-") as folder, timer(job.timeout, stop):
            result = _engine(job, Path(folder), result, stop)
    except CommandError as error:
        status, why = judgement.of_text(str(error))
        result = replace(result, status=status, error=why)
    except (SandboxError, OSError) as error:
        result = replace(result, error=str(error))
    finally:
        stop.over()
    if result.status == "locked":
        result = replace(result, error=f"{result.error}\n  {unlock(job)}")
    return replace(result, seconds=round(time.monotonic() - started, 2))


def _engine(job: Job, folder: Path, result: Result, stop: Stop) -> Result:
    workspace.write(job, folder)
    environment = workspace.environment(job)
    os.environ.clear()  # what the engine may not see, no library of this process may hand to it
    os.environ.update(environment)
    engine = PulumiCommand(skip_version_check=True)
    space = LocalWorkspace(work_dir=str(folder), pulumi_command=engine, secrets_provider=job.secrets_provider)
    if refused := _begun(space, job, folder / file_name(job.stack)):
        status, why = refused
        return replace(result, status=status, error=why)
    if why := stop.reason():
        return replace(result, status="interrupted", error=why)
    log: list[str] = []
    events = stop.events = folder / "events.jsonl"
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
    status, why, found = judgement.judged(job.verb, said, code, text)
    if code and stop.reason():
        # What a stopped engine says of the rest looks like findings.
        status, why, found = "interrupted", stop.reason(), []
    return replace(
        result,
        status=status,
        changes=judgement.changes(said),
        findings=tuple(finding.fields() for finding in found),
        error=why,
        log="\n".join(log)[-LOG_CHARACTERS:],
    )


def _begun(space: LocalWorkspace, job: Job, file: Path) -> tuple[Status, str] | None:
    """Make the stack, or have the file of one that is there say who encrypts it. Why its run may not go on, if it may not.
    Raises: CommandError."""
    try:
        space.create_stack(job.stack)
        return None
    except StackAlreadyExistsError:
        pass
    except CommandError as error:
        # Who only looks may write no state, so make no stack either: whether it is there, the engine says later.
        if job.verb in MUTATING or not judgement.refused(str(error)):
            raise
    if job.verb not in MUTATING and job.secrets_provider in workspace.KEYLESS:
        return None  # and an export would cost each stack half a second
    try:
        state = space.export_stack(job.stack).deployment or {}
    except CommandError:
        if job.verb in MUTATING:
            raise
        return None
    providers = state.get("secrets_providers")
    workspace.keep_key(file, providers, job.secrets_provider)
    if job.verb == "up" and workspace.is_weaker(providers, job.secrets_provider):
        return "failed", (
            f"its state is encrypted by a passphrase, and the inventory says {job.secrets_provider}\n"
            f"  fix: in a folder with Pulumi.yaml, with that passphrase: {_typed(job, 'stack change-secrets-provider')} "
            f"{shlex.quote(job.secrets_provider)}"
        )
    pending = _pending(state, job) if job.verb in MUTATING else ""
    return ("pending", pending) if pending else None


def _pending(state: Mapping[str, Any], job: Job) -> str:
    """What an earlier run left in the middle: a resource may be there that no state knows, and `up` would make it twice."""
    operations = state.get("pending_operations") or []
    creates = [each["resource"]["urn"] for each in operations if each.get("type") == "creating"]
    if not creates:
        return ""
    sandbox = "" if job.sandbox_port is None else " --sandbox"
    words = f"{shlex.quote(job.inventory)}{sandbox} --stack {job.stack}"
    told = "".join(f"\n    {urn}" for urn in creates)
    return (
        f"an earlier run was killed while it created {len(creates)} resources, and whether AWS has them the state does not "
        f"know\n  fix: ssm-endpoints fleet recover {words}; then {job.verb} again{told}"
    )


def unlock(job: Job) -> str:
    """What somebody types in a clone to take this stack's lock away."""
    return _typed(job, "cancel --yes")


def _typed(job: Job, words: str) -> str:
    return f"PULUMI_BACKEND_URL={shlex.quote(job.backend)} pulumi {words} --stack {job.stack}"


def worker() -> str:
    """Who runs this: the machine's name."""
    return platform.node()


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
        stop.now("it was called off, and not given the time to finish")

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
