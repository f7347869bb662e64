"""What `--write` may do: a row in announced.toml for a Region that botocore names. Nothing else is safe to write.

A bucket's name is never written by a program: whoever saved the page may have been shown another one. Such a row claims no
more than that the Region is there, so that a stack in it is refused with its name until somebody has read AWS's pages.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from tools.facts_check.shapes import Difference

_ID = re.compile(r"[a-z]{2,5}(-[a-z]+){1,2}-\d{1,2}")
_NAME = re.compile(r"[A-Za-z0-9 (),.'/-]{3,80}")
_PARTITION = re.compile(r"aws(-[a-z]+){0,3}")


def announce(differences: Iterable[Difference], facts: Path) -> list[str]:
    """Append the rows; returns their Regions. What is no plain Region id and name is left to people."""
    path = facts / "announced.toml"
    written = []
    for each in differences:
        if each.file != "announced.toml" or each.ours is not None or each.theirs is None:
            continue
        row = each.todo.partition("\n")[2]
        if _is_plain(each.row, each.theirs, row):
            text = path.read_text(encoding="utf-8")
            path.write_text(f"{text.rstrip()}\n\n{row}", encoding="utf-8")
            written.append(each.row)
    return written


def _is_plain(region: str, name: str, row: str) -> bool:
    """Whether the row is one table of that Region, with the four values that it may have."""
    try:
        tables = tomllib.loads(row)
    except tomllib.TOMLDecodeError:
        return False
    values = tables.get(region)
    return (
        list(tables) == [region]
        and isinstance(values, dict)
        and values.keys() == {"partition", "name", "source", "evidence"}
        and values["name"] == name
        and bool(
            _ID.fullmatch(region) and _NAME.fullmatch(name) and _PARTITION.fullmatch(values["partition"])
        )
    )
