"""Finders for hosted zones, what is in them and who they answer, and for Resolver endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from recovery.found import Asked, Found
from recovery.left import Wanted
from verification.access import code_of

_MISSING = "NoSuchHostedZone"


def zone(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    """A VPC has one zone of a name. Its tags come in a call of their own; its comment is there from the beginning."""
    for vpc in wanted.inputs.get("vpcs") or []:
        for each in _zones_of(asked, str(vpc.get("vpcId") or ""), vpc.get("vpcRegion")):
            id = str(each["HostedZoneId"])
            if _plain(each["Name"]) == _plain(wanted.text("name")):
                there = asked.access.read("route53", asked.region, "GetHostedZone", Id=id)["HostedZone"]
                if (there.get("Config") or {}).get("Comment", "") == wanted.text("comment"):
                    yield Found(id)


def record(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    zone, name, kind = (wanted.text(key) for key in ("zoneId", "name", "type"))
    try:
        listed = asked.access.pages(
            "route53", asked.region, "ListResourceRecordSets", "ResourceRecordSets", HostedZoneId=zone
        )
    except ClientError as error:
        if code_of(error) != _MISSING:
            raise
        return
    for each in listed:
        if (_plain(each["Name"]), each["Type"]) == (_plain(name), kind):
            yield Found(f"{zone}_{_plain(name)}_{kind}")


def association(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    zone, vpc = wanted.text("zoneId"), wanted.text("vpcId")
    region = wanted.text("vpcRegion") or asked.region
    if any(each["HostedZoneId"] == zone for each in _zones_of(asked, vpc, region)):
        yield Found(f"{zone}:{vpc}:{region}")


def authorization(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    zone, vpc = wanted.text("zoneId"), wanted.text("vpcId")
    answer = asked.access.read("route53", asked.region, "ListVPCAssociationAuthorizations", HostedZoneId=zone)
    if any(each["VPCId"] == vpc for each in answer.get("VPCs") or []):
        yield Found(f"{zone}:{vpc}")


def resolver_endpoint(wanted: Wanted, asked: Asked) -> Iterator[Found]:
    """One in the stack's own security groups."""
    listed = asked.access.pages("route53resolver", asked.region, "ListResolverEndpoints", "ResolverEndpoints")
    groups = sorted(wanted.inputs.get("securityGroupIds") or [])
    for each in listed:
        same = (each.get("Name"), each.get("Direction")) == (wanted.text("name"), wanted.text("direction"))
        if same and sorted(each.get("SecurityGroupIds") or []) == groups and each["Status"] != "DELETING":
            yield Found(str(each["Id"]))


def _zones_of(asked: Asked, vpc: str, region: object = None) -> list[Any]:
    parameters = {"VPCId": vpc, "VPCRegion": str(region or asked.region)}
    answer = asked.access.read("route53", asked.region, "ListHostedZonesByVPC", **parameters)
    return list(answer["HostedZoneSummaries"])


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")
