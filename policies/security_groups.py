"""What is wrong with the security groups of an endpoint, taken by themselves: nothing admitted, or everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from policies import tokens
from policies.address_blocks import covers_everything
from policies.graph import UNKNOWN, Graph, References, Resource
from policies.group_rules import GroupRule, entries, in_use, rules


@dataclass(frozen=True)
class Ingress:
    """One ingress rule. `https` and `world` are True, False or UNKNOWN: does it admit tcp/443 from somewhere, and does it
    admit every address? `blocks` are the address blocks that are known, those of prefix lists among them."""

    where: str
    https: object
    world: object
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wrong:
    """What is wrong with an endpoint's security groups, said of the endpoint ("... name no security group"), the way out,
    whether it merely cannot be read, and whether it is only that somebody is surely admitted who should not be."""

    message: str
    fix: str
    unproven: bool = False
    wide: bool = False


ADMIT = (
    'aws.vpc.SecurityGroupIngressRule("https", security_group_id=<group>, ip_protocol="tcp", from_port=443, to_port=443, '
    'cidr_ipv4="<a node subnet\'s CIDR>")'
)


def ingress(graph: Graph, group: Resource) -> list[Ingress]:
    """Every ingress rule of a group. A rule of a group that cannot be told proves nothing, and may be one of this group's
    that admits every address."""
    return [_ingress(graph, group, rule) for rule in rules(graph, group, outward=False)]


def wrong_with(graph: Graph, groups: References, trusted: Collection[str]) -> Iterator[Wrong]:
    """What is wrong with the security groups of an endpoint.

    `trusted` holds ids of groups whose rules are not in this stack and that somebody vouches for.
    """
    if groups.more:
        yield Wrong(
            "with a security group that the preview does not know",
            "name a group of this stack, or its id",
            True,
        )
    elif not groups.keys:
        yield Wrong(
            "with no security group, so that AWS attaches the VPC's default one",
            "security_group_ids=[<group>]",
        )
    admitted: list[object] = []
    for key in groups.keys:
        group = graph.get(key)
        if group is None:
            admitted.append(UNKNOWN)
            if key not in trusted:
                yield Wrong(
                    f"with {key}, whose rules are not in this stack", f"vouch for it with {vouch(key)}", True
                )
            continue
        entries = ingress(graph, group)
        admitted += [entry.https for entry in entries]
        yield from _too_wide(group, entries)
    if groups.keys and True not in admitted and UNKNOWN not in admitted:
        yield Wrong(f"with {label(graph, groups)}: no rule admits tcp/443", ADMIT)
    elif True not in admitted and all(graph.get(key) for key in groups.keys) and groups.keys:
        yield Wrong(
            f"with {label(graph, groups)}: no rule surely admits tcp/443",
            f"give its rule in plain text: {ADMIT}",
            True,
        )


def label(graph: Graph, groups: References) -> str:
    """How messages call security groups."""
    return ", ".join(map(graph.label, groups.keys))


def vouch(key: str) -> str:
    """What to paste for a security group whose rules are elsewhere."""
    return f'{{"trustedSecurityGroups": ["{key}"]}} in the pack\'s configuration'


def _too_wide(group: Resource, entries: list[Ingress]) -> Iterator[Wrong]:
    narrow = "narrow it to the nodes' subnets"
    for entry in entries:
        if entry.world is True:
            yield Wrong(f"with {group.name!r}: {entry.where} admits every address", narrow, wide=True)
        elif entry.world is UNKNOWN:
            message = f"with {group.name!r}: {entry.where} admits a source that is not known"
            yield Wrong(message, narrow, unproven=True)
    together = [block for entry in entries for block in entry.blocks]
    if covers_everything(together) and not any(entry.world is True for entry in entries):
        yield Wrong(f"with {group.name!r}: its rules together admit every address", narrow, wide=True)


def _ingress(graph: Graph, group: Resource, rule: GroupRule) -> Ingress:
    """One rule. A security group or prefix list is a source even while its id is unknown, and is not taken for every address
    then; nor is the block of a VPC or subnet of this stack. Any other block that is unknown may be every address."""
    # The group as a source of its own rule counts if anything but endpoints is in it.
    ids = [key for key in rule.groups.keys if key != group.urn or in_use(graph, group)]
    named = bool(ids or rule.groups.more or rule.lists.keys or rule.lists.more or rule.blocks or rule.origins)
    lists = [each for key in rule.lists.keys if (each := graph.get(key)) and each.type == tokens.PREFIX_LIST]
    listed = (block for each in lists for block in entries(graph, each) if isinstance(block, str))
    blocks = (*rule.blocks, *listed)
    https = rule.https if named else UNKNOWN if rule.stray and rule.https is not False else False
    world: object = True if covers_everything(blocks) else UNKNOWN if rule.stray else False
    if not rule.certain:
        return Ingress(rule.where, https and UNKNOWN, world and UNKNOWN)
    return Ingress(rule.where, https, world, blocks)
