"""Whether AWS has the endpoint services where the plan wants them."""

from __future__ import annotations

from collections.abc import Mapping

from blueprint import documents
from blueprint.catalog import load
from blueprint.plan import InterfaceEndpoint
from blueprint.preflight.findings import CREATED_ZONES, Case, listed
from blueprint.preflight.questions import created, gateway_key, interface_key
from blueprint.preflight.shapes import Absent, Service
from blueprint.problems import REGION_KEY, Loc
from blueprint.settings import ExistingNetwork

_NEEDED_TYPES = {"": {"ipv4"}, "ipv4": {"ipv4"}, "ipv6": {"ipv6"}, "dualstack": {"ipv4", "ipv6"}}


def check(case: Case) -> None:
    """Every service of the plan: there, of the type, in the zones, with what the plan asks of it."""
    found: dict[str, Service] = {}
    for name, planned in created(case.plan).items():
        if service := _service(case, name, interface_key(planned)):
            found[name] = service
            _check_policy(case, name, planned, service)
            _check_addresses(case, planned, service)
    _service(case, "s3", gateway_key(case.plan))
    _check_zones(case, found)


def _service(case: Case, name: str, key: tuple[str, str]) -> Service | None:
    service = case.answers.services.get(key)
    if isinstance(service, Absent):
        case.wrong(
            (REGION_KEY,),
            f"has no endpoint service {key[0]} (AWS: InvalidServiceName)",
            *_without(name),
        )
    elif isinstance(service, Service) and service.type != key[1]:
        case.wrong(
            (REGION_KEY,),
            f"has {key[0]} as {service.type} only, and the plan makes a {key[1]} endpoint of it "
            f"(AWS: Endpoint type ({key[1]}) does not match available service types ([{service.type}]))",
            *_without(name),
        )
    elif isinstance(service, Service):
        return service
    return None


def _without(name: str) -> tuple[str, ...]:
    """How to do without a service, as text to paste."""
    if name == "s3-interface":
        return ("hybrid: {s3InterfaceEndpoint: false}",)
    if name not in load().services:
        return (f"do without it: take {name.removesuffix('-fips')} out of topology.fips",)
    facts = load().services[name]
    if facts.not_needed_from_agent:
        return (
            "agents do without it from this version on; if all your nodes have it: "
            f'minimumAgentVersion: "{facts.not_needed_from_agent}"',
        )
    if facts.features:
        off = ", ".join(f"{feature}: false" for feature in facts.features)
        return (f"do without what needs it: features: {{{off}}}",)
    return ("nothing can replace it: Systems Manager does not manage nodes without internet access here",)


def _check_policy(case: Case, name: str, planned: InterfaceEndpoint, service: Service) -> None:
    if service.policy or planned.policy == documents.full_access():
        return
    case.wrong(
        ("endpointPolicies",),
        f"ask for a policy on {planned.service_name}, which only supports the full-access endpoint policy in this Region",
        f"no policy can be put on {name}: endpointPolicies: {{preset: fullAccess}}, and none under statements.{name}",
    )


def _check_addresses(case: Case, planned: InterfaceEndpoint, service: Service) -> None:
    wanted = case.plan.ip_address_type
    if not service.address_types or service.address_types >= _NEEDED_TYPES[wanted]:
        return
    case.wrong(
        ("dns", "ipAddressType"),
        f"is not what {planned.service_name} has here: it has {', '.join(sorted(service.address_types))}",
        f"dns: {{ipAddressType: {'ipv4' if 'ipv4' in service.address_types else 'ipv6'}}}",
    )


def _check_zones(case: Case, services: Mapping[str, Service]) -> None:
    with_zones = {name: service for name, service in services.items() if service.zones}
    everywhere = (
        frozenset.intersection(*(service.zones for service in with_zones.values())) if with_zones else None
    )
    for loc, id, zone in _places(case):
        missing = [service for service in with_zones.values() if zone not in service.zones]
        if not missing or everywhere is None:
            continue
        lines = [
            f"is in {zone}, where AWS has no {', '.join(service.name for service in missing)} "
            "(AWS: the VPC endpoint service does not support the availability zone of the subnet)",
            f"all services of this stack are in: {', '.join(sorted(everywhere)) or 'no zone together'}",
        ]
        case.wrong(loc, *lines, *_elsewhere(case, everywhere), value=f'"{id}"')


def _places(case: Case) -> list[tuple[Loc, str, str]]:
    """Where the interface endpoints go: the place in the settings, the id or name that stands there, and the zone."""
    network = case.settings.network
    if not isinstance(network, ExistingNetwork):
        return [((*CREATED_ZONES, n), zone, zone) for n, zone in enumerate(network.availability_zones)]
    zones = {subnet.id: subnet.availability_zone for subnet in network.node_subnets}
    return [
        (("network", "endpointSubnets", position), id, zones[id])
        for position, id in enumerate(network.endpoint_subnets)
    ]


def _elsewhere(case: Case, everywhere: frozenset[str]) -> tuple[str, ...]:
    network = case.settings.network
    if not isinstance(network, ExistingNetwork):
        zones = [zone for zone in network.availability_zones if zone in everywhere]
        return (f"availabilityZones: {listed(zones)}",) if zones else ()
    chosen: dict[str, str] = {}
    for id in (*network.endpoint_subnets, *(subnet.id for subnet in network.node_subnets)):
        zone = next(subnet.availability_zone for subnet in network.node_subnets if subnet.id == id)
        if zone in everywhere:
            chosen.setdefault(zone, id)
    return (f"endpointSubnets: {listed(tuple(chosen.values()))}",) if chosen else ()
