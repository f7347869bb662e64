"""What the schema says where the settings' models say nothing: the component, its outputs and its types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COMPONENT: Final = """\
The endpoints that managed nodes in private subnets of one VPC need for AWS Systems Manager: an interface endpoint for each \
service that the chosen features use, their security group, and the S3 gateway endpoint, which admits exactly the buckets \
of this Region.

Service names and policies are plain text in every preview, so that a policy pack can judge them before anything is \
created. So only `network.vpcId` and the `id` and `routeTableId` of a node subnet may be ids that AWS has yet to give.

Two effects reach beyond the nodes, and each preview says them: the gateway endpoint limits all S3 traffic of its route \
tables to the listed buckets, and private DNS sends the whole VPC to the endpoints.
"""
OUTPUTS: Final[Mapping[str, tuple[str, str]]] = {
    "endpointIds": (
        "map",
        "The endpoints' ids by AWS's short service id, such as ssmmessages; s3 is the gateway endpoint.",
    ),
    "endpointDnsNames": (
        "map",
        "The Regional DNS name of each interface endpoint, by AWS's short service id.",
    ),
    "s3PrefixListId": (
        "text",
        "The id of S3's prefix list, for security groups of nodes whose outgoing traffic is limited.",
    ),
    "securityGroupId": (
        "text",
        "The id of the endpoints' security group, which admits 443 from the node subnets and clients.",
    ),
    "services": (
        "list",
        "The full names of the endpoint services, such as com.amazonaws.eu-west-1.ssm, S3's last.",
    ),
    "buckets": (
        "list",
        "Every bucket that the gateway endpoint admits: AWS's own of the Region, then yours.",
    ),
    "nodeBucketsPolicy": (
        "text",
        "An IAM policy document, as JSON text: what a node's role needs to read these buckets, beside the managed policy "
        "AmazonSSMManagedInstanceCore.",
    ),
    "firewallAllowList": ("list", "The host names that the nodes call, for a firewall that filters by name."),
}
"""The kind and the description of each output."""
TYPES: Final[Mapping[str, str]] = {
    "Network": "A VPC, and the private subnets in it that nodes run in.",
    "NodeSubnet": "A private subnet that nodes run in: its block is admitted to the endpoints, S3 joins its route table.",
    "Features": "What the nodes use. Each feature decides endpoints, buckets or both.",
    "Buckets": "Buckets beyond those whose names AWS publishes.",
    "OwnBucket": "A bucket of yours that nodes use.",
    "EndpointPolicies": "Who may do what through the interface endpoints: a preset, and further statements by service.",
    "PolicyStatement": "A statement that is added to a preset's.",
    "Dns": "How the endpoints are addressed.",
}
"""The types' descriptions, by their names in the schema."""
KEYS: Final[Mapping[str, str]] = {
    "Settings.region": "the Region of the VPC; default aws:region of the stack's configuration",
    "Settings.network": "the VPC, there already or made by the same program, and the private subnets that nodes run in",
    "Settings.dns": "how the endpoints are addressed",
}
"""What a key says here and not in its model, by model and key."""
