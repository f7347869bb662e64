"""Roles of nodes: what IAM has of them now, with every policy, whether the stack gave it or somebody else."""

from __future__ import annotations

import json
import re
from typing import Any

from botocore.exceptions import ClientError

from policies import tokens
from verification.access import Access, code_of
from verification.documents import policy_words, takes_away
from verification.state import Overlay, Properties, canonical, keys

_NOT_THERE = ("NoSuchEntity",)
# "arn:aws:iam::123456789012:root" and "123456789012" are the same principal.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html (read 2026-11-25)
_ACCOUNT = re.compile(r'"arn:[^:"]+:iam::(\d{12}):root"')
# AWS's own: the pack knows them by name.
_OF_AWS = re.compile(r"arn:[^:]+:iam::aws:policy/.+")


class ManagedPolicies:
    """What the default versions of the account's managed policies say, each asked for once."""

    def __init__(self, access: Access) -> None:
        self._access, self._known = access, dict[str, Any]()

    def document(self, arn: str, region: str) -> Any:
        """A policy; None for one that is not there, and for AWS's own."""
        if _OF_AWS.fullmatch(arn):
            return None
        if arn not in self._known:
            self._known[arn] = self._read(arn, region)
        return self._known[arn]

    def _read(self, arn: str, region: str) -> Any:
        policy = _read(self._access, region, "GetPolicy", PolicyArn=arn)
        if policy is None:
            return None
        version = policy["Policy"]["DefaultVersionId"]
        found = _read(self._access, region, "GetPolicyVersion", PolicyArn=arn, VersionId=version)
        return None if found is None else found["PolicyVersion"]["Document"]


