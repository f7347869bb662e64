"""Whom the rules of security groups let tcp/443 through to or from, all of them together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policies import tokens
from policies.address_blocks import EVERYTHING, Block, blocks_of_vpc, covers
from policies.graph import UNKNOWN, Graph, Resource
from policies.group_rules import entries, rules
from policies.vpcs import Vpc


@dataclass(frozen=True)
class Peers:
    """What the rules of some security groups name for tcp/443. Several groups, and several rules, are a union.

    `blocks` are address blocks, those of the stack's own prefix lists among them; `origins` VPCs and subnets of this stack
    whose blocks are meant, by IP version; `groups` security groups; `lists` prefix lists that this stack does not hold, as
    ids or as the endpoints that tell them. `unread`: something that cannot be read may let more through; `unread_groups`: a
    rule names groups that cannot be read. `somebody`: tcp/443 surely is let through to or from something, whatever it is.
    """

    blocks: tuple[str, ...] = ()
    origins: frozenset[tuple[int, str]] = frozenset()
    groups: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    unread: bool = False
    unread_groups: bool = False
    somebody: bool = False


def peers(graph: Graph, groups: Iterable[Resource], *, outward: bool) -> Peers:
    """What the rules of these groups name for tcp/443, going out or coming in."""
    blocks: list[str] = []
    origins: set[tuple[int, str]] = set()
    named: set[str] = set()
    lists: set[str] = set()
    unread = unread_groups = somebody = False
    for rule in (rule for group in groups for rule in rules(graph, group, outward=outward)):
        if rule.https is False:
            continue
        if rule.https is UNKNOWN or not rule.certain:
            unread = True
            continue
        somebody = somebody or rule.names_somebody
        blocks += rule.blocks
        origins |= rule.origins
        named |= set(rule.groups.keys)
        unread = unread or rule.stray or rule.lists.more
        unread_groups = unread_groups or rule.groups.more
        for key in rule.lists.keys:
            resource = graph.get(key)
            if resource is not None and resource.type == tokens.PREFIX_LIST:
                found = list(entries(graph, resource))
                blocks += [each for each in found if isinstance(each, str)]
                unread = unread or UNKNOWN in found
            else:
                lists.add(key)
    return Peers(
        tuple(blocks), frozenset(origins), frozenset(named), frozenset(lists), unread, unread_groups, somebody
    )


def let_through(graph: Graph, found: Peers, block: Block, home: str, vpc: Vpc) -> object:
    """Whether a block of the subnet `home` is surely among them (True), surely not (False), or UNKNOWN.

    A block that is unknown is held by all blocks of its VPC together, if these are known, and by a rule that takes its
    block from the same subnet or VPC.
    """
    of_vpc = blocks_of_vpc(graph, vpc, block.version)
    # A VPC tells its first block alone: with several, its own is not surely the subnet's.
    whole = (block.version, vpc.key) in found.origins and len(of_vpc) == 1
    if whole or (block.version, home) in found.origins:
        return True
    outer = [block.text] if block.text is not UNKNOWN else of_vpc
    if all(isinstance(each, str) and covers(found.blocks, each) for each in outer):
        return True
    if covers(found.blocks, EVERYTHING[block.version]):
        return True
    # A gateway endpoint's own prefix list holds its service's public addresses and no subnet's.
    told = {endpoint.props.get("prefixListId") for endpoint in graph.of_type(tokens.ENDPOINT)}
    lists = [key for key in found.lists if graph.get(key) is None and key not in told]
    return UNKNOWN if found.unread or lists or block.text is UNKNOWN else False
