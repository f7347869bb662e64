"""Whether the security groups of endpoints admit tcp/443 from the subnets that nodes live in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policies import nodes
from policies.address_blocks import Block, blocks_of, versions_of
from policies.endpoints import Endpoint, endpoints
from policies.graph import UNKNOWN, Graph, References
from policies.group_rules import in_use
from policies.node_groups import groups_of
from policies.nodes import Launch, Subnet
from policies.pack_config import PackConfig
from policies.peers import Peers, let_through, peers
from policies.security_groups import label, wrong_with
from policies.vpcs import Vpc


@dataclass(frozen=True)
class Shut:
    """A node subnet that endpoints do not admit, and the block that matters; None where the endpoints have no address of
    the subnet's IP version. `unproven`: it merely cannot be read."""

    subnet: Subnet
    block: Block | None
    unproven: bool

    @property
    def label(self) -> str:
        if self.block is None:
            return f"{self.subnet.label} (which has no address of the endpoints' IP version)"
        shown = self.block.text if isinstance(self.block.text, str) else "the unknown block"
        return f"{shown} of {self.subnet.label}"


def not_admitted(
    graph: Graph, vpc: Vpc, found: Iterable[Subnet], endpoint: Endpoint, config: PackConfig
) -> Iterator[Shut]:
    """The node subnets that the security groups of an endpoint do not surely admit.

    Where nothing can be said about whom the groups admit, or they admit nobody, endpoint-ingress-https says so, once and
    not for each subnet.
    """
    groups = endpoint.security_groups
    wrong = wrong_with(graph, groups, config.trusted_security_groups)
    if any(not each.wide or each.unproven for each in wrong):
        return
    if config.trusted_security_groups.intersection(groups.keys):
        return
    admitted = peers(graph, [group for key in groups.keys if (group := graph.get(key))], outward=False)
    here = nodes.of_vpc(graph, vpc.key, config) if vpc.key is not None else []
    for subnet in found:
        wanted = [b for b in blocks_of(graph, subnet) if b.version in versions_of(endpoint)]
        if not wanted:
            yield Shut(subnet, None, unproven=subnet.urn is None and UNKNOWN in subnet.blocks)
        by_group = _by_group(graph, vpc, subnet, admitted, here)
        if by_group is True:
            continue
        for block in wanted:
            through = let_through(graph, admitted, block, subnet.key, vpc)
            if through is not True:
                yield Shut(subnet, block, unproven=UNKNOWN in (through, by_group))


def way_out(graph: Graph, vpc: Vpc, groups: References, outside: Iterable[Shut]) -> str:
    """What to paste so that the endpoints admit these subnets."""
    group, lines, entries = label(graph, groups), [], []
    for shut in outside:
        if shut.block is None:
            lines.append('ip_address_type="dualstack" on the endpoints')
        elif isinstance(shut.block.text, str):
            lines.append(
                f'aws.vpc.SecurityGroupIngressRule("https-{shut.block.text}", security_group_id=<{group}>, '
                f'ip_protocol="tcp", from_port=443, to_port=443, cidr_ipv{shut.block.version}="{shut.block.text}")'
            )
        elif shut.subnet.urn is None:
            entries.append({"vpcId": vpc.key, "id": shut.subnet.key, "cidr": "<its block>"})
        else:
            lines.append(
                f"give the block of {shut.subnet.label} in plain text, or admit the block of the whole VPC"
            )
    if entries:
        lines.append(f"say their blocks in the pack's configuration: {json.dumps({'nodeSubnets': entries})}")
    return "\n  ".join(lines)


def _by_group(graph: Graph, vpc: Vpc, subnet: Subnet, admitted: Peers, here: list[Launch]) -> object:
    """Whether a rule names a security group that the subnet's nodes are in: every launch in the subnet has to be.

    A subnet in which nothing here starts machines gets its nodes from another stack, and a rule that names a group of this
    VPC is the usual way to admit them, unless something here shows that not all nodes are in such a group.
    """
    inside = [launch for launch in here if subnet.key in launch.subnets.keys]
    states = [_is_in(groups_of(graph, vpc, launch), admitted) for launch in inside or here]
    if False in states:
        return False
    if UNKNOWN in states:
        return UNKNOWN
    return bool(inside) or any(_is_of(graph, vpc, key) for key in admitted.groups) or admitted.unread_groups


def _is_in(groups: References, admitted: Peers) -> object:
    if admitted.groups.intersection(groups.keys):
        return True
    return UNKNOWN if groups.more or admitted.unread_groups else False


def _is_of(graph: Graph, vpc: Vpc, key: str) -> bool:
    """Whether a source may be the nodes' group: one of the VPC, or of another stack; not one that only endpoints are in."""
    group = graph.get(key)
    if group is None:
        return True
    of_endpoints = any(key in endpoint.security_groups.keys for endpoint in endpoints(graph))
    return graph.vpc_of(group) == vpc.key and (in_use(graph, group) or not of_endpoints)
