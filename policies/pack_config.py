"""What the pack's owner requires: the configuration that CrossGuard hands to each policy.

It comes from `--policy-pack-config` (or a policy group), never from the stack that is judged: a stack would excuse itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from pulumi_policy import PolicyConfigSchema

from blueprint.catalog import load
from policies import config_schema
from policies.config_schema import amount, choice, list_of, object_of, text
from policies.iam_match import pattern_matches
from policies.telling import some

# The same as the stack configuration's own defaults.
FEATURES_ON_BY_DEFAULT = frozenset({"patchManager", "distributor", "vssSnapshots", "windows"})
PROFILES = ("current", "seed")
# What `where` says of a hosted zone that the judged stack itself has to hold.
THIS_STACK = "this stack"
_BUCKET = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"


@cache
def schema() -> PolicyConfigSchema:
    """The JSON Schema of every policy's configuration: they all take the same, so that one file serves them all."""
    families = [id for id, family in load().buckets.items() if not family.legacy]
    bucket = text("one exact bucket name, no wildcard", _BUCKET)
    vpc = text('a VPC\'s id, the URN of one, or a pattern of URNs with *; "*" is every VPC', ".")
    elsewhere = list_of(
        object_of(
            {
                "vpc": vpc,
                "services": list_of(_service("s3")),
                "where": text("where they are, for people", "."),
            },
            "vpc",
            "services",
            "where",
        )
    )
    internet = object_of({"vpc": vpc, "where": text("which way out, for people", ".")}, "vpc", "where")
    node_subnet = object_of(
        {
            "vpcId": vpc,
            "id": text("a subnet's id, the URN of one, or a pattern of URNs with *", "."),
            "cidr": text("an IPv4 block, like 10.0.1.0/24", r"^\d+(\.\d+){3}/\d+$"),
            "ipv6Cidr": text("an IPv6 block", "^[0-9a-fA-F:]+/[0-9]+$"),
            "availabilityZone": text("a zone, like eu-west-1a", "^[a-z0-9-]+$"),
            "routeTableId": text("a route table's id", "^rtb-[0-9a-f]{8,17}$"),
        },
        "vpcId",
        "id",
    )
    waiver = object_of(
        {
            "urn": text("a URN, or a pattern of URNs with *", "^urn:pulumi:[^:]+::[^:]+::.+::.+$"),
            "reason": text("why, in a sentence", r"\S.{9,}"),
            "owner": text("who answers for it", r"\S"),
            "expires": text('a day at most 90 days from today, like "2026-12-31"', r"^\d{4}-\d\d-\d\d$"),
        },
        "urn",
        "reason",
        "owner",
        "expires",
    )
    return PolicyConfigSchema(
        properties={
            "profile": choice(PROFILES),
            "features": object_of({feature: {"type": "boolean"} for feature in load().features}),
            "minimumAgentVersion": text('four numbers, like "3.3.40.0"', r"^(\d{1,9}(\.\d{1,9}){3})?$"),
            "requiredServices": list_of(_service()),
            "requiredBuckets": list_of(bucket),
            "awsManaged": object_of(dict.fromkeys(families, bucket)),
            "sharedEndpoints": elsewhere,
            "existingEndpoints": elsewhere,
            "hostedZones": elsewhere,
            "internetAccess": list_of(internet),
            "nodeSubnets": list_of(node_subnet),
            "minimumZones": {"type": "integer", "minimum": 1, "description": "a number from 1 on"},
            "maxMonthlyUsd": amount("US dollars a month, like 250", 0),
            "endpointHourUsd": amount("US dollars per endpoint, zone and hour, like 0.011", 0.0001),
            "trustedSecurityGroups": list_of(text("a security group's id", "^sg-[0-9a-f]{8,17}$")),
            "scope": choice(("auto", "always")),
            "onUnknown": choice(("fail", "warn")),
            "waivers": list_of(waiver),
        }
    )


@dataclass(frozen=True)
class Elsewhere:
    """Services of a VPC that something outside of the judged VPC provides: `vpc` is an id or a pattern of URNs,
    `services` holds short ids or full names, `where` says to people where."""

    vpc: str
    services: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class NodeSubnet:
    """A subnet that managed nodes run in, as its owner declares it; "" where it is not said."""

    vpc: str
    id: str
    cidr: str = ""
    ipv6_cidr: str = ""
    zone: str = ""
    route_table: str = ""


