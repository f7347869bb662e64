"""What AWS's IAM compares of a call of Route 53: names of records and VPCs, as they stand in the request's XML."""

from __future__ import annotations

import re

_NAME, _VPC, _REGION = (re.compile(rf"<{tag}>([^<]*)</{tag}>") for tag in ("Name", "VPCId", "VPCRegion"))
# A body's own name stands outside of the changes.
_RECORDS = re.compile(r"<ResourceRecordSet>.*?</ResourceRecordSet>", re.S)
_UNUSUAL = re.compile(r"[^a-z0-9._-]")
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html (read 2026-11-30)
_OF_VPCS = frozenset(
    (
        *("CreateHostedZone", "AssociateVPCWithHostedZone", "DisassociateVPCFromHostedZone"),
        *("CreateVPCAssociationAuthorization", "DeleteVPCAssociationAuthorization"),
    )
)


def zone_context(operation: str, body: bytes) -> dict[str, tuple[str, ...]]:
    """Condition keys with _ for the colon; of a key that the request does not have, no value."""
    text = body.decode("utf-8", "replace")
    if operation == "ChangeResourceRecordSets":
        names = [name for record in _RECORDS.findall(text) for name in _NAME.findall(record)[:1]]
        return {"route53_changeresourcerecordsetsnormalizedrecordnames": tuple(map(normalized, names))}
    if operation in _OF_VPCS:
        pairs = zip(_VPC.findall(text), _REGION.findall(text), strict=True)
        return {"route53_vpcs": tuple(f"VPCId={vpc},VPCRegion={region}" for vpc, region in pairs)}
    return {}


def normalized(name: str) -> str:
    """A record's name as IAM compares it (same page): small letters, no dot at the end, the rest in octal."""
    return _UNUSUAL.sub(lambda found: f"\\{ord(found[0]):03o}", name.lower().rstrip("."))
