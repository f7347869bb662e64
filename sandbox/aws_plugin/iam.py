# ruff: noqa: ARG002  (every operation gets the same arguments)
"""Roles, their policies and instance profiles on boto3."""

import json
from typing import Any

from botocore.exceptions import ClientError

from sandbox.aws_plugin.api import Client, Handler, not_found, tag_list
from sandbox.aws_plugin.guard import RefusedError
from sandbox.aws_plugin.values import Values, normal, normal_json


def document(found: Any) -> str:
    """A policy document as text: boto3 has parsed it."""
    return found if isinstance(found, str) else json.dumps(found)


def _halves(id_: str, separator: str, form: str) -> tuple[str, str]:
    """The two names in an id."""
    first, found, second = id_.partition(separator)
    if not (first and found and second):
        raise RefusedError(f"the id {id_!r} should have the form {form}")
    return first, second


class Role(Handler):
    """aws:iam/role:Role"""

    service = "iam"

    def create(self, iam: Client, inputs: Values) -> str:
        given = {
            api: inputs[name]
            for name, api in (("description", "Description"), ("permissionsBoundary", "PermissionsBoundary"))
            if inputs.get(name)
        }
        name = str(inputs["name"])
        iam.create_role(
            RoleName=name,
            Path=inputs["path"],
            AssumeRolePolicyDocument=normal_json(inputs["assumeRolePolicy"]),
            MaxSessionDuration=inputs["maxSessionDuration"],
            Tags=tag_list(inputs.get("tags", {})),
            **given,
        )
        for arn in inputs.get("managedPolicyArns", []):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        return name

    def read(self, iam: Client, id_: str, state: Values) -> Values | None:
        role: Values = iam.get_role(RoleName=id_)["Role"]
        names = iam.list_role_policies(RoleName=id_)["PolicyNames"]
        inline = {
            name: iam.get_role_policy(RoleName=id_, PolicyName=name)["PolicyDocument"] for name in names
        }
        attached = iam.list_attached_role_policies(RoleName=id_)["AttachedPolicies"]
        return role | {
            "name": role["RoleName"],
            "assumeRolePolicy": document(role["AssumeRolePolicyDocument"]),
            "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "forceDetachPolicies": state.get("forceDetachPolicies", False),
            "inlinePolicies": [
                {"name": name, "policy": normal_json(document(text))} for name, text in inline.items()
            ],
            "managedPolicyArns": sorted(each["PolicyArn"] for each in attached),
            "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "uniqueId": role["RoleId"],
        }

    def update(self, iam: Client, id_: str, olds: Values, news: Values, changed: set[str]) -> None:
        if "assumeRolePolicy" in changed:
            text = normal_json(news["assumeRolePolicy"])
            iam.update_assume_role_policy(RoleName=id_, PolicyDocument=text)
        if {"description", "maxSessionDuration"} & changed:
            said, seconds = news.get("description", ""), news["maxSessionDuration"]
            iam.update_role(RoleName=id_, Description=said, MaxSessionDuration=seconds)
        if "permissionsBoundary" in changed and news.get("permissionsBoundary"):
            iam.put_role_permissions_boundary(RoleName=id_, PermissionsBoundary=news["permissionsBoundary"])
        elif "permissionsBoundary" in changed:
            iam.delete_role_permissions_boundary(RoleName=id_)
        if "managedPolicyArns" in changed:
            old, new = set(olds.get("managedPolicyArns", [])), set(news.get("managedPolicyArns", []))
            for arn in sorted(old - new):
                iam.detach_role_policy(RoleName=id_, PolicyArn=arn)
            for arn in sorted(new - old):
                iam.attach_role_policy(RoleName=id_, PolicyArn=arn)

    def delete(self, iam: Client, id_: str, state: Values) -> None:
        for profile in iam.list_instance_profiles_for_role(RoleName=id_)["InstanceProfiles"]:
            iam.remove_role_from_instance_profile(
                InstanceProfileName=profile["InstanceProfileName"], RoleName=id_
            )
        # As the official plugin: policies that others attached keep the role, unless it is told to force it.
        if state.get("forceDetachPolicies") or state.get("managedPolicyArns"):
            for each in iam.list_attached_role_policies(RoleName=id_)["AttachedPolicies"]:
                iam.detach_role_policy(RoleName=id_, PolicyArn=each["PolicyArn"])
        if state.get("forceDetachPolicies") or state.get("inlinePolicies"):
            for name in iam.list_role_policies(RoleName=id_)["PolicyNames"]:
                iam.delete_role_policy(RoleName=id_, PolicyName=name)
        iam.delete_role(RoleName=id_)

    def tag(self, iam: Client, id_: str, tags: Values, gone: list[str]) -> None:
        iam.untag_role(RoleName=id_, TagKeys=gone)
        iam.tag_role(RoleName=id_, Tags=tag_list(tags))


