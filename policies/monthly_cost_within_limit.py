"""The interface endpoints of a stack cost no more a month than the pack's owner allows, who may allow anything."""

from collections.abc import Iterator

from pulumi_policy import Severity

from blueprint.prices import dollars, load
from policies.endpoint_costs import PRICES, costs, table, unread, ways_out
from policies.graph import Graph
from policies.pack_config import PackConfig
from policies.rule import About, Finding, stack_policy

ABOUT = About(
    name="monthly-cost-within-limit",
    description="The interface endpoints of a stack cost at most maxMonthlyUsd a month",
    url=PRICES,
    fix="Have fewer endpoints, fewer zones, or those of a hub; or allow more in the pack's configuration.",
    severity=Severity.MEDIUM,
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    limit = config.max_monthly_usd
    if limit is None:
        return
    found = costs(graph, config)
    if found.at_least <= limit:
        yield from unread(found, limit)
        return
    cost, gb = dollars(found.at_least), load().data[0].usd
    yield Finding(
        f"The interface endpoints of this stack cost {cost} USD a month, not {dollars(limit)} (maxMonthlyUsd), and data "
        f"comes on top ({gb} a GB, less from a PB on):\n{table(found)}\nfix: "
        + "\n  ".join(ways_out(found, config))
    )


policy = stack_policy(ABOUT, rule)
