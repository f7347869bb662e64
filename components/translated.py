"""What the provider's functions answer, and the words they refuse with, in the project's own shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from blueprint.preflight.permissions import ACTIONS
from blueprint.preflight.shapes import (
    Absent,
    Denied,
    Endpoint,
    Failed,
    Gap,
    Service,
    Several,
    Subnet,
    Vpc,
    Zone,
)

Found = Mapping[str, Any]

_DENIED = re.compile(r"UnauthorizedOperation|AccessDenied|NotAuthorized|not authorized to perform")
_ACTION = re.compile(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z0-9]+)")
_SEVERAL = re.compile(r"[Mm]ultiple .*matched|more than one result")
_ABSENT = re.compile(
    r"no matching |couldn't find resource|no results|\bnot found\b|NotFound|NoSuch|InvalidServiceName|empty result"
)
# AWS says of a bucket no more than that, whether there is none or it is somebody else's.
_NO_BUCKET = re.compile(r"StatusCode: 40[34]\b|Forbidden")
_NOISE = re.compile(
    r"^.*?\* |invoke of \S+ failed: |invocation of \S+ returned an error: |"
    r", https response error StatusCode: \d+(, RequestID: [\w-]*)?(, HostID: [^,]*)?|\s+",
    re.S,
)
_LONGEST = 300


def gap(function: str, arguments: Mapping[str, Any], words: str) -> Gap:
    """What kind of refusal the provider's words are."""
    if _DENIED.search(words):
        named = _ACTION.search(words)
        return Denied((named[1],) if named else ACTIONS[function])
    if _SEVERAL.search(words):
        return Several()
    if _ABSENT.search(words) or (function == "getBucket" and _NO_BUCKET.search(words)):
        return Absent()
    about = next((str(value) for value in arguments.values() if isinstance(value, str)), "")
    return Failed(
        f"{function}({about})", _NOISE.sub(lambda m: " " if m[0].isspace() else "", words).strip()[:_LONGEST]
    )


def vpc(found: Found) -> Vpc:
    """A VPC, from getVpc."""
    primary = str(found["cidrBlock"])
    blocks = [
        str(each["cidrBlock"])
        for each in found.get("cidrBlockAssociations") or ()
        if str(each.get("state", "associated")) == "associated"
    ]
    return Vpc(
        id=str(found["id"]),
        owner=str(found.get("ownerId") or ""),
        cidrs=tuple(dict.fromkeys((primary, *blocks))),
        dns_support=bool(found["enableDnsSupport"]),
        dns_hostnames=bool(found["enableDnsHostnames"]),
        main_route_table=str(found.get("mainRouteTableId") or ""),
    )


def subnet(found: Found) -> Subnet:
    """A subnet, from getSubnet."""
    return Subnet(
        id=str(found["id"]),
        vpc=str(found["vpcId"]),
        owner=str(found.get("ownerId") or ""),
        cidr=str(found.get("cidrBlock") or ""),
        ipv6_cidr=str(found.get("ipv6CidrBlock") or ""),
        zone=str(found["availabilityZone"]),
        free_addresses=int(found["availableIpAddressCount"]),
    )


def service(found: Found) -> Service:
    """An endpoint service, from getVpcEndpointService."""
    return Service(
        name=str(found["serviceName"]),
        type=str(found["serviceType"]),
        zones=frozenset(map(str, found.get("availabilityZones") or ())),
        policy=bool(found.get("vpcEndpointPolicySupported")),
        address_types=frozenset(map(str, found.get("supportedIpAddressTypes") or ())),
    )


def endpoint(found: Found) -> Endpoint:
    """An endpoint, from getVpcEndpoint."""
    return Endpoint(
        id=str(found["id"]),
        vpc=str(found["vpcId"]),
        service=str(found["serviceName"]),
        type=str(found["vpcEndpointType"]),
        state=str(found["state"]),
        private_dns=bool(found.get("privateDnsEnabled")),
        subnets=frozenset(map(str, found.get("subnetIds") or ())),
        route_tables=frozenset(map(str, found.get("routeTableIds") or ())),
    )


def zone(found: Found) -> Zone:
    """A hosted zone, from getZone."""
    return Zone(
        id=str(found.get("zoneId") or found["id"]),
        name=str(found["name"]).rstrip("."),
        private=bool(found.get("privateZone")),
    )
