"""Wrong `network` keys, each with the exact problems it must be told of. What a row is: see `wrong_settings.py`."""

from typing import Any

from tests.blueprint.right_settings import ABSENT, RIGHT, Row

N0, N1 = "network.nodeSubnets[0]", "network.nodeSubnets[1]"
FIRST, SECOND = "network.nodeSubnets.0", "network.nodeSubnets.1"
ZONE, ZONE_KEY = f"{FIRST}.availabilityZone", f"{N0}.availabilityZone"
NEW_ZONE, SECOND_ZONE = (f"network.create.availabilityZones[{position}]" for position in (0, 1))
ENDPOINTS = "network.endpointSubnets"
IDS = [node["id"] for node in RIGHT["network"]["nodeSubnets"]]


def create(cidr: Any = "10.0.0.0/16", *zones: Any, **more: Any) -> dict[str, Any]:
    """A network to create."""
    return {
        "network": {"create": {"cidr": cidr, "availabilityZones": list(zones or ("eu-west-1a",))}, **more}
    }


IDS_AND_BLOCKS: list[Row] = [
    ("no vpcId", {"network.vpcId": ABSENT}, [("network.vpcId", "is required: the VPC's id", "")]),
    (
        "no nodeSubnets",
        {"network.nodeSubnets": ABSENT},
        [("network.nodeSubnets", "is required: the private", "")],
    ),
    ("no node subnet", {"network.nodeSubnets": []}, [("network.nodeSubnets", "is an empty list", "")]),
    (
        "node subnets are an object",
        {"network.nodeSubnets": {}},
        [("network.nodeSubnets", "must be a list", "")],
    ),
    ("node subnet is text", {SECOND: IDS[1]}, [(N1, "must be an object\nallowed: id, cidr", "")]),
    (
        "node subnet without zone",
        {f"{FIRST}.availabilityZone": ABSENT},
        [(f"{N0}.availabilityZone", "is required", "")],
    ),
    (
        "zone is a number",
        {f"{FIRST}.availabilityZone": 1},
        [(f"{N0}.availabilityZone", "must be text, in quotes", "")],
    ),
    ("ten digits", {"network.vpcId": "vpc-0123456789"}, [("network.vpcId", "17 (or 8) digits", "")]),
    ("short VPC id", {"network.vpcId": "vpc-0abc"}, [("network.vpcId", "vpc- and 17 (or 8) digits", "")]),
    (
        "upper-case VPC id",
        {"network.vpcId": "VPC-0A1B2C3D"},
        [("network.vpcId", "is not an id", "vpc-0a1b2c3d")],
    ),
    ("subnet id for VPC", {"network.vpcId": IDS[0]}, [("network.vpcId", "is not an id of this kind", "")]),
    ("subnet id", {f"{FIRST}.id": "subnet-xyz"}, [(f"{N0}.id", "subnet- and 17", "")]),
    ("route table id", {f"{FIRST}.routeTableId": "rtb-12"}, [(f"{N0}.routeTableId", "rtb- and 17", "")]),
    ("same subnet twice", {f"{SECOND}.id": IDS[0]}, [(f"{N1}.id", "is nodeSubnets[0] again", "")]),
    ("not a block", {f"{FIRST}.cidr": "all"}, [(f"{N0}.cidr", "is not an IPv4 CIDR block", "")]),
    ("octet 256", {f"{FIRST}.cidr": "10.0.256.0/24"}, [(f"{N0}.cidr", "out of range", "")]),
    ("prefix 33", {f"{FIRST}.cidr": "10.0.0.0/33"}, [(f"{N0}.cidr", "out of range", "")]),
    ("no prefix", {f"{FIRST}.cidr": "10.0.1.0"}, [(f"{N0}.cidr", "has no prefix length", "")]),
    (
        "a mask",
        {f"{FIRST}.cidr": "10.0.1.0/255.255.255.0"},
        [(f"{N0}.cidr", "is not an IPv4 CIDR block", "")],
    ),
    (
        "Arabic digits",
        {f"{FIRST}.cidr": "10.0.\u0661.0/24"},
        [(f"{N0}.cidr", "is not an IPv4 CIDR block", "")],
    ),
    ("IPv6 subnet", {f"{FIRST}.cidr": "2001:db8::/64"}, [(f"{N0}.cidr", "IPv4 only so far", "")]),
    ("host bits", {f"{SECOND}.cidr": "10.0.2.5/24"}, [(f"{N1}.cidr", "has host bits set", "10.0.2.0/24")]),
    ("leading zero", {f"{SECOND}.cidr": "10.0.0.0/016"}, [(f"{N1}.cidr", "is not an IPv4 CIDR block", "")]),
    ("subnet /15", {f"{FIRST}.cidr": "10.2.0.0/15"}, [(f"{N0}.cidr", "between /16 and /28", "")]),
    ("subnet /29", {f"{FIRST}.cidr": "10.0.1.0/29"}, [(f"{N0}.cidr", "between /16 and /28", "")]),
    (
        "inside the other",
        {f"{FIRST}.cidr": "10.0.2.128/25"},
        [(f"{N1}.cidr", "overlaps nodeSubnets[0].cidr", "")],
    ),
    (
        "around the other",
        {f"{SECOND}.cidr": "10.0.0.0/16"},
        [(f"{N1}.cidr", "overlaps nodeSubnets[0].cidr", "")],
    ),
    (
        "outside the VPC",
        {"network.vpcCidrs": ["10.0.1.0/24", "10.9.0.0/16"]},
        [(f"{N1}.cidr", "outside every block", "")],
    ),
    (
        "larger than the VPC",
        {"network.vpcCidrs": ["10.0.1.0/25", "10.0.2.0/24"]},
        [(f"{N0}.cidr", "outside every block", "")],
    ),
    ("no VPC blocks", {"network.vpcCidrs": []}, [("network.vpcCidrs", "or remove the key", "")]),
    (
        "VPC /8: nothing said of subnets",
        {"network.vpcCidrs": ["11.0.0.0/8"]},
        [("network.vpcCidrs[0]", "between /16", "")],
    ),
    (
        "VPC block twice",
        {"network.vpcCidrs": ["10.0.0.0/16"] * 2},
        [("network.vpcCidrs[1]", "is vpcCidrs[0] again", "")],
    ),
    (
        "clients everywhere",
        {"network.clientCidrs": ["0.0.0.0/0"]},
        [("network.clientCidrs[0]", "admits every", "")],
    ),
    (
        "clients everywhere, IPv6",
        {"network.clientCidrs": ["::/0"]},
        [("network.clientCidrs[0]", "is IPv6", "")],
    ),
    (
        "client with host bits",
        {"network.clientCidrs": ["10.8.0.1/30"]},
        [("network.clientCidrs[0]", "host bits", "10.8.0.0/30")],
    ),
    (
        "clients twice",
        {"network.clientCidrs": ["10.8.0.0/16"] * 2},
        [("network.clientCidrs[1]", "is clientCidrs[0] again", "")],
    ),
    (
        "clients are nodes",
        {"network.clientCidrs": ["10.0.2.0/24"]},
        [("network.clientCidrs[0]", "nodeSubnets[1], which", "")],
    ),
    (
        "clients are text",
        {"network.clientCidrs": "10.8.0.0/16"},
        [("network.clientCidrs", "must be a list", "")],
    ),
]

