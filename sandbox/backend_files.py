"""Pulumi's backend of files on this machine, where nobody else keeps order after an engine was killed: locks, and files
that were not written to their end.

https://www.pulumi.com/docs/iac/concepts/state-and-backends/#local-filesystem (read 2026-11-30)
"""

from __future__ import annotations

import json
import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path

_HOLDER = re.compile(r"created by (?P<user>\S+)@(?P<host>\S+) \(pid (?P<pid>\d+)\) at (?P<time>\S+)")


@dataclass(frozen=True)
class Lock:
    """A lock in the backend's files. `alive`: its process runs on this machine; None where it was another machine's."""

    user: str
    host: str
    pid: int
    time: str
    alive: bool | None

    def __str__(self) -> str:
        states = {True: "which runs", False: "which has ended", None: "on another machine"}
        return f"of process {self.pid} of {self.user}@{self.host}, {states[self.alive]}, since {self.time}"


def root(url: str) -> Path | None:
    """The folder of a backend's URL; None for any other than files."""
    if not url.startswith("file://"):
        return None
    return Path(os.path.expanduser(url.removeprefix("file://").partition("?")[0]))  # noqa: PTH111 - "~" after "//"


def locks(root: Path, project: str, stack: str) -> list[Lock]:
    """The locks of a stack."""
    files = sorted(root.glob(f".pulumi/locks/*/{project}/{stack}/*.json"))
    return [lock for lock in map(_lock, files) if lock]


def cut_off(root: Path) -> list[Path]:
    """Files beside a state or a lock that hold how it is stored (`*.attrs`, JSON) and were not written to their end: with
    one of them the engine reads no state ("failed to load checkpoint: EOF"), and without it does. A state itself is
    written aside and then renamed (https://pkg.go.dev/gocloud.dev/blob/fileblob, read 2026-11-30)."""
    folders = [root / ".pulumi" / name for name in ("stacks", "locks")]
    return sorted(file for folder in folders for file in folder.rglob("*.attrs") if not _is_json(file))


def _is_json(file: Path) -> bool:
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return False
    except OSError:
        return True  # it went meanwhile, or is for the engine to complain about
    return True


def holder(text: str) -> Lock | None:
    """Whose lock the engine's words speak of."""
    found = _HOLDER.search(text)
    return found and Lock(
        found["user"],
        found["host"],
        int(found["pid"]),
        found["time"],
        _alive(found["host"], int(found["pid"])),
    )


def _lock(file: Path) -> Lock | None:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        host, pid = str(said["hostname"]), int(said["pid"])
        return Lock(str(said["username"]), host, pid, str(said["timestamp"]), _alive(host, pid))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it went meanwhile, or is being written


def _alive(host: str, pid: int) -> bool | None:
    if host != socket.gethostname():
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
