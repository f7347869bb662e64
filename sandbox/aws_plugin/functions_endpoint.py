"""getVpcEndpoint, getVpcEndpointService, getNetworkInterface, getNetworkInterfaces."""

import zlib

from sandbox.aws_plugin.api import Clients, FailedError, api_name
from sandbox.aws_plugin.endpoints import GONE, VpcEndpoint
from sandbox.aws_plugin.lookups import arn, asked, filters, function, single, some, tags
from sandbox.aws_plugin.values import Values, normal_json


@function(
    "aws:ec2/getVpcEndpoint:getVpcEndpoint",
    "filters id serviceName serviceRegion state tags vpcEndpointType vpcId",
)
def get_vpc_endpoint(aws: Clients, arguments: Values) -> Values:
    """One endpoint. moto keeps listing the ones that were deleted: they are not found here."""
    wanted = filters(
        arguments,
        vpc_endpoint_state="state",
        vpc_id="vpcId",
        service_name="serviceName",
        service_region="serviceRegion",
        vpc_endpoint_type="vpcEndpointType",
    )
    request = {**some("Filters", wanted), **some("VpcEndpointIds", [arguments.get("id")])}
    listed = asked(aws, "ec2", "EC2 VPC Endpoint", "describe_vpc_endpoints", **request)
    alive = [each for each in listed.get("VpcEndpoints", []) if each["State"].lower() not in GONE]
    id_ = single("EC2 VPC Endpoint", alive)["VpcEndpointId"]
    found = VpcEndpoint().read(aws("ec2"), id_, {}) or {}
    lists = (
        "cidrBlocks",
        "dnsEntries",
        "networkInterfaceIds",
        "routeTableIds",
        "securityGroupIds",
        "subnetIds",
    )
    texts = ("ipAddressType", "serviceName", "serviceRegion", "vpcEndpointType", "vpcId", "ownerId", "state")
    return {
        **{name: found[name] for name in lists},
        **{name: found.get(api_name(name)) or "" for name in texts},
        "arn": arn(aws, found["OwnerId"], f"vpc-endpoint/{id_}"),
        "dnsOptions": [],
        "filters": arguments.get("filters"),
        "id": id_,
        "policy": normal_json(found["policy"]),
        "prefixListId": found["prefixListId"] or "",
        "privateDnsEnabled": found.get("PrivateDnsEnabled", False),
        "requesterManaged": found.get("RequesterManaged", False),
        "tags": tags(found),
    }


@function(
    "aws:ec2/getVpcEndpointService:getVpcEndpointService",
    "filters service serviceName serviceRegions serviceType tags",
)
def get_vpc_endpoint_service(aws: Clients, arguments: Values) -> Values:
    """A service that endpoints can be made for, and the zones it has them in."""
    kind = "EC2 VPC Endpoint Service"
    name = arguments.get("serviceName")
    if not name and arguments.get("service"):
        name = f"com.amazonaws.{aws.region}.{arguments['service']}"
    request = {
        **some("Filters", filters(arguments, service_type="serviceType")),
        **some("ServiceNames", [name]),
        **some("ServiceRegions", arguments.get("serviceRegions", [])),
    }
    try:
        listed = asked(aws, "ec2", f"{kind}s", "describe_vpc_endpoint_services", **request)
    except FailedError as error:
        if "api error InvalidServiceName:" not in str(error):
            raise
        raise FailedError(f"reading {kind}s: couldn't find resource") from None
    service = single(kind, listed.get("ServiceDetails", []))
    types = [each["ServiceType"] for each in service.get("ServiceType") or []]
    owner = asked(aws, "sts", "AWS account", "get_caller_identity")["Account"]
    return {
        "acceptanceRequired": service.get("AcceptanceRequired", False),
        "arn": arn(aws, owner, f"vpc-endpoint-service/{service['ServiceId']}"),
        "availabilityZones": sorted(service.get("AvailabilityZones") or []),
        "baseEndpointDnsNames": sorted(service.get("BaseEndpointDnsNames") or []),
        "filters": arguments.get("filters"),
        "id": str(zlib.crc32(service["ServiceName"].encode())),
        "managesVpcEndpoints": service.get("ManagesVpcEndpoints", False),
        "owner": service.get("Owner", ""),
        "privateDnsName": service.get("PrivateDnsName", ""),
        "privateDnsNames": sorted(each["PrivateDnsName"] for each in service.get("PrivateDnsNames") or []),
        "service": arguments.get("service"),
        "serviceId": service["ServiceId"],
        "serviceName": service["ServiceName"],
        "serviceRegion": service.get("ServiceRegion", ""),
        "serviceRegions": arguments.get("serviceRegions"),
        "serviceType": types[0] if types else "",
        "supportedIpAddressTypes": sorted(service.get("SupportedIpAddressTypes") or []),
        "tags": tags(service),
        "vpcEndpointPolicySupported": service.get("VpcEndpointPolicySupported", False),
    }