def lay_over(overlay: Overlay, access: Access) -> None:
    """Roles, their policies, what is attached to them, and instance profiles."""
    policies, managed = ManagedPolicies(access), dict[str, str]()
    attached: dict[str, set[str]] = {}
    for role in overlay.of(tokens.ROLE):
        name, region = str(role.get("id")), overlay.region(role)
        found = _read(access, region, "GetRole", RoleName=name)
        if found is None:
            overlay.is_gone(role, f"role {name}")
            continue
        _document(
            overlay, role, "assumeRolePolicy", found["Role"].get("AssumeRolePolicyDocument"), trust=True
        )
        boundary = (found["Role"].get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn") or ""
        overlay.put(role, "permissionsBoundary", boundary, blocks=bool(boundary))
        _inline(overlay, access, role, name)
        attached[name] = _attached(access, region, name)
        _new_attachments(overlay, policies, role, attached[name])
        managed |= dict.fromkeys({*attached[name], boundary} - {""}, region)
    _role_policies(overlay, access)
    for attachment in overlay.of(tokens.ROLE_POLICY_ATTACHMENT):
        owner, arn = overlay.text(attachment, "role"), overlay.text(attachment, "policyArn")
        if owner not in attached:
            attached[owner] = _attached(access, overlay.region(attachment), owner)
        if arn not in attached[owner]:
            overlay.is_gone(attachment, f"attachment of {arn} to role {owner}")
    _managed(overlay, policies, managed)
    for profile in overlay.of(tokens.INSTANCE_PROFILE):
        name = str(profile.get("id"))
        found = _read(access, overlay.region(profile), "GetInstanceProfile", InstanceProfileName=name)
        if found is None:
            overlay.is_gone(profile, f"instance profile {name}")
            continue
        roles = [each["RoleName"] for each in found["InstanceProfile"].get("Roles") or []]
        overlay.put(profile, "role", roles[0] if roles else "", blocks=bool(overlay.text(profile, "role")))


def _role_policies(overlay: Overlay, access: Access) -> None:
    """Inline policies that are resources of their own."""
    for policy in overlay.of(tokens.ROLE_POLICY):
        owner, name = overlay.text(policy, "role"), overlay.text(policy, "name")
        found = _read(access, overlay.region(policy), "GetRolePolicy", RoleName=owner, PolicyName=name)
        if found is None:
            overlay.is_gone(policy, f"policy {name} of role {owner}")
        else:
            _document(overlay, policy, "policy", found["PolicyDocument"])


def _inline(overlay: Overlay, access: Access, role: Properties, name: str) -> None:
    """A role's other inline policies: they stand in the role itself."""
    alone = {overlay.text(each, "name") for each in overlay.pointing("role", name, tokens.ROLE_POLICY)}
    given = (role.get("inputs") or {}).get("inlinePolicies")
    said = {
        str(each.get("name")): each.get("policy")
        for each in (given if isinstance(given, list) else [])
        if isinstance(each, dict) and each.get("name")
    }
    region, now = overlay.region(role), {}
    for each in access.pages("iam", region, "ListRolePolicies", "PolicyNames", RoleName=name):
        if each not in alone:
            found = _read(access, region, "GetRolePolicy", RoleName=name, PolicyName=each)
            if found is not None:
                now[each] = _text(found["PolicyDocument"])
    if not overlay.is_secret(role, "inlinePolicies"):
        for each in sorted(said.keys() | now.keys()):
            before, after = said.get(each), now.get(each)
            if canonical("policy", before) == canonical("policy", after):
                continue
            words = policy_words(before, after) if before and after else (_whole(before), _whole(after))
            blocks = takes_away(before, after)
            overlay.differs(role, f"inline policy {each}", *words, blocks=blocks)
    listed = [{"name": each, "policy": text} for each, text in sorted(now.items())]
    if listed or given:
        overlay.put(role, "inlinePolicies", listed, told=False)


def _new_attachments(overlay: Overlay, policies: ManagedPolicies, role: Properties, now: set[str]) -> None:
    """What somebody attached to a role, and what the role or a list of attachments says that is not attached any more."""
    name, region = str(role.get("id")), overlay.region(role)
    mine = overlay.pointing("role", name, tokens.ROLE_POLICY_ATTACHMENT)
    said = {overlay.text(each, "policyArn") for each in mine}
    for holder, key in (
        (role, "managedPolicyArns"),
        *(
            (each, "policyArns")
            for each in overlay.pointing("roleName", name, tokens.ROLE_POLICY_ATTACHMENTS_EXCLUSIVE)
        ),
    ):
        given = (holder.get("inputs") or {}).get(key)
        if isinstance(given, list) and given:
            arns = list(keys(given))
            said.update(arns)
            for arn in sorted(set(arns) - now):
                overlay.differs(holder, key, arn, "not attached", blocks=True)
            overlay.put(holder, key, [arn for arn in arns if arn in now], told=False)
    for each in overlay.of(tokens.POLICY_ATTACHMENT):
        roles, arn = overlay.value(each, "roles"), overlay.text(each, "policyArn")
        if isinstance(roles, list) and name in roles:
            said.add(arn)
            if arn not in now:
                overlay.put(each, "roles", [other for other in roles if other != name], blocks=True)
    for arn in sorted(now - said):
        denies = takes_away(None, policies.document(arn, region))
        overlay.differs(role, "attached policies", "not attached", arn, blocks=denies)
        pair = {"role": name, "policyArn": arn}
        overlay.add(tokens.ROLE_POLICY_ATTACHMENT, f"{name}-{arn}", region, pair)


def _managed(overlay: Overlay, policies: ManagedPolicies, arns: dict[str, str]) -> None:
    """Managed policies of the account: the stack's, and those that its roles have from others."""
    here = {str(each.get("id")): each for each in overlay.of(tokens.IAM_POLICY)}
    wanted = {**{arn: overlay.region(each) for arn, each in here.items()}, **arns}
    for arn, region in sorted(wanted.items()):
        now, resource = policies.document(arn, region), here.get(arn)
        if now is None and resource is not None:
            overlay.is_gone(resource, f"policy {arn}")
        elif now is not None and resource is not None:
            _document(overlay, resource, "policy", now)
        elif now is not None:
            named = {"arn": arn, "name": arn.rpartition("/")[2], "policy": _text(now)}
            overlay.add(tokens.IAM_POLICY, arn, region, named)


def _document(overlay: Overlay, resource: Properties, key: str, now: Any, *, trust: bool = False) -> None:
    """A policy that the state has, and what AWS has in its place. A changed trust policy always counts."""
    said = overlay.value(resource, key)
    if said is not None and not overlay.is_secret(resource, key):
        before, after = (_ACCOUNT.sub(r'"\1"', _text(each)) if trust else each for each in (said, now))
        if canonical("policy", before) != canonical("policy", after):
            words = policy_words(before, after)
            overlay.differs(resource, key, *words, blocks=trust or takes_away(said, now))
    overlay.put(resource, key, _text(now), told=False)


def _whole(policy: Any) -> str:
    return _text(canonical("policy", policy)) if policy else "no such policy"


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
