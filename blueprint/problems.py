"""One report with every problem in it, for a reader who has a terminal and little time.

    Pulumi.prod.yaml: 1 problem, nothing was created.

      ssm-vpc-endpoints:network.nodeSubnets[1].cidr: "10.0.1.5/24"
        has host bits set; did you mean 10.0.1.0/24?

Whatever the owner wrote is shown escaped and cut, so that neither a terminal escape nor a megabyte reaches
the screen.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

NAMESPACE: Final = "ssm-vpc-endpoints"
REGION_KEY: Final = "aws:region"
NOT_GIVEN: Final = "(not given)"
SECRET: Final = "[secret]"  # noqa: S105  (what is shown instead of one)

# Far beyond any key of a stack: a thousand node subnets are five thousand values.
_MOST_VALUES = 30_000
_LONGEST_VALUE = 80
_MOST_PRINTED = 50
_LONGEST_PROPOSED = 500
_WIDTH = 110
_NOTHING: Final = object()
_PLAIN_PART = re.compile(r"[A-Za-z0-9_-]{1,80}")

Loc = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One wrong value.

    `key` is the YAML key with its path ("ssm-vpc-endpoints:network.nodeSubnets[1].cidr"), `value` the value
    as it is shown, `message` what is wrong (first line) and what is allowed (further lines), `nearest` the
    nearest right spelling or "".
    """

    key: str
    value: str
    message: str
    nearest: str = ""

    def __str__(self) -> str:
        first, *rest = self.message.split("\n")
        # A spelling that is longer than anybody compares is none to propose.
        hint = f"; did you mean {self.nearest}?" if 0 < len(self.nearest) <= _LONGEST_PROPOSED else ""
        lines = [f"  {printable(self.key)}: {printable(self.value)}"]
        for line in (first + hint, *rest):
            lines += textwrap.wrap(
                printable(line),
                _WIDTH,
                initial_indent="    ",
                subsequent_indent="    ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        return "\n".join(lines)


class SettingsError(ValueError):
    """The configuration cannot be built. `problems` holds every reason; `str(error)` is the whole report."""

    def __init__(self, problems: Iterable[Problem], *, stack_file: str) -> None:
        self.problems = tuple(problems)
        self.stack_file = stack_file
        count = len(self.problems)
        head = f"{printable(stack_file)}: {count} problem{'' if count == 1 else 's'}, nothing was created."
        parts = [head, *map(str, self.problems[:_MOST_PRINTED])]
        if count > _MOST_PRINTED:
            parts.append(f"  ... and {count - _MOST_PRINTED} more")
        super().__init__("\n\n".join(parts))


class Report:
    """Collects problems by the path of the value ("loc": keys and list positions, the stack's key first).

    `order` lists every key that the configuration knows, in the order in which they are documented: problems
    are sorted by it. `secret_keys` are full keys; nothing that is derived from their values is kept. Messages
    must not quote values for that reason: a value goes to `value` and `nearest` only, which are masked here.
    `namespace` is in front of keys that have none: that of stack files, or "" for a file of another kind.
    """

    def __init__(
        self, order: Iterable[str], secret_keys: Collection[str], namespace: str = NAMESPACE
    ) -> None:
        self.raw: Mapping[str, Any] = {}
        self._namespace = namespace
        self._rank = {name: rank for rank, name in reversed(list(enumerate(order)))}
        self._secret = set(secret_keys)
        self._places: set[Loc] = set()
        self._found: dict[tuple[Loc, str], Problem] = {}

    def renamed(self, old: Loc, new: Loc) -> None:
        """Say that the value at `old` is read as `new` from now on: a secret remains one."""
        if self._full_key(old) in self._secret:
            self._secret.add(self._full_key(new))

    def add(self, loc: Loc, message: str, *, value: str = "", nearest: str = "") -> None:
        """Add a problem. `value` is what to show; by default what is at `loc` in `raw`, or "(not given)"."""
        secret = self._full_key(loc) in self._secret
        shown_value = value or self._value(loc)
        problem = Problem(
            key=_ascii(self._full_key(loc)) + "".join(self._part(part, secret) for part in loc[1:]),
            value=SECRET if secret and shown_value != NOT_GIVEN else shown_value,
            message=self._without_secret_region(message),
            nearest="" if secret else self._without_secret_region(nearest),
        )
        self._found.setdefault((loc, message), problem)
        self._places.add(loc)

    def has(self, loc: Loc) -> bool:
        """Whether a problem at exactly this place was added."""
        return loc in self._places

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems in the order of the documented keys, list positions and finding."""
        ordered = sorted(self._found.items(), key=lambda item: [self._place(part) for part in item[0][0]])
        taken: dict[Loc, set[str]] = {}
        return tuple(self._proposing_once(loc, problem, taken) for (loc, _), problem in ordered)

    def _proposing_once(self, loc: Loc, problem: Problem, taken: dict[Loc, set[str]]) -> Problem:
        """Without the proposal if following it would repeat an entry of a list: no list may have one twice."""
        if not problem.nearest or not isinstance(loc[-1], int):
            return problem
        if loc[:-1] not in taken:
            entries = self._at(loc[:-1])
            listed = entries if isinstance(entries, list | tuple) else ()
            taken[loc[:-1]] = {entry for entry in listed if isinstance(entry, str)}
        names = taken[loc[:-1]]
        if problem.nearest in names:
            return replace(problem, nearest="")
        names.add(problem.nearest)
        return problem

    def _place(self, part: str | int) -> tuple[int, str]:
        if isinstance(part, int):
            return part, ""
        return self._rank.get(part, len(self._rank)), part

    def _part(self, part: str | int, secret: bool) -> str:
        if isinstance(part, int):
            return f"[{part}]"
        if secret and part not in self._rank:
            return f".{SECRET}"
        return f".{part}" if _PLAIN_PART.fullmatch(part) else f"[{shown(part)}]"

    def _value(self, loc: Loc) -> str:
        value = self._at(loc)
        return NOT_GIVEN if value is _NOTHING else shown(value)

    def _at(self, loc: Loc) -> Any:
        value: Any = self.raw
        for part in loc:
            try:
                value = value[part]
            except (LookupError, TypeError):
                return _NOTHING
        return value

    def _full_key(self, loc: Loc) -> str:
        """The key that a path starts with, as the file's owner writes it."""
        first = str(loc[0])
        return first if ":" in first or not self._namespace else f"{self._namespace}:{first}"

    def _without_secret_region(self, text: str) -> str:
        region = self.raw.get(REGION_KEY)
        if REGION_KEY in self._secret and isinstance(region, str) and region:
            return text.replace(region, SECRET)
        return text


def shown(value: object) -> str:
    """The value as JSON of at most 80 characters in plain ASCII. Never raises, whatever the value."""
    text = ""
    # Pieces come one by one: what is endless, or nested without end, is left after 80 characters.
    for piece in _pieces(value):
        text += piece
        if len(text) > _LONGEST_VALUE:
            return text[: _LONGEST_VALUE - 3] + "..."
    return text


def too_large(value: object) -> str:
    """What to say of a value with more in it than anybody reads, as what is part of itself has; "" for any other."""
    left, found = [value], 0
    while left and found <= _MOST_VALUES:
        one = left.pop()
        below = one.values() if isinstance(one, dict) else one if isinstance(one, list | tuple) else ()
        found += len(below)
        left.extend(islice(below, _MOST_VALUES))
    return f"is too large: it has more than {_MOST_VALUES:,} values" if found > _MOST_VALUES else ""


def printable(text: str) -> str:
    """The text with every control character, lone surrogate and other invisible character escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def allowed(names: Iterable[str]) -> str:
    """The line that lists what a key may be."""
    return "allowed: " + ", ".join(names)


def _pieces(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield json.dumps(value[: _LONGEST_VALUE + 1])
    elif value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, int):
        # Python refuses to write very long integers in decimal.
        yield str(value) if value.bit_length() <= 256 else f"(an integer of {value.bit_length()} bits)"
    elif isinstance(value, float):
        yield {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), repr(value))
    elif isinstance(value, dict):
        # A value that Pulumi has not decrypted.
        yield from [SECRET] if "secure" in value else _inside("{}", value.items())
    elif isinstance(value, list | tuple):
        yield from _inside("[]", ((None, item) for item in value))
    else:
        yield f"(a value of type {printable(type(value).__name__)})"


def _inside(brackets: str, items: Iterable[tuple[object, object]]) -> Iterator[str]:
    yield brackets[0]
    for position, (key, item) in enumerate(items):
        yield ", " if position else ""
        if brackets == "{}":
            yield from _pieces(key)
            yield ": "
        yield from _pieces(item)
    yield brackets[1]


def _ascii(key: str) -> str:
    """A look-alike letter in a key has to be visible as one."""
    return shown(key)[1:-1]
