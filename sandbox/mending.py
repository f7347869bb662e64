"""The engine's part in recovering a stack: its locks, state and plan are read; a state is written back and refreshed."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from sandbox import backend_files, engine_run, environments, moto, preflight, stack_config
from sandbox.backend_files import Lock
from sandbox.bootstrap import engine
from sandbox.layout import Layout, SandboxError, endpoint

ASK_SECONDS = 600.0
# How much of an answer that nobody understands is shown.
_SHOWN = 400
# With it `pulumi preview --json` writes a line for each event, and no answer.
# https://github.com/pulumi/pulumi/blob/v3.220.0/pkg/cmd/pulumi/operations/preview.go (read 2026-11-30)
_STREAMING = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW"


class LockedError(SandboxError):
    """Somebody has the stack's lock; `who` is what the engine says of it."""

    def __init__(self, who: str) -> None:
        super().__init__(who)
        self.who = who


@dataclass(frozen=True)
class Stack:
    """A stack, with nobody else at it as far as this clone goes. `aws`: the URL of the sandbox's AWS, "" for AWS itself."""

    layout: Layout
    name: str
    environment: Mapping[str, str]
    config: Path
    aws: str

    def export(self) -> dict[str, Any]:
        """The state, as `pulumi stack export` gives it."""
        document: dict[str, Any] = json.loads(self._asked("stack", "export", "--stack", self.name))
        return document

    def planned(self) -> list[dict[str, Any]]:
        """The steps of a preview, without the preflight: what it would object to may be what is to be recovered."""
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / self.config.name
            document = yaml.safe_load(self.config.read_text(encoding="utf-8"))
            config = dict(document.get("config") or {})
            spellings = (
                "preflight",
                "ssm-vpc-endpoints:preflight",
                f"{stack_config.project_name(self.layout)}:preflight",
            )
            kept = {key: value for key, value in config.items() if key not in spellings}
            document["config"] = {**kept, spellings[1]: "off"}
            copy.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
            # Without the option a replacement is one step, which says nothing of what it would make.
            words = ("preview", "--stack", self.name, "--config-file", str(copy), "--json")
            code, said, errors = self._run(*words, "--show-replacement-steps")
        found = _object(said)
        if code:
            listed = (found or {}).get("diagnostics") or []
            told = [each["message"] for each in listed if each["severity"] == "error"]
            raise SandboxError(
                f"stack {self.name}: its preview fails, so what the program would make is not known:\n"
                f"{_indented(os.linesep.join(told) or errors)}\n  fix: that first; then recover again"
            )
        if found is None:
            raise SandboxError(
                f"stack {self.name}: pulumi preview --json ended well, and its answer cannot be read:\n"
                f"{_indented(said[:_SHOWN])}\n  fix: unset PULUMI_* settings that change what it writes; then recover again"
            )
        return list(found.get("steps") or [])

    def locks(self) -> list[Lock]:
        """The locks of a backend of files on this machine; any other tells them when it is written to."""
        if self._files is None:
            return []
        own = self.name.rsplit("/", 1)[-1]
        return backend_files.locks(self._files, stack_config.project_name(self.layout), own)

    def cut_off(self) -> list[Path]:
        """Files of the backend that a killed engine did not write to their end."""
        return backend_files.cut_off(self._files) if self._files else []

    def of_files(self) -> bool:
        """Whether its backend is files that this machine sees. Those of another may have a machine of the same name."""
        return self._files is not None

    @cached_property
    def _files(self) -> Path | None:
        """The folder of a backend of files. To ask which backend it is takes an engine, and is done once."""
        url = self.environment.get("PULUMI_BACKEND_URL") or ""
        return backend_files.root(url or str(json.loads(self._asked("whoami", "--json")).get("url") or ""))

    def unlock(self) -> None:
        """Take away the locks (`pulumi cancel`)."""
        self._asked("cancel", "--stack", self.name, "--yes")

    def write(self, document: Mapping[str, Any], refreshed: Sequence[str]) -> None:
        """Write a state, and read anew from AWS what it says of these URNs. Raises: LockedError."""
        self._asked("stack", "import", "--stack", self.name, given=json.dumps(document))
        if refreshed:
            targets = [word for urn in refreshed for word in ("--target", urn)]
            words = ("refresh", "--stack", self.name, "--config-file", str(self.config), "--yes")
            self._asked(*words, "--skip-preview", *targets)

    def _asked(self, *words: str, given: str | None = None) -> str:
        code, said, errors = self._run(*words, given=given)
        if code:
            text = errors.strip() or said.strip()
            if engine_run.LOCKED.search(text):
                raise LockedError(text)
            if "no stack named" in text:
                raise SandboxError(
                    f"stack {self.name}: the backend has none of that name, so there is nothing to recover\n"
                    f"  fix: if it was ever up, look for its backend: PULUMI_BACKEND_URL, pulumi whoami --verbose"
                )
            command = " ".join(words[: 2 if words[0] == "stack" else 1])
            raise SandboxError(
                f"stack {self.name}: pulumi {command} failed:\n{_indented(text)}\n"
                f"  fix: what it says; then recover again, which begins with what is there"
            )
        return said

    def _run(self, *words: str, given: str | None = None) -> tuple[int, str, str]:
        try:
            environment = {key: value for key, value in self.environment.items() if key != _STREAMING}
            answer = engine_run.asked(words, environment, self.layout.repository, ASK_SECONDS, given or "")
        except subprocess.TimeoutExpired:
            raise SandboxError(
                f"stack {self.name}: pulumi {words[0]} did not end in {ASK_SECONDS:.0f} seconds\n"
                f"  fix: pulumi whoami says whether the backend answers; then recover again"
            ) from None
        return answer.returncode, answer.stdout, answer.stderr


@contextmanager
def opened(layout: Layout, name: str) -> Iterator[Stack]:
    """A stack to recover; in the sandbox no other run of this clone is under way meanwhile. Raises: SandboxError."""
    if not stack_config.is_for_sandbox(stack_config.read(layout, name)):
        environment = environments.for_real(engine.find())
        preflight.check(layout, name, environment)
        yield Stack(layout, name, environment, layout.stack_file(name), "")
        return
    with ExitStack() as stack:
        stack.enter_context(engine_run.alone(layout))
        server = moto.running(layout)
        if (
            server is None
            or server.instance != moto.state_owner(layout)
            or name not in engine_run.stacks_in_state(layout)
        ):
            raise SandboxError(
                f"stack {name} is not up: the sandbox holds nothing of it, so there is nothing to recover\n"
                f"  fix: make up STACK={name}"
            )
        environment = environments.in_sandbox(layout, server.port)
        config = stack_config.copy(layout, name, server.port, layout.config)
        yield Stack(layout, name, environment, config, endpoint(server.port))


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines())
