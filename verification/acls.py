"""Network ACLs: every subnet that is judged has one, whether the stack made it or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policies import tokens
from verification.answers import Answer, Live
from verification.state import Overlay, Properties, block, number, protocol

# Another protocol's ports mean nothing; ICMP's types are read by no policy.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html (read 2026-11-25)
_WITH_PORTS = ("tcp", "udp")
_ACLS = (tokens.NETWORK_ACL, tokens.DEFAULT_NETWORK_ACL)
# The last rule of every network ACL denies what none before it has decided; nobody can change it.
# https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html (read 2026-11-25)
LAST = 32767


def lay_over(overlay: Overlay, live: Live) -> None:
    """The network ACLs of the state, and of the subnets that are judged."""
    here = overlay.within(live.region, *_ACLS)
    for resource in here:
        id = str(resource.get("id"))
        if id in live.acls:
            _compare(overlay, resource, live.acls[id])
        else:
            overlay.is_gone(resource, f"network ACL {id}")
    for resource in overlay.of(tokens.NETWORK_ACL_ASSOCIATION):
        acl, subnet = overlay.text(resource, "networkAclId"), overlay.text(resource, "subnetId")
        now = next((id for id, each in live.acls.items() if subnet in _subnets(each)), "")
        if now and now != acl:
            overlay.differs(resource, "networkAclId", acl, now)
        if now:
            overlay.leave_out(resource)
    for resource in overlay.of(tokens.NETWORK_ACL_RULE):
        if (id := overlay.text(resource, "networkAclId")) in live.acls:
            _rule(overlay, resource, live.acls[id])
    judged = {str(each.get("id")) for each in overlay.of(*tokens.SUBNETS)}
    for id in sorted(live.acls.keys() - {each.get("id") for each in here}):
        if judged & set(_subnets(live.acls[id])):
            type_, properties = described(live.acls[id])
            overlay.add(type_, id, live.region, properties)


def described(answer: Answer) -> tuple[str, dict[str, Any]]:
    """A network ACL as the provider describes one: its type, and what it says."""
    rules = {key: entries(answer, outward=key == "egress") for key in ("ingress", "egress")}
    common = {"vpcId": answer["VpcId"], "subnetIds": _subnets(answer), **rules}
    if answer["IsDefault"]:
        return tokens.DEFAULT_NETWORK_ACL, {"defaultNetworkAclId": answer["NetworkAclId"], **common}
    return tokens.NETWORK_ACL, common


def entries(answer: Answer, *, outward: bool) -> list[dict[str, Any]]:
    """The rules of one direction."""
    return [
        {
            "ruleNo": each["RuleNumber"],
            "action": each["RuleAction"],
            "protocol": str(each["Protocol"]),
            "fromPort": (each.get("PortRange") or {}).get("From", 0),
            "toPort": (each.get("PortRange") or {}).get("To", 0),
            "cidrBlock": each.get("CidrBlock") or "",
            "ipv6CidrBlock": each.get("Ipv6CidrBlock") or "",
        }
        for each in sorted(answer.get("Entries") or [], key=lambda each: int(each["RuleNumber"]))
        if each["Egress"] is outward and each["RuleNumber"] < LAST
    ]


def _compare(overlay: Overlay, resource: Properties, answer: Answer) -> None:
    """A network ACL of the state. Rules that are resources of their own are compared one by one, so an ACL without inline
    rules says nothing of them."""
    _, now = described(answer)
    alone = overlay.pointing("networkAclId", str(resource.get("id")), tokens.NETWORK_ACL_RULE)
    for key in ("ingress", "egress"):
        if not alone:
            _told(overlay, resource, key, overlay.value(resource, key), now[key])
        overlay.put(resource, key, now[key], told=False)
    overlay.put(resource, "subnetIds", now["subnetIds"])


def _told(overlay: Overlay, resource: Properties, key: str, said: Any, now: Iterable[dict[str, Any]]) -> None:
    before = {text(each) for each in said if isinstance(each, dict)} if isinstance(said, list) else set()
    after = {text(each) for each in now}
    for each in sorted(after - before):
        overlay.differs(resource, key, "no such rule", each)
    for each in sorted(before - after):
        overlay.differs(resource, key, each, "no such rule")


def _rule(overlay: Overlay, resource: Properties, answer: Answer) -> None:
    outputs = resource.get("outputs") or {}
    outward, position = bool(outputs.get("egress")), number(outputs.get("ruleNumber"))
    now = next((each for each in entries(answer, outward=outward) if each["ruleNo"] == position), None)
    way = "egress" if outward else "ingress"
    if now is None:
        overlay.is_gone(resource, f"{way} rule {position} of network ACL {answer['NetworkAclId']}")
        return
    said = text({**outputs, "ruleNo": position, "action": outputs.get("ruleAction")})
    if said != text(now):
        overlay.differs(resource, "rule", said, text(now))
    overlay.leave_out(resource)


def text(entry: dict[str, Any]) -> str:
    """A rule as people read it, the same for each way of writing it."""
    name = protocol(entry.get("protocol"))
    ports = f" {number(entry.get('fromPort'))}-{number(entry.get('toPort'))}" if name in _WITH_PORTS else ""
    name = "everything" if name == "-1" else name
    where = block(str(entry.get("cidrBlock") or entry.get("ipv6CidrBlock")))
    return f"{number(entry.get('ruleNo'))} {str(entry.get('action')).lower()} {name}{ports} {where}"


def _subnets(answer: Answer) -> list[str]:
    return sorted(each["SubnetId"] for each in answer.get("Associations") or [] if each.get("SubnetId"))
