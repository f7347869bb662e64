"""Compares two stack exports of one program: one made with the real provider, one with the stand-in.

The real provider is terraform-provider-aws behind Pulumi's bridge for any Terraform provider. The official plugin is
the same provider behind the same bridge, with names, defaults and the Region added by hand: those are what differs.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

ABSENT = "(absent)"
DEFAULTS = {
    "assignIpv6AddressOnCreation": False,
    "enableDns64": False,
    "enableDnsSupport": True,
    "enableResourceNameDnsARecordOnLaunch": False,
    "enableResourceNameDnsAaaaRecordOnLaunch": False,
    "instanceTenancy": "default",
    "ipv6Native": False,
    "mapPublicIpOnLaunch": False,
    "replaceDefaultAssociation": False,
    "revokeRulesOnDelete": False,
    "self": False,
    "vpcEndpointType": "Gateway",
}
ID_NAMES = (
    "awsSecurityGroupRuleId|routeTableAssociationId|routeTableId|securityGroupId|subnetId|vpcEndpointId|"
    "vpcEndpointPolicyId|vpcEndpointRouteTableAssociationId|vpcEndpointSecurityGroupAssociationId|"
    "vpcEndpointSubnetAssociationId|vpcId"
)


@dataclass(frozen=True)
class Explained:
    """A difference that is right as it is. `name` is a pattern; `real` and `stand_in` are JSON values or `...`."""

    part: str
    name: str
    real: Any
    stand_in: Any
    reason: str

    def covers(self, part: str, name: str, real: Any, stand_in: Any) -> bool:
        """Whether this row is about that difference."""
        return (
            self.part == part
            and re.fullmatch(self.name, name) is not None
            and self.real in (..., real)
            and self.stand_in in (..., stand_in)
        )


EXPLAINED = [
    Explained("inputs", "__defaults", ABSENT, ..., "the general bridge keeps no record of defaults"),
    *(
        Explained("inputs", name, ABSENT, value, "the general bridge does not see the provider's defaults")
        for name, value in DEFAULTS.items()
    ),
    Explained(
        "inputs", "region", ABSENT, ..., "the official plugin adds the provider's Region to the inputs"
    ),
    Explained("outputs", "region", ABSENT, ..., "the 5.x line of the provider has no Region per resource"),
    Explained("outputs", "id", ABSENT, ..., "the general bridge calls a resource's own id after its type"),
    Explained("outputs", ID_NAMES, ..., ABSENT, "the general bridge's name for the resource's own id"),
    Explained("outputs", "(in|e)gresses", ..., ABSENT, "the general bridge's plural of ingress and egress"),
    Explained("outputs", "(in|e)gress", ABSENT, ..., "the SDK's singular of ingresses and egresses"),
    Explained("outputs", "__meta|__pulumi_raw_state_delta", ..., ABSENT, "the bridge's own notes"),
]


def compare_exports(real: Mapping[str, Any], stand_in: Mapping[str, Any]) -> list[str]:
    """The differences between the `aws:` resources of two parsed `pulumi stack export`s that EXPLAINED does not list."""
    ours, theirs = _resources(stand_in), _resources(real)
    found = [f"{key}: only in the real provider's export" for key in sorted(theirs.keys() - ours.keys())]
    found += [f"{key}: only in the stand-in's export" for key in sorted(ours.keys() - theirs.keys())]
    for key in sorted(theirs.keys() & ours.keys()):
        found += [f"{key}: {difference}" for difference in _differences(theirs[key], ours[key])]
    return found


def _resources(export: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    resources = export["deployment"]["resources"]
    return {each["urn"].split("::", 2)[2]: each for each in resources if each["type"].startswith("aws:")}


def _differences(real: Mapping[str, Any], stand_in: Mapping[str, Any]) -> Iterator[str]:
    for part in ("inputs", "outputs"):
        theirs, ours = real.get(part) or {}, stand_in.get(part) or {}
        for name in sorted(theirs.keys() | ours.keys()):
            one, other = (normal(side.get(name, ABSENT)) for side in (theirs, ours))
            if one != other and not any(row.covers(part, name, one, other) for row in EXPLAINED):
                yield f"{part}.{name}: the real provider has {one!r}, the stand-in {other!r}"


# What differs from one run to the next.
RANDOM = [
    (re.compile(r"\b(a-vpce|acl|dopt|eni|pl|rtb|rtbassoc|sg|sgr|subnet|vpc|vpce)-[0-9a-f]{8,}\b"), r"\1-ID"),
    (re.compile(r"\bsgrule-[0-9]+"), "sgrule-ID"),
    (re.compile(r"\bvpce-ID-[0-9a-f]{8}\."), "vpce-ID-X."),
    (re.compile(r"^(.+)-[0-9a-f]{7}$"), r"\1-RANDOM"),  # automatic names
]


def normal(value: Any, name: str = "") -> Any:
    """A value without what is different in every run: ids, automatic names, moto's made-up addresses, list order."""
    if isinstance(value, dict):
        return {key: normal(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((normal(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    if name in ("hostedZoneId", "ipv4") and value:
        return "RANDOM"
    if isinstance(value, str):
        if value.startswith("{"):
            return normal(json.loads(value))
        for pattern, replacement in RANDOM:
            value = pattern.sub(replacement, value)
    return value
