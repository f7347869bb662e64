"""The ways that packets take between nodes, endpoints and S3, and the network ACLs that do not let them pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from policies import nodes, tokens
from policies.address_blocks import EVERYTHING, Block, blocks_of, blocks_of_vpc, network, versions_of
from policies.egress import NOT_PUBLIC
from policies.endpoints import Endpoint
from policies.graph import UNKNOWN, Graph, Resource
from policies.network_acls import Entry, Packets, acls_of, decided, entries, passes, verdict, worst
from policies.nodes import Subnet
from policies.vpcs import Vpc

HTTPS = (443, 443)
# The ports that Linux (32768-60999) and Windows since 2008 (49152-65535) take for their end of a connection.
# https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html (read 2026-11-23)
EPHEMERAL = (32768, 65535)
S3 = "S3"


@dataclass(frozen=True)
class Stop:
    """A network ACL that does not let packets pass: at which subnet, which way, on which ports, to or from what block of
    which IP version."""

    acl: Resource
    subnet: str
    outward: bool
    ports: tuple[int, int]
    peer: str
    block: str
    version: int
    unproven: bool


@dataclass(frozen=True)
class _Leg:
    """Packets that leave or enter a subnet. `peer` is the subnet on the other side, or S3."""

    subnet: Subnet
    outward: bool
    ports: tuple[int, int]
    peer: Subnet | None
    block: Block


def stops(
    graph: Graph, vpc: Vpc, found: Iterable[Subnet], endpoints: Iterable[Endpoint], s3: bool
) -> Iterator[Stop]:
    """Every network ACL of the stack that stops HTTPS or its answers. Inside of one subnet no network ACL is passed."""
    for leg in dict.fromkeys(_legs(graph, found, endpoints, s3)):
        acls, more = acls_of(graph, leg.subnet.key, vpc)
        for acl in acls:
            state = _state(graph, vpc, acl, leg)
            if state is not True:
                yield Stop(
                    acl,
                    leg.subnet.label,
                    leg.outward,
                    leg.ports,
                    S3 if leg.peer is None else leg.peer.label,
                    leg.block.text if isinstance(leg.block.text, str) else "<its block>",
                    leg.block.version,
                    unproven=state is UNKNOWN or more,
                )


def way_out(stop: Stop) -> str:
    """What to paste so that packets pass: an entry of the network ACL where that holds its rules itself, since it takes out
    all others.

    https://www.pulumi.com/registry/packages/aws/api-docs/ec2/networkaclrule/ (read 2026-11-25)
    """
    acl, way = stop.acl, "egress" if stop.outward else "ingress"
    key = "cidr_block" if stop.version == 4 else "ipv6_cidr_block"
    what = f'{key}="{stop.block}", from_port={stop.ports[0]}, to_port={stop.ports[1]}'
    inline = any(acl.props.get(each) is not None for each in ("ingress", "egress"))
    if inline or acl.type == tokens.DEFAULT_NETWORK_ACL:
        kind = f"aws.ec2.{acl.type.rpartition(':')[2]}{way.title()}Args"
        return f'{way} of {acl.name!r}: {kind}(rule_no=<before any deny>, protocol="tcp", action="allow", {what})'
    id = acl.name if acl.type == tokens.NETWORK_ACL else f"{acl.name}.default_network_acl_id"
    return (
        f'aws.ec2.NetworkAclRule("{acl.name}-{way}-{stop.ports[0]}-{stop.block}", network_acl_id=<{id}>, '
        f'rule_number=<before any deny>, egress={stop.outward}, protocol="tcp", rule_action="allow", {what})'
    )


def _legs(graph: Graph, found: Iterable[Subnet], endpoints: Iterable[Endpoint], s3: bool) -> Iterator[_Leg]:
    everywhere = Block(4, EVERYTHING[4])
    there = [(nodes.subnet(graph, key), versions_of(each)) for each in endpoints for key in each.subnets.keys]
    for node in found:
        if s3:
            yield _Leg(node, True, HTTPS, None, everywhere)
            yield _Leg(node, False, EPHEMERAL, None, everywhere)
        for other, versions in there:
            if other.key == node.key:
                continue
            for block in (each for each in blocks_of(graph, other) if each.version in versions):
                yield _Leg(node, True, HTTPS, other, block)
                yield _Leg(node, False, EPHEMERAL, other, block)
            for block in (each for each in blocks_of(graph, node) if each.version in versions):
                yield _Leg(other, False, HTTPS, node, block)
                yield _Leg(other, True, EPHEMERAL, node, block)


def _state(graph: Graph, vpc: Vpc, acl: Resource, leg: _Leg) -> object:
    rules = entries(graph, acl, outward=leg.outward)
    if leg.peer is None:
        return _public(rules, leg.ports)
    known = network(leg.block.text)
    if known is not None:
        return passes(rules, Packets(known, *leg.ports))
    # A block that is not known is inside of one of the VPC's, if these are known, and inside of everything.
    around = [network(each) for each in blocks_of_vpc(graph, vpc, leg.block.version)]
    if None in around:
        around = [network(EVERYTHING[leg.block.version])]
    parts = (part for each in around for part in decided(rules, Packets(each, *leg.ports)))
    verdicts = {verdict(allowed, part.maybe) for allowed, part in parts}
    return verdicts.pop() if len(verdicts) == 1 else UNKNOWN


def _public(rules: list[Entry], ports: tuple[int, int]) -> object:
    """Whether packets pass to or from S3's public addresses, on every port. A network ACL cannot name S3's prefix list, and
    these addresses change and are not among the facts. So: no public address passes, then nor does S3; most pass (a list of
    those that are denied), then S3 is taken to be among them; anything between (a list of some) proves nothing."""
    parts = list(decided(rules, Packets(network(EVERYTHING[4]), *ports)))
    # Between the ports at which a part begins, nothing changes.
    return worst(_share(parts, port) for port in {part.first for _, part in parts})


def _share(parts: list[tuple[bool, Packets]], port: int) -> object:
    """What becomes of the packets with this port, by how many public addresses pass."""
    private: list[Any] = [network(each) for each in NOT_PUBLIC]
    sizes: Counter[object] = Counter()
    for allowed, part in parts:
        if part.first <= port <= part.last:
            inside = (min(each, part.block, key=_size) for each in private if part.block.overlaps(each))
            sizes[verdict(allowed, part.maybe)] += _size(part.block) - sum(map(_size, inside))
    if 2 * sizes[True] > sizes.total():
        return True
    return UNKNOWN if sizes[True] or sizes[UNKNOWN] else False


def _size(block: Any) -> int:
    return int(block.num_addresses)
