"""Endpoints: what AWS has now, with everything that other resources of the state attach to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policies import tokens
from verification.answers import Answer, Live
from verification.documents import FULL_ACCESS, policy_words
from verification.state import Overlay, Properties, canonical, name_of, shown

AVAILABLE = "available"
# What attaches one thing to an endpoint: the property that names it, and the endpoint's list that holds it.
_ATTACHMENTS = {
    tokens.ENDPOINT_SUBNET: ("subnetId", "subnetIds", "subnet"),
    tokens.ENDPOINT_ROUTE_TABLE: ("routeTableId", "routeTableIds", "route table"),
    tokens.ENDPOINT_SECURITY_GROUP: ("securityGroupId", "securityGroupIds", "security group"),
}
_OF_TYPE = {
    "Gateway": ("vpcId", "serviceName", "vpcEndpointType", "policy", "routeTableIds", "prefixListId"),
    "Interface": (
        *("vpcId", "serviceName", "vpcEndpointType", "policy", "privateDnsEnabled"),
        *("subnetIds", "securityGroupIds", "ipAddressType", "dnsOptions"),
    ),
}


@dataclass(frozen=True)
class State:
    """An endpoint as AWS has it now. `name` is the resource's, "" for one that is not the stack's; `addresses` are those of
    its network interfaces."""

    id: str
    service_name: str
    type: str
    state: str
    name: str
    region: str
    error: str
    private_dns: bool
    addresses: tuple[str, ...]

    @property
    def available(self) -> bool:
        """Whether it can be used."""
        return self.state.lower() == AVAILABLE


def lay_over(overlay: Overlay, live: Live) -> list[State]:
    """The endpoints of the state, with their attachments; all that the VPCs have are returned, the stack's first."""
    names: dict[str, str] = {}
    for resource in overlay.within(live.region, tokens.ENDPOINT):
        id = str(resource.get("id"))
        if id in live.endpoints:
            names[id] = name_of(resource)
            _endpoint(overlay, resource, live.endpoints[id])
        else:
            service = overlay.text(resource, "serviceName")
            overlay.is_gone(resource, f"{service.rpartition('.')[2]} endpoint {id} ({service})")
            for each in _attached(overlay, id):
                overlay.leave_out(each)
    found = [_state(each, names.get(id, ""), live) for id, each in live.endpoints.items()]
    return sorted(found, key=lambda each: (not each.name, each.service_name, each.id))


def described(answer: Answer) -> dict[str, Any]:
    """An endpoint as the provider describes one. What AWS's answer does not hold is left out."""
    type_ = answer.get("VpcEndpointType") or "Gateway"
    options = answer.get("DnsOptions") or {}
    values: dict[str, Any] = {
        "vpcId": answer["VpcId"],
        "serviceName": answer["ServiceName"],
        "vpcEndpointType": type_,
        "policy": answer.get("PolicyDocument") or FULL_ACCESS,
        "privateDnsEnabled": bool(answer.get("PrivateDnsEnabled")),
        "subnetIds": sorted(answer.get("SubnetIds") or []),
        "routeTableIds": sorted(answer.get("RouteTableIds") or []),
        "securityGroupIds": sorted(group["GroupId"] for group in answer.get("Groups") or []),
        "ipAddressType": answer.get("IpAddressType"),
        "dnsOptions": {
            name: options[key]
            for key, name in (
                ("DnsRecordIpType", "dnsRecordIpType"),
                ("PrivateDnsOnlyForInboundResolverEndpoint", "privateDnsOnlyForInboundResolverEndpoint"),
            )
            if options.get(key)
        }
        or None,
    }
    return {
        key: values[key] for key in _OF_TYPE.get(type_, _OF_TYPE["Interface"]) if values.get(key) is not None
    }


def _endpoint(overlay: Overlay, resource: Properties, answer: Answer) -> None:
    id, now = str(resource.get("id")), described(answer)
    alone = {each["type"] for each in _attached(overlay, id)}
    for each in _attached(overlay, id):
        _attachment(overlay, each, now, answer)
    lists = {key: kind for kind, (_, key, _) in _ATTACHMENTS.items()}
    for key, value in now.items():
        if key == "policy":
            told = tokens.ENDPOINT_POLICY not in alone
            if told and canonical(key, overlay.value(resource, key) or FULL_ACCESS) != canonical(key, value):
                overlay.differs(resource, key, *policy_words(overlay.value(resource, key), value))
            overlay.put(resource, key, value, told=False)
        elif key == "dnsOptions":
            _dns_options(overlay, resource, value)
        else:
            told = lists.get(key) not in alone
            told = told and not (key == "privateDnsEnabled" and tokens.ENDPOINT_PRIVATE_DNS in alone)
            overlay.put(resource, key, value, told=told)


def _dns_options(overlay: Overlay, resource: Properties, value: dict[str, Any]) -> None:
    """Only what the stack says of them is compared: AWS names its defaults as well."""
    said = overlay.value(resource, "dnsOptions")
    said = said if isinstance(said, dict) else {}
    told = any(canonical("", said[key]) != canonical("", value.get(key)) for key in said if key in value)
    overlay.put(resource, "dnsOptions", {**said, **value}, told=told)


def _attached(overlay: Overlay, id: str) -> list[Properties]:
    types = (*_ATTACHMENTS, tokens.ENDPOINT_POLICY, tokens.ENDPOINT_PRIVATE_DNS)
    return overlay.pointing("vpcEndpointId", id, *types)


def _attachment(overlay: Overlay, resource: Properties, now: dict[str, Any], answer: Answer) -> None:
    id, type_ = answer["VpcEndpointId"], resource["type"]
    if type_ in _ATTACHMENTS:
        key, listed, what = _ATTACHMENTS[type_]
        if overlay.text(resource, key) not in now.get(listed, ()):
            overlay.is_gone(
                resource, f"{what} {overlay.text(resource, key)} of endpoint {id} ({answer['ServiceName']})"
            )
            return
    elif type_ == tokens.ENDPOINT_POLICY:
        said, policy = overlay.value(resource, "policy"), now["policy"]
        if canonical("policy", said or FULL_ACCESS) != canonical("policy", policy):
            overlay.differs(resource, "policy", *policy_words(said, policy))
    elif overlay.value(resource, "privateDnsEnabled") is not now.get("privateDnsEnabled"):
        said = shown(overlay.value(resource, "privateDnsEnabled"))
        overlay.differs(resource, "privateDnsEnabled", said, shown(now.get("privateDnsEnabled")))
    overlay.leave_out(resource)


def _state(answer: Answer, name: str, live: Live) -> State:
    error = answer.get("LastError") or {}
    cards = [live.cards[id] for id in answer.get("NetworkInterfaceIds") or [] if id in live.cards]
    addresses = [each["PrivateIpAddress"] for each in cards if each.get("PrivateIpAddress")]
    addresses += [v6["Ipv6Address"] for each in cards for v6 in each.get("Ipv6Addresses") or []]
    return State(
        id=answer["VpcEndpointId"],
        service_name=answer["ServiceName"],
        type=answer.get("VpcEndpointType") or "Gateway",
        state=answer["State"],
        name=name,
        region=live.region,
        error=": ".join(filter(None, (error.get("Code"), error.get("Message")))),
        private_dns=bool(answer.get("PrivateDnsEnabled")),
        addresses=tuple(addresses),
    )
