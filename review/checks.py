"""What holds between one node subnet and one endpoint, step by step, asked of the policies' own readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from blueprint.catalog import Region
from policies import (
    acl_paths,
    agent_calls,
    egress,
    gateway_policy,
    iam,
    nodes,
    route_tables,
    security_groups,
    sources,
    vpc_dns_enabled,
    ways_out,
    zones,
)
from policies.endpoints import Endpoint, Endpoints, inbound_only
from policies.graph import UNKNOWN, Graph
from policies.names_in_a_vpc import answered
from policies.nodes import Subnet
from policies.pack_config import PackConfig
from policies.requirements import RequiredService
from policies.vpcs import Vpc
from review import steps
from review.steps import Step

Seen = tuple[Step, object, str]
"""A step, whether it holds (True, False, UNKNOWN), and what was seen where it does not."""


@dataclass(frozen=True)
class Asked:
    """What one cell of the matrix is about."""

    graph: Graph
    vpc: Vpc
    region: Region
    config: PackConfig
    subnet: Subnet
    service: RequiredService
    found: Endpoints


def seen(asked: Asked, endpoint: Endpoint) -> Iterator[Seen]:
    """Every step, in order."""
    yield from _dns_attributes(asked)
    if endpoint.type == "Gateway":
        yield from node_egress(asked, [endpoint])
        yield from _network_acls(asked, endpoint, s3=True)
        yield _route(asked, endpoint)
        yield from _buckets(asked, endpoint)
        return
    yield _private_dns(asked, endpoint)
    # How many zones there have to be at all is no matter of this subnet's.
    alone = replace(asked.config, minimum_zones=0)
    for gap in zones.gaps(asked.graph, endpoint.subnets, [asked.subnet], alone):
        yield steps.ZONE, _state(gap.unproven), f"{endpoint.name!r} {gap.message}"
    yield from node_egress(asked, [endpoint])
    yield from _network_acls(asked, endpoint, s3=False)
    yield from _endpoint_groups(asked, endpoint)
    yield from _agent_calls(asked, endpoint)


def internet(asked: Asked) -> Iterator[Seen]:
    """What speaks against the internet access that the pack's configuration declares."""
    yield from node_egress(asked, [], internet=True)
    for finding in ways_out.not_seen(asked.graph, asked.vpc, asked.config):
        yield steps.ROUTE, _state(finding.unproven), _what(finding.message)


def _private(asked: Asked, endpoint: Endpoint) -> bool:
    """Whether the service's public name surely leads to this endpoint."""
    name = asked.region.dns_name(asked.service.id)
    return answered(asked.graph, asked.vpc, asked.service, [endpoint], name, asked.config)


def led_to(asked: Asked, there: list[Endpoint]) -> list[Endpoint]:
    """Of several interface endpoints of a service, those that its public name leads to; all where it leads to none."""
    return [each for each in there if _private(asked, each)] or there


def _dns_attributes(asked: Asked) -> Iterator[Seen]:
    home = asked.graph.get(asked.vpc.key) if asked.vpc.key else None
    for key, state, said in vpc_dns_enabled.off(home) if home is not None else ():
        # S3's public name leads to its gateway: that takes an answer, and no private DNS.
        if key == "enableDnsSupport" or asked.service.type != "Gateway":
            yield steps.DNS_ATTRIBUTES, state, f"{key} of {asked.vpc.label} {said}"


def _private_dns(asked: Asked, endpoint: Endpoint) -> Seen:
    name = asked.region.dns_name(asked.service.id)
    if asked.vpc.internet or _private(asked, endpoint):
        return steps.PRIVATE_DNS, True, ""
    unread = endpoint.private_dns is UNKNOWN
    said = "is not known in the preview" if unread else "is off, and no hosted zone stands in for it"
    return (
        steps.PRIVATE_DNS,
        UNKNOWN if unread else False,
        f"private DNS of {endpoint.name!r} {said}: {name} would lead to a public address",
    )


def node_egress(asked: Asked, there: list[Endpoint], *, internet: bool = False) -> Iterator[Seen]:
    """What the security groups of the machines in this subnet let out; those of other stacks' machines nobody sees. With no
    endpoint here, to whatever is elsewhere, or to the internet."""
    graph, vpc, config = asked.graph, asked.vpc, asked.config
    inside = launches_in(graph, vpc, asked.subnet, config)
    for groups, here in egress.by_groups(graph, vpc, inside).items():
        out = egress.out(graph, groups, here, config)
        if internet:
            state = egress.to_internet(graph, out)
        elif not there:
            state = egress.anywhere(out)
        elif there[0].type == "Gateway":
            state = egress.to_s3(out, there)
        else:
            state = egress.to_endpoint(graph, vpc, out, there[0])
        who = ", ".join(launch.label for launch in here)
        may = "do not let" if state is False else "cannot be shown to let"
        yield steps.NODE_GROUP, state, f"the security groups of {who} {may} tcp/443 out"


