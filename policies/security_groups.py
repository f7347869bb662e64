"""What a security group lets in, over every way of writing its rules."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from policies import tokens
from policies.graph import UNKNOWN, Graph, References, Resource

_ALL = ("-1", "all")
_TCP = ("tcp", "6")
_HTTPS = 443


@dataclass(frozen=True)
class Ingress:
    """One ingress rule. `https` and `world` are True, False or UNKNOWN: does it admit tcp/443 from somewhere, and does it
    admit every address? `blocks` are the address blocks that are known."""

    where: str
    https: object
    world: object
    blocks: tuple[str, ...] = ()


def ingress(graph: Graph, group: Resource) -> list[Ingress]:
    """Every ingress rule of a group: inline, `SecurityGroupRule` and `vpc.SecurityGroupIngressRule`. A rule of a group that
    cannot be told proves nothing, and may be one of this group's that admits every address."""
    inline = group.props.get("ingress")
    if inline is UNKNOWN:
        found = [Ingress(f"the ingress of {group.name!r}", UNKNOWN, UNKNOWN)]
    else:
        found = list(_inline(graph, group, inline))
    for type_, read in (
        (tokens.SECURITY_GROUP_RULE, _rule),
        (tokens.SECURITY_GROUP_INGRESS_RULE, _ingress_rule),
    ):
        rules = graph.satellites(type_, "securityGroupId", tokens.SECURITY_GROUPS)
        found += [read(graph, group, rule) for rule in rules.of.get(group.urn, [])]
        perhaps = [read(graph, group, rule) for rule in rules.untold]
        found += [Ingress(entry.where, False, UNKNOWN) for entry in perhaps if entry.world is not False]
    return found


@dataclass(frozen=True)
class Wrong:
    """What is wrong with an endpoint's security groups, said of the endpoint ("... name no security group"), the way out,
    and whether it merely cannot be read."""

    message: str
    fix: str
    unproven: bool = False


ADMIT = (
    'aws.vpc.SecurityGroupIngressRule("https", security_group_id=<group>, ip_protocol="tcp", from_port=443, to_port=443, '
    'cidr_ipv4="<a node subnet\'s CIDR>")'
)


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
            admitted.append(key in trusted or UNKNOWN)
            if key not in trusted:
                paste = f'{{"trustedSecurityGroups": ["{key}"]}} in the pack\'s configuration'
                yield Wrong(
                    f"with {key}, whose rules are not in this stack", f"vouch for it with {paste}", True
                )
            continue
        entries = ingress(graph, group)
        admitted += [entry.https for entry in entries]
        yield from _too_wide(group, entries)
    names = ", ".join(repr(group.name) if (group := graph.get(key)) else key for key in groups.keys)
    if groups.keys and True not in admitted and UNKNOWN not in admitted:
        yield Wrong(f"with {names}: no rule admits tcp/443", ADMIT)
    elif True not in admitted and all(graph.get(key) for key in groups.keys) and groups.keys:
        yield Wrong(
            f"with {names}: no rule surely admits tcp/443", f"give its rule in plain text: {ADMIT}", True
        )


def _too_wide(group: Resource, entries: list[Ingress]) -> Iterator[Wrong]:
    narrow = "narrow it to the nodes' subnets"
    for entry in entries:
        if entry.world is True:
            yield Wrong(f"with {group.name!r}: {entry.where} admits every address", narrow)
        elif entry.world is UNKNOWN:
            yield Wrong(f"with {group.name!r}: {entry.where} admits a source that is not known", narrow, True)
    together = [block for entry in entries for block in entry.blocks]
    if covers_everything(together) and not any(entry.world is True for entry in entries):
        yield Wrong(f"with {group.name!r}: its rules together admit every address", narrow)


def _inline(graph: Graph, group: Resource, rules: Any) -> Iterator[Ingress]:
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        where = f"ingress[{index}] of {group.name!r}"
        if isinstance(rule, dict):
            ids = _all(rule, "prefixListIds", "securityGroups") + _itself(graph, group, rule)
            yield _ingress(where, rule, "protocol", _all(rule, "cidrBlocks", "ipv6CidrBlocks"), ids)
        else:
            yield Ingress(where, UNKNOWN, UNKNOWN)


def _rule(graph: Graph, group: Resource, rule: Resource) -> Ingress:
    direction = rule.props.get("type")
    if direction != "ingress":
        state = UNKNOWN if direction is UNKNOWN else False
        return Ingress(repr(rule.name), state, state)
    ids = _all(rule.props, "prefixListIds", "sourceSecurityGroupId") + _itself(graph, group, rule.props)
    return _ingress(
        repr(rule.name), rule.props, "protocol", _all(rule.props, "cidrBlocks", "ipv6CidrBlocks"), ids
    )


def _ingress_rule(_graph: Graph, _group: Resource, rule: Resource) -> Ingress:
    ids = _all(rule.props, "prefixListId", "referencedSecurityGroupId")
    return _ingress(repr(rule.name), rule.props, "ipProtocol", _all(rule.props, "cidrIpv4", "cidrIpv6"), ids)


def _itself(graph: Graph, group: Resource, rule: Mapping[str, Any]) -> list[Any]:
    """The group as a source of its own rule, if anything but endpoints and rules is in the group."""
    if rule.get("self") is not True:
        return []
    not_nodes = (tokens.ENDPOINT, tokens.ENDPOINT_SECURITY_GROUP, *tokens.SECURITY_GROUP_RULES)
    users = (each for each in graph.resources.values() if each.type not in not_nodes)
    return ["itself"] if any(group.urn in urns for each in users for urns in each.references.values()) else []


def _all(rule: Mapping[str, Any], *keys: str) -> list[Any]:
    """The values of several properties, each one value or a list of them."""
    values = [rule[key] for key in keys if rule.get(key) is not None]
    return [
        item for value in values for item in (value if isinstance(value, list) else [value]) if item != ""
    ]


def _ingress(
    where: str, rule: Mapping[str, Any], protocol: str, blocks: list[Any], ids: list[Any]
) -> Ingress:
    """One rule. A security group or prefix list is a source even while its id is unknown, and never every address; a block
    that is unknown may be every address."""
    https: object = False
    if blocks or ids:
        https = _admits_https(rule.get(protocol), rule.get("fromPort"), rule.get("toPort"))
    known = tuple(str(block) for block in blocks if block is not UNKNOWN)
    if https is True and not ids and not known:
        https = UNKNOWN
    world: object = True if covers_everything(known) else UNKNOWN if UNKNOWN in blocks else False
    return Ingress(where, https, world, known)


def covers_everything(blocks: Iterable[str]) -> bool:
    """Whether address blocks together are every IPv4 or every IPv6 address. Text that is no block is left out."""
    networks: dict[int, list[Any]] = {4: [], 6: []}
    for block in blocks:
        with suppress(ValueError):
            network = ipaddress.ip_network(block, strict=False)
            networks[network.version].append(network)
    return any(
        each.prefixlen == 0 for found in networks.values() for each in ipaddress.collapse_addresses(found)
    )


def _admits_https(protocol: Any, first: Any, last: Any) -> object:
    if protocol is UNKNOWN:
        return UNKNOWN
    if str(protocol).lower() in _ALL:
        return True
    if str(protocol).lower() not in _TCP:
        return False
    if UNKNOWN in (first, last):
        return UNKNOWN
    try:
        return int(first) <= _HTTPS <= int(last)
    except (TypeError, ValueError):
        return False
