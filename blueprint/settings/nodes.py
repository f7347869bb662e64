"""`nodes`: what the managed nodes get of their own, all of it optional."""

from __future__ import annotations

from pydantic import Field

from blueprint.fields import ONCE, Items, PolicyArn, RoleName, SecurityGroupId
from blueprint.settings.base import Keys


class Nodes(Keys):
    """What to make for the nodes.

    `instance_role` and `hybrid_role` are IAM roles to create, `permissions_boundary` is "" where nothing limits them;
    `security_group` is a group without ingress. Roles and groups
    that are there get the S3 statement and the two egress rules, and nothing else.
    """

    instance_role: bool = Field(
        default=False,
        description="a role and instance profile: AmazonSSMManagedInstanceCore and the S3 statement",
    )
    hybrid_role: bool = Field(
        default=False, description="a role for hybrid activations of this account and Region alone"
    )
    permissions_boundary: PolicyArn = Field(
        default="",
        description="the ARN of an IAM policy that limits those two roles, whatever else they have",
    )
    security_group: bool = Field(
        default=False,
        description="a group without ingress; out 443 to the endpoints and to S3's prefix list, nothing else",
    )
    existing_roles: Items[RoleName] = Field(
        default=(), description="names of your roles that get the S3 statement", json_schema_extra=ONCE
    )
    existing_security_groups: Items[SecurityGroupId] = Field(
        default=(),
        description="ids of your nodes' security groups that get the egress rules",
        json_schema_extra=ONCE,
    )
