"""`endpointPolicies`: who may do what through the interface endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from blueprint.fields import AccountId, InterfaceServiceId, Items, OrganizationId, SomeItems
from blueprint.settings.base import Keys


class PolicyStatement(Keys):
    """A statement of the owner's, added to a preset's. `conditions` maps operator to key to values."""

    effect: Literal["Allow", "Deny"] = Field(description="Allow or Deny, the actions below")
    actions: SomeItems[str] = Field(description="IAM actions, such as ssm:GetParameter")
    resources: SomeItems[str] = Field(default=("*",), description="ARNs, or *")
    principals: SomeItems[str] = Field(default=("*",), description="ARNs of principals, or *")
    conditions: Mapping[str, Mapping[str, Items[str]]] = Field(
        default_factory=dict, description="operator, then condition key, then a list of values"
    )


class EndpointPolicies(Keys):
    """The preset, what it is scoped to, and further statements by service.

    `account_ids` are accounts beside the stack's own whose nodes use the endpoints, as in a hub.
    """

    preset: Literal["fullAccess", "account", "organization"] = Field(
        default="fullAccess", description="fullAccess, account or organization: whose nodes may call"
    )
    organization_id: OrganizationId = Field(default="", description="the organization's id, o-...")
    account_ids: Items[AccountId] = Field(
        default=(), description="further accounts with nodes, 12 digits each"
    )
    kms_keys: Items[str] = Field(default=(), description="ARNs of the KMS keys that nodes use")
    log_groups: Items[str] = Field(default=(), description="names of the log groups that nodes write to")
    statements: Mapping[InterfaceServiceId, SomeItems[PolicyStatement]] = Field(
        default_factory=dict, description="further statements, by service"
    )
