"""How a fleet's progress, summary and roll-up put things into words that any screen, log or page can show."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from blueprint import prices
from blueprint.problems import printable

_DOTS = "..."
_TAB = 4


def clean(text: str) -> str:
    """All lines of a text, everything invisible in them spelled out but the line breaks."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(printable(each.expandtabs(_TAB)) for each in lines)


def line(text: object, most: int = 0) -> str:
    """The first line of a text, cleaned; of more than `most` characters (0: any number) the beginning."""
    first = clean(str(text).strip().partition("\n")[0].rstrip())
    return first if not most or len(first) <= most else first[: most - len(_DOTS)] + _DOTS


def count(number: int, what: str) -> str:
    """ "1 stack", "1,204 stacks"."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def changes(found: Mapping[str, int]) -> str:
    """The engine's operations that change something, and on how many resources each: "2 create, 1 update"."""
    return ", ".join(f"{number} {line(name)}" for name, number in sorted(found.items()) if name != "same")


def money(usd: Decimal | None) -> str:
    """US dollars; None where no price of the Region is verified."""
    return "not verified" if usd is None else prices.dollars(usd)


def duration(seconds: float) -> str:
    """A time as people say it: "8.4 s", "3 min 12 s", "1 h 4 min"."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"
