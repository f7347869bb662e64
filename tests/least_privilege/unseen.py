"""Lines of the documents that no run of the sandbox needs, each with the reason for which it is there."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_CARDS = "Route 53 makes, changes and takes away the inbound endpoint's cards as the caller; moto makes none"
_ADDRESSES = "the official provider adds and takes away addresses of an inbound endpoint in place; no setting here does"
_LISTS = "only where somebody's rule names a prefix list of theirs"

UNSEEN: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "deployer": {
            "ec2:CreateNetworkInterfacePermission": _CARDS,
            "ec2:DeleteNetworkInterface": _CARDS,
            "ec2:DescribeAvailabilityZones": _CARDS,
            "ec2:ModifyNetworkInterfaceAttribute": _CARDS,
            "ec2:ModifySecurityGroupRules": "a rule's description is changed in place; no setting says one, a release may",
            "ec2:ReplaceRouteTableAssociation": "a subnet gets its route table in place of another; a release may do that",
            "iam:UpdateAssumeRolePolicy": "the trust of the program's roles is the same for all; a release may change it",
            "route53:GetChange": "the official provider waits for a zone's change; moto's are done at once",
            "route53:UpdateHostedZoneComment": "a zone's comment is changed in place; no setting says one, a release may",
            "route53resolver:AssociateResolverEndpointIpAddress": _ADDRESSES,
            "route53resolver:DisassociateResolverEndpointIpAddress": _ADDRESSES,
            "route53resolver:UpdateResolverEndpoint": _ADDRESSES,
        },
        "previewer": {},
        "recoverer": {},
        "verifier": {
            "ec2:DescribeManagedPrefixLists": _LISTS,
            "ec2:GetManagedPrefixListEntries": _LISTS,
        },
    }
)
"""By document and action."""
