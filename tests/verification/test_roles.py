"""Roles as IAM (moto's) has them: whatever somebody gave, took away or changed is told, and what nodes lose by counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from policies import tokens
from sandbox.layout import SERVICES
from tests.support.aws_api import client, serving
from tests.verification.overlays import overlay, resource
from verification import roles
from verification.access import Login, opened
from verification.state import Overlay

READ = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
)
DENY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}'
CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def moto() -> Iterator[int]:
    with serving() as port:
        yield port


@dataclass
class Stack:
    """A role with an inline policy, a managed one of the stack, and an instance profile; the state says them as made."""

    iam: Any
    port: int
    name: str
    arn: str

    def looked_at(self, **of_role: Any) -> Overlay:
        said = {"name": self.name, "assumeRolePolicy": trust("ec2.amazonaws.com"), **of_role}
        found = overlay(
            resource(tokens.ROLE, self.name, said),
            resource(tokens.ROLE_POLICY, "own", {"role": self.name, "name": "own", "policy": READ}),
            resource(tokens.IAM_POLICY, self.arn, {"arn": self.arn, "policy": READ}),
            resource(tokens.ROLE_POLICY_ATTACHMENT, "a", {"role": self.name, "policyArn": self.arn}),
            resource(tokens.INSTANCE_PROFILE, self.name, {"role": self.name}),
        )
        with opened(
            Login("", "test", "test", dict.fromkeys(SERVICES, f"http://127.0.0.1:{self.port}"))
        ) as access:
            roles.lay_over(found, access)
        return found


@pytest.fixture
def stack(moto: int) -> Iterator[Stack]:
    iam, name = client(moto, "iam"), f"role-{uuid4().hex[:8]}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust("ec2.amazonaws.com"))
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=READ)
    arn = iam.create_policy(PolicyName=name, PolicyDocument=READ)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    yield Stack(iam, moto, name, arn)
    iam.close()


def made(stack: Stack, policy: str) -> str:
    return str(
        stack.iam.create_policy(PolicyName=f"other-{uuid4().hex[:8]}", PolicyDocument=policy)["Policy"]["Arn"]
    )


def inline(stack: Stack, policy: str) -> None:
    stack.iam.put_role_policy(RoleName=stack.name, PolicyName="new", PolicyDocument=policy)


def attached(stack: Stack, policy: str) -> None:
    stack.iam.attach_role_policy(RoleName=stack.name, PolicyArn=made(stack, policy))


def bounded(stack: Stack, policy: str) -> None:
    stack.iam.put_role_permissions_boundary(RoleName=stack.name, PermissionsBoundary=made(stack, policy))


def retrusted(stack: Stack, _: str) -> None:
    stack.iam.update_assume_role_policy(RoleName=stack.name, PolicyDocument=trust("lambda.amazonaws.com"))


def rewritten(stack: Stack, policy: str) -> None:
    stack.iam.create_policy_version(PolicyArn=stack.arn, PolicyDocument=policy, SetAsDefault=True)


def unprofiled(stack: Stack, _: str) -> None:
    stack.iam.remove_role_from_instance_profile(InstanceProfileName=stack.name, RoleName=stack.name)


def test_a_role_as_it_was_made_differs_in_nothing(stack: Stack) -> None:
    found = stack.looked_at()
    assert (found.drift, found.gone, found.added) == ([], [], [])


@pytest.mark.parametrize(
    ("change", "property"),
    [
        (inline, "inline policy new"),
        (attached, "attached policies"),
        (bounded, "permissionsBoundary"),
        (retrusted, "assumeRolePolicy"),
        (rewritten, "policy"),
        (unprofiled, "role"),
    ],
)
def test_what_a_role_loses_by_is_told_and_counts(
    stack: Stack, change: Callable[[Stack, str], None], property: str
) -> None:
    change(stack, DENY)
    (said,) = stack.looked_at().drift
    assert (said.property, said.blocks) == (property, True)


@pytest.mark.parametrize("change", [inline, attached])
def test_what_a_role_gains_is_told_and_does_not_count(
    stack: Stack, change: Callable[[Stack, str], None]
) -> None:
    change(stack, READ)
    (said,) = stack.looked_at().drift
    assert said.blocks is False


def test_the_pack_reads_every_policy_and_the_boundary(stack: Stack) -> None:
    for change in (inline, attached, bounded, rewritten):
        change(stack, DENY)
    found = stack.looked_at()
    (role,) = found.of(tokens.ROLE)
    policies = {each["id"]: json.loads(each["outputs"]["policy"]) for each in found.of(tokens.IAM_POLICY)}
    assert [json.loads(each["policy"]) for each in role["inputs"]["inlinePolicies"]] == [json.loads(DENY)]
    names = {each["outputs"]["policyArn"] for each in found.of(tokens.ROLE_POLICY_ATTACHMENT)}
    assert len(policies) == 3
    assert {*names, role["inputs"]["permissionsBoundary"]} == policies.keys()
    assert all(each == json.loads(DENY) for each in policies.values())


def test_awss_own_policy_is_told_by_name_and_not_read(stack: Stack) -> None:
    stack.iam.attach_role_policy(RoleName=stack.name, PolicyArn=CORE)
    found = stack.looked_at()
    assert [(each.aws, each.blocks) for each in found.drift] == [(CORE, False)]
    assert len(found.of(tokens.IAM_POLICY)) == 1


def test_an_attachment_that_the_role_itself_says_and_somebody_undid_counts(stack: Stack) -> None:
    (said,) = stack.looked_at(managedPolicyArns=[CORE, stack.arn]).drift
    assert (said.property, said.state, said.blocks) == ("managedPolicyArns", CORE, True)
