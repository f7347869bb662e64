"""Roles of nodes: their policies as IAM has them now."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from policies import tokens
from verification.access import Access, code_of
from verification.documents import policy_words
from verification.state import Overlay, canonical

_NOT_THERE = ("NoSuchEntity",)


def lay_over(overlay: Overlay, access: Access) -> None:
    """Roles, their inline policies, what is attached to them, and instance profiles."""
    for role in overlay.of(tokens.ROLE):
        name = str(role.get("id"))
        if _read(access, overlay.region(role), "GetRole", RoleName=name) is None:
            overlay.is_gone(role, f"role {name}")
    for policy in overlay.of(tokens.ROLE_POLICY):
        owner, name = overlay.text(policy, "role"), overlay.text(policy, "name")
        found = _read(access, overlay.region(policy), "GetRolePolicy", RoleName=owner, PolicyName=name)
        if found is None:
            overlay.is_gone(policy, f"policy {name} of role {owner}")
            continue
        said, now = overlay.value(policy, "policy"), found["PolicyDocument"]
        if canonical("policy", said) != canonical("policy", now):
            overlay.differs(policy, "policy", *policy_words(said, now))
        overlay.put(policy, "policy", _text(now), told=False)
    for attachment in overlay.of(tokens.ROLE_POLICY_ATTACHMENT):
        owner, arn = overlay.text(attachment, "role"), overlay.text(attachment, "policyArn")
        if arn not in _attached(access, overlay.region(attachment), owner):
            overlay.is_gone(attachment, f"attachment of {arn} to role {owner}")
    for profile in overlay.of(tokens.INSTANCE_PROFILE):
        name = str(profile.get("id"))
        found = _read(access, overlay.region(profile), "GetInstanceProfile", InstanceProfileName=name)
        if found is None:
            overlay.is_gone(profile, f"instance profile {name}")
            continue
        roles = [each["RoleName"] for each in found["InstanceProfile"].get("Roles") or []]
        overlay.put(profile, "role", roles[0] if roles else "")


def _attached(access: Access, region: str, role: str) -> set[str]:
    try:
        listed = access.pages("iam", region, "ListAttachedRolePolicies", "AttachedPolicies", RoleName=role)
    except ClientError as error:
        if code_of(error) not in _NOT_THERE:
            raise
        return set()
    return {each["PolicyArn"] for each in listed}


def _read(access: Access, region: str, operation: str, **parameters: str) -> Any:
    try:
        return access.read("iam", region, operation, **parameters)
    except ClientError as error:
        if code_of(error) not in _NOT_THERE:
            raise
        return None


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)
