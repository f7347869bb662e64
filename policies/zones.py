"""In which Availability Zones an endpoint has a network interface."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from policies import nodes
from policies.graph import UNKNOWN, Graph, References
from policies.pack_config import PackConfig


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
    twice = [zone for zone, count in Counter(zones.values()).items() if count > 1 and zone is not UNKNOWN]
    for zone in twice:
        both = ", ".join(_shown(graph, key) for key in zones if zones[key] == zone)
        yield Gap(
            f"has two subnets in {zone} ({both}), which AWS refuses with DuplicateSubnetsInSameZone",
            "subnet_ids=[<one per zone>]",
        )
    # AWS takes one subnet per zone, so as many subnets are as many zones, known or not.
    count = len(where.keys) - len(twice)
    if count < config.minimum_zones:
        yield Gap(
            f"is in {count} Availability Zone{'s' if count != 1 else ''}, not {config.minimum_zones}",
            f'subnet_ids=[<one per zone>], or, if one zone has to do, {{"minimumZones": {max(count, 1)}}} in the pack\'s '
            "configuration",
            where.more,
        )
    for subnet in used:
        if subnet.key in zones or (subnet.zone is not UNKNOWN and subnet.zone in zones.values()):
            continue
        if subnet.zone is UNKNOWN:
            paste = json.dumps(
                {"nodeSubnets": [{"vpcId": "<its VPC>", "id": subnet.key, "availabilityZone": "<its zone>"}]}
            )
            said = f"availability_zone of {subnet.label} in plain text"
            yield Gap(
                f"is not in {subnet.label}, where nodes live, and the zone of that subnet is not known in the preview",
                said if subnet.urn else f"say it in the pack's configuration: {paste}",
                True,
            )
        else:
            unread = where.more or UNKNOWN in zones.values()
            yield Gap(
                f"{'is not known to have a' if unread else 'has no'} network interface in {subnet.zone}, where nodes live "
                f"({subnet.label})",
                f"add a subnet of {subnet.zone} to subnet_ids"
                + (", and give availability_zone of each subnet in plain text" if unread else ""),
                unread,
            )


def _shown(graph: Graph, key: str) -> str:
    resource = graph.get(key)
    return repr(resource.name) if resource else key
