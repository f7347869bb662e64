"""Regions that AWS has announced and of which nothing else is known: typed access to `facts/announced.toml`.

    load()["sa-west-1"].name   # -> "South America (Chile)"

They are no Regions of the catalog: nothing can be built there, and no name is made up for them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "facts" / "announced.toml"


@dataclass(frozen=True)
class Announced:
    """A Region by name alone: its partition, and what AWS calls it."""

    id: str
    partition: str
    name: str
    source: str
    evidence: str


@cache
def load() -> Mapping[str, Announced]:
    """Read the file once. Raises: TypeError on a key that no row may have, or on a missing one."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {id: Announced(id=id, **row) for id, row in rows.items()}


def said(region: str) -> str:
    """What follows "is not a Region with known names": "" where AWS has not announced it either."""
    found = load().get(region)
    return (
        f"; AWS has announced it as {found.name}, and lists no service or bucket there yet" if found else ""
    )