@dataclass(frozen=True)
class PackConfig:
    """One policy's configuration.

    - `profile`: whose list of endpoints and buckets holds, AWS's of today ("current") or of 2023 ("seed").
    - `features`: those that are on; `features_off`: those that the owner turned off in so many words.
    - `shared_endpoints` are in another VPC (a hub), `existing_endpoints` in the same one, made by another stack;
      `hosted_zones` stand in for private DNS; VPCs with `internet_access` need no endpoints.
    - `minimum_zones`: in how many Availability Zones an interface endpoint has to be.
    - `max_monthly_usd`: what the interface endpoints may cost (None: anything); `endpoint_hour_usd`: what one costs per zone
      and hour, instead of AWS's price.
    - `trusted_security_groups`: ids whose rules this stack does not hold and somebody vouches for.
    - `scope`: "auto" judges stacks with a resource in a VPC, "always" even an empty one.
    - `on_unknown`: whether what cannot be proven in a preview blocks ("fail") or is only said ("warn").
    - `seen`: features that the stack itself shows to be used: feature -> Region -> what shows it; `perhaps` the same for
      what cannot be read.
    """

    profile: str = "current"
    features: frozenset[str] = FEATURES_ON_BY_DEFAULT
    features_off: frozenset[str] = frozenset()
    minimum_agent_version: str = ""
    required_services: tuple[str, ...] = ()
    required_buckets: tuple[str, ...] = ()
    aws_managed: Mapping[str, str] = field(default_factory=dict)
    shared_endpoints: tuple[Elsewhere, ...] = ()
    internet_access: tuple[Elsewhere, ...] = ()
    existing_endpoints: tuple[Elsewhere, ...] = ()
    hosted_zones: tuple[Elsewhere, ...] = ()
    node_subnets: tuple[NodeSubnet, ...] = ()
    minimum_zones: int = 2
    max_monthly_usd: Decimal | None = None
    endpoint_hour_usd: Decimal | None = None
    trusted_security_groups: frozenset[str] = frozenset()
    scope: str = "auto"
    on_unknown: str = "fail"
    seen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    perhaps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class PackConfigError(ValueError):
    """The configuration cannot be used; the text names each key, its value and what is allowed."""


def read(config: Mapping[str, Any]) -> PackConfig:
    """Read what CrossGuard hands over. Raises: PackConfigError, with everything that is wrong."""
    whole = {"type": "object", "properties": schema().properties}
    wrong = list(some(config_schema.problems(dict(config), whole)))
    if not wrong:
        wrong = [
            f"sharedEndpoints[{index}].services names s3: a gateway endpoint does not extend out of its VPC, so every VPC "
            "needs its own; one that another stack has put into this VPC belongs to existingEndpoints"
            for index, shared in enumerate(config.get("sharedEndpoints", []))
            if any(service.split(".")[-1] == "s3" for service in shared["services"])
        ]
        first: dict[tuple[str, str], int] = {}
        for index, each in enumerate(config.get("nodeSubnets", [])):
            subnet = (each["vpcId"] if "*" in each["id"] else "", each["id"])
            if (before := first.setdefault(subnet, index)) != index:
                wrong.append(
                    f"nodeSubnets[{index}] is nodeSubnets[{before}] again: say everything about a subnet once"
                )
    if wrong:
        raise PackConfigError("; ".join(some(wrong)))
    features = config.get("features", {})
    on = {feature for feature, value in features.items() if value}
    off = features.keys() - on
    return PackConfig(
        profile=config.get("profile", PROFILES[0]),
        features=(FEATURES_ON_BY_DEFAULT | on) - off,
        features_off=frozenset(off),
        minimum_agent_version=config.get("minimumAgentVersion", ""),
        required_services=tuple(config.get("requiredServices", ())),
        required_buckets=tuple(config.get("requiredBuckets", ())),
        aws_managed=config.get("awsManaged", {}),
        shared_endpoints=_elsewhere(config, "sharedEndpoints"),
        internet_access=_elsewhere(config, "internetAccess"),
        existing_endpoints=_elsewhere(config, "existingEndpoints"),
        hosted_zones=_elsewhere(config, "hostedZones"),
        node_subnets=tuple(
            NodeSubnet(
                vpc=each["vpcId"],
                id=each["id"],
                cidr=each.get("cidr", ""),
                ipv6_cidr=each.get("ipv6Cidr", ""),
                zone=each.get("availabilityZone", ""),
                route_table=each.get("routeTableId", ""),
            )
            for each in config.get("nodeSubnets", ())
        ),
        minimum_zones=int(config.get("minimumZones", 2)),
        max_monthly_usd=_usd(config.get("maxMonthlyUsd")),
        endpoint_hour_usd=_usd(config.get("endpointHourUsd")),
        trusted_security_groups=frozenset(config.get("trustedSecurityGroups", ())),
        scope=config.get("scope", "auto"),
        on_unknown=config.get("onUnknown", "fail"),
    )


def names(pattern: str, *keys: object) -> bool:
    """Whether an id, a URN or a pattern of URNs names a thing with these keys (its URN, its id)."""
    return pattern == "*" or any(isinstance(key, str) and pattern_matches(pattern, key) for key in keys)


def _elsewhere(config: Mapping[str, Any], key: str) -> tuple[Elsewhere, ...]:
    found = config.get(key, ())
    return tuple(Elsewhere(each["vpc"], tuple(each.get("services", ())), each["where"]) for each in found)


def _usd(value: float | None) -> Decimal | None:
    """An amount as it was written: 0.011, not the nearest fraction of two."""
    return None if value is None else Decimal(str(value))


def _service(*more: str) -> dict[str, Any]:
    """A service of ours by its short id (or one of `more`, which is answered in words), any other by its full name."""
    ours = [id for id, service in load().services.items() if service.type == "Interface"]
    pattern = rf"^({'|'.join((*ours, *more))}|[a-z0-9-]+(\.[a-z0-9-]+){{3,}})$"
    return text(f"one of {', '.join(ours)}, or the full name of another service", pattern)
