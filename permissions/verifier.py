"""The policy of who runs `ssm-endpoints verify` for one stack: what verification/permissions.py lists, as far as the stack's
plan leads there."""

from __future__ import annotations

from typing import Any

from blueprint.catalog import load
from permissions.documents import Statement, Subject, types
from verification.permissions import ACTIONS

# By service, the types that lead to its calls (verification/roles.py, zones.py, machines.py).
_ZONES = ("aws:route53/zone:Zone", "aws:route53/zoneAssociation:ZoneAssociation", "aws:route53/record:Record")
# A stack of this program launches no instances.
_NEVER = ("ec2:DescribeInstances",)


def verifier(account: str, subject: Subject) -> list[Statement]:
    """What AWS is asked. `account`: 12 digits, or ANY_ACCOUNT."""
    made, region = types(subject.plan), subject.plan.region
    partition = load().region(region).partition.id
    head = f"arn:{partition}:iam::{account}:"
    own = [f"{head}role/nodes-*"]
    for role in subject.plan.nodes.existing_roles:
        own += [f"{head}role/{role}", f"{head}role/*/{role}"]
    profiles = "aws:iam/instanceProfile:InstanceProfile" in made
    found = [
        _allow(_of("ec2"), ["*"], {"StringEquals": {"aws:RequestedRegion": region}}),
        _allow(_of("sts"), ["*"]),
    ]
    if any(each.startswith("aws:iam/") for each in made):
        of_roles = [each for each in _of("iam") if each.startswith("iam:") and "Role" in each]
        found.append(_allow(of_roles, own))
        if profiles:
            found.append(_allow(["iam:GetInstanceProfile"], [f"{head}instance-profile/nodes-*"]))
        # Whatever somebody attached to such a role; AWS's own are known by name.
        found.append(_allow(["iam:GetPolicy", "iam:GetPolicyVersion"], [f"{head}policy/*"]))
    if made & set(_ZONES):
        of_zones = ["route53:GetHostedZone", "route53:ListResourceRecordSets"]
        found.append(_allow(of_zones, [f"arn:{partition}:route53:::hostedzone/*"]))
        found.append(_allow(["route53:ListHostedZonesByVPC"], ["*"]))
    return found


def _of(service: str) -> list[str]:
    named = sorted(f"{service}:{each}" for each in ACTIONS[service])
    return [each for each in named if each not in _NEVER]


def _allow(actions: list[str], resources: list[str], condition: dict[str, Any] | None = None) -> Statement:
    statement: Statement = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return statement | {"Condition": condition} if condition else statement
