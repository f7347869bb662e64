"""Starting the real engine, live, with its own output and its own exit code."""

import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sandbox import backend_files
from sandbox.bootstrap import links
from sandbox.bootstrap.locks import exclusive
from sandbox.bootstrap.progress import say
from sandbox.layout import Layout, SandboxError

EVENT_LOG = "--event-log"
WAITING = "waiting for another run in this clone"
# What the engine says where somebody else has the stack: a backend of files, and Pulumi Cloud.
LOCKED = re.compile(
    r"the stack is currently locked by|\[409\] Conflict: Another update is currently in progress"
)
# Says where AWS is not what the state says, and writes nothing.
LOOK = ("refresh", "--preview-only")
KEEPER = Path(__file__).with_name("keeper.py")


@dataclass(frozen=True)
class Ended:
    """How a run ended. One that the user interrupted has never ended well."""

    code: int
    interrupted: bool


def alone(layout: Layout) -> AbstractContextManager[TextIO]:
    """While this is held, no other run of this clone is at the sandbox."""
    return exclusive(layout.root / "run.lock", WAITING)


def asked(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, seconds: float, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """What pulumi answers when nobody can be asked. `given`: its input. Raises: SandboxError, TimeoutExpired."""
    return subprocess.run(  # noqa: S603
        [program(environment), *words, "--non-interactive"],
        cwd=folder,
        env=dict(environment),
        input=given,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def with_policies(layout: Layout, stack: str) -> list[str]:
    """The options that put the policy pack, with the stack's requirements, in front of a run."""
    name = stack.rsplit("/", 1)[-1]
    requirements = Path("policies", "config", f"{name}.json")
    if (layout.repository / requirements).exists():
        return ["--policy-pack", "policies", "--policy-pack-config", str(requirements)]
    say(
        f"{requirements} does not exist, so the pack judges with its defaults. "
        f"To change that: add [{name}] to policies/config/stacks.toml, then make policy-config"
    )
    return ["--policy-pack", "policies"]


def show(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, lock: TextIO | None = None
) -> Ended:
    """Runs `pulumi` in the foreground. Ctrl-C is for pulumi, which cleans up; we wait for it.

    `lock`: an open file that is held until pulumi has ended, even if we are killed before.
    """
    say(f"$ {shlex.join(command)}")
    if EVENT_LOG in command:
        # The engine knows this option only with this setting.
        environment = {**environment, "PULUMI_DEBUG_COMMANDS": "true"}
    interrupted = False

    def note(*_: object) -> None:
        nonlocal interrupted
        interrupted = True

    # A handler of our own, not SIG_IGN: pulumi would inherit that. And no KeyboardInterrupt: one that
    # arrives while pulumi's exit code is being collected would lose the code.
    previous = signal.signal(signal.SIGINT, note)
    try:
        words = [program(environment), *command[1:]]
        held = []
        if lock is not None:
            held = [lock.fileno()]
            words = [sys.executable, "-I", "-S", str(KEEPER), *words]
        process = subprocess.Popen(words, cwd=folder, env=dict(environment), pass_fds=held)  # noqa: S603
        try:
            code = process.wait()
        except BaseException:
            process.send_signal(signal.SIGINT if lock is None else signal.SIGTERM)
            process.wait()
            raise
    finally:
        signal.signal(signal.SIGINT, previous)
    code = code if code >= 0 else 128 - code
    return Ended(code or 130 if interrupted else code, interrupted)


def ensure_stack(layout: Layout, stack: str, environment: Mapping[str, str]) -> None:
    """Creates the stack in the sandbox's backend, beside its config copy: `stack init` writes there."""
    if any(layout.state.glob(f".pulumi/stacks/*/{stack}.json")):
        return
    layout.state.mkdir(parents=True, exist_ok=True)
    answer = subprocess.run(  # noqa: S603
        [program(environment), "stack", "init", stack, "--no-select", "--non-interactive"],
        cwd=layout.config,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        said = (answer.stderr or answer.stdout).strip()
        raise SandboxError(
            f"sandbox: `pulumi stack init {stack}` failed:\n{said}\n  fix: make clean, then try again"
        )


def unlock(layout: Layout) -> None:
    """Forgets the lock of a run that was killed, and what it did not write to the end beside its state. The caller holds the
    sandbox, so no run can be alive."""
    for file in backend_files.cut_off(layout.state):
        file.unlink()
    shutil.rmtree(layout.state / ".pulumi" / "locks", ignore_errors=True)


def stacks_in_state(layout: Layout) -> dict[str, int]:
    """The stacks of the sandbox's backend, and how many resources each has."""
    found = {}
    for file in sorted(layout.state.glob(".pulumi/stacks/*/*.json")):
        try:
            latest = json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"]
            found[file.stem] = len((latest or {}).get("resources") or [])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            found[file.stem] = 0
    return found


def program(environment: Mapping[str, str]) -> str:
    """The pulumi that runs with this environment. Raises: SandboxError."""
    # The child's PATH decides, not ours; a link to the cached engine only where there is no other.
    path = environment["PATH"]
    found = shutil.which("pulumi", path=links.without(path)) or shutil.which("pulumi", path=path)
    if found is None:
        raise SandboxError("engine: there is no pulumi yet\n  fix: make setup")
    return found
