"""What a security group lets in, over every way of writing its rules."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator, Mapping
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
    admit every address?"""

    where: str
    https: object
    world: object


def ingress(graph: Graph, group: Resource) -> list[Ingress]:
    """Every ingress rule of a group: inline, `SecurityGroupRule` and `vpc.SecurityGroupIngressRule`."""
    detached = [*_rules(graph, group), *_ingress_rules(graph, group)]
    inline = group.props.get("ingress")
    if inline is UNKNOWN:
        return [Ingress(f"the ingress of {group.name!r}", UNKNOWN, UNKNOWN), *detached]
    return [*_inline(group, inline), *detached]


def wrong_with(graph: Graph, groups: References, trusted: Collection[str]) -> Iterator[tuple[str, bool]]:
    """What is wrong with the security groups of an endpoint, and whether it merely cannot be read.

    `trusted` holds ids of groups whose rules are not in this stack and that somebody vouches for.
    """
    if groups.more:
        yield "have security groups that the preview does not know", True
    elif not groups.keys:
        yield "name no security group, so AWS attaches the VPC's default one", False
    admitted: list[object] = []
    for key in groups.keys:
        group = graph.get(key)
        if group is None and key in trusted:
            admitted.append(True)
        elif group is None:
            paste = f'{{"trustedSecurityGroups": ["{key}"]}}'
            yield (
                f"use {key}, whose rules are not in this stack; vouch for it with {paste} in the pack's config",
                True,
            )
            admitted.append(UNKNOWN)
        else:
            for entry in ingress(graph, group):
                admitted.append(entry.https)
                if entry.world is not False:
                    state = (
                        "admits every address" if entry.world is True else "admits a source that is not known"
                    )
                    yield f"use {group.name!r}: {entry.where} {state}", entry.world is UNKNOWN
    if groups.keys and True not in admitted:
        names = ", ".join(repr(group.name if (group := graph.get(key)) else key) for key in groups.keys)
        if UNKNOWN not in admitted:
            yield f"use {names}: no rule admits tcp/443", False
        elif not any(graph.get(key) is None for key in groups.keys):
            yield f"use {names}: no rule surely admits tcp/443", True


def _inline(group: Resource, rules: Any) -> Iterator[Ingress]:
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        where = f"ingress[{index}] of {group.name!r}"
        if isinstance(rule, dict):
            ids = _all(rule, "prefixListIds", "securityGroups") + (
                ["self"] if rule.get("self") is True else []
            )
            yield _ingress(where, rule, "protocol", _all(rule, "cidrBlocks", "ipv6CidrBlocks"), ids)
        else:
            yield Ingress(where, UNKNOWN, UNKNOWN)


def _rules(graph: Graph, group: Resource) -> Iterator[Ingress]:
    for rule in graph.of_type(tokens.SECURITY_GROUP_RULE):
        if graph.refers_to(rule, "securityGroupId", tokens.SECURITY_GROUPS) == group.urn:
            direction = rule.props.get("type")
            if direction is UNKNOWN:
                yield Ingress(repr(rule.name), UNKNOWN, UNKNOWN)
            elif direction == "ingress":
                ids = _all(rule.props, "prefixListIds", "sourceSecurityGroupId")
                ids += ["self"] if rule.props.get("self") is True else []
                blocks = _all(rule.props, "cidrBlocks", "ipv6CidrBlocks")
                yield _ingress(repr(rule.name), rule.props, "protocol", blocks, ids)


def _ingress_rules(graph: Graph, group: Resource) -> Iterator[Ingress]:
    for rule in graph.of_type(tokens.SECURITY_GROUP_INGRESS_RULE):
        if graph.refers_to(rule, "securityGroupId", tokens.SECURITY_GROUPS) == group.urn:
            blocks = _all(rule.props, "cidrIpv4", "cidrIpv6")
            ids = _all(rule.props, "prefixListId", "referencedSecurityGroupId")
            yield _ingress(repr(rule.name), rule.props, "ipProtocol", blocks, ids)


def _all(rule: Mapping[str, Any], *keys: str) -> list[Any]:
    """The values of several properties, each one value or a list of them."""
    values = [rule[key] for key in keys if rule.get(key) is not None]
    return [item for value in values for item in (value if isinstance(value, list) else [value])]


def _ingress(
    where: str, rule: Mapping[str, Any], protocol: str, blocks: list[Any], ids: list[Any]
) -> Ingress:
    """One rule. A security group or prefix list is a source even while its id is unknown, and never every address; a block
    that is unknown may be every address."""
    https: object = False
    if blocks or ids:
        https = _admits_https(rule.get(protocol), rule.get("fromPort"), rule.get("toPort"))
    if https is True and not ids and all(block is UNKNOWN for block in blocks):
        https = UNKNOWN
    worlds = [_is_world(block) for block in blocks]
    return Ingress(where, https, True if True in worlds else UNKNOWN if UNKNOWN in worlds else False)


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


def _is_world(block: Any) -> object:
    if block is UNKNOWN:
        return UNKNOWN
    try:
        return ipaddress.ip_network(str(block), strict=False).prefixlen == 0
    except ValueError:
        return False  # AWS refuses it
