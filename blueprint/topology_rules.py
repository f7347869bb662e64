"""What topology, dns, nodes and endpoint policies need from each other and from the rest. Looks at valid parts alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blueprint import identifiers, needs
from blueprint.catalog import load
from blueprint.network_rules import repeated, rows
from blueprint.problems import NOT_GIVEN, REGION_KEY, Loc, Report

Data = Mapping[str, Any]

_SPOKES: Loc = ("topology", "spokes")
_PEERS: Loc = ("topology", "peers")
_ZONES: Loc = ("topology", "zones")
_EXISTING: Loc = ("topology", "existing")
_FIPS: Loc = ("topology", "fips")
_KINDS = {"spokes": "hub", "zones": "spoke"}


def check(data: Data, report: Report, default_features: Mapping[str, bool]) -> None:
    """Report what contradicts itself or lacks what it needs."""
    topology = data.get("topology", {})
    needed = _needed(data, default_features)
    if topology is not None:
        kind = topology.get("kind", "private")
        _check_kind(topology, kind, report)
        _check_spokes(data, topology, report)
        _check_services(topology, kind, needed, report)
        _check_peers(data, topology, report)
    _check_accounts(data, report)
    _check_nodes(data, report)
    _check_boundary(data, report)
    _check_dns(data, report)


def _needed(data: Data, default_features: Mapping[str, bool]) -> frozenset[str] | None:
    """The services that the features need in the Region; None while that cannot be told."""
    given, oldest = data.get("features", {}), data.get("minimumAgentVersion", "")
    region = load().regions.get(data.get(REGION_KEY) or "")
    if given is None or oldest is None or region is None:
        return None
    on = {name for name, value in {**default_features, **given}.items() if value}
    return frozenset(service.id for service in needs.services(load(), region, on, oldest))


def _check_kind(topology: Data, kind: str | None, report: Report) -> None:
    for key, wanted in _KINDS.items():
        if topology.get(key) and kind is not None and kind != wanted:
            report.add(
                ("topology", key), f"is for topology.kind: {wanted}, and this stack is {kind}: remove the key"
            )
    if topology.get("fips") and kind == "spoke":
        report.add(("topology", "fips"), "is for the stack that has the endpoints, the hub's")


def _check_spokes(data: Data, topology: Data, report: Report) -> None:
    own = (data.get("network") or {}).get("vpcId")
    spokes = rows(topology, "spokes")
    for position, first in repeated((n, spoke["vpcId"]) for n, spoke in spokes if spoke.get("vpcId")):
        report.add((*_SPOKES, position, "vpcId"), f"is spokes[{first}] again: list each VPC once")
    for position, spoke in spokes:
        vpc = spoke.get("vpcId")
        if vpc and vpc == own:
            report.add(
                (*_SPOKES, position, "vpcId"), "is the hub itself: its clients go into network.clientCidrs"
            )
        if spoke.get("accountId") and data.get("accountId", "") == "":
            report.add((*_SPOKES, position, "accountId"), _NEEDS_ACCOUNT)


_NEEDS_ACCOUNT = "needs ssm-vpc-endpoints:accountId, the stack's own account, to be compared with"


def _check_services(topology: Data, kind: str | None, needed: frozenset[str] | None, report: Report) -> None:
    zones, existing = topology.get("zones", {}), topology.get("existing", {})
    if needed is None:
        return
    for loc, listed in ((_ZONES, zones), (_EXISTING, existing)):
        for service in listed or ():
            if service in load().services and service not in needed:
                report.add(
                    (*loc, service), "is not needed: the features and the agent's version do without it"
                )
    for service in zones or ():
        if service == "s3":
            report.add((*_ZONES, service), _GATEWAY)
        elif service in (existing or ()):
            report.add((*_ZONES, service), "is in topology.existing as well: it is the hub's or this VPC's")
    fips = rows(topology, "fips")
    again = dict(repeated(fips))
    for position, service in fips:
        if position in again:
            report.add((*_FIPS, position), f"is fips[{again[position]}] again: list each service once")
        elif service not in needed:
            report.add((*_FIPS, position), "is not needed: the features do without it")
    owners: dict[str, str] = {}
    for service, id in (existing or {}).items():
        if id and owners.setdefault(id, service) != service:
            report.add(
                (*_EXISTING, service), f"is the endpoint of {owners[id]} already: one endpoint, one service"
            )
    if kind == "spoke" and zones is not None and existing is not None:
        for service in sorted(needed - {"s3"} - zones.keys() - existing.keys()):
            report.add(
                (*_ZONES, service),
                f"a spoke needs the id of the hub's private hosted zone for {service} (the hub's output hostedZoneIds)",
                value=NOT_GIVEN,
            )


_GATEWAY = (
    "a gateway endpoint does not extend out of its VPC: not over peering, a transit gateway, VPN or Direct Connect. "
    "Every VPC has its own"
)


def _check_peers(data: Data, topology: Data, report: Report) -> None:
    hybrid = data.get("hybrid", {})
    interface = hybrid is None or hybrid.get("s3InterfaceEndpoint", False) is not False
    for position, peer in rows(topology, "peers"):
        for place, service in rows(peer, "services"):
            if service == "s3" and not interface:
                report.add(
                    (*_PEERS, position, "services", place),
                    f"{_GATEWAY}; for machines outside AWS set hybrid.s3InterfaceEndpoint: true",
                )


def _check_accounts(data: Data, report: Report) -> None:
    account, nodes, policies = (data.get(key, {}) for key in ("accountId", "nodes", "endpointPolicies"))
    missing = account in ({}, "")
    if missing and (nodes or {}).get("hybridRole"):
        report.add(
            ("accountId",),
            "nodes.hybridRole needs it: the role may be assumed for this account's machines alone "
            "(the confused deputy)",
            value=NOT_GIVEN,
        )
    preset = (policies or {}).get("preset", "fullAccess")
    if missing and preset == "account":
        report.add(("accountId",), "endpointPolicies.preset: account needs it", value=NOT_GIVEN)
    if policies is None or preset is None:
        return
    organization = policies.get("organizationId", "")
    if preset == "organization" and organization == "":
        report.add(
            ("endpointPolicies", "organizationId"), "preset: organization needs it: o-...", value=NOT_GIVEN
        )
    if preset != "organization" and organization:
        report.add(
            ("endpointPolicies", "organizationId"), f"is for preset: organization, and this is {preset}"
        )
    for key in ("accountIds", "kmsKeys", "logGroups"):
        if preset == "fullAccess" and policies.get(key):
            report.add(
                ("endpointPolicies", key),
                "scopes nothing with preset: fullAccess; choose account or organization",
            )


def _check_nodes(data: Data, report: Report) -> None:
    nodes, topology = data.get("nodes") or {}, data.get("topology") or {}
    grouped = nodes.get("securityGroup") or nodes.get("existingSecurityGroups")
    elsewhere = topology.get("kind") == "spoke" or set(topology.get("existing") or ()) - {"s3"}
    if grouped and elsewhere and topology.get("endpointCidrs", ()) in ((), []):
        report.add(
            ("topology", "endpointCidrs"),
            "the nodes' security group needs the blocks of the subnets that hold the hub's or the existing endpoints, "
            "to let nodes reach them",
            value=NOT_GIVEN,
        )
    if topology.get("endpointCidrs") and not grouped:
        report.add(
            ("topology", "endpointCidrs"), "is for nodes.securityGroup or nodes.existingSecurityGroups alone"
        )
    for key, what in (("existingRoles", "role"), ("existingSecurityGroups", "group")):
        for position, first in repeated(rows(nodes, key)):
            report.add(("nodes", key, position), f"is {key}[{first}] again: list each {what} once")


def _check_boundary(data: Data, report: Report) -> None:
    nodes, account = data.get("nodes") or {}, data.get("accountId")
    arn, loc = nodes.get("permissionsBoundary"), ("nodes", "permissionsBoundary")
    if not arn:
        return
    region = load().regions.get(data.get(REGION_KEY) or "")
    partition, owner = identifiers.partition_and_account(arn)
    if region and partition != region.partition.id:
        report.add(
            loc,
            f"is of another partition than the Region's, {region.partition.id}",
            nearest=arn.replace(f":{partition}:", f":{region.partition.id}:", 1),
        )
    if account and owner not in ("aws", account):
        report.add(
            loc,
            "is another account's than accountId: a boundary is of the role's own account, or AWS's",
            nearest=arn.replace(f"::{owner}:", f"::{account}:", 1),
        )
    if nodes.get("instanceRole", False) is False and nodes.get("hybridRole", False) is False:
        report.add(
            loc, "is for nodes.instanceRole and nodes.hybridRole alone: roles that are there keep their own"
        )


def _check_dns(data: Data, report: Report) -> None:
    dns, network = data.get("dns") or {}, data.get("network") or {}
    address, record = dns.get("ipAddressType", "") or "ipv4", dns.get("dnsRecordIpType", "")
    if address and record and address != "dualstack" and record not in ("service-defined", address):
        report.add(
            ("dns", "dnsRecordIpType"),
            f"does not go with ipAddressType: {address}; AWS takes {address} or service-defined there",
        )
    subnets = (network.get("create") or {}).get("availabilityZones", network.get("endpointSubnets"))
    zones = (
        subnets
        if subnets is not None
        else {node.get("availabilityZone") for _, node in rows(network, "nodeSubnets")}
    )
    if dns.get("inboundResolver") and len(zones) < 2:
        report.add(
            ("dns", "inboundResolver"),
            "needs endpoint subnets in two zones: AWS takes no Resolver endpoint with fewer than two addresses",
        )
    if address in ("dualstack", "ipv6"):
        if network.get("create"):
            report.add(
                ("dns", "ipAddressType"),
                "needs subnets with IPv6, and network.create makes IPv4 ones: give a VPC that is there",
            )
        for position, node in rows(network, "nodeSubnets"):
            if node.get("ipv6Cidr", "") == "":
                report.add(
                    ("network", "nodeSubnets", position, "ipv6Cidr"),
                    f"dns.ipAddressType: {address} needs the subnet's IPv6 CIDR block, to admit its nodes",
                    value=NOT_GIVEN,
                )
