"""Makes the differences of one place that was looked at."""

from __future__ import annotations

from blueprint.catalog import Source
from tools.facts_check.shapes import Difference, shown


class Differ:
    """`source` is where our facts are from, `seen` says where they were read now."""

    def __init__(self, source: Source, seen: str) -> None:
        self.source, self._seen = source, seen

    def differs(self, where: str, key: str, ours: str | None, theirs: str | None, todo: str) -> Difference:
        """`where` is a row of a file: "regions.toml eu-west-1". None: there it is not."""
        file, _, row = where.partition(" ")
        told = None if theirs is None else shown(theirs)
        return Difference(file, shown(row), shown(key), ours, told, self.source, self._seen, todo)

    def came(self, where: str, key: str, theirs: str, todo: str) -> Difference:
        """AWS has it, and we do not."""
        return self.differs(where, key, None, theirs, todo)

    def went(self, where: str, key: str, ours: str, todo: str) -> Difference:
        """We have it, and AWS does not."""
        return self.differs(where, key, ours, None, todo)
