"""How far the plans narrow an action: about which ARNs, and under which condition.

Where AWS compares no ARN of ours, since an id is not known before, a condition names what the plans know: the services of
endpoints, the records' names, the zones' VPCs, the policies to attach. Which key AWS compares for which action: its Service
Authorization Reference (permissions/actions.py); tests/fixtures/iam has what it says of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from blueprint.catalog import load
from blueprint.plan import Plan, PlannedNetwork, Role
from permissions.actions import ARNS

Condition = dict[str, dict[str, Any]]
Grant = tuple[tuple[str, ...], Condition]

# Served from one Region for all: aws:RequestedRegion would be that one
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, 2026-11-30).
_GLOBAL = ("iam", "route53", "sts", "s3")
# So many values stand in one statement: IAM takes several statements, and no policy that is too long
# (permissions/documents.py, MANAGED_POLICY_CHARACTERS).
_VALUES = 60
OF_EXISTING_ROLES: Final = frozenset(("iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:GetRolePolicy"))
"""All that a role that is there gets: the statement about buckets, written, read and taken away. Named in full: a pattern
of names would take in iam:UpdateAssumeRolePolicy, and with that the role itself."""
_ATTACHING = ("iam:AttachRolePolicy", "iam:DetachRolePolicy")
# What gives a role something, itself included. What takes away asks for no boundary, or roles from before it would stay.
_SETTING = "iam:PutRolePermissionsBoundary"
_GIVING = (
    *("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"),
    _SETTING,
)
_SERVICE, _VPCS = "ec2:VpceServiceName", "route53:VPCs"
_RECORDS = "route53:ChangeResourceRecordSetsNormalizedRecordNames"


def created_services(plan: Plan) -> frozenset[str]:
    """The full names of the services that the plan makes endpoints to."""
    made = {each.service_name for each in plan.interface_endpoints}
    if not plan.gateway_endpoint.adopted:
        made.add(plan.gateway_endpoint.service_name)
    if plan.s3_interface_endpoint:
        made.add(plan.s3_interface_endpoint.service_name)
    return frozenset(made)


class Scope:
    """The plans of the stacks that one document is about."""

    def __init__(self, account: str, plans: Sequence[Plan]) -> None:
        self._plans = plans
        self._regions = sorted({plan.region for plan in plans})
        self._words = {"partition": load().region(self._regions[0]).partition.id, "account": account}

    def grants(self, action: str) -> Iterator[Grant]:
        """ARNs and a condition, once or several times: each is a statement of its own. None: nothing of it is needed."""
        arns = tuple(arn.format(**self._words) for arn in ARNS.get(action, ("*",)))
        service = action.partition(":")[0]
        if action == "ec2:CreateVpcEndpoint":
            yield from self._endpoints(arns)
        elif service not in _GLOBAL:
            yield arns, {"StringEquals": self._here()}
        elif service == "iam":
            yield from self._roles(action, arns)
        elif service == "route53":
            yield from self._zones(action, arns)
        elif action == "s3:ListBucket":
            buckets = sorted({name for plan in self._plans for name in plan.gateway_endpoint.own_buckets})
            yield tuple(f"arn:{self._words['partition']}:s3:::{name}" for name in buckets), {}
        else:
            yield arns, {}

    def _here(self) -> dict[str, Any]:
        return {"aws:RequestedRegion": self._regions}

    def _endpoints(self, arns: tuple[str, ...]) -> Iterator[Grant]:
        """An endpoint to a service of one's own is a way out of a closed network: the plans' services and no others. AWS
        compares the key for the endpoint alone, so that its VPC and the rest stand in a statement without
        (https://docs.aws.amazon.com/vpc/latest/privatelink/security_iam_id-based-policy-examples.html, 2026-11-30)."""
        endpoints = tuple(arn for arn in arns if ":vpc-endpoint/" in arn)
        services = sorted(frozenset[str]().union(*map(created_services, self._plans)))
        if services:
            yield tuple(arn for arn in arns if arn not in endpoints), {"StringEquals": self._here()}
        for some in _parts(services):
            yield endpoints, {"StringEquals": {**self._here(), _SERVICE: some}}

    def _roles(self, action: str, arns: tuple[str, ...]) -> Iterator[Grant]:
        """AWS compares the boundary that a new role gets, and of other calls the one that the role has
        (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html, 2026-11-30)."""
        condition: Condition = {}
        boundaries = self._boundaries(action)
        if boundaries:
            condition["StringEquals"] = {"iam:PermissionsBoundary": boundaries}
        elif action == _SETTING:
            return
        if action in _ATTACHING:
            # Else whoever deploys could make an administrator of a node.
            condition["ArnEquals"] = {"iam:PolicyARN": self._attached()}
        if action in OF_EXISTING_ROLES:
            existing = sorted({role for plan in self._plans for role in plan.nodes.existing_roles})
            # Wherever their path leads; they keep whatever boundary they have.
            head = "arn:{partition}:iam::{account}:role/".format(**self._words)
            there = tuple(head + end for role in existing for end in (role, f"*/{role}"))
            if not self._made_roles:
                arns = ()
            if condition and there:
                yield there, {}
            else:
                arns += there
        yield arns, condition

    @property
    def _made_roles(self) -> list[Role]:
        roles = (role for plan in self._plans for role in (plan.nodes.instance_role, plan.nodes.hybrid_role))
        return [role for role in roles if role]

    def _boundaries(self, action: str) -> list[str]:
        """Of these a call needs one; none: it needs none. All stacks' roles have one kind of name, so that beside a stack
        whose roles have none, none can be asked for."""
        found = {role.permissions_boundary for role in self._made_roles}
        if action not in _GIVING or ("" in found and action != _SETTING):
            return []
        return sorted(found - {""})

    def _attached(self) -> list[str]:
        return sorted({arn for role in self._made_roles for arn in role.managed_policies})

    def _zones(self, action: str, arns: tuple[str, ...]) -> Iterator[Grant]:
        """Zones have no ids before they are made, and the account's public zones have the same ARNs. Names as AWS compares
        them: small letters, no dot at the end. VPCs in the form that it compares, of which a part may be "*"
        (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html, 2026-11-30)."""
        if action == "route53:ChangeResourceRecordSets":
            names = sorted(
                {zone.name.lower().rstrip(".") for plan in self._plans for zone in plan.hosted_zones}
            )
            for some in _parts(names):
                # ForAllValues holds for a request without the key, too.
                yield arns, {"ForAllValues:StringEquals": {_RECORDS: some}, "Null": {_RECORDS: "false"}}
        elif vpcs := self._vpcs(action):
            for some in _parts(vpcs):
                yield arns, {"StringLike": {_VPCS: some}}
        else:
            yield arns, {}

    def _vpcs(self, action: str) -> list[str]:
        """Every VPC that a call of this action may name; none: AWS compares none, or nothing is written."""
        hubs = [plan for plan in self._plans if plan.hosted_zones]
        spokes = [plan for plan in self._plans if plan.zones_of_hub]
        match action.partition(":")[2]:
            case "CreateHostedZone":
                found = {_own(plan) for plan in hubs}
            case "AssociateVPCWithHostedZone":
                found = {_own(plan) for plan in (*hubs, *spokes)}
            case "DisassociateVPCFromHostedZone":
                found = {_own(plan) for plan in spokes}
            case "CreateVPCAssociationAuthorization" | "DeleteVPCAssociationAuthorization":
                found = {
                    _vpc(spoke.vpc_id, plan) for plan in hubs for spoke in plan.spokes if spoke.account_id
                }
            case _:
                found = set()
        return sorted(found)


def _own(plan: Plan) -> str:
    """Of a VPC that the stack makes, only the Region is known."""
    return _vpc("*" if isinstance(plan.network, PlannedNetwork) else plan.network.vpc_id, plan)


def _vpc(id: str, plan: Plan) -> str:
    return f"VPCId={id},VPCRegion={plan.region}"


def _parts(values: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), _VALUES):
        yield list(values[start : start + _VALUES])