@function("aws:ec2/getNetworkInterfaces:getNetworkInterfaces", "filters tags")
def get_network_interfaces(aws: Clients, arguments: Values) -> Values:
    """The ids of the network interfaces that match; none is no error."""
    found = _interfaces(aws, "EC2 Network Interfaces", arguments)
    ids = [each["NetworkInterfaceId"] for each in found]
    return {
        "id": aws.region,
        "ids": ids,
        "filters": arguments.get("filters"),
        "tags": arguments.get("tags", {}),
    }


@function("aws:ec2/getNetworkInterface:getNetworkInterface", "filters id tags")
def get_network_interface(aws: Clients, arguments: Values) -> Values:
    """One network interface."""
    card = single("EC2 Network Interface", _interfaces(aws, "EC2 Network Interface", arguments))
    id_, owner = card["NetworkInterfaceId"], card.get("OwnerId", "")
    texts = ("availabilityZone", "description", "interfaceType", "macAddress", "outpostArn", "privateDnsName")
    return {
        **{name: card.get(api_name(name)) or "" for name in (*texts, "requesterId", "subnetId", "vpcId")},
        "arn": arn(aws, owner, f"network-interface/{id_}"),
        "associations": [_named(card["Association"], ASSOCIATION)] if card.get("Association") else [],
        "attachments": [_named(card["Attachment"], ATTACHMENT)] if card.get("Attachment") else [],
        "enaSrdSpecifications": [],
        "filters": arguments.get("filters"),
        "id": id_,
        "ipv6Addresses": [each["Ipv6Address"] for each in card.get("Ipv6Addresses") or []],
        "ownerId": owner,
        "privateIp": card.get("PrivateIpAddress", ""),
        "privateIps": [each["PrivateIpAddress"] for each in card.get("PrivateIpAddresses") or []],
        "securityGroups": sorted(group["GroupId"] for group in card.get("Groups") or []),
        "tags": tags(card, "TagSet"),
    }


ASSOCIATION = (
    "allocationId",
    "associationId",
    "carrierIp",
    "customerOwnedIp",
    "ipOwnerId",
    "publicDnsName",
    "publicIp",
)
ATTACHMENT = ("attachmentId", "deviceIndex", "instanceId", "instanceOwnerId", "networkCardIndex")


def _named(found: Values, names: tuple[str, ...]) -> Values:
    return {name: found.get(api_name(name), 0 if name.endswith("Index") else "") for name in names}


def _interfaces(aws: Clients, kind: str, arguments: Values) -> list[Values]:
    ids = some("NetworkInterfaceIds", [arguments.get("id")])
    request = {**some("Filters", filters(arguments)), **ids}
    found: list[Values] = asked(aws, "ec2", kind, "describe_network_interfaces", **request).get(
        "NetworkInterfaces", []
    )
    return found
