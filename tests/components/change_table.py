"""Changes of the configuration, and what each may do: before, after, operation by resource."""

from __future__ import annotations

import copy
from typing import Any

from tests.components.test_components import GIVEN
from tests.components.test_shapes import ACCOUNT, HUB, HYBRID, NODES, SERVICES

Config = dict[str, Any]
NEW: Config = {
    "network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}}
}
EXISTING: Config = {"network": GIVEN}
INTERFACES = [f"VpcEndpoint ssm-{service}" for service in SERVICES]
S3 = "VpcEndpoint ssm-s3"
RULE = "SecurityGroupIngressRule ssm-https-"
# What may be told who calls: the endpoint of ec2messages keeps full access.
SCOPED = [f"VpcEndpoint ssm-{service}" for service in ("ssm", "ssmmessages", "ec2")]


def with_keys(config: Config, **keys: Any) -> Config:
    """The configuration with these keys, "network.create" style paths with __ for the dot."""
    found = copy.deepcopy({"network": GIVEN, **config})
    for path, value in keys.items():
        *above, last = path.split("__")
        place = found
        for each in above:
            place = place.setdefault(each, {})
        place[last] = value
    return found


def subnet(letter: str, zone: str, **more: Any) -> Config:
    return {
        "id": f"subnet-0000000{letter}",
        "cidr": f"10.0.{ord(letter) - 96}.0/24",
        "availabilityZone": f"eu-west-1{zone}",
        "routeTableId": f"rtb-0000000{letter}",
        **more,
    }


def three_zones(config: Config) -> Config:
    return with_keys(config, network__nodeSubnets=[*GIVEN["nodeSubnets"], subnet("c", "c")])


def creates(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "create")


def updates(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "update")


WITH_IPV6 = [
    {**each, "ipv6Cidr": f"2001:db8:0:{n}::/64"} for n, each in enumerate(GIVEN["nodeSubnets"], start=1)
]


def ipv6(config: Config) -> Config:
    return with_keys(config, network__nodeSubnets=WITH_IPV6)


