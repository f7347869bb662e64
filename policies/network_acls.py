"""Network ACLs: which one a subnet has, and what its rules do to packets. They keep no state: answers need rules as well.

https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html (read 2026-11-23)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policies import tokens
from policies.address_blocks import EVERYTHING, network
from policies.graph import UNKNOWN, Graph, Resource, Satellites
from policies.vpcs import Vpc

_ACLS = (tokens.NETWORK_ACL, tokens.DEFAULT_NETWORK_ACL)
_TCP, _ALL = ("tcp", "6"), ("-1", "all")
_PORTS = (0, 65535)


@dataclass(frozen=True)
class Entry:
    """A rule for one IP version. `number` is where it stands, `allows` is True or False; `first` and `last` are its ports.
    What cannot be read is UNKNOWN; `version` 0 is either."""

    number: int
    allows: object
    version: int
    block: object
    first: int
    last: int
    certain: bool


# The rules that AWS gives every default network ACL.
_OWN = [Entry(100, True, version, network(text), *_PORTS, True) for version, text in EVERYTHING.items()]


@dataclass(frozen=True)
class Packets:
    """Packets on their way: every address of a block, every port of a range. `maybe` holds what rules that cannot be read
    may have done to them already."""

    block: Any
    first: int
    last: int
    maybe: frozenset[object] = frozenset()


def acls_of(graph: Graph, subnet: str, vpc: Vpc) -> tuple[list[Resource], bool]:
    """The network ACLs of this stack that a subnet has (one, in a stack that AWS accepts), and whether there may be another.

    A subnet with none of its own has the VPC's default one. None here: AWS's own, which lets everything pass. A VPC stands
    for its default network ACL where the stack does not manage that but adds rules to it.
    """
    own = [
        acl
        for acl in graph.of_type(*_ACLS)
        if subnet in graph.refer_to(acl, "subnetIds", tokens.SUBNETS).keys
    ]
    associations = graph.satellites(tokens.NETWORK_ACL_ASSOCIATION, "subnetId", tokens.SUBNETS)
    keys = [graph.refers_to(each, "networkAclId", _ACLS) for each in associations.of.get(subnet, ())]
    own += [acl for key in keys if isinstance(key, str) and (acl := graph.get(key))]
    if own or keys:
        # None of its own, but a key: an ACL that this stack does not hold.
        return own, False
    more = bool(associations.untold)
    more = more or any(graph.refer_to(acl, "subnetIds", tokens.SUBNETS).more for acl in graph.of_type(*_ACLS))
    default = [acl for acl in graph.of_type(tokens.DEFAULT_NETWORK_ACL) if _is_default_of(graph, acl, vpc)]
    home = graph.get(vpc.key) if vpc.key else None
    return default or ([home] if home and _rules(graph, home) else []), more


def entries(graph: Graph, acl: Resource, *, outward: bool) -> list[Entry]:
    """The rules of a network ACL in one direction, in the order in which AWS looks at them."""
    return graph.once((_in_order, acl.urn, outward), lambda: _in_order(graph, acl, outward))


def _in_order(graph: Graph, acl: Resource, outward: bool) -> list[Entry]:
    key = "egress" if outward else "ingress"
    found = list(_OWN) if acl.type in tokens.VPCS else []
    inline = acl.props.get(key)
    for rule in inline if isinstance(inline, list) else [] if inline is None else [UNKNOWN]:
        found += _entries(rule, "ruleNo", "action")
    untold = _attached(graph).untold
    for resource in (*_rules(graph, acl), *untold):
        direction = resource.props.get("egress") or False
        if direction in (outward, UNKNOWN):
            here = resource not in untold and direction is not UNKNOWN
            found += _entries(resource.props, "ruleNumber", "ruleAction", certain=here)
    return sorted(found, key=lambda entry: entry.number)


def passes(rules: Sequence[Entry], packets: Packets) -> object:
    """Whether all these packets pass (True), or some surely do not (False), or UNKNOWN. The first rule that fits decides;
    what fits none is denied."""
    return worst(verdict(allowed, each.maybe) for allowed, each in decided(rules, packets))


def worst(verdicts: Iterable[object]) -> object:
    """What is to be said of several packets together: False if some surely do not pass, UNKNOWN if some may not."""
    found = set(verdicts)
    return False if False in found else UNKNOWN if UNKNOWN in found else True


def decided(rules: Sequence[Entry], packets: Packets) -> Iterator[tuple[bool, Packets]]:
    """What becomes of packets: parts of them, with whether they pass."""
    left = [packets]
    for entry in rules:
        rest: list[Packets] = []
        for each in left:
            inside = _overlap(each, entry)
            if inside is None:
                rest.append(each)
                continue
            if entry.certain and entry.block is not UNKNOWN and entry.allows is not UNKNOWN:
                yield entry.allows is True, inside
            else:
                rest.append(replace(inside, maybe=inside.maybe | {entry.allows}))
            rest += _without(each, inside)
        left = rest
    yield from ((False, each) for each in left)


def verdict(allowed: bool, maybe: frozenset[object]) -> object:
    """Whether packets pass: an earlier rule that cannot be read may have decided otherwise."""
    otherwise = UNKNOWN in maybe or (not allowed) in maybe
    return UNKNOWN if otherwise else allowed


def _overlap(packets: Packets, entry: Entry) -> Packets | None:
    """The packets that a rule is about; all that it may be about, where it cannot be read."""
    first, last = max(packets.first, entry.first), min(packets.last, entry.last)
    block: Any = packets.block if entry.block is UNKNOWN else entry.block
    if first > last or entry.version not in (0, packets.block.version) or not packets.block.overlaps(block):
        return None
    inner = packets.block if packets.block.subnet_of(block) else block
    return replace(packets, block=inner, first=first, last=last)


def _without(packets: Packets, inside: Packets) -> list[Packets]:
    """What is left of packets without a part of them."""
    ports = ((packets.first, inside.first - 1), (inside.last + 1, packets.last))
    found = [replace(packets, first=first, last=last) for first, last in ports if first <= last]
    beside = packets.block.address_exclude(inside.block)
    return found + [replace(packets, block=block, first=inside.first, last=inside.last) for block in beside]


def _rules(graph: Graph, acl: Resource) -> list[Resource]:
    """The `NetworkAclRule`s of an ACL, or of a VPC's default ACL."""
    rules, id = _attached(graph).of, acl.props.get("defaultNetworkAclId")
    return [*rules.get(acl.urn, ()), *(rules.get(id, ()) if isinstance(id, str) else ())]


