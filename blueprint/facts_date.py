"""How old the facts are that something rests on: the days on which their sources were read.

    of_plan(plan).line   # -> "AWS facts of 2026-11-30, the oldest source read 2026-11-23; rows for 46 Regions"

The days stand in `facts/sources.toml`: the same plan has the same line until somebody reads AWS's pages again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blueprint.catalog import Catalog, Region, load

if TYPE_CHECKING:
    # The review and the fleet date their pages without a plan, and need not load the planner.
    from blueprint.plan.shapes import Plan


@dataclass(frozen=True)
class FactsDate:
    """The newest and the oldest day ("2026-11-23") on which one of the sources was read, and the Regions with a row."""

    newest: str
    oldest: str
    regions: int

    @property
    def line(self) -> str:
        """In words, for people."""
        older = f", the oldest source read {self.oldest}" if self.oldest != self.newest else ""
        return f"AWS facts of {self.newest}{older}; rows for {self.regions} Regions"

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return dataclasses.asdict(self)


def of_plan(plan: Plan, catalog: Catalog | None = None) -> FactsDate:
    """Of what a plan was decided from: its Region, its endpoints' services with what the agent calls there, its buckets."""
    catalog = catalog or load()
    region = catalog.region(plan.region)
    named = {each.service for each in plan.interface_endpoints} | {each.service for each in plan.adopted}
    named.add(plan.gateway_endpoint.service)
    services = [each for each in catalog.services.values() if {each.id, each.fips} & named]
    planned = set(plan.gateway_endpoint.aws_buckets)
    rows: list[Any] = [*_place(region), *services]
    rows += [each for each in catalog.buckets.values() if region.bucket(each) in planned]
    rows += [each for each in catalog.agent_calls.values() if each.service in named]
    return _of(catalog, rows)


def of_regions(regions: Iterable[str], catalog: Catalog | None = None) -> FactsDate:
    """Of everything that a verdict about these Regions can rest on; of all facts where none is known."""
    catalog = catalog or load()
    places = [catalog.regions[each] for each in regions if each in catalog.regions]
    places = places or list(catalog.regions.values())
    rows: list[Any] = [row for place in places for row in _place(place)]
    # A name that AWS does not publish there is the owner's, and rests on no page.
    rows += [each for each in catalog.buckets.values() if any(place.bucket(each) for place in places)]
    rows += [*catalog.services.values(), *catalog.agent_calls.values()]
    return _of(catalog, rows)


def _place(region: Region) -> tuple[Any, ...]:
    return region, region.partition


def _of(catalog: Catalog, rows: Iterable[Any]) -> FactsDate:
    days = sorted({catalog.sources[id].read for row in rows for id in _sources(row)})
    return FactsDate(newest=days[-1], oldest=days[0], regions=len(catalog.regions))


def _sources(row: Any) -> Iterator[str]:
    """The ids of a row's sources: `source`, and those of single words of it, as `policy_source`."""
    for each in dataclasses.fields(row):
        value = getattr(row, each.name)
        if (each.name == "source" or each.name.endswith("_source")) and value:
            yield value
