"""The stack's outputs, each described once: docs/reference/outputs.md and the stack's own README are made of this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ALWAYS: Final = "always"


@dataclass(frozen=True)
class Output:
    """One output: what its value is, what it is for, and in which stacks it is there."""

    kind: str
    what: str
    when: str = ALWAYS


README: Final = "readme"
FACTS: Final = "facts"

OUTPUTS: Final[Mapping[str, Output]] = {
    "vpcId": Output("id", "the VPC, made here or given"),
    "services": Output("list of names", "the full service name of every endpoint of this VPC, S3's last"),
    "endpointIds": Output(
        "ids by service",
        "the endpoints of this VPC by AWS's short service id, adopted ones too; `s3` is the gateway endpoint and "
        "`s3-interface` the one for machines outside",
    ),
    "endpointDnsNames": Output(
        "names by service",
        "each interface endpoint's own regional DNS name, for a client that cannot use private DNS",
    ),
    "securityGroupId": Output(
        "id", "the security group of the interface endpoints", "stacks that make an interface endpoint"
    ),
    "s3PrefixListId": Output("id", "AWS's prefix list of S3 in the Region: what nodes' egress rules name"),
    "buckets": Output(
        "list of names",
        "every bucket that the node subnets' route tables still reach: AWS's for the chosen features, then your own",
    ),
    "nodeBucketsPolicy": Output(
        "JSON text",
        "the S3 statement that an instance profile or service role of yours needs beside AWS's policy",
    ),
    "firewallAllowList": Output(
        "list of host names",
        "what machines outside AWS call over HTTPS: for a firewall or proxy on their way",
    ),
    "forwarders": Output(
        "list of zone and targets",
        "the DNS zones that DNS servers of your own forward, and to which addresses",
    ),
    "dnsSnippets": Output(
        "text by server", "the same as configuration to paste: `bind`, `unbound`, `windows` (PowerShell)"
    ),
    "resolverAddresses": Output(
        "list of addresses",
        "where DNS servers on premises forward to: the Route 53 Resolver inbound endpoint",
        "`dns.inboundResolver`",
    ),
    "hostedZoneIds": Output(
        "ids by service", "the hub's private hosted zones: a spoke's `topology.zones`", "`topology.kind: hub`"
    ),
    "instanceRole": Output("name", "the role of EC2 nodes", "`nodes.instanceRole: true`"),
    "instanceProfile": Output(
        "name", "the instance profile to start nodes with", "`nodes.instanceRole: true`"
    ),
    "hybridRole": Output("name", "the role to name in a hybrid activation", "`nodes.hybridRole: true`"),
    "nodeSecurityGroupId": Output(
        "id", "the security group to start nodes in", "`nodes.securityGroup: true`"
    ),
    FACTS: Output(
        "text",
        "how old AWS's pages are that this plan rests on: the newest and the oldest day on which one was read",
    ),
    README: Output("Markdown", "the page that Pulumi Cloud shows for the stack: Pulumi.README.md"),
}
