"""The matrix of a VPC: each node subnet against each service, with the first thing that blocks.

What holds at each step of `review.steps` is asked of the policies' own readers, one subnet and one endpoint at a time, so
that the matrix and the findings cannot tell two stories.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from blueprint.catalog import Region
from policies import coverage, nodes, usage
from policies.endpoints import Endpoints
from policies.graph import Graph
from policies.pack_config import PackConfig
from policies.requirements import gateway, services
from policies.vpcs import Vpc, judged
from review import steps
from review.checks import Asked, Seen, internet, launches_in, led_to, node_egress, seen
from review.steps import Step

State = Literal["open", "declared", "unproven", "blocked"]


@dataclass(frozen=True)
class Cell:
    """Whether nodes of a subnet reach a service. `step` is the first that does not hold, None where all do; `text` says what
    was seen there. "declared": the pack's configuration says that something outside of the stack provides it."""

    state: State
    step: Step | None = None
    text: str = ""


@dataclass(frozen=True)
class Row:
    """A node subnet and its cells, in the order of the matrix's services. `machines`: how the stack's own machines there are
    called; none where they are of another stack, so that nobody sees their security groups."""

    subnet: str
    zone: str
    blocks: tuple[str, ...]
    machines: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """A VPC's node subnets against the services that its nodes need: (short id, full name, type) each."""

    vpc: str
    region: str
    services: tuple[tuple[str, str, str], ...]
    rows: tuple[Row, ...]

    @property
    def counts(self) -> dict[State, int]:
        """How many cells are in each state."""
        cells = [cell.state for row in self.rows for cell in row.cells]
        order: tuple[State, ...] = ("open", "declared", "unproven", "blocked")
        return {state: cells.count(state) for state in order if state in cells}


def matrices(graph: Graph, config: PackConfig) -> list[Matrix]:
    """One matrix for each VPC whose Region has facts."""
    config = usage.seen(graph, config)
    return [_matrix(graph, vpc, region, found, config) for vpc, region, found in judged(graph, config)]


def _matrix(graph: Graph, vpc: Vpc, region: Region, found: Endpoints, config: PackConfig) -> Matrix:
    needed = [*services(region, config)]
    if not any(each.type == "Gateway" for each in needed):
        needed.append(gateway(region))
    rows = []
    for subnet in nodes.subnets(graph, vpc.key, config):
        cells = tuple(_cell(Asked(graph, vpc, region, config, subnet, each, found)) for each in needed)
        rows.append(
            Row(
                subnet=graph.name_of(subnet.key),
                zone=subnet.zone if isinstance(subnet.zone, str) else "unknown",
                blocks=tuple(block if isinstance(block, str) else "unknown" for block in subnet.blocks),
                machines=tuple(each.label for each in launches_in(graph, vpc, subnet, config)),
                cells=cells,
            )
        )
    rows.sort(key=lambda row: (row.zone, row.subnet))
    return Matrix(vpc.label, region.id, tuple((s.id, s.name, s.type) for s in needed), tuple(rows))


def _cell(asked: Asked) -> Cell:
    there = coverage.serving(asked.found, asked.vpc, asked.service)
    if not there:
        return _without_endpoint(asked)
    order: tuple[State, ...] = ("open", "declared", "unproven", "blocked")
    if asked.service.type == "Gateway":
        # The one on the subnet's route table.
        return min((_judged(seen(asked, each)) for each in there), key=lambda cell: order.index(cell.state))
    # Nobody can tell which of several that the name leads to a node asks.
    led = [_judged(seen(asked, each)) for each in led_to(asked, there)]
    return max(led, key=lambda cell: order.index(cell.state))


def _judged(what: Iterable[Seen]) -> Cell:
    """The first step that surely does not hold; else the first that cannot be proven."""
    unproven = None
    for step, state, text in what:
        if state is False:
            return Cell("blocked", step, text)
        if state is not True and unproven is None:
            unproven = Cell("unproven", step, text)
    return unproven or Cell("open")


def _without_endpoint(asked: Asked) -> Cell:
    graph, vpc, service, config = asked.graph, asked.vpc, asked.service, asked.config
    for each in (*config.shared_endpoints, *config.existing_endpoints):
        if coverage.declared(each, graph, vpc, service):
            out = node_egress(asked, [])
            shut = next(((state, text) for _, state, text in out if state is not True), None)
            if shut:
                return Cell("blocked" if shut[0] is False else "unproven", steps.NODE_GROUP, shut[1])
            return Cell("declared", None, f"{each.where} (the pack's configuration; not judged here)")
    if vpc.internet:
        against = _judged(internet(asked))
        if against.state != "open":
            return against
        return Cell("declared", None, "over the internet (the pack's configuration: internetAccess)")
    misses = list(coverage.near_misses(asked.found, vpc, service))
    text = "; ".join(miss.reason for miss in misses) or f"no {service.type} endpoint for {service.name}"
    state: State = "unproven" if any(miss.unproven for miss in misses) else "blocked"
    return Cell(state, steps.ENDPOINT, text)
