"""What `recover` would do, resource by resource, and the state as it is after that."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from recovery import in_ec2, in_iam, in_route53
from recovery.found import Asked, Found
from recovery.left import CREATING, Entry, Left, Wanted, ids_of, resources_of
from verification.access import Access

Finder = Callable[[Wanted, Asked], Iterator[Found]]

FINDERS: Final[Mapping[str, Finder]] = {
    "aws:ec2/vpc:Vpc": in_ec2.vpc,
    "aws:ec2/subnet:Subnet": in_ec2.subnet,
    "aws:ec2/routeTable:RouteTable": in_ec2.route_table,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": in_ec2.route_table_association,
    "aws:ec2/securityGroup:SecurityGroup": in_ec2.security_group,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": in_ec2.ingress_rule,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": in_ec2.egress_rule,
    "aws:ec2/vpcEndpoint:VpcEndpoint": in_ec2.endpoint,
    "aws:iam/role:Role": in_iam.role,
    "aws:iam/rolePolicy:RolePolicy": in_iam.role_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": in_iam.role_policy_attachment,
    "aws:iam/instanceProfile:InstanceProfile": in_iam.instance_profile,
    "aws:route53/zone:Zone": in_route53.zone,
    "aws:route53/record:Record": in_route53.record,
    "aws:route53/zoneAssociation:ZoneAssociation": in_route53.association,
    "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization": in_route53.authorization,
    "aws:route53/resolverEndpoint:ResolverEndpoint": in_route53.resolver_endpoint,
}
"""How each type that the program makes is found again."""

_OF_THE_ENGINE = "pulumi:"
# The others' outputs are their inputs, so whether they were read cannot be told, and nothing needs it.
_WITH_OUTPUTS: Final = frozenset(FINDERS) - {
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:route53/record:Record",
    "aws:route53/zoneAssociation:ZoneAssociation",
    "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization",
}

RECORD, RECORD_TO_DELETE, FORGET, REFRESH, LEAVE = "record", "record, to delete", "forget", "refresh", "leave"


@dataclass(frozen=True)
class Row:
    """One resource. `action`: RECORD it in the state; RECORD_TO_DELETE: the next update deletes it, and makes it anew;
    FORGET an operation that made nothing; REFRESH what the state says of it; LEAVE it, for it is not certain what it is.
    `ids`: what AWS has; `why`: a sentence for people."""

    urn: str
    action: str
    ids: tuple[str, ...]
    why: str
    entry: Entry | None = None


def rows(export: Mapping[str, Any], left: Left, access: Access, region: str) -> list[Row]:
    """Ask AWS for everything that may be there. `region` is that of resources that name none. Raises: AccessError."""
    resources = resources_of(export)
    recorded, urns = ids_of(resources), {str(each["urn"]) for each in resources}
    # Two runs may have been interrupted while they created the same.
    by_urn: dict[str, list[Wanted]] = {}
    for wanted in left.wanted:
        by_urn.setdefault(wanted.urn, []).append(wanted)
    found = [row for same in by_urn.values() if (row := _of_one(same, access, region, recorded))]
    for urn, kind in left.pending:
        if kind == CREATING:
            continue
        if urn in urns:
            found.append(Row(urn, REFRESH, (), f"was under way: {kind}"))
        else:
            found.append(
                Row(
                    urn,
                    FORGET,
                    (),
                    f"was under way: {kind}, and the state does not have it; up does it again",
                )
            )
    known = {row.urn for row in found}
    found += [
        Row(str(each["urn"]), REFRESH, (str(each["id"]),), "recorded, and not read from AWS yet")
        for each in resources
        if each["urn"] not in known and _is_unread(each)
    ]
    return found


def _of_one(
    same: list[Wanted], access: Access, region: str, recorded: frozenset[tuple[str, str]]
) -> Row | None:
    """What is done about one URN: what was sent for it, once for each run, or what a preview says."""
    wanted = same[0]
    if wanted.exact and (not wanted.entry.get("custom") or wanted.type.startswith(_OF_THE_ENGINE)):
        return Row(wanted.urn, FORGET, (), "was being created; nothing of this type is in AWS")
    finder = FINDERS.get(wanted.type)
    if finder is None:
        why = "recover does not know how to look for this type"
        return Row(wanted.urn, LEAVE, (), why) if wanted.exact else None
    there: dict[str, tuple[Wanted, Found]] = {}
    for each in same:
        asked = Asked(access, each.text("region") or region, recorded)
        there |= {one.id: (each, one) for one in finder(each, asked) if asked.new(each, one.id)}
    return _row(wanted, list(there.values()))


def _row(wanted: Wanted, there: list[tuple[Wanted, Found]]) -> Row | None:
    if not there:
        if not wanted.exact:
            return None
        return Row(wanted.urn, FORGET, (), "was being created, and AWS has nothing of it")
    ids = tuple(found.id for _, found in there)
    if wanted.instead:
        why = f"the state has {wanted.instead} in its place already; delete what nothing uses, then recover again"
        return Row(wanted.urn, LEAVE, ids, why)
    if len(there) > 1:
        why = f"AWS has {len(there)} that could be it; delete those that nothing uses, then recover again"
        return Row(wanted.urn, LEAVE, ids, why)
    ((sent, one),) = there
    if one.half_made:
        return Row(wanted.urn, RECORD_TO_DELETE, ids, one.half_made, entry_of(sent, one))
    return Row(wanted.urn, RECORD, ids, "AWS has it, the state does not", entry_of(sent, one))


def _is_unread(entry: Entry) -> bool:
    """Whether it was recorded by `entry_of` and the refresh after that failed: AWS gives these types more than was sent."""
    outputs, inputs = entry.get("outputs") or {}, entry.get("inputs") or {}
    return (
        entry.get("type") in _WITH_OUTPUTS
        and bool(entry.get("id"))
        and not entry.get("delete")
        and outputs.keys() <= {*inputs, "id"}
    )


def entry_of(wanted: Wanted, found: Found) -> Entry:
    """What the state holds of it until a refresh has filled in the rest of its outputs."""
    entry = copy.deepcopy(wanted.entry)
    inputs = dict(entry.get("inputs") or {})
    if found.name and wanted.drawn:
        inputs["name"] = found.name
    outputs = {key: value for key, value in inputs.items() if not key.startswith("__")}
    entry |= {"custom": True, "id": found.id, "inputs": inputs, "outputs": {**outputs, "id": found.id}}
    if found.half_made:
        entry["delete"] = True
    return entry


def edited(export: Mapping[str, Any], planned: list[Row]) -> dict[str, Any]:
    """The export as it is to be written: with what was found, without the operations whose end is known by that."""
    document = copy.deepcopy(dict(export))
    deployment = document["deployment"]
    resources: list[Entry] = list(deployment.get("resources") or [])
    for row in planned:
        if row.entry is not None:
            resources = _with(resources, row.entry)
    left_alone = {row.urn for row in planned if row.action == LEAVE}
    deployment["resources"] = resources
    deployment["pending_operations"] = [
        each for each in deployment.get("pending_operations") or [] if each["resource"]["urn"] in left_alone
    ]
    return document


def to_refresh(planned: list[Row]) -> list[str]:
    """The URNs of which the state's outputs have to be read anew."""
    return [row.urn for row in planned if row.action in (RECORD, REFRESH)]


def _with(resources: list[Entry], new: Entry) -> list[Entry]:
    """Resources with one more. One of the same URN that it takes the place of is deleted already, or is deleted by the next
    update; the new one stands before it, because others may need what they name to come first."""
    at = next(
        (n for n, each in enumerate(resources) if each["urn"] == new["urn"] and not each.get("delete")), None
    )
    if at is None or new.get("delete"):
        return [*resources, new]
    old = [] if resources[at].get("pendingReplacement") else [{**resources[at], "delete": True}]
    return [*resources[:at], new, *old, *resources[at + 1 :]]
