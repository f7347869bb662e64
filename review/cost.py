"""What the stack's interface endpoints cost a month, and what a hub would save: the policy's own arithmetic, for people."""

from __future__ import annotations

from dataclasses import dataclass

from blueprint import catalog, prices
from blueprint.prices import Bill, dollars
from policies import endpoint_costs
from policies.endpoint_costs import PRICES
from policies.graph import Graph
from policies.pack_config import PackConfig

# How many VPCs the table of savings counts up to.
_VPCS = (2, 5, 10, 50)


@dataclass(frozen=True)
class Line:
    """An endpoint: in how many zones, and USD a month. "?" stands for what is not known."""

    endpoint: str
    zones: str
    usd: str


@dataclass(frozen=True)
class Saving:
    """What a hub for `vpcs` VPCs with the same endpoints would save, in USD a month."""

    vpcs: int
    apart: str
    shared: str
    saved: str


@dataclass(frozen=True)
class RegionCost:
    """A Region's bill. `rate` says what one endpoint costs in one zone for an hour and since when, or that nobody verified
    it; `total` is "?" where a part is not known."""

    region: str
    rate: str
    url: str
    lines: tuple[Line, ...]
    total: str
    savings: tuple[Saving, ...]


@dataclass(frozen=True)
class Cost:
    """The whole. `total` in USD a month ("64.24", "at least 14.60", "not known"), `limit` the pack's maxMonthlyUsd, "" where
    none is set. `data`: what a GB costs on top."""

    regions: tuple[RegionCost, ...]
    total: str
    limit: str
    data: str


def cost(graph: Graph, config: PackConfig) -> Cost:
    """What a stack's endpoints cost."""
    found = endpoint_costs.costs(graph, config)
    known = not found.untold and all(bill.total is not None for bill, _ in found.bills)
    total = dollars(found.at_least)
    return Cost(
        regions=tuple(_region(bill) for bill, _ in found.bills),
        total=total if known else f"at least {total}" if found.at_least else "not known",
        limit="" if config.max_monthly_usd is None else dollars(config.max_monthly_usd),
        data=str(prices.load().data[0].usd),
    )


def _region(bill: Bill) -> RegionCost:
    region = bill.region or "a Region that is not known"
    if bill.rate is None:
        rate, url = (
            f"AWS's price here is not verified; give it in the pack's configuration: \"endpointHourUsd\", from {PRICES}",
            PRICES,
        )
    else:
        rate = f"{bill.rate.usd} USD per endpoint, zone and hour ({bill.rate.origin})"
        source = bill.rate.price and catalog.load().sources[bill.rate.price.source]
        url = source.url if source else ""
    lines = tuple(
        Line(
            line.endpoint,
            "?" if line.zones is None else str(line.zones),
            "?" if line.usd is None else dollars(line.usd),
        )
        for line in bill.lines
    )
    hubs = [hub for vpcs in _VPCS if (hub := prices.hub(bill, vpcs)) and hub.apart]
    savings = tuple(
        Saving(hub.vpcs, dollars(hub.apart), dollars(hub.shared), dollars(hub.saved)) for hub in hubs
    )
    total = "?" if bill.total is None else dollars(bill.total)
    return RegionCost(region, rate, url, lines, total, savings)
