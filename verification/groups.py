"""Security groups: the rules that AWS has now in the place of those of the state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from policies import tokens
from verification.answers import Answer, Live
from verification.state import Overlay, Properties, block, keys, number, protocol

_DETACHED = {
    tokens.SECURITY_GROUP_INGRESS_RULE: "ingress",
    tokens.SECURITY_GROUP_EGRESS_RULE: "egress",
}
# "-1 or a protocol number other than tcp, udp, icmp, or icmpv6 allows traffic on all ports, regardless of any port range".
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html (read 2026-11-25)
_WITH_PORTS = ("tcp", "udp", "icmp", "icmpv6")
_SOURCES: dict[int | str, str] = {
    4: "cidrBlocks",
    6: "ipv6CidrBlocks",
    "list": "prefixListIds",
    "group": "securityGroups",
}


class Rule(NamedTuple):
    """A rule for one source. `kind` is 4, 6, "list" or "group"; ports are -1 where the protocol has none or all."""

    direction: str
    protocol: str
    first: int
    last: int
    kind: int | str
    source: str

    def __str__(self) -> str:
        """For people."""
        ports = (
            ""
            if self.first < 0
            else f" {self.first}"
            if self.first == self.last
            else f" {self.first}-{self.last}"
        )
        name = "everything" if self.protocol == "-1" else self.protocol
        return f"{name}{ports} {'from' if self.direction == 'ingress' else 'to'} {self.source}"


def lay_over(overlay: Overlay, live: Live, wanted: Iterable[str], vouched: Iterable[str]) -> None:
    """The groups of the state, and those that its endpoints and machines (`wanted`) name and nobody vouches for."""
    for group in overlay.within(live.region, *tokens.SECURITY_GROUPS):
        _group(overlay, live, group)
    here = {each.get("id") for each in overlay.of(*tokens.SECURITY_GROUPS)}
    for resource in overlay.within(live.region, *tokens.SECURITY_GROUP_RULES):
        id = overlay.text(resource, "securityGroupId")
        # A rule in a group that is somebody else's: the pack does not see the group, nor has to.
        if id and id not in here:
            _detached(overlay, resource, id, _there(live, id), keep=True)
    listed = (overlay.value(each, "securityGroupIds") for each in overlay.of(tokens.ENDPOINT))
    named = {id for each in listed if isinstance(each, list) for id in keys(each)}
    for id in sorted(live.groups.keys() & {*wanted, *named} - here - set(vouched)):
        overlay.add(tokens.SECURITY_GROUP, id, live.region, described(live, id))


def described(live: Live, id: str) -> dict[str, Any]:
    """A group with all its rules, as the provider describes one."""
    group, found = live.groups[id], [rule_of(each, id) for each in live.rules.get(id, [])]
    return {
        "name": group["GroupName"],
        "vpcId": group.get("VpcId"),
        **{each: inline(found, each, id) for each in ("ingress", "egress")},
    }


def rule_of(answer: Answer, group: str) -> Rule:
    """AWS's answer about one rule."""
    pair = (answer.get("ReferencedGroupInfo") or {}).get("GroupId")
    source: tuple[int | str, str] = next(
        (kind, str(value))
        for kind, value in (
            (4, answer.get("CidrIpv4")),
            (6, answer.get("CidrIpv6")),
            ("list", answer.get("PrefixListId")),
            ("group", pair or group),
        )
        if value
    )
    direction = "egress" if answer["IsEgress"] else "ingress"
    return _rule(direction, answer["IpProtocol"], answer.get("FromPort"), answer.get("ToPort"), *source)


def inline(rules: Iterable[Rule], direction: str, group: str) -> list[dict[str, Any]]:
    """Rules as entries of a group's `ingress` or `egress`."""
    return [
        {
            "protocol": each.protocol,
            "fromPort": max(each.first, 0),
            "toPort": max(each.last, 0),
            "self": each.source == group,
            **({} if each.source == group else {_SOURCES[each.kind]: [each.source]}),
        }
        for each in sorted(rules, key=str)
        if each.direction == direction
    ]


