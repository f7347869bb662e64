"""Private hosted zones that stand in for private DNS: a central hub's endpoints answer in other VPCs through them.

https://docs.aws.amazon.com/whitepapers/latest/building-scalable-secure-multi-vpc-network-infrastructure/centralized-access-to-vpc-private-endpoints.html
(read 2026-11-23)
"""

from __future__ import annotations

from collections.abc import Mapping

from policies import tokens
from policies.graph import Graph, Resource


def zones_of(graph: Graph, vpc: str, name: str) -> list[Resource]:
    """The hosted zones of this stack with exactly this name that surely answer in a VPC."""
    return [
        zone
        for zone in graph.of_type(tokens.HOSTED_ZONE)
        if _is_named(zone, name) and vpc in vpcs_of(graph, zone)
    ]


def answers(graph: Graph, vpc: str, name: str, endpoint: str) -> bool:
    """Whether a zone of this name answers in the VPC with an alias of the endpoint (a URN)."""
    return any(_leads_to(graph, zone, name, endpoint) for zone in zones_of(graph, vpc, name))


def _is_named(resource: Resource, *names: str) -> bool:
    text = resource.text("name")
    return isinstance(text, str) and text.removesuffix(".").lower() in names


def vpcs_of(graph: Graph, zone: Resource) -> list[str]:
    """The VPCs that a hosted zone surely answers in: those that it names and those that an association joins to it."""
    inline = zone.props.get("vpcs")
    inside = (
        [each.get("vpcId") for each in inline if isinstance(each, Mapping)]
        if isinstance(inline, list)
        else []
    )
    found = list(graph.refer_to(zone, "vpcs", tokens.VPCS, inside).keys)
    associations = graph.satellites(tokens.HOSTED_ZONE_ASSOCIATION, "zoneId", (tokens.HOSTED_ZONE,))
    for association in associations.of.get(zone.urn, []):
        found += graph.refer_to(association, "vpcId", tokens.VPCS).keys
    return list(dict.fromkeys(found))


def record_type(endpoint: Resource) -> str:
    """The type of the record that leads to an endpoint: the names of one with IPv6 addresses alone have no A record that an
    alias could stand for."""
    return "AAAA" if endpoint.text("ipAddressType") == "ipv6" else "A"


def _leads_to(graph: Graph, zone: Resource, name: str, endpoint: str) -> bool:
    made = graph.get(endpoint)
    wanted = record_type(made) if made else "A"
    records = graph.satellites(tokens.DNS_RECORD, "zoneId", (tokens.HOSTED_ZONE,))
    return any(
        record.text("type") == wanted
        and _is_named(record, "", name)
        and endpoint in record.references.get("aliases", ())
        for record in records.of.get(zone.urn, [])
    )