class RolePolicy(Handler):
    """aws:iam/rolePolicy:RolePolicy"""

    service = "iam"

    def create(self, iam: Client, inputs: Values) -> str:
        id_ = f"{inputs['role']}:{inputs['name']}"
        self.update(iam, id_, {}, inputs, {"policy"})
        return id_

    def read(self, iam: Client, id_: str, state: Values) -> Values | None:
        role, name = _halves(id_, ":", "role:policy")
        found = iam.get_role_policy(RoleName=role, PolicyName=name)
        return {"role": role, "name": name, "policy": document(found["PolicyDocument"])}

    def update(self, iam: Client, id_: str, olds: Values, news: Values, changed: set[str]) -> None:
        role, name = _halves(id_, ":", "role:policy")
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=normal("policy", news["policy"]))

    def delete(self, iam: Client, id_: str, state: Values) -> None:
        role, name = _halves(id_, ":", "role:policy")
        iam.delete_role_policy(RoleName=role, PolicyName=name)


class RolePolicyAttachment(Handler):
    """aws:iam/rolePolicyAttachment:RolePolicyAttachment"""

    service = "iam"

    def create(self, iam: Client, inputs: Values) -> str:
        iam.attach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        return f"{inputs['role']}/{inputs['policyArn']}"

    def read(self, iam: Client, id_: str, state: Values) -> Values | None:
        role, arn = _halves(id_, "/", "role/policy-arn")
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        there = any(each["PolicyArn"] == arn for each in attached)
        return {"role": role, "policyArn": arn} if there else None

    def delete(self, iam: Client, id_: str, state: Values) -> None:
        role, arn = _halves(id_, "/", "role/policy-arn")
        iam.detach_role_policy(RoleName=role, PolicyArn=arn)


class InstanceProfile(Handler):
    """aws:iam/instanceProfile:InstanceProfile"""

    service = "iam"

    def create(self, iam: Client, inputs: Values) -> str:
        name = str(inputs["name"])
        tags = tag_list(inputs.get("tags", {}))
        iam.create_instance_profile(InstanceProfileName=name, Path=inputs["path"], Tags=tags)
        try:
            self.update(iam, name, {}, inputs, {"role"})
        except ClientError:
            iam.delete_instance_profile(InstanceProfileName=name)
            raise
        return name

    def read(self, iam: Client, id_: str, state: Values) -> Values | None:
        profile: Values = iam.get_instance_profile(InstanceProfileName=id_)["InstanceProfile"]
        return profile | {
            "name": profile["InstanceProfileName"],
            "createDate": profile["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            "role": next((role["RoleName"] for role in profile["Roles"]), None),
            "uniqueId": profile["InstanceProfileId"],
        }

    def update(self, iam: Client, id_: str, olds: Values, news: Values, changed: set[str]) -> None:
        if "role" in changed and olds.get("role"):
            try:
                iam.remove_role_from_instance_profile(InstanceProfileName=id_, RoleName=olds["role"])
            except ClientError as error:
                if not not_found(error):
                    raise
        if "role" in changed and news.get("role"):
            iam.add_role_to_instance_profile(InstanceProfileName=id_, RoleName=news["role"])

    def delete(self, iam: Client, id_: str, state: Values) -> None:
        self.update(iam, id_, state, {}, {"role"})
        iam.delete_instance_profile(InstanceProfileName=id_)

    def tag(self, iam: Client, id_: str, tags: Values, gone: list[str]) -> None:
        iam.untag_instance_profile(InstanceProfileName=id_, TagKeys=gone)
        iam.tag_instance_profile(InstanceProfileName=id_, Tags=tag_list(tags))
