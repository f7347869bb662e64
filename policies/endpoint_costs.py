"""What the interface endpoints of a stack cost, as far as a preview shows it, and how they could cost less."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from blueprint.catalog import Service, agent_version, load
from blueprint.prices import Bill, Line, bill, dollars
from policies import tokens
from policies.endpoints import Endpoint, endpoints
from policies.graph import UNKNOWN, Graph
from policies.pack_config import PackConfig
from policies.rule import Finding
from policies.service_names import service_meant

# Where AWS says what an endpoint costs (blueprint/facts/sources.toml: privatelink-pricing).
PRICES = "https://aws.amazon.com/privatelink/pricing/"


@dataclass(frozen=True)
class Costs:
    """One bill for each Region, with its endpoints in the order of its lines. `untold` names the resources that put some
    endpoint, nobody can tell which, into one more zone."""

    bills: tuple[tuple[Bill, tuple[Endpoint, ...]], ...]
    untold: tuple[str, ...]

    @property
    def at_least(self) -> Decimal:
        """USD a month of everything that is known."""
        return sum((each.at_least for each, _ in self.bills), Decimal(0))

    def lines(self) -> Iterator[tuple[Line, Endpoint]]:
        """What each endpoint costs."""
        for each, priced in self.bills:
            for index, endpoint in enumerate(priced):
                yield each.lines[index], endpoint


def costs(graph: Graph, config: PackConfig) -> Costs:
    """What the stack's interface endpoints cost. One of an unknown type counts as one of them, in unknown zones."""
    by_region: dict[str | None, list[Endpoint]] = {}
    for each in endpoints(graph):
        # An endpoint that was read twice is one endpoint.
        if each.type in ("Interface", UNKNOWN) and graph.canonical(each.resource) == each.resource.urn:
            region = each.resource.region
            by_region.setdefault(region if isinstance(region, str) else None, []).append(each)
    joined = graph.satellites(tokens.ENDPOINT_SUBNET, "vpcEndpointId", (tokens.ENDPOINT,))
    return Costs(
        tuple(
            (
                bill(region, ((each.name, _zones(each)) for each in found), config.endpoint_hour_usd),
                tuple(found),
            )
            for region, found in by_region.items()
        ),
        tuple(resource.name for resource in joined.untold),
    )


def _zones(endpoint: Endpoint) -> int | None:
    """AWS takes one subnet of each zone, so as many subnets are as many zones."""
    elsewhere = not endpoint.subnets.keys and endpoint.resource.props.get("subnetConfigurations")
    unread = endpoint.subnets.more or endpoint.type is UNKNOWN or elsewhere
    return None if unread else len(endpoint.subnets.keys)


def table(found: Costs) -> str:
    """A line for each Region: its rate, and each endpoint's zones and cost."""
    lines = []
    for each, _ in found.bills:
        if each.rate:
            region = each.region or "a Region that is not known"
            shown = [
                f"{line.endpoint} in {_some(line.zones)} = {'?' if line.usd is None else dollars(line.usd)}"
                for line in each.lines
            ]
            rate = f"{each.rate.usd} per endpoint, zone and hour ({each.rate.origin})"
            lines.append(f"  {region}, {rate}: {', '.join(shown)}")
    return "\n".join(lines)


def _some(zones: int | None) -> str:
    return "? zones" if zones is None else f"{zones} zone{'' if zones == 1 else 's'}"


def unread(found: Costs, limit: Decimal) -> Iterator[Finding]:
    """Why nobody can say whether the endpoints cost at most `limit`."""
    cannot = f"so it cannot be proven that the stack's endpoints cost at most {dollars(limit)} USD a month"
    for each, _ in found.bills:
        names = ", ".join(repr(line.endpoint) for line in each.lines if line.zones != 0)
        if each.rate is None and names:
            what = (
                f"AWS's price of an interface endpoint in {each.region} is not verified"
                if each.region
                else "their Region cannot be read in the preview, nor AWS's price there"
            )
            yield Finding(
                f"{names}: {what}, {cannot}.\n"
                f"fix: read it on {PRICES} and give it in the pack's configuration: "
                '{"endpointHourUsd": <USD per endpoint, zone and hour>}',
                unproven=each.region is None,
            )
    for line, endpoint in found.lines():
        if line.zones is None:
            yield Finding(
                f"{line.endpoint!r}: in how many Availability Zones it is cannot be read in the preview, {cannot}.\n"
                'fix: vpc_endpoint_type="Interface" and subnet_ids=[<one per zone>], in plain text',
                endpoint.resource.urn,
                unproven=True,
            )
    if found.untold:
        yield Finding(
            f"{', '.join(map(repr, found.untold))}: which endpoint gets one more zone cannot be read in the preview, "
            f"{cannot}.\nfix: vpc_endpoint_id=<the endpoint>.id",
            unproven=True,
        )


def ways_out(found: Costs, config: PackConfig) -> Iterator[str]:
    """How the stack could cost less, each with what it saves a month, and at last what to write if it may cost that much."""
    by_service: dict[str, Decimal] = {}
    for line, endpoint in found.lines():
        name = endpoint.service_name
        service = service_meant(name) if isinstance(name, str) else None
        if service and line.usd:
            by_service[service] = by_service.get(service, Decimal(0)) + line.usd
    for id, usd in by_service.items():
        if way := _without(load().services[id], config):
            yield f"{way} (without {id}: {dollars(usd)} less)"
    wide = [
        (line.endpoint, each.per_zone)
        for each, _ in found.bills
        for line in each.lines
        if each.per_zone and line.zones is not None and line.zones > config.minimum_zones
    ]
    if wide:
        names = ", ".join(repr(name) for name, _ in wide)
        less = sum((usd for _, usd in wide), Decimal(0))
        yield f"a subnet less in {names}, in a zone without nodes ({dollars(less)} less)"
    shared = {"vpc": "<this VPC>", "services": sorted(by_service), "where": "<the hub>"}
    if by_service:
        yield (
            f"the endpoints of a hub, once for all its VPCs: {json.dumps({'sharedEndpoints': [shared]})} (what it takes to "
            "reach the hub comes on top)"
        )
    most = int(found.at_least.to_integral_value(ROUND_CEILING))
    yield f'or, if it may cost that much: {{"maxMonthlyUsd": {most}}} in the pack\'s configuration'


def _without(service: Service, config: PackConfig) -> str:
    """What to decide so that no policy requires the service; "" where nothing does."""
    retired, oldest = service.not_needed_from_agent, config.minimum_agent_version
    if retired:
        older = not oldest or agent_version(oldest) < agent_version(retired)
        return (
            f'"minimumAgentVersion": "{retired}", if no node runs an older agent' if older else "take it out"
        )
    on = [feature for feature in service.features if feature in config.features]
    if on:
        return f'"features": {json.dumps(dict.fromkeys(on, False))}, if the nodes do not use it'
    return ""
