"""Wrong topologies, nodes, endpoint policies and DNS: (what, changes, [(key, part of the message, nearest)])."""

from typing import Any

from tests.blueprint.right_settings import NODE, Row

ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/nodes-boundary"
SPOKE: dict[str, Any] = {"vpcId": "vpc-0a1b2c3d4e5f60799", "cidrs": ["10.9.1.0/24"]}
ZONES = dict.fromkeys(("ssm", "ssmmessages", "ec2messages", "ec2"), "Z2FDTNDATAQYW2")
GATEWAY = "a gateway endpoint does not extend out of its VPC"
CREATE = {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a"]}

TOPOLOGY: list[Row] = [
    (
        "unknown kind",
        {"topology.kind": "hubb"},
        [("topology.kind", "must be one of private, hub or spoke", "hub")],
    ),
    (
        "spokes of no hub",
        {"topology.spokes": [SPOKE]},
        [("topology.spokes", "is for topology.kind: hub, and this stack is private", "")],
    ),
    (
        "zones of no spoke",
        {"topology": {"kind": "hub", "zones": {"ssm": "Z2FDTNDATAQYW2"}}},
        [("topology.zones", "is for topology.kind: spoke, and this stack is hub", "")],
    ),
    (
        "spoke twice",
        {"topology": {"kind": "hub", "spokes": [SPOKE, SPOKE]}},
        [("topology.spokes[1].vpcId", "is spokes[0] again", "")],
    ),
    (
        "hub is its own spoke",
        {"topology": {"kind": "hub", "spokes": [{**SPOKE, "vpcId": "vpc-0a1b2c3d4e5f60718"}]}},
        [("topology.spokes[0].vpcId", "is the hub itself", "")],
    ),
    (
        "spoke without blocks",
        {"topology": {"kind": "hub", "spokes": [{"vpcId": SPOKE["vpcId"]}]}},
        [("topology.spokes[0].cidrs", "is required: the CIDR blocks of the spoke's node subnets", "")],
    ),
    (
        "spoke of another account, hub of none",
        {"topology": {"kind": "hub", "spokes": [{**SPOKE, "accountId": ACCOUNT}]}},
        [("topology.spokes[0].accountId", "needs ssm-vpc-endpoints:accountId", "")],
    ),
    (
        "spoke without a zone",
        {"topology": {"kind": "spoke", "zones": {k: v for k, v in ZONES.items() if k != "ec2"}}},
        [("topology.zones.ec2", "a spoke needs the id of the hub's private hosted zone for ec2", "")],
    ),
    (
        "zone that no feature needs",
        {"topology": {"kind": "spoke", "zones": {**ZONES, "kms": "Z2FDTNDATAQYW2"}}},
        [("topology.zones.kms", "is not needed", "")],
    ),
    (
        "zone for S3",
        {"topology": {"kind": "spoke", "zones": {**ZONES, "s3": "Z2FDTNDATAQYW2"}}},
        [("topology.zones.s3", GATEWAY, "")],
    ),
    (
        "zone with its path",
        {"topology": {"kind": "spoke", "zones": {**ZONES, "ec2": "/hostedzone/Z2FDTNDATAQYW2"}}},
        [("topology.zones.ec2", "is not a hosted zone's id", "Z2FDTNDATAQYW2")],
    ),
    (
        "the hub's and existing",
        {"topology": {"kind": "spoke", "zones": ZONES, "existing": {"ec2": "vpce-0a1b2c3d4e5f60718"}}},
        [("topology.zones.ec2", "is in topology.existing as well", "")],
    ),
    (
        "misspelt service",
        {"topology.existing": {"ssmmessage": "vpce-0a1b2c3d4e5f60718"}},
        [("topology.existing.ssmmessage", "is not the short id of a service that nodes need", "ssmmessages")],
    ),
    (
        "existing without need",
        {"topology.existing": {"logs": "vpce-0a1b2c3d4e5f60718"}},
        [("topology.existing.logs", "is not needed: the features and the agent's version do without it", "")],
    ),
    (
        "one endpoint for two services",
        {"topology.existing": dict.fromkeys(("ssm", "ec2"), "vpce-0a1b2c3d4e5f60718")},
        [("topology.existing.ec2", "is the endpoint of ssm already", "")],
    ),
    (
        "no endpoint's id",
        {"topology.existing": {"ssm": "vpc-0a1b2c3d4e5f60718"}},
        [("topology.existing.ssm", "is not an id of this kind: vpce-", "")],
    ),
    (
        "S3 across peering",
        {"topology.peers": [{"via": "peering", "cidrs": ["10.8.0.0/16"], "services": ["ssm", "s3"]}]},
        [("topology.peers[0].services[1]", GATEWAY, "")],
    ),
    (
        "peer over nothing known",
        {"topology.peers": [{"via": "transit-gateway", "cidrs": ["10.8.0.0/16"]}]},
        [
            (
                "topology.peers[0].via",
                "must be one of peering, transitGateway, vpn or directConnect",
                "transitGateway",
            )
        ],
    ),
    (
        "FIPS for a service that nobody could verify",
        {"topology.fips": ["ssm"]},
        [
            (
                "topology.fips[0]",
                "has no FIPS endpoint service that anybody could verify\nallowed: ec2, kms",
                "",
            )
        ],
    ),
    (
        "FIPS by the full label",
        {"topology.fips": ["ec2-fips"]},
        [("topology.fips[0]", "allowed: ec2, kms", "ec2")],
    ),
    (
        "FIPS without need",
        {"topology.fips": ["kms"]},
        [("topology.fips[0]", "the features do without it", "")],
    ),
    ("FIPS twice", {"topology.fips": ["ec2", "ec2"]}, [("topology.fips[1]", "is fips[0] again", "")]),
    (
        "FIPS in a spoke",
        {"topology": {"kind": "spoke", "zones": ZONES, "fips": ["ec2"]}},
        [("topology.fips", "is for the stack that has the endpoints, the hub's", "")],
    ),
    (
        "blocks of endpoints for nobody",
        {"topology.endpointCidrs": ["10.8.0.0/16"]},
        [("topology.endpointCidrs", "is for nodes.securityGroup or nodes.existingSecurityGroups alone", "")],
    ),
]

NODES: list[Row] = [
    ("hybrid role of no account", {"nodes.hybridRole": True}, [("accountId", "the confused deputy", "")]),
    ("account with hyphens", {"accountId": "1234-5678-9012"}, [("accountId", "12 digits", f'"{ACCOUNT}"')]),
    ("account as a number", {"accountId": 123456789012}, [("accountId", "must be text, in quotes", "")]),
    (
        "role's ARN",
        {"nodes.existingRoles": ["arn:aws:iam::123456789012:role/web"]},
        [("nodes.existingRoles[0]", "is not an IAM role's bare name", "web")],
    ),
    (
        "role twice",
        {"nodes.existingRoles": ["web", "web"]},
        [("nodes.existingRoles[1]", "is existingRoles[0] again: list each role once", "")],
    ),
    (
        "boundary by its bare name",
        {"nodes": {"instanceRole": True, "permissionsBoundary": "nodes-boundary"}},
        [("nodes.permissionsBoundary", "is not the ARN of an IAM policy", "")],
    ),
    (
        "boundary that is a role",
        {
            "nodes": {
                "instanceRole": True,
                "permissionsBoundary": f"arn:aws:iam::{ACCOUNT}:role/nodes-boundary",
            }
        },
        [("nodes.permissionsBoundary", "is not the ARN of an IAM policy", "")],
    ),
    (
        "boundary with a variable of IAM's",
        {
            "nodes": {
                "instanceRole": True,
                "permissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/${{aws:username}}",
            }
        },
        [("nodes.permissionsBoundary", "is not the ARN of an IAM policy", "")],
    ),
    (
        "boundary with a space at its end",
        {"nodes": {"instanceRole": True, "permissionsBoundary": f"{BOUNDARY} "}},
        [("nodes.permissionsBoundary", "is not the ARN of an IAM policy", BOUNDARY)],
    ),
    (
        "boundary of another partition",
        {
            "nodes": {
                "hybridRole": True,
                "permissionsBoundary": f"arn:aws-cn:iam::{ACCOUNT}:policy/nodes-boundary",
            },
            "accountId": ACCOUNT,
        },
        [("nodes.permissionsBoundary", "is of another partition than the Region's, aws", BOUNDARY)],
    ),
    (
        "boundary of another account",
        {
            "nodes": {
                "instanceRole": True,
                "permissionsBoundary": "arn:aws:iam::210987654321:policy/nodes-boundary",
            },
            "accountId": ACCOUNT,
        },
        [("nodes.permissionsBoundary", "is another account's than accountId", BOUNDARY)],
    ),
    (
        "boundary of no role",
        {"nodes": {"existingRoles": ["web"], "permissionsBoundary": BOUNDARY}},
        [("nodes.permissionsBoundary", "is for nodes.instanceRole and nodes.hybridRole alone", "")],
    ),
    (
        "group of a spoke that knows no endpoint",
        {"topology": {"kind": "spoke", "zones": ZONES}, "nodes.securityGroup": True},
        [("topology.endpointCidrs", "needs the blocks of the subnets that hold the hub's", "")],
    ),
    (
        "group beside an existing endpoint",
        {"topology.existing": {"ssm": "vpce-0a1b2c3d4e5f60718"}, "nodes.securityGroup": True},
        [("topology.endpointCidrs", "needs the blocks of the subnets", "")],
    ),
]

POLICIES: list[Row] = [
    (
        "account preset of no account",
        {"endpointPolicies.preset": "account"},
        [("accountId", "endpointPolicies.preset: account needs it", "")],
    ),
    (
        "organization preset of none",
        {"endpointPolicies.preset": "organization"},
        [("endpointPolicies.organizationId", "preset: organization needs it", "")],
    ),
    (
        "organization for full access",
        {"endpointPolicies.organizationId": "o-abcdefghij"},
        [("endpointPolicies.organizationId", "is for preset: organization, and this is fullAccess", "")],
    ),
    (
        "organization's ARN",
        {"endpointPolicies": {"preset": "organization", "organizationId": "O-ABCDEFGHIJ"}},
        [("endpointPolicies.organizationId", "is not an organization's id", "o-abcdefghij")],
    ),
    (
        "keys for full access",
        {"endpointPolicies.kmsKeys": [f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/a"]},
        [("endpointPolicies.kmsKeys", "scopes nothing with preset: fullAccess", "")],
    ),
    (
        "statement with a misspelt key",
        {"endpointPolicies.statements": {"ssm": [{"effect": "Deny", "action": ["ssm:PutParameter"]}]}},
        [("endpointPolicies.statements.ssm[0].action", "is not a key here", "actions")],
    ),
    (
        "statement with a misspelt action",
        {"endpointPolicies.statements": {"ssm": [{"effect": "Deny", "actions": ["ssm:PutParametre"]}]}},
        [("endpointPolicies.statements.ssm[0].actions[0]", "", "ssm:PutParameter")],
    ),
    (
        "statement with a misspelt effect",
        {"endpointPolicies.statements": {"ssm": [{"effect": "deny", "actions": ["ssm:PutParameter"]}]}},
        [("endpointPolicies.statements.ssm[0].effect", "must be one of Allow or Deny", "Deny")],
    ),
    (
        "statements for S3",
        {"endpointPolicies.statements": {"s3": [{"effect": "Deny", "actions": ["s3:GetObject"]}]}},
        [("endpointPolicies.statements.s3", "is not the short id of a service", "")],
    ),
]

DNS: list[Row] = [
    (
        "IPv6 answers of an IPv4 endpoint",
        {"dns": {"dnsRecordIpType": "ipv6"}},
        [("dns.dnsRecordIpType", "does not go with ipAddressType: ipv4", "")],
    ),
    (
        "dual-stack without the nodes' blocks",
        {"dns.ipAddressType": "dualstack"},
        [(f"network.nodeSubnets[{n}].ipv6Cidr", "to admit its nodes", "") for n in (0, 1)],
    ),
    (
        "IPv6 block as nobody writes it",
        {
            "dns.ipAddressType": "dualstack",
            "network.nodeSubnets": [{**NODE, "ipv6Cidr": "2001:DB8:0:1::/64"}],
        },
        [("network.nodeSubnets[0].ipv6Cidr", "is not written as AWS writes it", "2001:db8:0:1::/64")],
    ),
    (
        "dual-stack in a VPC to create",
        {"network": {"create": CREATE}, "dns.ipAddressType": "dualstack"},
        [("dns.ipAddressType", "needs subnets with IPv6, and network.create makes IPv4 ones", "")],
    ),
    (
        "resolver in one zone",
        {"network": {"create": CREATE}, "dns.inboundResolver": {"clientCidrs": ["10.8.0.0/16"]}},
        [("dns.inboundResolver", "fewer than two addresses", "")],
    ),
    (
        "resolver for everybody",
        {"dns.inboundResolver": {"clientCidrs": ["0.0.0.0/0"]}},
        [("dns.inboundResolver.clientCidrs[0]", "admits every address", "")],
    ),
    (
        "resolver for nobody",
        {"dns.inboundResolver": {}},
        [("dns.inboundResolver.clientCidrs", "is required", "")],
    ),
    ("preflight perhaps", {"preflight": "of"}, [("preflight", "must be one of on or off", "off")]),
    ("protect in words", {"protect": "yes"}, [("protect", "", "")]),
    (
        "no such hybrid key",
        {"hybrid.s3Interface": True},
        [("hybrid.s3Interface", "is not a key here", "s3InterfaceEndpoint")],
    ),
]
ROWS = [*TOPOLOGY, *NODES, *POLICIES, *DNS]