SPOKE_OF_ANOTHER = {"vpcId": "vpc-0000000c", "cidrs": ["10.9.1.0/24"], "accountId": "321098765432"}
SPOKE_OF_OURS = {"vpcId": "vpc-0000000c", "cidrs": ["10.9.1.0/24"]}
TABLE: dict[str, tuple[Config, Config, dict[str, str]]] = {
    "nothing": (EXISTING, EXISTING, {}),
    "a zone of a new VPC": (
        NEW,
        with_keys(NEW, network__create__availabilityZones=["eu-west-1c", "eu-west-1a", "eu-west-1b"]),
        creates(
            "Subnet private-c",
            "RouteTable private-c",
            "RouteTableAssociation private-c",
            f"{RULE}10.0.64.0-19",
        )
        | updates(*INTERFACES, S3),
    ),
    "a node subnet in a zone that has one": (
        EXISTING,
        with_keys(EXISTING, network__nodeSubnets=[*GIVEN["nodeSubnets"], subnet("c", "a")]),
        creates(f"{RULE}10.0.3.0-24") | updates(S3),
    ),
    "a node subnet in another zone": (
        EXISTING,
        three_zones(EXISTING),
        creates(f"{RULE}10.0.3.0-24") | updates(*INTERFACES, S3),
    ),
    "another order of the node subnets": (
        EXISTING,
        with_keys(EXISTING, network__nodeSubnets=GIVEN["nodeSubnets"][::-1]),
        {},
    ),
    "a bucket": (
        EXISTING,
        with_keys(EXISTING, buckets={"own": [{"name": "acme-scripts", "access": "read"}]}),
        updates(S3),
    ),
    "a bucket for nodes and hybrid nodes": (
        HYBRID,
        with_keys(HYBRID, buckets={"own": [{"name": "acme-scripts", "access": "read"}]}),
        updates(
            S3,
            "VpcEndpoint ssm-s3-interface",
            "RolePolicy nodes-hybrid-buckets",
            "RolePolicy nodes-instance-buckets",
        ),
    ),
    "a tag": (
        EXISTING,
        with_keys(EXISTING, tags={"team": "platform"}),
        updates(*INTERFACES, S3, "SecurityGroup ssm-https", f"{RULE}10.0.1.0-24", f"{RULE}10.0.2.0-24"),
    ),
    "a client": (
        EXISTING,
        with_keys(EXISTING, network__clientCidrs=["10.8.0.0/16"]),
        creates(f"{RULE}10.8.0.0-16"),
    ),
    "a peer": (
        EXISTING,
        with_keys(EXISTING, topology={"peers": [{"via": "peering", "cidrs": ["10.8.0.0/16"]}]}),
        creates(f"{RULE}10.8.0.0-16"),
    ),
    "a feature with an endpoint": (
        EXISTING,
        with_keys(EXISTING, features={"kmsEncryption": True}),
        creates("VpcEndpoint ssm-kms"),
    ),
    "a feature with a bucket": (EXISTING, with_keys(EXISTING, features={"macos": True}), updates(S3)),
    "a feature less": (
        EXISTING,
        with_keys(EXISTING, features={"vssSnapshots": False}),
        {"VpcEndpoint ssm-ec2": "delete"},
    ),
    "agents that need no ec2messages": (
        EXISTING,
        with_keys(EXISTING, minimumAgentVersion="3.3.40.0"),
        {"VpcEndpoint ssm-ec2messages": "delete"},
    ),
    "a spoke of the hub's account": (
        HUB,
        with_keys(HUB, topology__spokes=[*HUB["topology"]["spokes"], SPOKE_OF_OURS]),  # type: ignore[index]
        creates(f"{RULE}10.9.1.0-24"),
    ),
    "a spoke of another account": (
        HUB,
        with_keys(HUB, topology__spokes=[*HUB["topology"]["spokes"], SPOKE_OF_ANOTHER]),  # type: ignore[index]
        creates(
            f"{RULE}10.9.1.0-24",
            *(f"VpcAssociationAuthorization hub-{service}-vpc-0000000c" for service in SERVICES),
        ),
    ),
    "a preset": (
        with_keys(EXISTING, accountId=ACCOUNT),
        with_keys(EXISTING, accountId=ACCOUNT, endpointPolicies={"preset": "account"}),
        updates(*SCOPED),
    ),
    "another preset": (
        with_keys(EXISTING, accountId=ACCOUNT, endpointPolicies={"preset": "account"}),
        with_keys(
            EXISTING,
            accountId=ACCOUNT,
            endpointPolicies={"preset": "organization", "organizationId": "o-abcdefghij"},
        ),
        updates(*SCOPED),
    ),
    "dual stack": (
        ipv6(EXISTING),
        with_keys(ipv6(EXISTING), dns={"ipAddressType": "dualstack"}),
        creates(f"{RULE}2001:db8:0:1::-64", f"{RULE}2001:db8:0:2::-64") | updates(*INTERFACES),
    ),
    "dual stack of a hub": (
        ipv6(HUB),
        with_keys(ipv6(HUB), dns={"ipAddressType": "dualstack"}),
        creates(
            f"{RULE}2001:db8:0:1::-64",
            f"{RULE}2001:db8:0:2::-64",
            *(f"Record hub-{service}-aaaa" for service in SERVICES),
        )
        | updates(*INTERFACES),
    ),
    "back from dual stack": (
        with_keys(ipv6(EXISTING), dns={"ipAddressType": "dualstack"}),
        with_keys(ipv6(EXISTING), dns={"ipAddressType": "ipv4"}),
        {f"{RULE}2001:db8:0:1::-64": "delete", f"{RULE}2001:db8:0:2::-64": "delete"} | updates(*INTERFACES),
    ),
    "an existing endpoint becomes the stack's": (
        with_keys(EXISTING, topology={"existing": {"ssm": "vpce-0000000a"}}),
        EXISTING,
        updates("VpcEndpoint ssm-ssm"),
    ),
    "the nodes' roles get a boundary": (
        {**NODES, "network": GIVEN},
        with_keys(NODES, nodes__permissionsBoundary=f"arn:aws:iam::{ACCOUNT}:policy/nodes-boundary"),
        updates("Role nodes-instance", "Role nodes-hybrid"),
    ),
    "nodes get roles and a group": (
        with_keys(EXISTING, accountId=ACCOUNT),
        with_keys(NODES),
        creates(
            "Role nodes-instance",
            "InstanceProfile nodes-instance",
            "RolePolicyAttachment nodes-instance-AmazonSSMManagedInstanceCore",
            "RolePolicy nodes-instance-buckets",
            "Role nodes-hybrid",
            "RolePolicyAttachment nodes-hybrid-AmazonSSMManagedInstanceCore",
            "RolePolicy nodes-hybrid-buckets",
            "SecurityGroup nodes",
            "SecurityGroupEgressRule nodes-s3",
            "SecurityGroupEgressRule nodes-endpoints",
        ),
    ),
    "another DNS server of the resolver": (
        HYBRID,
        with_keys(HYBRID, dns__inboundResolver__clientCidrs=["192.168.53.0/24", "192.168.54.0/24"]),
        creates(*(f"SecurityGroupIngressRule resolver-dns-{p}-192.168.54.0-24" for p in ("tcp", "udp"))),
    ),
    "a zone of a resolver's": (
        HYBRID,
        three_zones({**HYBRID, "network": GIVEN}),
        creates(f"{RULE}10.0.3.0-24")
        | {f"{RULE}192.168.0.0-16": "delete"}
        | updates(*INTERFACES, S3, "VpcEndpoint ssm-s3-interface", "ResolverEndpoint resolver"),
    ),
    "protection": (EXISTING, with_keys(EXISTING, protect=True), {}),
}


# Keys that add something; each may come with any other.
ADDED: list[Config] = [
    {"buckets": {"own": [{"name": "acme-scripts", "access": "read"}]}},
    {"tags": {"team": "platform"}},
    {"features__kmsEncryption": True},
    {"features__cloudwatchLogs": True},
    {"features__macos": True},
    {"network__clientCidrs": ["10.8.0.0/16", "192.168.0.0/16"]},
    {"network__nodeSubnets": [*WITH_IPV6, subnet("c", "c", ipv6Cidr="2001:db8:0:3::/64")]},
    {"endpointPolicies": {"preset": "account"}},
    {"dns__ipAddressType": "dualstack"},
    {"dns__inboundResolver": {"clientCidrs": ["192.168.53.0/24"]}},
    {"hybrid": {"s3InterfaceEndpoint": True}},
    {"nodes": {"instanceRole": True, "hybridRole": True, "securityGroup": True}},
    {"protect": True},
]
SHAPES: dict[str, Config] = {"private": ipv6({"accountId": ACCOUNT}), "hub": ipv6(HUB)}
