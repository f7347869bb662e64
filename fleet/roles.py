"""IAM documents for whoever runs a fleet: the runner's own permissions, and for each account a role that deploys and one
that only looks.

A deployer's policy holds what the account's stacks need and no more: no IAM without `nodes`, no Route 53 without a hub or a
spoke. So what a change takes away, the policy of before deletes: keep it until that change is up. Where AWS compares ARNs
it names the account's own; where a call is regional, the account's Regions. What it cannot narrow: whoever may write a
role's inline policy decides what that role may do. A service control policy or a permissions boundary of yours limits
that; the program's own roles are called `nodes-...`.

Compared with recordings of the provider's calls; that IAM lets a whole deployment through was tried with no IAM yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from blueprint import plan as planner
from blueprint.catalog import load
from blueprint.plan import Plan, PlannedNetwork
from blueprint.preflight.permissions import ACTIONS as PREFLIGHT
from blueprint.settings import parse
from fleet import permissions, runner_access
from fleet.settings import Account, Fleet
from fleet.shapes import Stack

# A managed policy's and a trust policy's characters, without white space
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, 2026-11-30).
MANAGED_POLICY_CHARACTERS = 6144
TRUST_POLICY_CHARACTERS = 2048
VERSION = "2012-10-17"
# Served from one Region for all: aws:RequestedRegion would be that one
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, 2026-11-30).
_GLOBAL = ("iam", "route53", "sts", "s3")
_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_ADMITTING = frozenset((_GROUP, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"))
Statement = dict[str, Any]


def documents(
    fleet: Fleet, stacks: Sequence[Stack], *, principal: str, preview_principal: str = ""
) -> dict[str, dict[str, Any]]:
    """IAM documents by name.

    `principal`: the ARN of the role or user that the runner is. `preview_principal`: of the one that runs previews of
    changes nobody has agreed to yet, such as a pull request's; "" where there is none.

    `runner`, `preview-runner`: for those two. For each account `<account>-deployer` and `<account>-previewer`, with `-2` and
    so on where one policy would be too long, and `-trust`, the roles' trust policies, where the account has a role. Raises:
    ValueError for a principal that is no ARN, SettingsError for a stack that `expansion` did not check.
    """
    for each in filter(None, (principal, preview_principal)):
        if not runner_access.PRINCIPAL.fullmatch(each):
            raise ValueError(f"{each} is not the ARN of an IAM role or user")
    found = {"runner": _policy(runner_access.statements(fleet, stacks, principal))}
    if preview_principal:
        statements = runner_access.statements(fleet, stacks, preview_principal, only_looks=True)
        found["preview-runner"] = _policy(statements)
    for account in fleet.accounts:
        own = [stack for stack in stacks if stack.account == account.name]
        if not own:
            continue
        plans = [
            planner.make(parse(dict(stack.config), stack_file=stack.name), stack_file=stack.name)
            for stack in own
        ]
        found |= _parts(f"{account.name}-deployer", _deployer(account, plans))
        found |= _parts(f"{account.name}-previewer", _previewer(account, plans))
        if account.role_arn:
            found[f"{account.name}-deployer-trust"] = _trust(account, principal)
            found[f"{account.name}-previewer-trust"] = _trust(account, preview_principal or principal)
    return found


def text(documents: Mapping[str, Mapping[str, Any]]) -> str:
    """The documents as one object of JSON: the names, and what `aws iam create-policy --policy-document` takes of each."""
    return json.dumps(documents, indent=2) + "\n"


def types(plan: Plan) -> frozenset[str]:
    """The resource types that a plan makes."""
    found = {"aws:ec2/vpcEndpoint:VpcEndpoint"}
    if plan.interface_endpoints or plan.s3_interface_endpoint or plan.resolver_cidrs:
        found |= _ADMITTING
    if isinstance(plan.network, PlannedNetwork):
        found |= {"aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/routeTable:RouteTable"}
        found.add("aws:ec2/routeTableAssociation:RouteTableAssociation")
    if plan.hosted_zones:
        found |= {"aws:route53/zone:Zone", "aws:route53/record:Record"}
        if any(spoke.account_id for spoke in plan.spokes):
            found.add("aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization")
    if plan.zones_of_hub:
        found.add("aws:route53/zoneAssociation:ZoneAssociation")
    nodes = plan.nodes
    if nodes.instance_role or nodes.hybrid_role:
        found |= {"aws:iam/role:Role", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"}
    if nodes.instance_role:
        found.add("aws:iam/instanceProfile:InstanceProfile")
    if nodes.instance_role or nodes.hybrid_role or nodes.existing_roles:
        found.add("aws:iam/rolePolicy:RolePolicy")
    if nodes.security_group:
        found.add(_GROUP)
    if nodes.security_group or nodes.existing_security_groups:
        found.add("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    if plan.resolver_cidrs:
        found.add("aws:route53/resolverEndpoint:ResolverEndpoint")
    return frozenset(found)


def _deployer(account: Account, plans: Sequence[Plan]) -> list[Statement]:
    actions = frozenset(action for plan in plans for action in permissions.of_types(types(plan)))
    return _statements(account, plans, actions | _preflight())


def _previewer(account: Account, plans: Sequence[Plan]) -> list[Statement]:
    """What a preview with its preflight, and a refresh that writes nothing, ask."""
    actions = frozenset(action for plan in plans for action in permissions.of_types(types(plan)))
    return _statements(account, plans, permissions.reads(actions) | _preflight())


def _preflight() -> frozenset[str]:
    return frozenset(action for each in PREFLIGHT.values() for action in each)


def _statements(account: Account, plans: Sequence[Plan], actions: Iterable[str]) -> list[Statement]:
    """The actions, those together that are about the same ARNs under the same condition."""
    regions = sorted({plan.region for plan in plans})
    words = {"partition": load().region(regions[0]).partition.id, "account": account.account_id}
    existing = sorted({role for plan in plans for role in plan.nodes.existing_roles})
    attached = sorted(
        {
            arn
            for plan in plans
            for role in (plan.nodes.instance_role, plan.nodes.hybrid_role)
            if role
            for arn in role.managed_policies
        }
    )
    grouped: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for action in sorted(actions):
        arns = [arn.format(**words) for arn in permissions.ARNS.get(action, ("*",))]
        if action.endswith("RolePolicy") and action not in ("iam:AttachRolePolicy", "iam:DetachRolePolicy"):
            # Roles that are there get the statement about buckets, wherever their path leads.
            head = "arn:{partition}:iam::{account}:role/".format(**words)
            arns += [head + end for role in existing for end in (role, f"*/{role}")]
        condition: dict[str, Any] = {}
        if action.partition(":")[0] not in _GLOBAL:
            condition = {"StringEquals": {"aws:RequestedRegion": regions}}
        elif action in ("iam:AttachRolePolicy", "iam:DetachRolePolicy"):
            # Else whoever deploys could make an administrator of a node.
            condition = {"ArnEquals": {"iam:PolicyARN": attached}}
        grouped.setdefault((tuple(arns), json.dumps(condition)), []).append(action)
    found: list[Statement] = []
    for (resources, condition_text), together in grouped.items():
        statement: Statement = {"Effect": "Allow", "Action": together, "Resource": list(resources)}
        if parsed := json.loads(condition_text):
            statement["Condition"] = parsed
        found.append(statement)
    return found


def _trust(account: Account, principal: str) -> dict[str, Any]:
    statement: Statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    if account.external_id:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": account.external_id}}
    return _policy([statement])


def _policy(statements: Sequence[Statement]) -> dict[str, Any]:
    return {"Version": VERSION, "Statement": list(statements)}


def _parts(name: str, statements: Sequence[Statement]) -> dict[str, dict[str, Any]]:
    """One policy, or as many as it takes for none to be longer than IAM accepts; a role takes ten of them (same page)."""
    parts: list[list[Statement]] = [[]]
    for statement in statements:
        if parts[-1] and size(_policy([*parts[-1], statement])) > MANAGED_POLICY_CHARACTERS:
            parts.append([])
        parts[-1].append(statement)
    names = [name, *(f"{name}-{number}" for number in range(2, len(parts) + 1))]
    return {each: _policy(part) for each, part in zip(names, parts, strict=True)}


def size(document: Mapping[str, Any]) -> int:
    """A document's characters as IAM counts them: without white space."""
    return len(json.dumps(document, separators=(",", ":")).replace(" ", ""))
