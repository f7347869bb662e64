"""The model behind the matrix: what has to hold, in the order in which a connection from a node needs it.

It is a model. It reads what the engine was asked to build and what the pack's configuration declares, and nothing else: no
packet is sent and AWS is not asked. The steps are those of AWS's own runbooks for a node that does not come online,
AWSSupport-TroubleshootManagedInstance (endpoint and its security group, the subnet's route table, its network ACL both ways
with the ephemeral ports, the node's security group, its role) and AWSSupport-ConnectivityTroubleshooter, and the attributes
that private DNS needs; unlike them it reads IPv6 blocks as well, and S3's gateway policy. docs/reachability.md has more.

https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-awssupport-troubleshoot-managed-instance.html
https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html (read 2026-11-25)
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One thing that has to hold: a short name for a cell, what holds, and the policies of the pack that demand it."""

    name: str
    holds: str
    policies: tuple[str, ...]


ENDPOINT = Step(
    "endpoint",
    "the VPC has the endpoint: exact service name, type and VPC, and a subnet or route table",
    ("ssm-endpoints-complete", "s3-gateway-buckets-complete"),
)
DNS_ATTRIBUTES = Step(
    "DNS attributes",
    "the VPC has DNS support and DNS hostnames on",
    ("vpc-dns-enabled",),
)
PRIVATE_DNS = Step(
    "private DNS",
    "the service's public name leads to the endpoint: private DNS, or a hosted zone in its place",
    ("interface-private-dns",),
)
ZONE = Step(
    "zone",
    "the endpoint has a network interface in the subnet's Availability Zone, which keeps working when another zone fails",
    ("endpoint-spans-node-zones",),
)
NODE_GROUP = Step(
    "node's group",
    "the security groups of the machines that start in the subnet let 443 out to the endpoint or to S3",
    ("node-egress-to-endpoints",),
)
NETWORK_ACL = Step(
    "network ACL",
    "network ACLs let 443 pass and the answers back (ports 32768 to 65535), at the node's subnet and the endpoint's",
    ("node-nacl-allows-https",),
)
ROUTE = Step(
    "route",
    "the subnet's route table has a way: the local route inside a VPC, the gateway endpoint's for S3",
    ("s3-gateway-on-node-route-tables", "ssm-endpoints-complete"),
)
ENDPOINT_GROUP = Step(
    "endpoint's group",
    "the endpoint's security groups admit 443 from the subnet, in every IP version that the endpoint has addresses of",
    ("endpoint-ingress-https", "endpoint-admits-node-subnets"),
)
POLICY = Step(
    "endpoint policy",
    "the endpoint's policy lets the agent's calls through, or S3's reads of every bucket of the Region",
    ("endpoint-policy-agent-safe", "s3-gateway-buckets-complete", "s3-interface-buckets-complete"),
)

STEPS = (
    ENDPOINT,
    DNS_ATTRIBUTES,
    PRIVATE_DNS,
    ZONE,
    NODE_GROUP,
    NETWORK_ACL,
    ROUTE,
    ENDPOINT_GROUP,
    POLICY,
)
