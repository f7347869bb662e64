"""What is in the VPC already: in this stack's way, or for it to use."""

from __future__ import annotations

from blueprint.catalog import load
from blueprint.plan import GivenNetwork
from blueprint.preflight.findings import Case
from blueprint.preflight.questions import gateway_key, redirected
from blueprint.preflight.shapes import Absent, Endpoint, Several, Zone
from blueprint.problems import NOT_GIVEN

_IMPORT = "or take it into this stack with pulumi import, or have its owner delete it"
_REPLACING = "if it is this stack's own and is being replaced, run with preflight: off this once"


def check(case: Case) -> None:
    """Private DNS, routes, hosted zones, and endpoints that are there."""
    if case.answers.own_known:
        _check_private_dns(case)
        _check_gateway(case)
        _check_own_zones(case)
    _check_adopted(case)
    _check_hub_zones(case)


def _check_private_dns(case: Case) -> None:
    joined = dict(case.plan.zones_of_hub)
    for service, name in redirected(case.plan).items():
        if service in case.answers.own_endpoints:
            continue
        endpoint = case.answers.endpoints.get((name, "Interface"))
        if isinstance(endpoint, Several):
            case.notes.append(
                f"Preflight: the VPC has several endpoints of {name}, and the provider does not tell them apart; whether "
                "one has private DNS was not looked at."
            )
        if not isinstance(endpoint, Endpoint) or not endpoint.private_dns:
            continue
        why = (
            f"{endpoint.id} answers for {name} in this VPC with private DNS, and AWS takes one "
            "(there is already a conflicting DNS domain)"
        )
        lines: tuple[str, ...]
        if service not in load().services:
            lines = (
                f"leave it its place: take {service.removesuffix('-fips')} out of topology.fips",
                _REPLACING,
            )
            case.wrong(("topology", "fips"), why, *lines)
            continue
        if service in joined:
            lines = (
                f"take {service} out of topology.zones, and use it: existing: {{{service}: {endpoint.id}}}",
            )
        else:
            lines = (
                f"use it as it is: topology: {{existing: {{{service}: {endpoint.id}}}}}",
                _IMPORT,
                _REPLACING,
            )
        case.wrong(("topology", "existing", service), why, *lines, value=NOT_GIVEN)


def _check_gateway(case: Case) -> None:
    endpoint, network = case.answers.endpoints.get(gateway_key(case.plan)), case.plan.network
    own = case.answers.own_endpoints.get("s3")
    if isinstance(endpoint, Several):
        case.notes.append(
            f"Preflight: the VPC has several gateway endpoints of {gateway_key(case.plan)[0]}, and the provider does not "
            "tell them apart; whether a route table has one already was not looked at."
        )
    if not isinstance(endpoint, Endpoint) or endpoint.id == own or not isinstance(network, GivenNetwork):
        return
    taken = [table for table in network.route_table_ids if table in endpoint.route_tables]
    if taken:
        case.wrong(
            ("topology", "existing", "s3"),
            f"{endpoint.id}, an S3 gateway endpoint, is on {', '.join(taken)} already, and a route table takes one "
            "(AWS: RouteAlreadyExists)",
            f"use it as it is: topology: {{existing: {{s3: {endpoint.id}}}}}; its policy has to admit the buckets",
            _IMPORT,
            _REPLACING,
            value=NOT_GIVEN,
        )


def _check_own_zones(case: Case) -> None:
    own = {*case.answers.own_zones.values(), *(zone for _, zone in case.plan.zones_of_hub)}
    for name, zone in case.answers.conflicting_zones.items():
        if isinstance(zone, Zone) and zone.id not in own:
            case.wrong(
                ("network", "vpcId"),
                f"has the private hosted zone {zone.id} for {name}, and AWS takes one answer per name in a VPC "
                "(AWS: ConflictingDomainExists)",
                "take the VPC out of the zone, or delete the zone",
                f"or, if the zone is a hub's: topology: {{kind: spoke, zones: {{{name.partition('.')[0]}: {zone.id}}}}}",
            )


def _check_adopted(case: Case) -> None:
    region, network = load().region(case.plan.region), case.network
    for service, id in case.settings.topology.existing.items():
        endpoint, loc = case.answers.adopted.get(id), ("topology", "existing", service)
        wanted, type_ = region.service_name(service), load().services[service].type
        if isinstance(endpoint, Absent):
            case.wrong(
                loc,
                f"is no VPC endpoint in {case.plan.region}",
                f"correct the id, or remove the line: this stack then makes the endpoint of {service}",
            )
        if not isinstance(endpoint, Endpoint):
            continue
        if endpoint.service != wanted:
            case.wrong(loc, f"is an endpoint of {endpoint.service}, not of {wanted}", f"give one of {wanted}")
        elif endpoint.type != type_:
            case.wrong(loc, f"is a {endpoint.type} endpoint; nodes need the {type_} endpoint of {wanted}")
        if network and endpoint.vpc != network.vpc_id:
            case.wrong(
                loc, f"is in {endpoint.vpc}, not in {network.vpc_id}", "an endpoint serves its own VPC"
            )
        if endpoint.state.lower() != "available":
            case.wrong(
                loc,
                f"is {endpoint.state}, not available",
                "wait until it is, have its owner accept it, or remove the line",
            )


def _check_hub_zones(case: Case) -> None:
    region = load().region(case.plan.region)
    for service, id in case.plan.zones_of_hub:
        zone, loc = case.answers.zones.get(id), ("topology", "zones", service)
        if isinstance(zone, Absent):
            case.notes.append(
                f"Preflight: hosted zone {id} for {service} cannot be read from here; if it is in the hub's account, its "
                "owner has to authorize this VPC first (the hub's topology.spokes)."
            )
        elif isinstance(zone, Zone) and zone.name != region.dns_name(service):
            case.wrong(
                loc,
                f"is the hosted zone of {zone.name}, and {service} is called {region.dns_name(service)}",
                "take the id from the hub's output hostedZoneIds",
            )
        elif isinstance(zone, Zone) and not zone.private:
            case.wrong(loc, "is a public hosted zone", "take the id from the hub's output hostedZoneIds")
