"""What came of earlier runs: one JSON line per stack and run, only ever appended. It decides what a run may skip."""

from __future__ import annotations

import json
from pathlib import Path

from fleet.shapes import IDLE, MUTATING, Result, Verb, fields, result_of

# These are about what AWS has: content that is the same says nothing of it.
_ALWAYS: frozenset[Verb] = frozenset(("refresh", "drift"))


class Ledger:
    """The results file of a fleet. A line that was cut off, because a run was killed, is passed over."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._last: dict[tuple[str, bool], Result] = {}
        text = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
        self._cut_off = bool(text) and not text.endswith("\n")
        for line in text.split("\n"):
            try:
                self._note(result_of(json.loads(line)))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                continue

    def add(self, result: Result) -> None:
        """Append a result; the engine's output goes to a file of its own, logs/<stack>.<verb>.log. Raises: OSError."""
        logs = self._file.parent / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            file.write("\n" * self._cut_off + line(result))
        self._cut_off = False
        if result.log:
            (logs / f"{result.stack}.{result.verb}.log").write_text(
                result.log + "\n", encoding="utf-8", errors="backslashreplace"
            )
        self._note(result)

    def unchanged(self, stack: str, verb: Verb, content: str) -> Result | None:
        """The earlier run that makes this one needless: it passed, its content was the same, and nothing has been made of
        the stack since that was another verb's or another content's. None if the run has to be made."""
        if verb in _ALWAYS:
            return None
        last = self._last.get((stack, True))
        if verb in MUTATING:
            return last if _passed(last, verb, content) else None
        seen = self._last.get((stack, False))
        # A preview shows what an `up` of the same content will do or has done; after anything else it shows something new.
        same = _passed(seen, verb, content) and (last is None or _passed(last, "up", content))
        return seen if same else None

    def _note(self, result: Result) -> None:
        if result.status in IDLE:
            return
        if result.verb != "drift":
            self._last[result.stack, result.verb in MUTATING] = result


def _passed(result: Result | None, verb: Verb, content: str) -> bool:
    return result is not None and (result.verb, result.content, result.status) == (verb, content, "passed")


def line(result: Result) -> str:
    """A result as its line in the file: without the engine's output."""
    kept = {key: value for key, value in fields(result).items() if key != "log"}
    return json.dumps(kept, sort_keys=True) + "\n"