def _group(overlay: Overlay, live: Live, group: Properties) -> None:
    id = str(group.get("id"))
    if id not in live.groups:
        overlay.is_gone(group, f"security group {id} ({overlay.text(group, 'name')})")
        for each in _rules_of(overlay, id):
            overlay.leave_out(each)
        return
    there, resources = _there(live, id), _rules_of(overlay, id)
    own = {each: _own(group, each, id, detached=bool(resources)) for each in ("ingress", "egress")}
    known = own["ingress"] | own["egress"]
    for resource in resources:
        known |= _detached(overlay, resource, id, there)
    for rule in sorted(set(there.values()) - known, key=str):
        overlay.differs(group, rule.direction, "no such rule", str(rule))
    for direction in ("ingress", "egress"):
        for rule in sorted(own[direction] - set(there.values()), key=str):
            overlay.differs(group, direction, str(rule), "no such rule")
        overlay.put(group, direction, inline(there.values(), direction, id), told=False)


def _there(live: Live, group: str) -> dict[str, Rule]:
    return {each["SecurityGroupRuleId"]: rule_of(each, group) for each in live.rules.get(group, [])}


def _rules_of(overlay: Overlay, group: str) -> list[Properties]:
    return overlay.pointing("securityGroupId", group, *tokens.SECURITY_GROUP_RULES)


def _detached(
    overlay: Overlay, resource: Properties, group: str, there: Mapping[str, Rule], *, keep: bool = False
) -> set[Rule]:
    """The rules that a resource of its own says, after a look at what became of them. One that is there with the same words
    under another id was made anew by somebody: the traffic is the same."""
    said = _outputs(resource)
    direction = _DETACHED.get(resource["type"]) or str(said.get("type"))
    rules = set(_exploded(said, direction, group))
    now = there.get(str(resource.get("id"))) if resource["type"] in _DETACHED else None
    missing = rules - set(there.values())
    if now is None and missing:
        told = ", ".join(map(str, sorted(missing, key=str)))
        overlay.is_gone(resource, f"rule of security group {group} ({told})")
        return rules
    if now and rules != {now}:
        overlay.differs(resource, "rule", ", ".join(map(str, sorted(rules, key=str))), str(now))
    if not keep:
        overlay.leave_out(resource)
    return rules | ({now} if now else set())


def _own(group: Properties, direction: str, id: str, *, detached: bool) -> set[Rule]:
    """The rules that a group has by its own word. Where resources of their own say its rules and the program none in the
    group, its outputs list what AWS had when the state was last refreshed, whoever had made it: that is nobody's word."""
    if detached and not (group.get("inputs") or {}).get(direction):
        return set()
    return set(_inline(group, direction, id))


def _inline(group: Properties, direction: str, id: str) -> Iterator[Rule]:
    listed = _outputs(group).get(direction)
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, dict):
            yield from _exploded(entry, direction, id)


def _exploded(said: Mapping[str, Any], direction: str, group: str) -> Iterator[Rule]:
    """One rule for each source that an entry or a resource names."""
    sources: list[tuple[int | str, Any]] = [(4, said.get("cidrIpv4")), (6, said.get("cidrIpv6"))]
    sources += [("list", said.get("prefixListId")), ("group", said.get("referencedSecurityGroupId"))]
    sources += [("group", said.get("sourceSecurityGroupId")), ("group", group if said.get("self") else None)]
    for many, key in _SOURCES.items():
        listed = said.get(key)
        sources += [(many, each) for each in (listed if isinstance(listed, list) else [])]
    about = said.get("protocol", said.get("ipProtocol"))
    for kind, source in sources:
        if isinstance(source, str) and source:
            yield _rule(direction, about, said.get("fromPort"), said.get("toPort"), kind, source)


def _rule(direction: str, number_or_name: Any, first: Any, last: Any, kind: int | str, source: str) -> Rule:
    name = protocol(number_or_name)
    ports = (number(first, -1), number(last, -1)) if name in _WITH_PORTS else (-1, -1)
    # A group of another account may be written with that: account/sg-...
    source = source.rpartition("/")[2] if kind == "group" else block(source) if kind in (4, 6) else source
    return Rule(direction, name, *ports, kind, source)


def _outputs(resource: Properties) -> Mapping[str, Any]:
    return resource.get("outputs") or {}
