"""Address blocks: which ones together hold another, and those of subnets, VPCs and endpoints."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from policies import tokens
from policies.endpoints import Endpoint
from policies.graph import UNKNOWN, Graph, Maybe
from policies.nodes import Subnet
from policies.vpcs import Vpc

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
EVERYTHING = {4: "0.0.0.0/0", 6: "::/0"}
# What an endpoint has addresses of, by its ipAddressType and, for the names of it, by its dnsRecordIpType.
# https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html (read 2026-11-23)
_VERSIONS = {"ipv4": frozenset({4}), "ipv6": frozenset({6}), "dualstack": frozenset({4, 6})}


@dataclass(frozen=True)
class Block:
    """An address block of a subnet. `text` is UNKNOWN where it is not known in the preview."""

    version: int
    text: Maybe


def network(block: object) -> Network | None:
    """A block that can be read; None for anything else."""
    with suppress(ValueError):
        return ipaddress.ip_network(block, strict=False) if isinstance(block, str) else None
    return None


def together(blocks: Iterable[str], version: int) -> list[Any]:
    """The blocks of an IP version, joined where they touch. Text that is no block is left out."""
    found: list[Any] = [each for block in blocks if (each := network(block)) and each.version == version]
    return list(ipaddress.collapse_addresses(found))


def covers(blocks: Iterable[str], block: str) -> bool:
    """Whether address blocks together hold all of another."""
    inner = network(block)
    return inner is not None and any(inner.subnet_of(outer) for outer in together(blocks, inner.version))


def covers_everything(blocks: Iterable[str]) -> bool:
    """Whether address blocks together are every IPv4 or every IPv6 address."""
    found = list(blocks)
    return any(covers(found, everything) for everything in EVERYTHING.values())


def versions_of(endpoint: Endpoint) -> frozenset[int]:
    """The IP versions under which nodes reach an interface endpoint. What is not known may be both."""
    kind = endpoint.resource.props.get("ipAddressType")
    options = endpoint.resource.props.get("dnsOptions")
    names = options.get("dnsRecordIpType") if isinstance(options, dict) else None
    addresses = _VERSIONS.get(str(kind or "ipv4"), _VERSIONS["dualstack"])
    return addresses & _VERSIONS.get(str(names), addresses) or addresses


def blocks_of(graph: Graph, subnet: Subnet) -> Iterator[Block]:
    """The blocks of a subnet with their IP versions: an unknown one is IPv4 unless only IPv6 is left for it."""
    resource = graph.get(subnet.key)
    native = resource is not None and resource.props.get("ipv6Native") is True
    for index, text in enumerate(subnet.blocks):
        known = network(text)
        if known is not None:
            yield Block(known.version, str(known))
        else:
            yield Block(6 if index or native else 4, UNKNOWN)


def blocks_of_vpc(graph: Graph, vpc: Vpc, version: int) -> list[Maybe]:
    """Every block of a VPC, UNKNOWN where one cannot be read: that of a VPC which is not in this stack."""
    resource = graph.get(vpc.key) if vpc.key else None
    if resource is None:
        return [UNKNOWN]
    if version == 6:
        return [resource.text("ipv6CidrBlock") or UNKNOWN]
    more = graph.satellites(tokens.VPC_CIDR_BLOCK, "vpcId", tokens.VPCS)
    others = [each.text("cidrBlock") or UNKNOWN for each in (*more.of.get(resource.urn, ()), *more.untold)]
    return [resource.text("cidrBlock") or UNKNOWN, *others]
