"""The nodes' part of a plan: roles, their S3 statement, security groups."""

from __future__ import annotations

from blueprint import documents
from blueprint.catalog import Catalog, Region
from blueprint.plan.shapes import NodesPlan, Role
from blueprint.settings import Settings

_CORE = "AmazonSSMManagedInstanceCore"


def plan(settings: Settings, region: Region, catalog: Catalog, s3_policy: str) -> NodesPlan:
    """What the nodes get. Default Host Management needs no profile; its nodes still need the S3 statement in their role
    (https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html, read 2026-11-23)."""
    nodes, partition = settings.nodes, region.partition.id
    core = f"arn:{partition}:iam::aws:policy/{catalog.managed_policies[_CORE].path}"
    trust = documents.hybrid_trust(partition=partition, region=region.id, account=settings.account_id)

    def role(trust: str) -> Role:
        return Role(trust=trust, managed_policies=(core,), permissions_boundary=nodes.permissions_boundary)

    return NodesPlan(
        s3_policy=s3_policy,
        instance_role=role(documents.instance_trust()) if nodes.instance_role else None,
        hybrid_role=role(trust) if nodes.hybrid_role else None,
        existing_roles=nodes.existing_roles,
        security_group=nodes.security_group,
        existing_security_groups=nodes.existing_security_groups,
        endpoint_cidrs=settings.topology.endpoint_cidrs,
    )
