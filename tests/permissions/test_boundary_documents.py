"""With `nodes.permissionsBoundary`, a deployer's documents make no role without it and give none anything more."""

from __future__ import annotations

from typing import Any

from permissions import documents
from tests.e2e.limited import subject_of
from tests.permissions.test_narrowed_documents import (
    BOUNDARY,
    GIVEN,
    LIMITED,
    OF_EXISTING,
    OWN,
    ROLES,
    about,
    deployer,
    naming,
)

GIVING = (
    *("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"),
    "iam:PutRolePermissionsBoundary",
)


def boundaries(statements: list[dict[str, Any]], action: str) -> list[Any]:
    """What each statement with this action says of the boundary."""
    return [
        each.get("Condition", {}).get("StringEquals", {}).get("iam:PermissionsBoundary")
        for each in about(statements, action)
    ]


def test_with_a_boundary_roles_are_made_changed_and_given_more_with_it_alone() -> None:
    statements = deployer({**GIVEN, "accountId": OWN, "nodes": {**LIMITED, "hybridRole": True}})
    for action in GIVING:
        assert boundaries(statements, action) == [[BOUNDARY]], action
    assert all(arn.endswith(":role/nodes-*") for arn in about(statements, "iam:CreateRole")[0]["Resource"])
    (attach,) = about(statements, "iam:AttachRolePolicy")
    assert attach["Condition"]["ArnEquals"] == {
        "iam:PolicyARN": ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]
    }
    # What takes away needs none: a role from before the boundary can go.
    for action in ("iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy"):
        assert boundaries(statements, action) == [None]


def test_a_role_that_is_there_keeps_its_own_boundary_and_gets_its_statement() -> None:
    statements = deployer({**GIVEN, "nodes": {**LIMITED, "existingRoles": ["app-admin"]}})
    assert naming(statements, "app-admin") == OF_EXISTING
    own, existing = sorted(about(statements, "iam:PutRolePolicy"), key=lambda each: "Condition" not in each)
    assert own["Resource"] == [f"arn:aws:iam::{OWN}:role/nodes-*"]
    assert existing["Resource"] == [f"arn:aws:iam::{OWN}:role/{each}app-admin" for each in ("", "*/")]
    assert "Condition" not in existing


def test_the_program_sets_a_boundary_where_there_is_one_and_never_takes_one_away() -> None:
    plain = deployer({**GIVEN, "nodes": {"instanceRole": True}})
    assert about(plain, "iam:PutRolePermissionsBoundary") == []
    for statements in (plain, deployer({**GIVEN, "nodes": LIMITED})):
        assert about(statements, "iam:DeleteRolePermissionsBoundary") == []
    previewer = documents.previewer(OWN, [subject_of({**GIVEN, "nodes": LIMITED})])
    assert about(previewer, "iam:PutRolePermissionsBoundary") == []


def test_of_two_boundaries_each_will_do_and_beside_a_stack_without_one_none_is_asked_for() -> None:
    other = BOUNDARY.replace("nodes", "web")
    both = deployer(
        {**GIVEN, "nodes": LIMITED}, {**GIVEN, "nodes": {**LIMITED, "permissionsBoundary": other}}
    )
    assert boundaries(both, "iam:CreateRole") == [[BOUNDARY, other]]
    mixed = deployer({**GIVEN, "nodes": LIMITED}, {**GIVEN, "nodes": {"hybridRole": True}, "accountId": OWN})
    assert boundaries(mixed, "iam:CreateRole") == boundaries(mixed, "iam:PutRolePolicy") == [None]
    # Setting one is still setting that one.
    assert boundaries(mixed, "iam:PutRolePermissionsBoundary") == [[BOUNDARY]]
    # A stack that makes no role has no say in it.
    silent = deployer({**GIVEN, "nodes": LIMITED}, {**GIVEN, "nodes": {"existingRoles": ["app-admin"]}})
    assert boundaries(silent, "iam:CreateRole") == [[BOUNDARY]]


def test_a_stack_without_the_setting_has_the_statements_it_had() -> None:
    statements = deployer({**GIVEN, "accountId": OWN, "nodes": ROLES})
    assert "PermissionsBoundary" not in str(statements)
    (put,) = about(statements, "iam:PutRolePolicy")
    assert put["Resource"][0] == f"arn:aws:iam::{OWN}:role/nodes-*"
