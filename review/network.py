"""What the picture shows: the VPCs with their subnets, endpoints and route tables, and who else reaches them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from policies import nodes, redaction, route_tables, tokens
from policies.endpoints import Endpoint, endpoints
from policies.graph import UNKNOWN, Graph, References
from policies.group_rules import GroupRule, rules
from policies.hosted_zones import vpcs_of
from policies.pack_config import PackConfig, names
from policies.vpcs import Vpc, names_of, vpcs

# A VPC of another account that a hosted zone may be joined to.
AUTHORIZATION = "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization"


@dataclass(frozen=True)
class Place:
    """A subnet: `holds` names the interface endpoints that have a network interface in it, `nodes` whether
    managed nodes live there."""

    name: str
    zone: str
    block: str
    table: str
    nodes: bool
    holds: tuple[str, ...]


@dataclass(frozen=True)
class Interface:
    """An endpoint: what it is for ("ssm"), its full service name, type, where it is attached and who may connect."""

    name: str
    service: str
    service_name: str
    type: str
    private_dns: str
    attached: tuple[str, ...]
    admits: tuple[str, ...]


@dataclass(frozen=True)
class Zone:
    """A private hosted zone and the VPCs that it answers in."""

    name: str
    vpcs: tuple[str, ...]


@dataclass(frozen=True)
class Home:
    """A VPC with what is in it. `clients`: who is admitted on 443 beside its own node subnets. `spokes`: other VPCs in which
    its hosted zones answer or may. `elsewhere`: what the pack's configuration says that others provide."""

    label: str
    block: str
    region: str
    places: tuple[Place, ...]
    endpoints: tuple[Interface, ...]
    clients: tuple[str, ...]
    zones: tuple[Zone, ...]
    spokes: tuple[str, ...]
    elsewhere: tuple[str, ...]


def homes(graph: Graph, config: PackConfig, secrets: Collection[str] = ()) -> list[Home]:
    """Every VPC that the pack judges. A service's short name is not told where its full name is one of the `secrets`."""
    return [_home(graph, vpc, config, secrets) for vpc in vpcs(graph, config)]


def _home(graph: Graph, vpc: Vpc, config: PackConfig, secrets: Collection[str]) -> Home:
    here = [each for each in endpoints(graph) if vpc.key is not None and each.vpc == vpc.key]
    interfaces = [each for each in here if each.type == "Interface"]
    used = {each.key: each for each in nodes.subnets(graph, vpc.key, config)}
    keys = [*used, *(key for each in interfaces for key in each.subnets.keys)]
    keys += [each.urn for each in graph.of_type(*tokens.SUBNETS) if graph.vpc_of(each) == vpc.key]
    places = []
    for key in dict.fromkeys(keys):
        subnet = used.get(key) or nodes.subnet(graph, key)
        places.append(
            Place(
                name=graph.name_of(key),
                zone=_text(subnet.zone),
                block=", ".join(map(_text, subnet.blocks)),
                table=_table(graph, subnet.tables) if subnet.tables else "unknown",
                nodes=key in used,
                holds=tuple(sorted(_held(each, secrets) for each in interfaces if key in each.subnets.keys)),
            )
        )
    places.sort(key=lambda place: (place.zone, place.name))
    resource = graph.get(vpc.key) if vpc.key else None
    blocks = {block for subnet in used.values() for block in subnet.blocks}
    admitted = dict.fromkeys(who for each in interfaces for who in _admits(graph, each.security_groups))
    zones = _zones(graph, vpc)
    others = dict.fromkeys(other for zone in zones for other in zone.vpcs if other != vpc.label)
    return Home(
        label=vpc.label,
        block=_text(resource.text("cidrBlock")) if resource else "",
        region=_text(vpc.region),
        places=tuple(places),
        endpoints=tuple(
            sorted((_interface(graph, each, secrets) for each in here), key=lambda e: (e.type, e.service))
        ),
        clients=tuple(who for who in admitted if who not in blocks),
        zones=zones,
        spokes=tuple(others),
        elsewhere=tuple(_elsewhere(graph, vpc, config)),
    )


def _service(endpoint: Endpoint, secrets: Collection[str]) -> str:
    name = _text(endpoint.service_name)
    return redaction.HIDDEN if name in secrets else name.rsplit(".", 1)[-1]


def _held(endpoint: Endpoint, secrets: Collection[str]) -> str:
    """What an endpoint is called in a subnet: by its name, with the service where that does not tell it."""
    service = _service(endpoint, secrets)
    return endpoint.name if service in endpoint.name else f"{service} ({endpoint.name})"


def _interface(graph: Graph, endpoint: Endpoint, secrets: Collection[str]) -> Interface:
    name = _text(endpoint.service_name)
    dns = {True: "on", UNKNOWN: "unknown"}.get(endpoint.private_dns, "off")
    at = endpoint.attachments()
    gateway = endpoint.type == "Gateway"
    labels = {
        _table(graph, route_tables.same_as(graph, key)) if gateway else graph.name_of(key) for key in at.keys
    }
    attached = [*sorted(labels), *(["more that the preview does not know"] if at.more else [])]
    return Interface(
        name=endpoint.name,
        service=_service(endpoint, secrets),
        service_name=name,
        type=_text(endpoint.type),
        private_dns=dns if endpoint.type == "Interface" else "",
        attached=tuple(attached),
        admits=tuple(dict.fromkeys(_admits(graph, endpoint.security_groups))),
    )


def _admits(graph: Graph, groups: References) -> Iterator[str]:
    """Who may connect on 443, as the rules of these security groups say it."""
    for key in groups.keys:
        group = graph.get(key)
        if group is None:
            yield f"whom {key} admits"
            continue
        for rule in rules(graph, group, outward=False):
            if rule.https is not False:
                yield from _sources(graph, rule)


def _sources(graph: Graph, rule: GroupRule) -> Iterator[str]:
    yield from rule.blocks
    yield from (f"security group {graph.name_of(key)}" for key in rule.groups.keys)
    yield from (f"prefix list {graph.name_of(key)}" for key in rule.lists.keys)
    if rule.groups.more or rule.lists.more or rule.stray or rule.origins:
        yield "a source that the preview does not know"


def _zones(graph: Graph, vpc: Vpc) -> tuple[Zone, ...]:
    found = []
    allowed = graph.satellites(AUTHORIZATION, "zoneId", (tokens.HOSTED_ZONE,))
    for zone in graph.of_type(tokens.HOSTED_ZONE):
        keys = vpcs_of(graph, zone)
        for authorization in allowed.of.get(zone.urn, ()):
            keys += graph.refer_to(authorization, "vpcId", tokens.VPCS).keys
        if vpc.key in keys:
            labels = [
                vpc.label if key == vpc.key else f"VPC {graph.name_of(key)}" for key in dict.fromkeys(keys)
            ]
            found.append(Zone(_text(zone.text("name")), tuple(labels)))
    return tuple(found)


def _elsewhere(graph: Graph, vpc: Vpc, config: PackConfig) -> Iterator[str]:
    for each in dict.fromkeys((*config.shared_endpoints, *config.existing_endpoints)):
        if names(each.vpc, *names_of(graph, vpc)):
            yield f"{', '.join(each.services)}: {each.where}"
    if vpc.internet:
        yield "the internet"


def _table(graph: Graph, names: Collection[str]) -> str:
    """A route table by its own name, or as messages call a VPC's main one."""
    found = route_tables.meant(graph, names)
    return found.name if found and found.type not in tokens.VPCS else route_tables.label(graph, names)


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else "unknown"
