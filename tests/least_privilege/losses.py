"""What a stack loses for recover to find: one of each type that others of the stack do not need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.e2e.limited import Limited
from tests.support.aws_api import client

# One of each, by the end of its URN; what needs it goes with it. With the hybrid role all that it has is lost, for a role
# in use is nobody's to find.
_ENDS = (
    *("::ssm-s3-interface", ":InstanceProfile::nodes-instance", "::nodes-instance-buckets"),
    *(":Role::nodes-hybrid", ":ResolverEndpoint::resolver", ":ZoneAssociation::spoke-ssm"),
)


def lose(stack: Limited) -> int:
    """Take them out of the state, and out of AWS what a run that was killed there would not have made yet. How many AWS
    still has."""
    resources = stack.latest()["resources"]
    first = [each["urn"] for each in resources if each["urn"].endswith(_ENDS)]
    first += [each["urn"] for each in resources if each["type"].endswith(":Zone")][:1]
    gone = {urn for each in first for urn in (each, *_on(each, resources))}
    lost = [each for each in resources if each["urn"] in gone]
    never = [each for each in lost if _is_of(each, lost)]
    for each in never:
        _delete(stack.gate.port, each)
    stack.forget(*(f"{each['urn']}" for each in lost))
    return len(lost) - len(never)


def _on(urn: str, resources: list[dict[str, Any]]) -> Iterator[str]:
    """All that depends on a resource."""
    for each in resources:
        if urn in each.get("dependencies", ()):
            yield each["urn"]
            yield from _on(each["urn"], resources)


def _is_of(entry: dict[str, Any], lost: list[dict[str, Any]]) -> bool:
    """Whether it is in a role or a zone that is lost, too."""
    inputs = entry.get("inputs", {})
    containers = {each["id"] for each in lost if each["type"].endswith((":Role", ":Zone"))}
    return bool(containers & {inputs.get("role"), inputs.get("zoneId")}) and not entry["type"].endswith(
        ":InstanceProfile"
    )


def _delete(port: int, entry: dict[str, Any]) -> None:
    iam, route53, inputs = client(port, "iam"), client(port, "route53"), entry["inputs"]
    match entry["type"].rpartition(":")[2]:
        case "RolePolicyAttachment":
            iam.detach_role_policy(RoleName=inputs["role"], PolicyArn=inputs["policyArn"])
        case "RolePolicy":
            iam.delete_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"])
        case "Record":
            listed = route53.list_resource_record_sets(HostedZoneId=inputs["zoneId"])["ResourceRecordSets"]
            changes = [
                {"Action": "DELETE", "ResourceRecordSet": each}
                for each in listed
                if (each["Name"].rstrip("."), each["Type"]) == (inputs["name"].rstrip("."), inputs["type"])
            ]
            route53.change_resource_record_sets(
                HostedZoneId=inputs["zoneId"], ChangeBatch={"Changes": changes}
            )
        case other:
            raise ValueError(f"{other} cannot be deleted here")
