"""VPCs, subnets and route tables: what AWS says of them now in the place of the state."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from policies import tokens
from verification.answers import Answer, Live
from verification.state import Overlay, Properties, shown

# Where a route may lead, by AWS's name: the provider's name in a table, and in a route of its own.
_TARGETS = {
    "GatewayId": "gatewayId",
    "NatGatewayId": "natGatewayId",
    "TransitGatewayId": "transitGatewayId",
    "VpcPeeringConnectionId": "vpcPeeringConnectionId",
    "NetworkInterfaceId": "networkInterfaceId",
    "EgressOnlyInternetGatewayId": "egressOnlyGatewayId",
    "CarrierGatewayId": "carrierGatewayId",
    "LocalGatewayId": "localGatewayId",
    "CoreNetworkArn": "coreNetworkArn",
    "VpcEndpointId": "vpcEndpointId",
}
_DESTINATIONS = {
    "DestinationCidrBlock": ("cidrBlock", "destinationCidrBlock"),
    "DestinationIpv6CidrBlock": ("ipv6CidrBlock", "destinationIpv6CidrBlock"),
    "DestinationPrefixListId": ("destinationPrefixListId", "destinationPrefixListId"),
}


def lay_over(overlay: Overlay, live: Live, subnets: Collection[str]) -> None:
    """The network of the state, the VPCs that it merely names, and these `subnets` by id."""
    _vpcs(overlay, live)
    _subnets(overlay, live, subnets)
    _tables(overlay, live)


def vpc(live: Live, id: str) -> dict[str, Any]:
    """A VPC as the provider describes one."""
    answer = live.vpcs[id]
    main = live.main_table(id)
    acl = next((key for key, each in live.acls.items() if each["VpcId"] == id and each["IsDefault"]), "")
    return {
        "cidrBlock": answer["CidrBlock"],
        "enableDnsSupport": answer["EnableDnsSupport"],
        "enableDnsHostnames": answer["EnableDnsHostnames"],
        "ipv6CidrBlock": _ipv6(answer),
        "mainRouteTableId": main,
        "defaultRouteTableId": main,
        "defaultNetworkAclId": acl,
    }


def subnet(answer: Answer) -> dict[str, Any]:
    """A subnet as the provider describes one."""
    return {
        "vpcId": answer["VpcId"],
        "cidrBlock": answer.get("CidrBlock") or "",
        "availabilityZone": answer["AvailabilityZone"],
        "availabilityZoneId": answer.get("AvailabilityZoneId") or "",
        "ipv6CidrBlock": _ipv6(answer),
        "ipv6Native": bool(answer.get("Ipv6Native")),
        "mapPublicIpOnLaunch": bool(answer.get("MapPublicIpOnLaunch")),
    }


def routes(table: Answer, form: int = 0) -> dict[str, dict[str, Any]]:
    """The routes that lead somewhere, by destination; `form` 0 as in a table, 1 as a route of its own."""
    found = {}
    for route in table.get("Routes") or []:
        where = {names[form]: route[key] for key, names in _DESTINATIONS.items() if route.get(key)}
        to = {name: route[key] for key, name in _TARGETS.items() if route.get(key)}
        gateway = str(to.get("gatewayId", ""))
        # The VPC's own traffic, and what a gateway endpoint writes: the provider lists neither.
        own = gateway == "local" or (gateway.startswith("vpce-") and route.get("DestinationPrefixListId"))
        if gateway.startswith("vpce-"):
            # A Gateway Load Balancer's endpoint: https://www.pulumi.com/registry/packages/aws/api-docs/ec2/routetable/
            to = {"vpcEndpointId": gateway}
        if route.get("State") != "blackhole" and where and not own:
            found[next(iter(where.values()))] = {**where, **to}
    return found


def _vpcs(overlay: Overlay, live: Live) -> None:
    here = overlay.within(live.region, *tokens.VPCS)
    for resource in here:
        id = str(resource.get("id"))
        if id not in live.vpcs:
            overlay.is_gone(resource, f"VPC {id}")
            continue
        for key, value in vpc(live, id).items():
            overlay.put(resource, key, value, told=key not in ("defaultRouteTableId", "defaultNetworkAclId"))
    for id in sorted(live.vpcs.keys() - {each.get("id") for each in here}):
        overlay.add(tokens.VPC, id, live.region, vpc(live, id))
    for id, answer in live.vpcs.items():
        _blocks(overlay, live, id, answer)


def _blocks(overlay: Overlay, live: Live, id: str, answer: Answer) -> None:
    """A VPC's further IPv4 blocks."""
    listed = answer.get("CidrBlockAssociationSet") or []
    there = {each["CidrBlock"] for each in listed if _on(each, "CidrBlockState")} - {answer["CidrBlock"]}
    for resource in overlay.pointing("vpcId", id, tokens.VPC_CIDR_BLOCK):
        block = overlay.text(resource, "cidrBlock")
        if block not in there:
            overlay.is_gone(resource, f"block {block} of VPC {id}")
        there.discard(block)
    for block in sorted(there):
        overlay.add(tokens.VPC_CIDR_BLOCK, f"{id}-{block}", live.region, {"vpcId": id, "cidrBlock": block})


