"""getVpc, getSubnet, getSubnets, getRouteTable: the network that is there already."""

from sandbox.aws_plugin.api import Clients, FailedError, api_name
from sandbox.aws_plugin.lookups import arn, asked, filters, function, single, some, tags
from sandbox.aws_plugin.network import Subnet, Vpc
from sandbox.aws_plugin.values import Values

# What a route leads to, in getRouteTable's words and in EC2's.
TARGETS = {
    "carrierGatewayId": "CarrierGatewayId",
    "coreNetworkArn": "CoreNetworkArn",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "instanceId": "InstanceId",
    "localGatewayId": "LocalGatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "odbNetworkArn": "OdbNetworkArn",
    "transitGatewayId": "TransitGatewayId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
}


def _described(
    aws: Clients, kind: str, operation: str, key: str, wanted: list[Values], ids: Values
) -> list[Values]:
    request = {**some("Filters", wanted), **ids}
    found: list[Values] = asked(aws, "ec2", kind, operation, **request).get(key, [])
    return found


@function("aws:ec2/getVpc:getVpc", "cidrBlock default dhcpOptionsId filters id state tags")
def get_vpc(aws: Clients, arguments: Values) -> Values:
    """One VPC."""
    wanted = filters(arguments, cidr="cidrBlock", dhcp_options_id="dhcpOptionsId", state="state")
    if arguments.get("default"):
        wanted.append({"Name": "isDefault", "Values": ["true"]})
    ids = some("VpcIds", [arguments.get("id")])
    vpc = single("EC2 VPC", _described(aws, "EC2 VPC", "describe_vpcs", "Vpcs", wanted, ids))
    found = Vpc().looked_up(aws("ec2"), vpc["VpcId"])
    ipv6 = vpc.get("Ipv6CidrBlockAssociationSet") or []
    return {
        "arn": arn(aws, vpc["OwnerId"], f"vpc/{vpc['VpcId']}"),
        "cidrBlock": vpc["CidrBlock"],
        "cidrBlockAssociations": [
            {
                "associationId": each["AssociationId"],
                "cidrBlock": each["CidrBlock"],
                "state": each["CidrBlockState"]["State"],
            }
            for each in vpc.get("CidrBlockAssociationSet") or []
        ],
        "default": vpc["IsDefault"],
        "dhcpOptionsId": vpc["DhcpOptionsId"],
        **{name: found[name] for name in Vpc.SWITCHES},
        "filters": arguments.get("filters"),
        "id": vpc["VpcId"],
        "instanceTenancy": vpc["InstanceTenancy"],
        "ipv6AssociationId": ipv6[0]["AssociationId"] if ipv6 else "",
        "ipv6CidrBlock": ipv6[0]["Ipv6CidrBlock"] if ipv6 else "",
        "ipv6CidrBlockAssociations": [
            {
                "associationId": each["AssociationId"],
                "ipSource": each.get("IpSource", ""),
                "ipv6AddressAttribute": each.get("Ipv6AddressAttribute", ""),
                "ipv6CidrBlock": each["Ipv6CidrBlock"],
                "ipv6Pool": each.get("Ipv6Pool", ""),
                "networkBorderGroup": each.get("NetworkBorderGroup", ""),
                "state": each["Ipv6CidrBlockState"]["State"],
            }
            for each in ipv6
        ],
        "mainRouteTableId": found["mainRouteTableId"],
        "ownerId": vpc["OwnerId"],
        "state": vpc["State"],
        "tags": tags(vpc),
    }


@function("aws:ec2/getSubnets:getSubnets", "filters tags")
def get_subnets(aws: Clients, arguments: Values) -> Values:
    """The ids of the subnets that match; none is no error."""
    found = _described(aws, "EC2 Subnets", "describe_subnets", "Subnets", filters(arguments), {})
    ids = [each["SubnetId"] for each in found]
    return {
        "id": aws.region,
        "ids": ids,
        "filters": arguments.get("filters"),
        "tags": arguments.get("tags", {}),
    }


