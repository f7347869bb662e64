"""How the parts of `network` have to fit together: zones, blocks, subnets. Looks at valid parts alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from typing import Any

from blueprint.names import ZONE_LETTERS, ShapeError, nearest, zone
from blueprint.problems import REGION_KEY, Loc, Report

Data = Mapping[str, Any]

_NODES: Loc = ("network", "nodeSubnets")
_ENDPOINTS: Loc = ("network", "endpointSubnets")
_CLIENTS: Loc = ("network", "clientCidrs")
_CREATE: Loc = ("network", "create")


def parts_by_letter(block: IPv4Network) -> dict[str, IPv4Network]:
    """The eight equal parts of a VPC's block (/16 to /25), by the letter of the zone that each is for."""
    return dict(zip(ZONE_LETTERS, block.subnets(prefixlen_diff=3), strict=True))


def rows(data: Data | None, key: str) -> list[tuple[int, Any]]:
    """The valid items of a list, with their positions."""
    return [(position, item) for position, item in enumerate((data or {}).get(key) or ()) if item is not None]


def check(data: Data, report: Report) -> None:
    """Report every contradiction within `network`, and with the stack's Region where that is known."""
    network = data.get("network") or {}
    region = data.get(REGION_KEY)
    nodes = rows(network, "nodeSubnets")
    _check_nodes(nodes, report)
    _check_inside_vpc(nodes, network, report)
    _check_endpoint_subnets(nodes, network, report)
    blocks = {
        node["cidr"]: f"nodeSubnets[{position}]" for position, node in reversed(nodes) if node.get("cidr")
    }
    for position, node in nodes:
        if node.get("availabilityZone"):
            _zone(node["availabilityZone"], region, (*_NODES, position, "availabilityZone"), report)
    if network.get("create"):
        blocks = _check_create(network["create"], region, report)
    _check_clients(rows(network, "clientCidrs"), blocks, report)


def _check_nodes(nodes: list[tuple[int, Data]], report: Report) -> None:
    ids = [(position, node["id"]) for position, node in nodes if node.get("id")]
    for position, first in repeated(ids):
        report.add((*_NODES, position, "id"), f"is nodeSubnets[{first}] again: list each subnet once")
    blocks = sorted((IPv4Network(node["cidr"]), position) for position, node in nodes if node.get("cidr"))
    # Sorted, a block comes right after one that it lies in, and blocks never overlap otherwise.
    cover, cover_position = None, 0
    for block, position in blocks:
        if cover is not None and block.subnet_of(cover):
            first, last = sorted((cover_position, position))
            report.add(
                (*_NODES, last, "cidr"), f"overlaps nodeSubnets[{first}].cidr: subnets of a VPC never do"
            )
        else:
            cover, cover_position = block, position


def _check_inside_vpc(nodes: list[tuple[int, Data]], network: Data, report: Report) -> None:
    listed = network.get("vpcCidrs") or ()
    for position, first in repeated(rows(network, "vpcCidrs")):
        report.add(("network", "vpcCidrs", position), f"is vpcCidrs[{first}] again: list each block once")
    if not listed or None in listed:
        return
    blocks = {IPv4Network(text) for text in listed}
    for position, node in nodes:
        # No VPC block is larger than /16.
        block = IPv4Network(node["cidr"]) if node.get("cidr") else None
        if block and blocks.isdisjoint(block.supernet(new_prefix=n) for n in range(16, block.prefixlen + 1)):
            report.add((*_NODES, position, "cidr"), "is outside every block of network.vpcCidrs")


def _check_endpoint_subnets(nodes: list[tuple[int, Data]], network: Data, report: Report) -> None:
    zones = {node["id"]: node.get("availabilityZone") for _, node in reversed(nodes) if node.get("id")}
    chosen = rows(network, "endpointSubnets")
    again = dict(repeated(chosen))
    for position, first in again.items():
        report.add((*_ENDPOINTS, position), f"is endpointSubnets[{first}] again: list each subnet once")
    first_in_zone: dict[str, int] = {}
    for position, id in chosen:
        if zones and id not in zones:
            report.add(
                (*_ENDPOINTS, position),
                "is not one of network.nodeSubnets: only their zones are known here",
                nearest=nearest(id, zones, 0.85),
            )
        zone_name = zones.get(id)
        if zone_name and position not in again:
            first = first_in_zone.setdefault(zone_name, position)
            if first != position:
                report.add(
                    (*_ENDPOINTS, position),
                    f"is in the same zone as endpointSubnets[{first}]: AWS takes one subnet per zone "
                    "(DuplicateSubnetsInSameZone)",
                )


def _check_create(create: Data, region: str | None, report: Report) -> dict[str, str]:
    """Returns the blocks of the subnets to create, each with the words for it."""
    listed = rows(create, "availabilityZones")
    for position, first in repeated(listed):
        report.add(
            (*_CREATE, "availabilityZones", position),
            f"is availabilityZones[{first}] again: list each zone once",
        )
    letters = [letter for position, name in listed if (letter := _new_zone(position, name, region, report))]
    if not create.get("cidr"):
        return {}
    parts = parts_by_letter(IPv4Network(create["cidr"]))
    return {str(parts[letter]): f"the new subnet in zone {letter}" for letter in letters}


def _new_zone(position: int, name: str, region: str | None, report: Report) -> str:
    loc = (*_CREATE, "availabilityZones", position)
    match = _zone(name, region, loc, report)
    if match is None:
        return ""
    letter = match["letter"]
    if letter is None:
        report.add(
            loc, "is a Local or Wavelength Zone: create takes Availability Zones only, by their letter"
        )
    elif letter not in ZONE_LETTERS:
        report.add(loc, "has a letter after h: create splits the VPC's block in eight, for zones a to h")
    return letter if letter and letter in ZONE_LETTERS else ""


def _check_clients(clients: list[tuple[int, str]], blocks: Mapping[str, str], report: Report) -> None:
    for position, first in repeated(clients):
        report.add((*_CLIENTS, position), f"is clientCidrs[{first}] again: list each block once")
    for position, block in clients:
        if block in blocks:
            report.add(
                (*_CLIENTS, position),
                f"is the block of {blocks[block]}, which is admitted already: remove it",
            )


def _zone(name: str, region: str | None, loc: Loc, report: Report) -> Mapping[str, Any] | None:
    try:
        return zone(name, region).groupdict()
    except ShapeError as refused:
        report.add(loc, refused.message, nearest=refused.nearest)
        return None


def repeated(items: Iterable[tuple[int, Any]]) -> list[tuple[int, int]]:
    """(position, position of the first equal item) of every item that is not the first."""
    first: dict[Any, int] = {}
    return [
        (position, first[item]) for position, item in items if first.setdefault(item, position) != position
    ]
