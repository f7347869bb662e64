"""The processes of one run, as Linux tells them, and their end."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.points import ENGINE, PLUGIN, PROGRAM


@dataclass(frozen=True)
class Process:
    id: int
    parent: int
    words: tuple[str, ...]

    @property
    def part(self) -> str:
        """Which part of a run it is, "" for others."""
        if not self.words:
            return ""
        if Path(self.words[0]).name == "pulumi":
            return ENGINE
        if any(word.endswith("pulumi-language-python-exec") for word in self.words):
            return PROGRAM
        return PLUGIN if any("pulumi-resource-aws" in word for word in self.words) else ""


def below(root: int) -> list[Process]:
    """All that a process started, and what those started."""
    everyone = [each for each in map(_process, Path("/proc").iterdir()) if each]
    found, ids = [], {root}
    while more := [each for each in everyone if each.parent in ids and each.id not in ids]:
        found += more
        ids |= {each.id for each in more}
    return found


def kill(processes: list[Process]) -> None:
    """kill -9."""
    for each in processes:
        with suppress(ProcessLookupError):
            os.kill(each.id, signal.SIGKILL)


def alive(processes: list[Process]) -> list[Process]:
    """Those that are still what they were."""
    return [each for each in processes if _process(Path("/proc", str(each.id))) == each]


def _process(folder: Path) -> Process | None:
    if not folder.name.isdecimal():
        return None
    try:
        words = (folder / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        # The name in brackets may hold blanks and brackets itself.
        after = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None  # it ended meanwhile
    return None if after[0] == "Z" else Process(int(folder.name), int(after[1]), tuple(filter(None, words)))
