"""In which Availability Zones an endpoint has a network interface."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from policies import nodes
from policies.graph import UNKNOWN, Graph, References
from policies.pack_config import PackConfig

# A zone's id, like euw1-az1 or usw2-lax1-az1; names end with a letter.
_ID = re.compile(r"-az\d+$")


@dataclass(frozen=True)
class Gap:
    """What is wrong with an endpoint's subnets, said of the endpoint ("... has no interface in eu-west-1b"), the way out,
    and whether it merely cannot be read."""

    message: str
    fix: str
    unproven: bool = False


def gaps(graph: Graph, where: References, used: list[nodes.Subnet], config: PackConfig) -> Iterator[Gap]:
    """What an endpoint with these subnets lacks for nodes in the subnets `used`."""
    known = {subnet.key: subnet.zone for subnet in used}
    zones = {key: known.get(key, nodes.subnet(graph, key).zone) for key in where.keys}
    untold = [key for key, zone in zones.items() if zone is UNKNOWN]
    told = Counter(zone for zone in zones.values() if zone is not UNKNOWN)
    for zone, number in told.items():
        if number > 1:
            same = ", ".join(graph.label(key) for key in zones if zones[key] == zone)
            yield Gap(
                f"has {number} subnets in {zone} ({same}), which AWS refuses with DuplicateSubnetsInSameZone",
                "subnet_ids=[<one per zone>]",
            )
    # AWS takes one subnet per zone, so as many subnets are as many zones, known or not.
    count = len(told) + len(untold)
    if count < config.minimum_zones:
        known_to_be = "known to be " if where.more else ""
        yield Gap(
            f"is {known_to_be}in {count} Availability Zone{'s' if count != 1 else ''}, not {config.minimum_zones}",
            f"subnet_ids=[<one per zone>]{' in plain text' if where.more else ''}, or, if that has to do, "
            f'{{"minimumZones": {count}}} in the pack\'s configuration',
            where.more,
        )
    for subnet in used:
        if subnet.key in zones or (subnet.zone is not UNKNOWN and subnet.zone in zones.values()):
            continue
        if subnet.zone is UNKNOWN:
            yield Gap(
                f"is not in {subnet.label}, where nodes live, and the zone of that subnet is not known in the preview",
                _tell(graph, [subnet.key]),
                True,
            )
        elif where.more or untold:
            tell = _tell(graph, untold) if untold else "give subnet_ids in plain text"
            yield Gap(
                f"is not known to have a network interface in {subnet.zone}, where nodes live ({subnet.label})",
                f"{tell}; or, if it has none there, add a subnet of {subnet.zone} to subnet_ids",
                True,
            )
        elif any(_may_be(graph, str(subnet.zone), str(zone)) for zone in told):
            yield Gap(
                f"is not known to have a network interface in {subnet.zone}, where nodes live ({subnet.label}): its own "
                f"zones are {', '.join(map(str, told))}",
                "give the zones of all subnets in one way, by name or by id; or, if it has none there, add a subnet of "
                f"{subnet.zone} to subnet_ids",
                True,
            )
        else:
            yield Gap(
                f"has no network interface in {subnet.zone}, where nodes live ({subnet.label})",
                f"add a subnet of {subnet.zone} to subnet_ids",
            )


def _may_be(graph: Graph, one: str, other: str) -> bool:
    """Whether one is a zone's name and the other a zone's id, and nothing tells what else they go by."""
    names = nodes.zone_names(graph)
    return bool(_ID.search(one)) is not bool(_ID.search(other)) and not {one, other} & {
        *names,
        *names.values(),
    }


def _tell(graph: Graph, keys: list[str]) -> str:
    """How to tell the zones of subnets: of those of this stack in the program, of others in the pack's configuration."""
    here = [graph.label(key) for key in keys if graph.get(key)]
    entries = [
        {"vpcId": "<its VPC>", "id": key, "availabilityZone": "<its zone>"}
        for key in keys
        if graph.get(key) is None
    ]
    ways = [f"give availability_zone of {', '.join(here)} in plain text"] if here else []
    if entries:
        paste = json.dumps({"nodeSubnets": entries})
        ways.append(f"say the zone in the pack's configuration: {paste}")
    return " and ".join(ways)
