"""`nodes`: what the managed nodes get of their own, all of it optional."""

from __future__ import annotations

from pydantic import Field

from blueprint.fields import Items, RoleName, SecurityGroupId
from blueprint.settings.base import Keys


class Nodes(Keys):
    """What to make for the nodes.

    `instance_role` and `hybrid_role` are IAM roles to create, `security_group` is a group without ingress. Roles and groups
    that are there get the S3 statement and the two egress rules, and nothing else.
    """

    instance_role: bool = False
    hybrid_role: bool = False
    security_group: bool = False
    existing_roles: Items[RoleName] = Field(
        default=(), description="names of your roles that get the S3 statement"
    )
    existing_security_groups: Items[SecurityGroupId] = Field(
        default=(), description="ids of your nodes' security groups that get the egress rules"
    )