ZONES: list[Row] = [
    ("another Region's zone", {ZONE: "eu-west-2a"}, [(ZONE_KEY, "is not a zone of", "eu-west-1a")]),
    ("a zone's id", {ZONE: "euw1-az1"}, [(ZONE_KEY, "is a zone's id", "")]),
    ("a Region for a zone", {ZONE: "eu-west-1"}, [(ZONE_KEY, "is not a zone's name", "eu-west-1a")]),
    ("another Region's Local Zone", {ZONE: "us-west-2-lax-1a"}, [(ZONE_KEY, "is not a zone of", "")]),
    ("look-alike zone", {ZONE: "eu-west-1\u0430"}, [(ZONE_KEY, "not a zone's name", "eu-west-1a")]),
    (
        "endpoint subnet elsewhere",
        {ENDPOINTS: [IDS[0][:-1] + "9"]},
        [(f"{ENDPOINTS}[0]", "is not one of", IDS[0])],
    ),
    (
        "endpoint subnets in one zone",
        {f"{SECOND}.availabilityZone": "eu-west-1a", ENDPOINTS: IDS},
        [(f"{ENDPOINTS}[1]", "same zone as endpointSubnets[0]", "")],
    ),
    (
        "endpoint subnet twice",
        {ENDPOINTS: [IDS[1], IDS[1]]},
        [(f"{ENDPOINTS}[1]", "is endpointSubnets[0] again", "")],
    ),
    ("no endpoint subnet", {ENDPOINTS: []}, [(ENDPOINTS, "is an empty list", "")]),
    (
        "create /15",
        create("10.0.0.0/15"),
        [("network.create.cidr", "between /16 and /25: it is split into eight", "")],
    ),
    ("create /26", create("10.0.0.0/26"), [("network.create.cidr", "between /16 and /25", "")]),
    (
        "create nowhere",
        {"network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": []}}},
        [("network.create.availabilityZones", "is an empty list", "")],
    ),
    (
        "create is text",
        {"network": {"create": "10.0.0.0/16"}},
        [("network.create", "must be an object\nallowed: cidr, availabilityZones", "")],
    ),
    (
        "create in one zone twice",
        create("10.0.0.0/16", "eu-west-1a", "eu-west-1a"),
        [("network.create.availabilityZones[1]", "is availabilityZones[0] again", "")],
    ),
    (
        "two zones of another Region",
        create("10.0.0.0/16", "eu-west-2a", "eu-west-2b"),
        [(NEW_ZONE, "is not a zone of", "eu-west-1a"), (SECOND_ZONE, "is not a zone of", "eu-west-1b")],
    ),
    (
        "the same proposal for two",
        create("10.0.0.0/16", "eu-west-2a", "us-east-1a"),
        [(NEW_ZONE, "is not a zone of", "eu-west-1a"), (SECOND_ZONE, "is not a zone of", "")],
    ),
    (
        "the proposal is there already",
        create("10.0.0.0/16", "eu-west-2a", "eu-west-1a"),
        [(NEW_ZONE, "is not a zone of", "")],
    ),
    (
        "two nodes in one zone of another Region",
        {ZONE: "eu-west-2a", f"{SECOND}.availabilityZone": "eu-west-2a"},
        [
            (ZONE_KEY, "is not a zone of", "eu-west-1a"),
            (f"{N1}.availabilityZone", "is not a zone of", "eu-west-1a"),
        ],
    ),
    ("create after h", create("10.0.0.0/16", "eu-west-1i"), [(NEW_ZONE, "a letter after h", "")]),
    (
        "create in a Local Zone",
        create("10.0.0.0/16", "eu-west-1-abc-1a"),
        [(NEW_ZONE, "is a Local or Wavelength Zone", "")],
    ),
    (
        "create in a Wavelength Zone",
        create("10.0.0.0/16", "eu-west-1-wl1-abc-wlz-1"),
        [(NEW_ZONE, "is a Local or Wavelength Zone", "")],
    ),
    # 10.0.32.0/19 is the second eighth of 10.0.0.0/16: zone b's.
    (
        "clients are new nodes",
        create("10.0.0.0/16", "eu-west-1b", clientCidrs=["10.0.32.0/19"]),
        [("network.clientCidrs[0]", "the new subnet in zone b", "")],
    ),
]

NETWORK = [*IDS_AND_BLOCKS, *ZONES]
