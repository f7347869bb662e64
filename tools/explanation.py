"""`make explanation`: the tables of docs/explanation.md anew, from the facts; what is between their marks is never typed.

    <!-- facts: services -->        the endpoint services, why each, and where AWS says so
    <!-- facts: buckets -->         the families of buckets, with their names in three Regions
    <!-- facts: sources -->         the pages that the text and the tables name as [id], with the day they were read
    <!-- facts: end -->             after each

`--check` writes nothing and ends with 1 if the page is not what the facts say.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from blueprint.catalog import BucketFamily, Catalog, load

ROOT = Path(__file__).resolve().parents[1]
PAGE = Path("docs") / "explanation.md"
# One whose patch buckets have plain names, one whose buckets have a suffix each, one of another partition.
REGIONS = ("eu-west-1", "me-south-1", "us-gov-west-1")
_BLOCK = re.compile(r"(<!-- facts: (services|buckets|sources) -->\n).*?(<!-- facts: end -->)", re.S)
_NAMED = re.compile(r"\[([a-z0-9-]+)\](?!\()")


class PageError(ValueError):
    """The page has not the marks, or names a source that is not in the facts."""


def written(page: str, catalog: Catalog) -> str:
    """The page with its tables anew. Raises: PageError."""
    found = [match[2] for match in _BLOCK.finditer(page)]
    if sorted(found) != ["buckets", "services", "sources"]:
        raise PageError(
            f"{PAGE}: the marks are services, buckets, sources, once each; found: {', '.join(found) or 'none'}"
        )
    tables = {"services": services(catalog), "buckets": buckets(catalog)}
    filled = _BLOCK.sub(lambda match: match[1] + tables.get(match[2], "") + match[3], page)
    named = sorted(set(_NAMED.findall(_BLOCK.sub("", filled) + tables["services"] + tables["buckets"])))
    unknown = [name for name in named if name not in catalog.sources]
    if unknown:
        raise PageError(f"{PAGE}: no such source in blueprint/facts/sources.toml: {', '.join(unknown)}")
    tables["sources"] = sources(catalog, named)
    return _BLOCK.sub(lambda match: match[1] + tables[match[2]] + match[3], filled)


def services(catalog: Catalog) -> str:
    """The endpoint services, in the order of the facts."""
    rows: list[tuple[str, ...]] = [("endpoint", "type", "needed", "what for", "source")]
    for service in catalog.services.values():
        needed = _needed(service.features)
        if service.not_needed_from_agent:
            needed = f"agents before {service.not_needed_from_agent}"
        rows.append((f"`{service.id}`", service.type, needed, service.why, f"[{service.source}]"))
    return _table(rows)


def buckets(catalog: Catalog) -> str:
    """The families of buckets that are needed somewhere, and their names."""
    rows: list[tuple[str, ...]] = [("family", "needed", "what for", *REGIONS, "source")]
    for family in catalog.buckets.values():
        if not family.legacy:
            names = (_name(catalog, family, region) for region in REGIONS)
            rows.append(
                (f"`{family.id}`", _needed(family.features), family.why, *names, f"[{family.source}]")
            )
    return _table(rows)


def sources(catalog: Catalog, named: Sequence[str]) -> str:
    """The pages, each with the day on which it was read; and what `[id]` in the text leads to."""
    rows: list[tuple[str, ...]] = [("source", "page", "read")]
    rows += [(f"[{name}]", catalog.sources[name].title, catalog.sources[name].read) for name in named]
    links = "".join(f"[{name}]: {catalog.sources[name].url}\n" for name in named)
    return f"{_table(rows)}\n{links}"


def _name(catalog: Catalog, family: BucketFamily, region: str) -> str:
    name = catalog.region(region).bucket(family)
    return f"`{name}`" if name else "not published"


def _needed(features: Sequence[str]) -> str:
    return " and ".join(f"`{feature}`" for feature in features) or "always"


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(_lines(rows)) + "\n"


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield f"| {' | '.join(row)} |"
        if number == 0:
            yield "|" + "---|" * len(row)


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Writes the page, or checks it; returns the exit code."""
    path = root / PAGE
    old = path.read_text(encoding="utf-8")
    try:
        new = written(old, load())
    except PageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if "--check" in arguments:
        if new != old:
            sys.stderr.write(f"{PAGE} is not what the facts say: run `make explanation`\n")
        return int(new != old)
    path.write_text(new, encoding="utf-8")
    sys.stdout.write(f"{PAGE}: {'written' if new != old else 'is right'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