def _network_acls(asked: Asked, endpoint: Endpoint, *, s3: bool) -> Iterator[Seen]:
    there = [] if s3 else [endpoint]
    for stop in acl_paths.stops(asked.graph, asked.vpc, [asked.subnet], there, s3):
        way = "out of" if stop.outward else "into"
        ports = "443" if stop.ports == acl_paths.HTTPS else f"{stop.ports[0]}-{stop.ports[1]} (answers)"
        lets = "is not known to let" if stop.unproven else "does not let"
        peer = "S3" if stop.peer == acl_paths.S3 else f"{stop.peer} ({stop.block})"
        yield (
            steps.NETWORK_ACL,
            _state(stop.unproven),
            f"{stop.acl.name!r} {lets} tcp/{ports} {way} {stop.subnet} {'to' if stop.outward else 'from'} {peer}",
        )


def _route(asked: Asked, endpoint: Endpoint) -> Seen:
    tables = asked.subnet.tables
    if tables & route_tables.joined_by(asked.graph, [endpoint]) or asked.vpc.internet:
        return steps.ROUTE, True, ""
    if not tables:
        return steps.ROUTE, UNKNOWN, "nothing here tells the subnet's route table"
    shown = route_tables.label(asked.graph, tables)
    more = endpoint.route_tables.more
    return (
        steps.ROUTE,
        UNKNOWN if more else False,
        f"{endpoint.name!r} is not {'known to be ' if more else ''}on {shown}, the subnet's route table",
    )


def _endpoint_groups(asked: Asked, endpoint: Endpoint) -> Iterator[Seen]:
    graph, config = asked.graph, asked.config
    for wrong in security_groups.wrong_with(graph, endpoint.security_groups, config.trusted_security_groups):
        # That somebody else is admitted too keeps no node out.
        if not wrong.wide:
            yield steps.ENDPOINT_GROUP, _state(wrong.unproven), f"{endpoint.name!r} {wrong.message}"
    for shut in sources.not_admitted(graph, asked.vpc, [asked.subnet], endpoint, config):
        verb = "is not shown to admit" if shut.unproven else "does not admit"
        group = security_groups.label(graph, endpoint.security_groups)
        yield steps.ENDPOINT_GROUP, _state(shut.unproven), f"{group} {verb} tcp/443 from {shut.label}"


def _agent_calls(asked: Asked, endpoint: Endpoint) -> Iterator[Seen]:
    if asked.service.id not in agent_calls.services():
        return
    for policy in dict.fromkeys(endpoint.policies):
        if policy is UNKNOWN:
            yield steps.POLICY, UNKNOWN, f"the policy of {endpoint.name!r} is not known in the preview"
        elif policy is not None:
            try:
                document = iam.parse(policy)
            except iam.Malformed as error:
                yield steps.POLICY, False, f"the policy of {endpoint.name!r} is none: {error}"
                continue
            for each in agent_calls.blocked(document, asked.service.id, asked.region, hybrid=False):
                yield steps.POLICY, _state(not each.surely), f"the policy of {endpoint.name!r} {each.text}"


def _buckets(asked: Asked, endpoint: Endpoint) -> Iterator[Seen]:
    # With private DNS for all resolvers, nodes go to an S3 interface endpoint in place of the gateway.
    name = asked.region.service_name("s3", "Interface")
    others = [
        each
        for each in asked.found.of(asked.vpc.key, name)
        if each.type == "Interface" and each.private_dns not in (False, None) and not inbound_only(each)
    ]
    for through in (endpoint, *others):
        for policy in dict.fromkeys(through.policies):
            for finding in gateway_policy.findings(
                policy, asked.region, asked.config, repr(through.name), None
            ):
                yield steps.POLICY, _state(finding.unproven), _what(finding.message)


def launches_in(graph: Graph, vpc: Vpc, subnet: Subnet, config: PackConfig) -> list[nodes.Launch]:
    """What starts machines in a subnet."""
    by_subnet = graph.once((launches_in, vpc.key), lambda: _by_subnet(graph, vpc, config))
    return by_subnet.get(subnet.key, [])


def _by_subnet(graph: Graph, vpc: Vpc, config: PackConfig) -> dict[str, list[nodes.Launch]]:
    found: dict[str, list[nodes.Launch]] = {}
    for launch in nodes.of_vpc(graph, vpc.key, config) if vpc.key is not None else ():
        for key in launch.subnets.keys:
            found.setdefault(key, []).append(launch)
    return found


def _state(unproven: bool) -> object:
    return UNKNOWN if unproven else False


def _what(message: str) -> str:
    """A finding's message without its fix, in one line."""
    return " ".join(message.partition("\nfix:")[0].split())