def _subnets(overlay: Overlay, live: Live, wanted: Collection[str]) -> None:
    here = overlay.within(live.region, *tokens.SUBNETS)
    for resource in here:
        id = str(resource.get("id"))
        if id in live.subnets:
            for key, value in subnet(live.subnets[id]).items():
                overlay.put(resource, key, value)
        else:
            overlay.is_gone(resource, f"subnet {id} ({overlay.text(resource, 'cidrBlock')})")
            for each in overlay.pointing("subnetId", id, tokens.ROUTE_TABLE_ASSOCIATION):
                overlay.leave_out(each)
    for id in sorted((live.subnets.keys() & set(wanted)) - {each.get("id") for each in here}):
        overlay.add(tokens.SUBNET, id, live.region, subnet(live.subnets[id]))
    judged = {str(each.get("id")) for each in overlay.within(live.region, *tokens.SUBNETS)}
    for resource in overlay.of(tokens.ROUTE_TABLE_ASSOCIATION):
        id = overlay.text(resource, "subnetId")
        if id not in judged:
            continue
        judged.discard(id)
        if table := live.table_of(id):
            overlay.put(resource, "routeTableId", table)
        else:
            said = overlay.text(resource, "routeTableId")
            overlay.is_gone(
                resource, f"association of subnet {id} with route table {said}: it has the VPC's main one now"
            )
    for id in sorted(judged):
        if table := live.table_of(id):
            pair = {"subnetId": id, "routeTableId": table}
            overlay.add(tokens.ROUTE_TABLE_ASSOCIATION, f"{id}-{table}", live.region, pair)


def _tables(overlay: Overlay, live: Live) -> None:
    for resource in overlay.of(tokens.MAIN_ROUTE_TABLE_ASSOCIATION):
        if main := live.main_table(overlay.text(resource, "vpcId")):
            overlay.put(resource, "routeTableId", main)
    here = overlay.within(live.region, *tokens.ROUTE_TABLES)
    for resource in here:
        id = str(resource.get("id"))
        if id not in live.tables:
            overlay.is_gone(resource, f"route table {id}")
            for route in _routes_of(overlay, id):
                overlay.leave_out(route)
            continue
        _routes(overlay, live, resource, id)
    ours = {each.get("id") for each in here}
    for route in overlay.of(tokens.ROUTE):
        id, where = overlay.text(route, "routeTableId"), _where(route.get("outputs") or {})
        # In a table that is somebody else's.
        if id in live.tables and id not in ours and where not in routes(live.tables[id]):
            overlay.is_gone(route, f"route to {where} of route table {id}")
    mains = {live.main_table(id) for id in live.vpcs}
    used = {live.table_of(str(each.get("id"))) for each in overlay.of(*tokens.SUBNETS)} | mains
    for id in sorted((live.tables.keys() & used) - {each.get("id") for each in here}):
        listed = {"routes": list(routes(live.tables[id]).values()), "propagatingVgws": _vgws(live.tables[id])}
        if id in mains:
            overlay.add(tokens.DEFAULT_ROUTE_TABLE, id, live.region, {"defaultRouteTableId": id, **listed})
        else:
            overlay.add(tokens.ROUTE_TABLE, id, live.region, {"vpcId": live.tables[id]["VpcId"], **listed})


def _routes(overlay: Overlay, live: Live, resource: Properties, id: str) -> None:
    """A table's routes, all of them inline: those of resources of their own, too, once they were compared."""
    now, alone = routes(live.tables[id]), routes(live.tables[id], form=1)
    inline = overlay.value(resource, "routes")
    said = (
        {_where(each): each for each in inline if isinstance(each, dict)} if isinstance(inline, list) else {}
    )
    for route in _routes_of(overlay, id):
        where = _where(route.get("outputs") or {})
        if where in now:
            before = {key: value for key in _TARGETS.values() if (value := overlay.value(route, key))}
            after = {key: alone[where][key] for key in _TARGETS.values() if key in alone[where]}
            if before and before != after:
                overlay.differs(route, where, shown(before), shown(after))
            said[where] = now[where]
            overlay.leave_out(route)
        else:
            overlay.is_gone(route, f"route to {where} of route table {id}")
    for where in sorted(now.keys() - said.keys()):
        overlay.differs(resource, "routes", f"no route to {where}", shown(_target(now[where])))
    for where in sorted(said.keys() - now.keys()):
        overlay.differs(
            resource, "routes", shown(_target(said[where])), f"no route to {where} that leads anywhere"
        )
    for where in sorted(said.keys() & now.keys()):
        if _target(said[where]) != _target(now[where]):
            overlay.differs(resource, "routes", shown(_target(said[where])), shown(_target(now[where])))
    overlay.put(resource, "routes", list(now.values()), told=False)
    overlay.put(resource, "propagatingVgws", _vgws(live.tables[id]))


def _routes_of(overlay: Overlay, table: str) -> list[Properties]:
    return overlay.pointing("routeTableId", table, tokens.ROUTE)


def _where(route: Mapping[str, Any]) -> str:
    return next(
        (str(route[name]) for names in _DESTINATIONS.values() for name in names if route.get(name)), ""
    )


def _target(route: Mapping[str, Any]) -> dict[str, Any]:
    where = {name for names in _DESTINATIONS.values() for name in names}
    return {key: value for key, value in sorted(route.items()) if value and key not in where}


def _vgws(table: Answer) -> list[str]:
    return [each["GatewayId"] for each in table.get("PropagatingVgws") or []]


def _ipv6(answer: Answer) -> str:
    """The IPv6 block of a VPC or subnet; "" where it has none."""
    listed = answer.get("Ipv6CidrBlockAssociationSet") or []
    return next((str(each["Ipv6CidrBlock"]) for each in listed if _on(each, "Ipv6CidrBlockState")), "")


def _on(association: Answer, key: str) -> bool:
    state = (association.get(key) or {}).get("State", "associated")
    return str(state) in ("associated", "associating")