@function(
    "aws:ec2/getSubnet:getSubnet",
    "availabilityZone availabilityZoneId cidrBlock defaultForAz filters id ipv6CidrBlock state tags vpcId",
)
def get_subnet(aws: Clients, arguments: Values) -> Values:
    """One subnet."""
    wanted = filters(
        arguments,
        availability_zone="availabilityZone",
        availability_zone_id="availabilityZoneId",
        cidr_block="cidrBlock",
        state="state",
        vpc_id="vpcId",
    )
    if arguments.get("defaultForAz"):
        wanted.append({"Name": "default-for-az", "Values": ["true"]})
    if arguments.get("ipv6CidrBlock"):
        name = "ipv6-cidr-block-association.ipv6-cidr-block"
        wanted.append({"Name": name, "Values": [arguments["ipv6CidrBlock"]]})
    ids = some("SubnetIds", [arguments.get("id")])
    listed = _described(aws, "EC2 Subnet", "describe_subnets", "Subnets", wanted, ids)
    subnet = single("EC2 Subnet", listed)
    found = Subnet().read(aws("ec2"), subnet["SubnetId"], {}) or {}
    ipv6 = subnet.get("Ipv6CidrBlockAssociationSet") or [{}]
    texts = ("availabilityZone", "availabilityZoneId", "cidrBlock", "customerOwnedIpv4Pool", "outpostArn")
    switches = (*Subnet.SWITCHES, "defaultForAz", "ipv6Native", "mapCustomerOwnedIpOnLaunch")
    return {
        "arn": subnet["SubnetArn"],
        **{name: subnet.get(api_name(name), "") for name in (*texts, "ownerId", "state", "vpcId")},
        **{name: subnet.get(api_name(name), False) for name in switches},
        **{name: found[name] for name in (*Subnet.HOST_NAMES, "privateDnsHostnameTypeOnLaunch")},
        "availableIpAddressCount": subnet["AvailableIpAddressCount"],
        "enableLniAtDeviceIndex": subnet.get("EnableLniAtDeviceIndex", 0),
        "filters": arguments.get("filters"),
        "id": subnet["SubnetId"],
        "ipv6CidrBlock": ipv6[0].get("Ipv6CidrBlock", ""),
        "ipv6CidrBlockAssociationId": ipv6[0].get("AssociationId", ""),
        "tags": tags(subnet),
    }


@function("aws:ec2/getRouteTable:getRouteTable", "filters gatewayId routeTableId subnetId tags vpcId")
def get_route_table(aws: Clients, arguments: Values) -> Values:
    """One route table; as with AWS, a subnet that nobody associated has none, not even the main one."""
    if not arguments.keys() - {"region"}:
        raise FailedError(
            "one of route_table_id, vpc_id, subnet_id, gateway_id, filters, or tags must be assigned"
        )
    wanted = filters(arguments, route_table_id="routeTableId", vpc_id="vpcId")
    for kind in ("subnet", "gateway"):
        if arguments.get(f"{kind}Id"):
            wanted.append({"Name": f"association.{kind}-id", "Values": [arguments[f"{kind}Id"]]})
    found = _described(aws, "EC2 Route Table", "describe_route_tables", "RouteTables", wanted, {})
    if not found:
        raise FailedError("query returned no results. Please change your search criteria and try again")
    table = single("Route Table", found)
    associations = [
        {
            "gatewayId": each.get("GatewayId", ""),
            "main": each.get("Main", False),
            "routeTableAssociationId": each["RouteTableAssociationId"],
            "routeTableId": each["RouteTableId"],
            "subnetId": each.get("SubnetId", ""),
        }
        for each in table.get("Associations") or []
    ]
    return {
        "arn": arn(aws, table["OwnerId"], f"route-table/{table['RouteTableId']}"),
        "associations": associations,
        "filters": arguments.get("filters"),
        "gatewayId": arguments.get("gatewayId", ""),
        "id": table["RouteTableId"],
        "ownerId": table["OwnerId"],
        "routeTableId": table["RouteTableId"],
        "routes": [_route(each) for each in table["Routes"] if not _hidden(each)],
        "subnetId": arguments.get("subnetId", ""),
        "tags": tags(table),
        "vpcId": table["VpcId"],
    }


def _hidden(route: Values) -> bool:
    """Whether the official plugin leaves a route out: local, propagated, or a gateway endpoint's own."""
    gateway = route.get("GatewayId", "")
    own = bool(route.get("DestinationPrefixListId")) and gateway.startswith("vpce-")
    return gateway in ("local", "VpcLattice") or route.get("Origin") == "EnableVgwRoutePropagation" or own


def _route(route: Values) -> Values:
    gateway = route.get("GatewayId", "")
    is_endpoint = gateway.startswith("vpce-")
    return {
        "cidrBlock": route.get("DestinationCidrBlock", ""),
        "destinationPrefixListId": route.get("DestinationPrefixListId", ""),
        "gatewayId": "" if is_endpoint else gateway,
        "ipv6CidrBlock": route.get("DestinationIpv6CidrBlock", ""),
        "vpcEndpointId": gateway if is_endpoint else "",
        **{name: route.get(api, "") for name, api in TARGETS.items()},
    }
