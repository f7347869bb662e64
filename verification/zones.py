"""Private hosted zones, the VPCs that they answer in, and their records."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from policies import tokens
from verification.access import Access, code_of
from verification.state import Overlay, Properties

_NO_ZONE = ("NoSuchHostedZone",)


def lay_over(overlay: Overlay, access: Access) -> None:
    """The zones of the state, with associations and records."""
    for zone in overlay.of(tokens.HOSTED_ZONE):
        id, region = str(zone.get("id")), overlay.region(zone)
        try:
            answer = access.read("route53", region, "GetHostedZone", Id=id)
        except ClientError as error:
            if code_of(error) not in _NO_ZONE:
                raise
            overlay.is_gone(zone, f"hosted zone {id} ({overlay.text(zone, 'name')})")
            for each in _of_zone(overlay, id, tokens.HOSTED_ZONE_ASSOCIATION, tokens.DNS_RECORD):
                overlay.leave_out(each)
            continue
        _vpcs(overlay, zone, id, [each["VPCId"] for each in answer.get("VPCs") or []])
        _records(overlay, access, zone, id, region)
    _joined(overlay, access)


def _vpcs(overlay: Overlay, zone: Properties, id: str, now: list[str]) -> None:
    """The VPCs that a zone answers in. Those that somebody else associated are not this stack's to say."""
    listed = overlay.value(zone, "vpcs")
    said = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    for each in said:
        if each.get("vpcId") not in now:
            overlay.differs(zone, "vpcs", str(each.get("vpcId")), "not associated")
    overlay.put(zone, "vpcs", [each for each in said if each.get("vpcId") in now], told=False)
    for each in _of_zone(overlay, id, tokens.HOSTED_ZONE_ASSOCIATION):
        if overlay.text(each, "vpcId") not in now:
            overlay.is_gone(each, f"association of hosted zone {id} with VPC {overlay.text(each, 'vpcId')}")


def _records(overlay: Overlay, access: Access, zone: Properties, id: str, region: str) -> None:
    wanted = _of_zone(overlay, id, tokens.DNS_RECORD)
    if not wanted:
        return
    listed = access.pages("route53", region, "ListResourceRecordSets", "ResourceRecordSets", HostedZoneId=id)
    there = {(_bare(each["Name"]), each["Type"]): each for each in listed}
    apex = _bare(overlay.text(zone, "name"))
    for record in wanted:
        name = _bare(overlay.text(record, "fqdn") or overlay.text(record, "name")) or apex
        type_ = overlay.text(record, "type")
        now = there.get((name, type_))
        if now is None:
            overlay.is_gone(record, f"record {type_} {name} in hosted zone {id}")
            continue
        before, after = (
            _targets(overlay.value(record, "aliases")),
            _bare((now.get("AliasTarget") or {}).get("DNSName")),
        )
        if before and before != [after]:
            overlay.differs(record, "aliases", ", ".join(before), after or "no alias")
            # It leads elsewhere: the endpoint that the program meant does not answer any more.
            record.get("propertyDependencies", {}).pop("aliases", None)


def _joined(overlay: Overlay, access: Access) -> None:
    """A spoke's associations with zones that are not its own: Route 53 tells a VPC's owner about them."""
    own = {str(each.get("id")) for each in overlay.of(tokens.HOSTED_ZONE)}
    asked: dict[tuple[str, str], set[str]] = {}
    for each in overlay.of(tokens.HOSTED_ZONE_ASSOCIATION):
        zone, vpc = overlay.text(each, "zoneId"), overlay.text(each, "vpcId")
        if not zone or not vpc or zone in own:
            continue
        region = overlay.text(each, "vpcRegion") or overlay.region(each)
        if (vpc, region) not in asked:
            asked[vpc, region] = _zones_of(access, vpc, region)
        if zone not in asked[vpc, region]:
            overlay.is_gone(each, f"association of hosted zone {zone} with VPC {vpc}")


def _zones_of(access: Access, vpc: str, region: str) -> set[str]:
    found: set[str] = set()
    more: dict[str, Any] = {}
    while True:
        said = access.read("route53", region, "ListHostedZonesByVPC", VPCId=vpc, VPCRegion=region, **more)
        found |= {each["HostedZoneId"] for each in said.get("HostedZoneSummaries") or []}
        if not said.get("NextToken"):
            return found
        more = {"NextToken": said["NextToken"]}


def _of_zone(overlay: Overlay, zone: str, *types: str) -> list[Properties]:
    return overlay.pointing("zoneId", zone, *types)


def _targets(aliases: Any) -> list[str]:
    listed = aliases if isinstance(aliases, list) else []
    return [_bare(each.get("name")) for each in listed if isinstance(each, dict)]


def _bare(name: Any) -> str:
    return str(name or "").removesuffix(".").lower()
