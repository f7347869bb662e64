"""What interface endpoints cost: AWS's prices with the source of each, and the arithmetic with them.

    load().rate("us-east-1").usd                        # -> Decimal("0.010"), per endpoint, Availability Zone and hour
    bill("us-east-1", [("ssm", 2), ("ec2", 2)]).total   # -> Decimal("29.200"), USD a month

Amounts are exact decimals of USD; only `dollars` rounds. Data that goes through the endpoints is not part of any sum: nobody
knows beforehand how much that is. `Prices.data` has its price. Gateway endpoints cost nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from blueprint import catalog

# 365 days of 24 hours, a twelfth of them.
HOURS_PER_MONTH = 730
_FILE = Path(__file__).parent / "facts" / "prices.toml"


@dataclass(frozen=True)
class Price:
    """A price in USD and the day (2026-09-17) on which AWS had it; `source` is a row of `facts/sources.toml`."""

    usd: Decimal
    date: str
    source: str
    evidence: str


@dataclass(frozen=True)
class DataPrice(Price):
    """The price of a GB in a tier of what all interface endpoints of a Region process in a month; `up_to_gb` is where it
    ends, None for the last."""

    up_to_gb: int | None = None


@dataclass(frozen=True)
class Rate:
    """USD per endpoint, Availability Zone and hour; a part of an hour counts as a whole one. Without a `price` of AWS's, the
    figure was configured."""

    usd: Decimal
    price: Price | None = None

    @property
    def origin(self) -> str:
        """Where the figure is from, in words: "AWS's price of 2026-09-17" or "configured"."""
        return f"AWS's price of {self.price.date}" if self.price else "configured"


@dataclass(frozen=True)
class Prices:
    """The price table. `endpoint_hour` has a row for each Region whose price is verified."""

    endpoint_hour: Mapping[str, Price]
    data: tuple[DataPrice, ...]
    gateway: Price

    def rate(self, region: str | None, configured: Decimal | None = None) -> Rate | None:
        """What an endpoint costs in a Region: the configured figure, else AWS's; None where neither is known."""
        if configured is not None:
            return Rate(configured)
        price = self.endpoint_hour.get(region) if region else None
        return Rate(price.usd, price) if price else None


@dataclass(frozen=True)
class Line:
    """An interface endpoint in `zones` Availability Zones (None: not known) and what it costs a month in USD; None where the
    zones or the rate are not known."""

    endpoint: str
    zones: int | None
    usd: Decimal | None


@dataclass(frozen=True)
class Bill:
    """What the interface endpoints of one Region (None: not known) cost a month, without data. `rate` is None where the
    Region's price is not verified and none was configured."""

    region: str | None
    rate: Rate | None
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal | None:
        """USD a month; None if a part of it is not known."""
        return None if any(line.usd is None for line in self.lines) else self.at_least

    @property
    def at_least(self) -> Decimal:
        """USD a month of what is known."""
        return sum((line.usd for line in self.lines if line.usd is not None), Decimal(0))

    @property
    def per_zone(self) -> Decimal | None:
        """USD a month of one endpoint in one Availability Zone; None where the rate is not known."""
        return self.rate.usd * HOURS_PER_MONTH if self.rate else None


@dataclass(frozen=True)
class Hub:
    """`vpcs` VPCs that each have the same interface endpoints, beside a hub that has them once: USD a month.

    What the VPCs pay to reach a hub (transit gateway attachments, data over peering and between zones) is not in the price
    table and not part of `saved`.
    """

    vpcs: int
    apart: Decimal
    shared: Decimal

    @property
    def saved(self) -> Decimal:
        return self.apart - self.shared


def bill(
    region: str | None, endpoints: Iterable[tuple[str, int | None]], configured: Decimal | None = None
) -> Bill:
    """What interface endpoints cost: endpoints x zones x 730 hours x rate.

    `endpoints` holds names and in how many Availability Zones each is (one subnet each), None where that is not known;
    `configured` is a rate that wins over AWS's.
    """
    rate = load().rate(region, configured)

    def usd(zones: int | None) -> Decimal | None:
        if zones == 0:
            return Decimal(0)
        return None if zones is None or rate is None else zones * HOURS_PER_MONTH * rate.usd

    return Bill(region, rate, tuple(Line(name, zones, usd(zones)) for name, zones in endpoints))


def hub(one: Bill, vpcs: int) -> Hub | None:
    """What sharing the endpoints of `one` VPC would save: (vpcs - 1) times their cost. None where that is not known.
    Raises: ValueError if there is no VPC."""
    if vpcs < 1:
        raise ValueError(f"vpcs is {vpcs}; allowed is a number from 1 on")
    return None if one.total is None else Hub(vpcs, vpcs * one.total, one.total)


def dollars(usd: Decimal) -> str:
    """An amount for people, to the cent: "1,314.00"."""
    return f"{usd:,.2f}"


@cache
def load() -> Prices:
    """Read `facts/prices.toml` once. Raises: TypeError on a key that no row may have or a missing one, KeyError on a source
    without a row, ValueError on an amount that is none."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    (gateway,) = tables["gateway"].values()
    return Prices(
        endpoint_hour={id: Price(**_row(row)) for id, row in tables["endpoint-hour"].items()},
        data=tuple(DataPrice(**_row(row)) for row in tables["data-gb"].values()),
        gateway=Price(**_row(gateway)),
    )


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    usd = row["usd"]
    if not isinstance(usd, str) or not usd.replace(".", "", 1).isdigit():
        raise ValueError(f"{usd!r} is not an amount in a text, such as '0.010'")
    return {
        **row,
        "usd": Decimal(usd),
        "date": row["date"].isoformat(),
        "source": catalog.load().sources[row["source"]].id,
    }
