"""The rules of a security group, over every way of writing them, in either direction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from policies import tokens
from policies.graph import UNKNOWN, Graph, Maybe, References, Resource

_ALL = ("-1", "all")
_TCP = ("tcp", "6")
_HTTPS = 443
_BLOCKS = {4: ("cidrBlocks", "cidrIpv4"), 6: ("ipv6CidrBlocks", "cidrIpv6")}
_GROUPS = ("securityGroups", "sourceSecurityGroupId", "referencedSecurityGroupId")
_LISTS = ("prefixListIds", "prefixListId")


@dataclass(frozen=True)
class GroupRule:
    """One rule: does it concern tcp/443 (True, False or UNKNOWN), and whom does it name?

    `blocks` are the address blocks that are known; `origins` the VPCs and subnets of this stack that unknown ones were
    taken from, by IP version; `stray` says that there is one from nowhere. `lists` are prefix lists of this stack, ids, or
    the endpoints that the id is taken from. `certain` is False where the rule may be of another group or for the other
    direction.
    """

    where: str
    https: object
    blocks: tuple[str, ...] = ()
    origins: frozenset[tuple[int, str]] = frozenset()
    stray: bool = False
    groups: References = field(default_factory=References)
    lists: References = field(default_factory=References)
    certain: bool = True

    @property
    def names_somebody(self) -> bool:
        """Whether it names anything at all, known or not."""
        named = self.groups + self.lists
        return bool(self.blocks or self.origins or self.stray or named.keys or named.more)


def rules(graph: Graph, group: Resource, *, outward: bool) -> list[GroupRule]:
    """Every ingress or egress rule of a group: inline, `SecurityGroupRule` and `vpc.SecurityGroupIngressRule` or
    `vpc.SecurityGroupEgressRule`; with those of a group that cannot be told."""
    key, single = (
        ("egress", tokens.SECURITY_GROUP_EGRESS_RULE)
        if outward
        else ("ingress", tokens.SECURITY_GROUP_INGRESS_RULE)
    )
    inline = group.props.get(key)
    if inline is UNKNOWN:
        found = [GroupRule(f"the {key} of {group.name!r}", UNKNOWN, stray=True)]
    else:
        found = list(_inline(graph, group, key, inline))
    for type_ in (tokens.SECURITY_GROUP_RULE, single):
        detached = graph.satellites(type_, "securityGroupId", tokens.SECURITY_GROUPS)
        for resources, certain in ((detached.of.get(group.urn, []), True), (detached.untold, False)):
            for resource in resources:
                direction = resource.props.get("type") if type_ == tokens.SECURITY_GROUP_RULE else key
                if direction in (key, UNKNOWN):
                    found.append(_detached(graph, group, resource, certain and direction == key))
    return found


def entries(graph: Graph, prefix_list: Resource) -> Iterator[Maybe]:
    """The blocks of a prefix list of this stack, inline and as resources of their own; what is no text is UNKNOWN."""
    inline = prefix_list.props.get("entries")
    for entry in inline if isinstance(inline, list) else [] if inline is None else [UNKNOWN]:
        block = entry.get("cidr") if isinstance(entry, dict) else UNKNOWN
        yield block if isinstance(block, str) else UNKNOWN
    detached = graph.satellites(tokens.PREFIX_LIST_ENTRY, "prefixListId", (tokens.PREFIX_LIST,))
    for resource in detached.of.get(prefix_list.urn, []):
        yield resource.text("cidr") or UNKNOWN
    if detached.untold:
        yield UNKNOWN


def in_use(graph: Graph, group: Resource) -> bool:
    """Whether anything but endpoints and rules is in the group."""
    return group.urn in graph.once(_used, lambda: _used(graph))


def admits_https(protocol: Any, first: Any, last: Any) -> object:
    """Whether a protocol and a range of ports include tcp/443."""
    if protocol is UNKNOWN:
        return UNKNOWN
    # A number is a float by the time the engine shows it.
    name = f"{protocol:g}" if isinstance(protocol, (int, float)) else str(protocol).lower()
    if name in _ALL:
        return True
    if name not in _TCP:
        return False
    if UNKNOWN in (first, last):
        return UNKNOWN
    try:
        return int(first) <= _HTTPS <= int(last)
    except (TypeError, ValueError):
        return False


def _used(graph: Graph) -> frozenset[str]:
    # Another group's inline rules name a group and put nothing into it.
    others = (
        *(tokens.ENDPOINT, tokens.ENDPOINT_SECURITY_GROUP),
        *(*tokens.SECURITY_GROUPS, *tokens.SECURITY_GROUP_RULES),
    )
    return frozenset(
        urn
        for each in graph.resources.values()
        if each.type not in others
        for urns in each.references.values()
        for urn in urns
        if urn != each.urn
    )


def _inline(graph: Graph, group: Resource, key: str, rules: Any) -> Iterator[GroupRule]:
    for index, rule in enumerate(rules if isinstance(rules, list) else []):
        where = f"{key}[{index}] of {group.name!r}"
        if isinstance(rule, dict):
            yield _rule(graph, group, where, rule, group, key)
        else:
            yield GroupRule(where, UNKNOWN, stray=True)


def _detached(graph: Graph, group: Resource, resource: Resource, certain: bool) -> GroupRule:
    return _rule(graph, group, repr(resource.name), resource.props, resource, None, certain)


def _rule(
    graph: Graph,
    group: Resource,
    where: str,
    rule: Mapping[str, Any],
    owner: Resource,
    key: str | None,
    certain: bool = True,
) -> GroupRule:
    """One rule. What an inline rule was computed from is known of all inline rules together, so that an unknown id may be
    any of theirs: each is named by one of them, and the next preview, which knows the ids, is exact."""

    def named(name: str, types: tuple[str, ...], values: list[Any]) -> References:
        return graph.refer_to(owner, key or name, types, values)

    blocks: list[str] = []
    origins: set[tuple[int, str]] = set()
    stray = False
    for version, names in _BLOCKS.items():
        for name in names:
            values = _all(rule, name)
            blocks += [str(value) for value in values if value is not UNKNOWN]
            unknown = [value for value in values if value is UNKNOWN]
            taken = named(name, (*tokens.SUBNETS, *tokens.VPCS), unknown)
            urns = [each for each in taken.keys if graph.get(each)]
            origins |= {(version, urn) for urn in urns}
            stray = stray or len(unknown) > len(urns)
    groups = sum((named(name, tokens.SECURITY_GROUPS, _all(rule, name)) for name in _GROUPS), References())
    listed = (named(name, (tokens.PREFIX_LIST, tokens.ENDPOINT), _all(rule, name)) for name in _LISTS)
    if rule.get("self") is True:
        groups += References((group.urn,))
    return GroupRule(
        where=where,
        https=admits_https(
            rule.get("protocol", rule.get("ipProtocol")), rule.get("fromPort"), rule.get("toPort")
        ),
        blocks=tuple(blocks),
        origins=frozenset(origins),
        stray=stray,
        groups=groups,
        lists=sum(listed, References()),
        certain=certain,
    )


def _all(rule: Mapping[str, Any], key: str) -> list[Any]:
    """The values of a property, one value or a list of them."""
    value = rule.get(key)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [each for each in values if each != ""]
