"""Finders for hosted zones, what is in them and who they answer, and for Resolver endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from recovery.found import Asked, Found
from recovery.left import Wanted
from verification.access import code_of

_MISSING = "NoSuchHostedZone"
# NS and SOA, which Route 53 puts into every zone.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html (read 2026-11-30)
_FIRST_RECORDS = 2


def zone(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    """By name, comment, and the VPCs it answers, with no records yet: one that answers other VPCs, too, or has records is in
    use. Its tags come in a call of their own; the rest is there from the beginning."""
    vpcs = {_vpc(each.get("vpcId"), each.get("vpcRegion"), asked) for each in wanted.inputs.get("vpcs") or []}
    # What answers all of them is in the list of any one.
    for each in _zones_of(asked, *min(vpcs)) if vpcs else ():
        if _plain(each["Name"]) != _plain(wanted.text("name")) or not _of_the_account(each, asked):
            continue
        id = str(each["HostedZoneId"])
        answer = asked.access.read("route53", asked.region, "GetHostedZone", Id=id)
        there = answer["HostedZone"]
        answered = {_vpc(vpc["VPCId"], vpc["VPCRegion"], asked) for vpc in answer.get("VPCs") or []}
        same = (there.get("Config") or {}).get("Comment", "") == wanted.text("comment") and answered == vpcs
        if same and (there.get("ResourceRecordSetCount") or 0) <= _FIRST_RECORDS:
            yield Found(id)


def record(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    zone, name, kind = (wanted.text(key) for key in ("zoneId", "name", "type"))
    for each in _of_zone(asked, "ListResourceRecordSets", "ResourceRecordSets", zone):
        if (_plain(each["Name"]), each["Type"]) == (_plain(name), kind):
            yield Found(f"{zone}_{_plain(name)}_{kind}")


def association(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    zone = wanted.text("zoneId")
    vpc, region = _vpc(wanted.text("vpcId"), wanted.text("vpcRegion"), asked)
    if any(each["HostedZoneId"] == zone for each in _zones_of(asked, vpc, region)):
        yield Found(f"{zone}:{vpc}:{region}")


def authorization(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    zone, vpc = wanted.text("zoneId"), wanted.text("vpcId")
    listed = _of_zone(asked, "ListVPCAssociationAuthorizations", "VPCs", zone)
    if any(each["VPCId"] == vpc for each in listed):
        yield Found(f"{zone}:{vpc}")


def resolver_endpoint(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    """One in the stack's own security groups."""
    listed = asked.access.pages("route53resolver", asked.region, "ListResolverEndpoints", "ResolverEndpoints")
    groups = sorted(wanted.inputs.get("securityGroupIds") or [])
    for each in listed:
        same = (each.get("Name"), each.get("Direction")) == (wanted.text("name"), wanted.text("direction"))
        if same and sorted(each.get("SecurityGroupIds") or []) == groups and each["Status"] != "DELETING":
            yield Found(str(each["Id"]))


def _zones_of(asked: Asked, vpc: str, region: str) -> Iterator[Any]:
    """The zones that a VPC is associated with, whoever owns them. boto3 has no paginator for them."""
    more: dict[str, str] = {}
    while True:
        parameters = {"VPCId": vpc, "VPCRegion": region, **more}
        answer = asked.access.read("route53", asked.region, "ListHostedZonesByVPC", **parameters)
        yield from answer["HostedZoneSummaries"]
        if not answer.get("NextToken"):
            return
        more = {"NextToken": answer["NextToken"]}


def _of_the_account(summary: Any, asked: Asked) -> bool:
    """Whether this account owns a zone, or nothing says who does. AWS does not tell about the zones of others, which an AWS
    account or an AWS service may own
    (https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html, read 2026-11-30)."""
    owner = summary.get("Owner") or {}
    if owner.get("OwningService"):
        return False
    account = owner.get("OwningAccount")
    return not account or account == asked.access.account(asked.region)


def _of_zone(asked: Asked, operation: str, key: str, zone: str) -> list[Any]:
    """A list of a zone's; nothing where the zone is not there."""
    try:
        return asked.access.pages("route53", asked.region, operation, key, HostedZoneId=zone)
    except ClientError as error:
        if code_of(error) != _MISSING:
            raise
        return []


def _vpc(id: object, region: object, asked: Asked) -> tuple[str, str]:
    """A VPC and its Region, which is the resource's own where none is named."""
    return str(id or ""), str(region or asked.region)


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")
