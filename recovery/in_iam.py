"""Finders for roles, their policies and instance profiles: an account's, and so another stack's may have the same tags.

A role that is in use is not looked at, as in `in_ec2`, except where the very name is known that the interrupted run sent.
A role that the state does not have (`nodes.existingRoles`) may be named by other stacks, too. IAM is global, so the stack of
each Region puts an inline policy of its own there, under a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from recovery.found import Asked, Found, named, tagged
from recovery.left import Wanted
from verification.access import code_of

_MISSING = "NoSuchEntity"
_ROLE = "aws:iam/role:Role"


def role(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    if wanted.exact or not wanted.drawn:
        there = _of_name(asked, "GetRole", "Role", RoleName=wanted.text("name"))
        candidates = [there] if there else []
    else:
        listed = asked.access.pages("iam", asked.region, "ListRoles", "Roles")
        candidates = [each for each in listed if named(str(each["RoleName"]), wanted)]
        candidates = [each for each in candidates if not _in_use(asked, str(each["RoleName"]))]
    for each in candidates:
        name = str(each["RoleName"])
        if tagged(_list(asked, "ListRoleTags", "Tags", RoleName=name), wanted):
            yield Found(name, name)


def role_policy(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    """By its name, for an inline policy takes no tags
    (https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html, read 2026-11-30). In a role that is not the
    stack's the program gives it one that says whose it is."""
    role = wanted.text("role")
    if wanted.exact or not wanted.drawn:
        name = wanted.text("name")
        if _of_name(asked, "GetRolePolicy", "PolicyName", RoleName=role, PolicyName=name):
            yield Found(f"{role}:{name}", name)
    elif asked.has(_ROLE, role):
        for each in _list(asked, "ListRolePolicies", "PolicyNames", RoleName=role):
            if named(name := str(each), wanted):
                yield Found(f"{role}:{name}", name)


def role_policy_attachment(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    """What is attached to a role that is not the stack's may be another's. Nothing is lost by leaving it: the next update
    attaches it once more, which is none of AttachRolePolicy's errors
    (https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html, read 2026-11-30), and records it."""
    role, arn = wanted.text("role"), wanted.text("policyArn")
    if not _of_the_stack(wanted, asked):
        return
    for each in _list(asked, "ListAttachedRolePolicies", "AttachedPolicies", RoleName=role):
        if each["PolicyArn"] == arn:
            yield Found(f"{role}/{arn}")


def instance_profile(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    if wanted.exact or not wanted.drawn:
        names = [wanted.text("name")]
    else:
        listed = asked.access.pages("iam", asked.region, "ListInstanceProfiles", "InstanceProfiles")
        # The role comes in a call of its own, so that one without any may be it; the next update puts the role in.
        ours = [wanted.text("role")]
        unused = [each for each in listed if [role["RoleName"] for role in each["Roles"]] in (ours, [])]
        names = [name for each in unused if named(name := str(each["InstanceProfileName"]), wanted)]
    for name in names:
        # A list of profiles has no tags
        # (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html, read 2026-11-30).
        there = _of_name(asked, "GetInstanceProfile", "InstanceProfile", InstanceProfileName=name)
        if there and tagged(there.get("Tags"), wanted):
            yield Found(name, name)


def _of_the_stack(wanted: Wanted, asked: Asked) -> bool:
    """Whether what a role has is the stack's by its name: the interrupted run sent that name, or the role is the stack's."""
    return wanted.exact or asked.has(_ROLE, wanted.text("role"))


def _in_use(asked: Asked, role: str) -> bool:
    return bool(
        _list(asked, "ListRolePolicies", "PolicyNames", RoleName=role)
        or _list(asked, "ListAttachedRolePolicies", "AttachedPolicies", RoleName=role)
        or _list(asked, "ListInstanceProfilesForRole", "InstanceProfiles", RoleName=role)
    )


def _of_name(asked: Asked, operation: str, key: str, **name: str) -> Any | None:
    try:
        return asked.access.read("iam", asked.region, operation, **name)[key]
    except ClientError as error:
        if code_of(error) != _MISSING:
            raise
        return None


def _list(asked: Asked, operation: str, key: str, **name: str) -> list[Any]:
    """A list of something's; nothing where that is not there."""
    try:
        return asked.access.pages("iam", asked.region, operation, key, **name)
    except ClientError as error:
        if code_of(error) != _MISSING:
            raise
        return []