def _attached(graph: Graph) -> Satellites:
    return graph.satellites(tokens.NETWORK_ACL_RULE, "networkAclId", (*_ACLS, *tokens.VPCS))


def _is_default_of(graph: Graph, acl: Resource, vpc: Vpc) -> bool:
    home = graph.get(vpc.key) if vpc.key else None
    value = acl.props.get("defaultNetworkAclId")
    if home is None or vpc.key in acl.references.get("defaultNetworkAclId", ()):
        return home is not None
    return isinstance(value, str) and value == home.props.get("defaultNetworkAclId")


def _entries(rule: Any, number: str, action: str, certain: bool = True) -> Iterator[Entry]:
    """One rule as AWS reads it. Of what cannot be read, anything has to be expected."""
    if not isinstance(rule, Mapping):
        yield Entry(0, UNKNOWN, 0, UNKNOWN, *_PORTS, False)
        return
    protocol, ports = rule.get("protocol"), (rule.get("fromPort"), rule.get("toPort"))
    kind = str(int(protocol) if isinstance(protocol, float) else protocol).lower()
    if protocol is not UNKNOWN and kind not in (*_TCP, *_ALL):
        return
    place, (first, last) = _number(rule.get(number)), _PORTS
    allows = {"allow": True, "deny": False}.get(str(rule.get(action)).lower(), UNKNOWN)
    certain = certain and protocol is not UNKNOWN and place is not None
    if kind in _TCP:
        bounds = [_number(port) for port in ports]
        first, last = (most if known is None else known for known, most in zip(bounds, _PORTS, strict=True))
        certain = certain and None not in bounds
    for version, key in ((4, "cidrBlock"), (6, "ipv6CidrBlock")):
        value = rule.get(key)
        if value not in (None, ""):
            # A rule of unknown place may come first.
            yield Entry(place or 0, allows, version, network(value) or UNKNOWN, first, last, certain)


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
