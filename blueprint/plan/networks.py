"""The network's part of a plan: ids or blocks, and who is admitted to the endpoints."""

from __future__ import annotations

from blueprint import forwarders
from blueprint.plan.shapes import GivenNetwork, PlannedNetwork, PrivateSubnet
from blueprint.settings import ExistingNetwork, NewNetwork, Settings

# The same resolver by its link-local address, for a VPC whose primary block is not given. It answers inside the VPC alone
# (https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html, read 2026-11-23).
LINK_LOCAL_RESOLVER = "169.254.169.253"


def plan(network: ExistingNetwork | NewNetwork) -> PlannedNetwork | GivenNetwork:
    """The network to build in, or the one to build."""
    if isinstance(network, NewNetwork):
        return PlannedNetwork(
            cidr=network.cidr,
            subnets=tuple(
                PrivateSubnet(key=subnet.letter, availability_zone=subnet.availability_zone, cidr=subnet.cidr)
                for subnet in network.subnets
            ),
        )
    return GivenNetwork(
        vpc_id=network.vpc_id,
        endpoint_subnet_ids=tuple(network.endpoint_subnets),
        route_table_ids=tuple(dict.fromkeys(subnet.route_table_id for subnet in network.node_subnets)),
    )


def clients(settings: Settings) -> tuple[str, ...]:
    """The IPv4 blocks that the endpoints admit: the nodes' subnets, other clients, spokes and peers, each once."""
    network, topology = settings.network, settings.topology
    subnets = network.subnets if isinstance(network, NewNetwork) else network.node_subnets
    listed = [*(subnet.cidr for subnet in subnets), *network.client_cidrs]
    listed += [cidr for spoke in topology.spokes for cidr in spoke.cidrs]
    listed += [cidr for peer in topology.peers for cidr in peer.cidrs]
    return tuple(dict.fromkeys(listed))


def ipv6_clients(settings: Settings) -> tuple[str, ...]:
    """The IPv6 blocks that the endpoints admit, where they have IPv6 addresses: those of the nodes' subnets."""
    network = settings.network
    if not settings.dns.has_ipv6 or isinstance(network, NewNetwork):
        return ()
    return tuple(dict.fromkeys(subnet.ipv6_cidr for subnet in network.node_subnets if subnet.ipv6_cidr))


def vpc_resolver(network: ExistingNetwork | NewNetwork) -> str:
    """The address of Amazon's resolver in the VPC: the primary block's base plus two."""
    primary = network.cidr if isinstance(network, NewNetwork) else next(iter(network.vpc_cidrs), "")
    return forwarders.vpc_resolver(primary) if primary else LINK_LOCAL_RESOLVER
