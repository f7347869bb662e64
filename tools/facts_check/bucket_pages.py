"""Pages with the buckets that SSM Agent reads: a table of literal names, and a table of ARNs with the Region left open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from blueprint.catalog import BucketFamily, Catalog
from tools.facts_check.differ import Differ
from tools.facts_check.page import Page
from tools.facts_check.shapes import CheckError, Difference, Found

_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+){1,2}-\d{1,2}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ARN = re.compile(r"arn:aws[a-z-]*:s3:::([^\s/*]+)")
# By Region and family: the names in the page's cells.
_Names = Mapping[tuple[str, str], set[str]]


def names(page: Page, catalog: Catalog, differ: Differ) -> Found:
    """bucket-names: rows with a Region's code in one cell and a bucket's name in another. Raises: CheckError."""
    families = {family.column: family for family in catalog.buckets.values() if family.column}
    theirs: dict[tuple[str, str], set[str]] = {}
    for row in page.rows:
        region = next((cell for cell in row if _REGION.fullmatch(cell)), None)
        for cell in row:
            if region and (column := _column(cell, region, families)):
                theirs.setdefault((region, column), set()).add(cell)
    if not {column for _, column in theirs} & families.keys():
        raise CheckError(f"{page.name}: no row with a Region and a bucket's name could be read")
    found = (*_on_page(theirs, families, catalog, differ), *_gone(theirs, catalog, differ))
    return Found((f"regions.toml with {len(theirs)} bucket names of {page.name}",), found)


def _column(cell: str, region: str, families: Iterable[str]) -> str:
    """The family that a cell's bucket is of; "" where it is no bucket. A cell that names the Region may be of one that
    nobody knows yet."""
    known = [each for each in families if cell.startswith(f"{each}-")]
    if known or " " in cell or cell == region or region not in cell:
        return max(known, key=len, default="")
    return cell.split(f"-{region}")[0]


def _on_page(
    theirs: _Names, families: Mapping[str, BucketFamily], catalog: Catalog, differ: Differ
) -> Iterator[Difference]:
    for (region, column), cells in sorted(theirs.items()):
        row = catalog.regions.get(region)
        ours = row.tabulated_buckets.get(column) if row else None
        said = " and ".join(sorted(cells))
        if cells == {ours}:
            continue
        if len(cells) > 1 or not all(map(_BUCKET.fullmatch, cells)):
            todo = "this is no single bucket name: look at the page itself"
        elif column not in families:
            todo = "a family of buckets that buckets.toml does not have: does Systems Manager need it?"
        elif row is None:
            todo = f'{region} has no row: make facts-check says which; its names are literal:\n{column} = "{said}"'
        else:
            todo = f'look at the page itself; then paste into [{region}]: {column} = "{said}"'
        yield differ.differs(f"regions.toml {region}", column, ours, said, todo)


def _gone(theirs: _Names, catalog: Catalog, differ: Differ) -> Iterator[Difference]:
    """Names that the page does not have. A page of one partition says nothing of another's."""
    told = {catalog.regions[region].partition.id for region, _ in theirs if region in catalog.regions}
    todo = "before the name goes: is the table whole, and does a bucket of that name still answer?"
    for region in catalog.regions.values():
        for column, name in region.tabulated_buckets.items():
            if region.partition.id in told and (region.id, column) not in theirs:
                yield differ.went(f"regions.toml {region.id}", column, name, todo)


def formulas(page: Page, catalog: Catalog, differ: Differ) -> Found:
    """bucket-formulas: the ARNs in the first cell of a row, with the Region left open. Raises: CheckError."""
    named = (_formula(name) for row in page.rows for name in _ARN.findall(row[0]))
    theirs = {formula for formula in named if "{region}" in formula}
    if not theirs:
        raise CheckError(f"{page.name}: no table with bucket ARNs could be read")
    # What SSM Agent itself reads; the repositories of operating systems are from other pages.
    ours = {
        family.formula or f"{family.column}-{{region}}-{{suffix}}": family
        for family in catalog.buckets.values()
        if not family.legacy and family.source in ("agent-buckets", "agent-source", "patch-buckets")
    }
    # A tabulated family has a suffix in some Regions and none in the others: the page names it in both forms.
    plain = {each.removesuffix("-{suffix}") for each in ours}
    came = "a family of buckets that we do not have: which features need it? A row in buckets.toml"
    went = "the page does not name it any more: legacy = true, once AWS's other pages agree"
    found = [
        differ.came("buckets.toml ?", "formula", each, came) for each in sorted(theirs - ours.keys() - plain)
    ]
    found += [
        differ.went(f"buckets.toml {family.id}", "formula", each, went)
        for each, family in ours.items()
        if each not in theirs
    ]
    return Found((f"buckets.toml with {len(theirs)} bucket ARNs of {page.name}",), tuple(found))


def _formula(name: str) -> str:
    """AWS's pages leave the Region open as `region` or {{region}}, and a suffix as `unique-suffix` or `suffix`."""
    bare = re.sub(r"[{}`\\]", "", name).lower()
    bare = re.sub(r"(?<![a-z])region(?![a-z])", "{region}", bare)
    return re.sub(r"(?<![a-z])(unique-)?suffix(?![a-z])", "{suffix}", bare)
