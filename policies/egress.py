"""Whether the security groups that nodes start with let them out to the endpoints and to S3."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from policies import nodes
from policies.address_blocks import EVERYTHING, Network, blocks_of, covers, together, versions_of
from policies.endpoints import Endpoint
from policies.graph import UNKNOWN, Graph, References, Resource
from policies.node_groups import groups_of
from policies.nodes import Launch
from policies.pack_config import PackConfig
from policies.peers import Peers, let_through, peers
from policies.security_groups import label, vouch
from policies.vpcs import Vpc

# Where no public address is: private, shared, loopback, link-local and multicast addresses.
# https://www.iana.org/assignments/iana-ipv4-special-registry (read 2026-11-23)
NOT_PUBLIC = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"),
)
INTERNET = "the internet"
_NATIVE_RULE = "aws-native:ec2:SecurityGroupEgress"


@dataclass(frozen=True)
class Out:
    """What the security groups of some launches let out. `anything`: nothing restricts them; `unread`: there are some whose
    rules cannot be read; `versions`: the IP versions that the machines have addresses of; `elsewhere`: a launch template of
    another stack may hold the groups."""

    groups: References
    versions: frozenset[int]
    peers: Peers = field(default_factory=Peers)
    anything: bool = False
    unread: bool = False
    elsewhere: bool = False


def alike(graph: Graph, vpc: Vpc, config: PackConfig) -> dict[References, list[Launch]]:
    """What starts machines in a VPC, by the security groups that these machines are in."""
    if vpc.key is None:
        return {}
    return by_groups(graph, vpc, nodes.of_vpc(graph, vpc.key, config))


def by_groups(graph: Graph, vpc: Vpc, launches: Iterable[Launch]) -> dict[References, list[Launch]]:
    """Launches of a VPC, by the security groups that their machines are in."""
    found: dict[References, list[Launch]] = {}
    for launch in launches:
        found.setdefault(groups_of(graph, vpc, launch), []).append(launch)
    return found


def out(graph: Graph, groups: References, launches: Sequence[Launch], config: PackConfig) -> Out:
    """What these security groups together let out. Machines with none are in the VPC's default one, which lets everything
    out unless the stack manages it.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html (read 2026-11-23)
    """
    here = [group for key in groups.keys if (group := graph.get(key))]
    anything = not groups.keys and not groups.more
    anything = anything or bool(config.trusted_security_groups.intersection(groups.keys))
    anything = anything or any(_keeps_the_default(graph, group) for group in here)
    unread = groups.more or len(here) < len(groups.keys)
    versions = frozenset(version for launch in launches for version in _versions(graph, launch))
    elsewhere = groups.more and any(launch.elsewhere for launch in launches)
    return Out(groups, versions, peers(graph, here, outward=True), anything, unread, elsewhere)


def to_endpoint(graph: Graph, vpc: Vpc, found: Out, endpoint: Endpoint) -> object:
    """Whether tcp/443 surely gets out to every network interface of an endpoint: to its security group, or to the blocks of
    all its subnets."""
    if found.anything or found.peers.groups.intersection(endpoint.security_groups.keys):
        return True
    # A machine with IPv4 alone opens no IPv6 connection, whatever addresses the endpoint has too.
    versions = versions_of(endpoint) & found.versions or versions_of(endpoint)
    wanted = [
        (block, key)
        for key in endpoint.subnets.keys
        for block in blocks_of(graph, nodes.subnet(graph, key))
        if block.version in versions
    ]
    states = [let_through(graph, found.peers, block, key, vpc) for block, key in wanted]
    if states and all(state is True for state in states) and not endpoint.subnets.more:
        return True
    # An address block that is not known is one of the VPC's: rules without a single block do not hold it.
    nothing = not (found.peers.blocks or found.peers.origins or found.peers.lists)
    unread = found.unread or found.peers.unread or found.peers.unread_groups
    unread = unread or endpoint.security_groups.more or endpoint.subnets.more
    return UNKNOWN if unread or (UNKNOWN in states and not nothing) else False


def to_s3(found: Out, gateways: Iterable[Endpoint]) -> object:
    """Whether tcp/443 surely gets out to S3: to its prefix list, or to every address.

    A prefix list known only by id may be that of S3: nothing in a first preview tells it from another list of AWS's, and
    looking up its id is the usual way. Once the endpoint has told the id of its list, only that one counts.
    """
    if found.anything or covers(found.peers.blocks, EVERYTHING[4]):
        return True
    resources = [endpoint.resource for endpoint in gateways]
    told = {id for each in resources if isinstance(id := each.props.get("prefixListId"), str)}
    urns = {each.urn for each in resources}
    for key in found.peers.lists:
        if key in urns or key in told or (key.startswith("pl-") and not told):
            return True
    # S3's addresses change and are not among the facts: a list of public blocks may be theirs.
    unread = found.unread or found.peers.unread or public(found.peers.blocks)
    return UNKNOWN if unread else False


def anywhere(found: Out) -> object:
    """Whether tcp/443 gets out to anything: what is outside of the stack cannot be told."""
    if found.anything or found.peers.somebody:
        return True
    return UNKNOWN if found.unread or found.peers.unread else False


def to_internet(graph: Graph, found: Out) -> object:
    """Whether tcp/443 surely gets out to every public address: those of AWS's services are not among the facts."""
    if found.anything or covers(found.peers.blocks, EVERYTHING[4]):
        return True
    # The prefix list of an endpoint here holds its service's addresses alone.
    lists = any(graph.get(key) is None for key in found.peers.lists)
    unread = found.unread or found.peers.unread or lists or public(found.peers.blocks)
    return UNKNOWN if unread else False


