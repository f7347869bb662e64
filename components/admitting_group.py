"""A security group that admits one port from blocks, one rule resource each, and lets nothing out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, vpc


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """What a group admits: protocols and one port, from IPv4 and IPv6 blocks; `what` opens each rule's description."""

    what: str
    port: int
    protocols: tuple[str, ...] = ("tcp",)
    ipv4: Sequence[str] = ()
    ipv6: Sequence[str] = ()


def admitting_group(
    name: str,
    description: str,
    admitted: Admitted,
    *,
    vpc_id: pulumi.Input[str],
    tags: Mapping[str, str],
    parent: pulumi.Resource,
) -> ec2.SecurityGroup:
    """The group and its rules. Nothing goes out, because an endpoint starts no connection.

    Changing the description replaces the group, so it holds nothing that may change. Rules are named by their block (and
    by the protocol, where there are several), so that adding one changes no other.
    """
    child = pulumi.ResourceOptions(parent=parent)
    group = ec2.SecurityGroup(
        name, description=description, vpc_id=vpc_id, tags={"Name": name, **tags}, opts=child
    )
    for protocol in admitted.protocols:
        prefix = name if len(admitted.protocols) == 1 else f"{name}-{protocol}"
        for version, blocks in (("cidr_ipv4", admitted.ipv4), ("cidr_ipv6", admitted.ipv6)):
            for block in blocks:
                vpc.SecurityGroupIngressRule(
                    f"{prefix}-{block.replace('/', '-')}",
                    security_group_id=group.id,
                    description=f"{admitted.what} from {block}",
                    ip_protocol=protocol,
                    from_port=admitted.port,
                    to_port=admitted.port,
                    cidr_ipv4=block if version == "cidr_ipv4" else None,
                    cidr_ipv6=block if version == "cidr_ipv6" else None,
                    tags={"Name": f"{prefix}-{block}", **tags},
                    opts=child,
                )
    return group
