"""The policies of who deploys a stack, of who only looks at it and of who recovers it, from the stacks' plans.

They hold what the plans need and no more: no IAM without `nodes`, no Route 53 without a hub or a spoke. So what a change
takes away, the policy of before deletes: keep it until that change is up. Where AWS compares ARNs they name the account's
own; where a call is regional, the plans' Regions; what else can be compared, permissions/narrowing.py says. What they
cannot narrow: whoever may write a role's inline policy decides what that role may do, which a permissions boundary or a
service control policy of yours limits; and AWS compares no name and no VPC of a zone that is deleted. The program's own
roles are called `nodes-...`.

tests/e2e/test_least_privilege.py runs the engine with callers that have these documents and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from blueprint import preflight
from blueprint.plan import Plan, PlannedNetwork
from blueprint.preflight.permissions import ACTIONS as PREFLIGHT
from blueprint.preflight.permissions import asked
from blueprint.settings import Settings
from permissions import actions as known
from permissions.narrowing import Scope

# A managed policy's characters, without white space
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, 2026-11-30).
MANAGED_POLICY_CHARACTERS = 6144
VERSION = "2012-10-17"
ANY_ACCOUNT = "*"
_GROUP = "aws:ec2/securityGroup:SecurityGroup"
_ADMITTING = frozenset((_GROUP, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"))
Statement = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """A stack that a document is about: what its owner says, and what will be built."""

    settings: Settings
    plan: Plan


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


def deployer(account: str, subjects: Sequence[Subject], *, recovers: bool = False) -> list[Statement]:
    """What bringing these stacks up, changing and destroying them asks. `account`: 12 digits, or ANY_ACCOUNT. `recovers`:
    and what recovering them does."""
    more = _recovered(subjects) if recovers else frozenset[str]()
    return _statements(account, subjects, _made(subjects) | _preflight(subjects) | more)


def previewer(account: str, subjects: Sequence[Subject]) -> list[Statement]:
    """What a preview with its preflight, and a refresh that writes nothing, ask."""
    return _statements(account, subjects, known.reads(_made(subjects)) | _preflight(subjects))


def recoverer(account: str, subjects: Sequence[Subject]) -> list[Statement]:
    """What `recover` asks: the reads of its preview, which has no preflight, and of its refresh, and its own."""
    return _statements(account, subjects, known.reads(_made(subjects)) | _recovered(subjects))


def _recovered(subjects: Sequence[Subject]) -> frozenset[str]:
    made = frozenset[str]().union(*(types(each.plan) for each in subjects))
    found = (action for type in made for action in known.RECOVERED.get(type, ()))
    return frozenset((*found, "sts:GetCallerIdentity"))


def _made(subjects: Sequence[Subject]) -> frozenset[str]:
    return frozenset(action for each in subjects for action in known.of_types(types(each.plan)))


def _preflight(subjects: Sequence[Subject]) -> frozenset[str]:
    """What each stack's own preflight asks; nothing where it is off."""
    functions = frozenset[str]().union(
        *(
            asked(preflight.questions(each.settings, each.plan))
            for each in subjects
            if each.settings.preflight == "on"
        )
    )
    return frozenset(action for each in functions for action in PREFLIGHT[each])


def _statements(account: str, subjects: Sequence[Subject], actions: Iterable[str]) -> list[Statement]:
    """The actions, those together that are about the same ARNs under the same condition."""
    scope = Scope(account, [each.plan for each in subjects])
    grouped: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for action in sorted(actions):
        for arns, condition in scope.grants(action):
            grouped.setdefault((arns, json.dumps(condition)), []).append(action)
    found: list[Statement] = []
    for (resources, condition_text), together in grouped.items():
        statement: Statement = {"Effect": "Allow", "Action": together, "Resource": list(resources)}
        if parsed := json.loads(condition_text):
            statement["Condition"] = parsed
        found.append(statement)
    return found


def parts(name: str, statements: Sequence[Statement]) -> dict[str, dict[str, Any]]:
    """One policy, or as many as it takes for none to be longer than IAM accepts; a role takes ten of them (same page)."""
    found: list[list[Statement]] = [[]]
    for statement in statements:
        if found[-1] and size(policy([*found[-1], statement])) > MANAGED_POLICY_CHARACTERS:
            found.append([])
        found[-1].append(statement)
    names = [name, *(f"{name}-{number}" for number in range(2, len(found) + 1))]
    return {each: policy(part) for each, part in zip(names, found, strict=True)}


def policy(statements: Sequence[Statement]) -> dict[str, Any]:
    """A document."""
    return {"Version": VERSION, "Statement": list(statements)}


def size(document: Mapping[str, Any]) -> int:
    """A document's characters as IAM counts them: without white space."""
    return len(json.dumps(document, separators=(",", ":")).replace(" ", ""))


def text(documents: Mapping[str, Mapping[str, Any]]) -> str:
    """The documents as one object of JSON: the names, and what `aws iam create-policy --policy-document` takes of each."""
    return json.dumps(documents, indent=2) + "\n"