def way_out(graph: Graph, found: Out, shut: Iterable[str], there: Iterable[Endpoint]) -> str:
    """What to paste so that these groups let tcp/443 out to the endpoints that are shut off, and to S3."""
    strangers = [key for key in found.groups.keys if graph.get(key) is None]
    if strangers:
        return f"if the rules of {strangers[0]} do, vouch for it with {vouch(strangers[0])}"
    if found.elsewhere:
        return "take the launch template from this stack, or give the machines' security groups here: its own are not seen"
    group = label(graph, found.groups) or "the nodes' security group"
    named = (label(graph, each.security_groups) or "the endpoints' security group" for each in there)
    targets = [f"referenced_security_group_id=<{name}>" for name in dict.fromkeys(named)]
    if INTERNET in shut:
        targets = [f'cidr_ipv4="{EVERYTHING[4]}"']
    elif "S3" in shut:
        targets.append("prefix_list_id=<the S3 gateway endpoint>.prefix_list_id")
    return "\n  ".join(
        f'aws.vpc.SecurityGroupEgressRule("https-{number}", security_group_id=<{group}>, ip_protocol="tcp", '
        f"from_port=443, to_port=443, {target})"
        for number, target in enumerate(targets or ['cidr_ipv4="<the endpoints\' block>"'], 1)
    )


def public(blocks: Iterable[str]) -> list[Network]:
    """The IPv4 blocks that hold public addresses."""
    inside = [ipaddress.ip_network(each) for each in NOT_PUBLIC]
    return [each for each in together(blocks, 4) if not any(each.subnet_of(private) for private in inside)]


def _versions(graph: Graph, launch: Launch) -> set[int]:
    """The IP versions that its machines have addresses of: those of its subnets; both where a subnet is elsewhere."""
    if launch.subnets.more or not all(graph.get(key) for key in launch.subnets.keys):
        return {4, 6}
    return {b.version for key in launch.subnets.keys for b in blocks_of(graph, nodes.subnet(graph, key))}


def _keeps_the_default(graph: Graph, group: Resource) -> bool:
    """Whether a group without egress rules keeps the one that AWS gives every new group. The `aws` provider takes it out;
    Cloud Control does not, as long as no rule is added.

    https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/ (read 2026-11-23)
    """
    type_ = group.urn.split("::")[2].split("$")[-1]
    return (
        type_.startswith("aws-native:")
        and group.props.get("egress") is None
        and not any(graph.of_type(_NATIVE_RULE))
    )
