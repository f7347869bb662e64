"""Whom the rules of security groups let tcp/443 through to or from, all of them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from policies import tokens
from policies.address_blocks import EVERYTHING, Block, blocks_of_vpc, covers
from policies.graph import UNKNOWN, Graph, Resource
from policies.group_rules import rules
from policies.vpcs import Vpc


@dataclass(frozen=True)
class Peers:
    """What the rules of some security groups name for tcp/443. Several groups, and several rules, are a union.

    `blocks` are address blocks, those of the stack's own prefix lists among them; `origins` VPCs and subnets of this stack
    whose blocks are meant, by IP version; `groups` security groups; `lists` prefix lists that this stack does not hold, as
    ids or as the endpoints that tell them. `unread`: something that cannot be read may let more through, blocks or
    `unread_groups`.
    """

    blocks: tuple[str, ...] = ()
    origins: frozenset[tuple[int, str]] = frozenset()
    groups: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    unread: bool = False
    unread_groups: bool = False

    @property
    def nobody(self) -> bool:
        return self == Peers()


def peers(graph: Graph, groups: Iterable[Resource], *, outward: bool) -> Peers:
    """What the rules of these groups name for tcp/443, going out or coming in."""
    blocks: list[str] = []
    origins: set[tuple[int, str]] = set()
    named: set[str] = set()
    lists: set[str] = set()
    unread = unread_groups = False
    for rule in (rule for group in groups for rule in rules(graph, group, outward=outward)):
        if rule.https is False:
            continue
        if rule.https is UNKNOWN or not rule.certain:
            unread, unread_groups = True, True
            continue
        blocks += rule.blocks
        origins |= rule.origins
        named |= set(rule.groups.keys)
        unread = unread or rule.stray or rule.lists.more
        unread_groups = unread_groups or rule.groups.more
        for key in rule.lists.keys:
            resource = graph.get(key)
            if resource is not None and resource.type == tokens.PREFIX_LIST:
                entries = list(_entries(graph, resource))
                blocks += [each for each in entries if isinstance(each, str)]
                unread = unread or not all(isinstance(each, str) for each in entries)
            else:
                lists.add(key)
    return Peers(tuple(blocks), frozenset(origins), frozenset(named), frozenset(lists), unread, unread_groups)


def let_through(graph: Graph, found: Peers, block: Block, home: str, vpc: Vpc) -> object:
    """Whether a block of the subnet `home` is surely among them (True), surely not (False), or UNKNOWN.

    A block that is unknown is held by all blocks of its VPC together, if these are known, and by a rule that takes its
    block from the same subnet or VPC.
    """
    if {(block.version, home), (block.version, vpc.key)} & found.origins:
        return True
    outer = [block.text] if block.text is not UNKNOWN else blocks_of_vpc(graph, vpc, block.version)
    if all(isinstance(each, str) and covers(found.blocks, each) for each in outer):
        return True
    if covers(found.blocks, EVERYTHING[block.version]):
        return True
    # A gateway endpoint's own prefix list holds its service's public addresses and no subnet's.
    lists = [key for key in found.lists if graph.get(key) is None]
    return UNKNOWN if found.unread or lists or block.text is UNKNOWN else False


def _entries(graph: Graph, prefix_list: Resource) -> Iterator[object]:
    """The blocks of a prefix list of this stack, inline and as resources of their own."""
    inline = prefix_list.props.get("entries")
    for entry in inline if isinstance(inline, list) else [] if inline is None else [UNKNOWN]:
        yield entry.get("cidr") if isinstance(entry, dict) else UNKNOWN
    detached = graph.satellites(tokens.PREFIX_LIST_ENTRY, "prefixListId", (tokens.PREFIX_LIST,))
    for resource in detached.of.get(prefix_list.urn, []):
        yield resource.text("cidr")
    if detached.untold:
        yield UNKNOWN
