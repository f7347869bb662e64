"""What features, agent version, buckets and tags need from each other and from the Region.

Looks at valid parts alone. The planner relies on it: after these checks every bucket that is needed has a name,
and it is known of every service that is needed whether AWS offers it in the Region.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from blueprint.catalog import Region, agent_version, load
from blueprint.names import nearest
from blueprint.network_rules import repeated, rows
from blueprint.problems import NOT_GIVEN, REGION_KEY, Loc, Report

Data = Mapping[str, Any]

_MANAGED: Loc = ("buckets", "awsManaged")
_OTHER: Loc = ("buckets", "otherAwsManaged")
_OWN: Loc = ("buckets", "own")
_NOT_OWN = "is AWS's bucket: those of the features are added by themselves, others belong in otherAwsManaged"


def check(data: Data, report: Report, default_features: Mapping[str, bool]) -> None:
    """Report what the planner could not work with. A feature whose value is not valid decides nothing."""
    given = data.get("features", {})
    features = {} if given is None else {**default_features, **given}
    on = {name for name, value in features.items() if value}
    region = load().regions.get(data.get(REGION_KEY) or "")
    buckets = data.get("buckets", {})
    if region:
        _check_services(region, on, data.get("minimumAgentVersion", ""), report)
        if buckets is not None:
            _check_families(region, on, buckets.get("awsManaged", {}), report)
            _check_regions_in_names(region, buckets, report)
    _check_others(buckets, report)
    _check_own(region, buckets, report)
    tags, most = data.get("tags") or (), load().limit("tags-per-resource")
    if len(tags) > most:
        report.add(
            ("tags",), f"has too many tags: AWS takes {most} on a resource", value=f"({len(tags)} tags)"
        )


def _check_services(region: Region, on: set[str], version: str | None, report: Report) -> None:
    if version is None:
        return
    for service in load().services.values():
        retired = service.not_needed_from_agent
        if region.has_service(service.id) is not None or not on.issuperset(service.features):
            continue
        if not retired:
            report.add((REGION_KEY,), f"nobody could verify whether {service.id} exists in {region.id}")
        elif not version or agent_version(version) < agent_version(retired):
            report.add(
                ("minimumAgentVersion",),
                f"nobody could verify whether {service.id} exists in {region.id}; set minimumAgentVersion to "
                f'"{retired}" or later, from which agents do without it',
            )


def _check_families(region: Region, on: set[str], given: Data | None, report: Report) -> None:
    if given is None:
        return
    families = load().buckets
    # A misspelt family is one mistake: the name is there, under the wrong key.
    meant = {nearest(id, families) for id in given if id not in families} | given.keys()
    for family in families.values():
        published = region.bucket(family)
        if family.legacy and family.id in given:
            report.add((*_MANAGED, family.id), f"is not needed any more ({family.why}); remove the key")
        elif published and family.id in given:
            report.add(
                (*_MANAGED, family.id), f"is not needed: AWS publishes it as {published}; remove the key"
            )
        if published or family.legacy or family.id in meant or not on.issuperset(family.features):
            continue
        off = " or ".join(family.features)
        report.add(
            (*_MANAGED, family.id),
            f"AWS does not publish the {family.id} bucket's name for {region.id} ({family.why}); "
            "ask AWS or look it up in a node's own requests, and give the exact name here"
            + (f", or turn {off} off" if off else ""),
            value=NOT_GIVEN,
        )


def _check_regions_in_names(region: Region, buckets: Data, report: Report) -> None:
    """AWS's buckets carry the Region they are in, and a gateway endpoint reaches no other Region."""
    managed = buckets.get("awsManaged") or {}
    named = [((*_MANAGED, family), name) for family, name in managed.items() if name]
    named += [((*_OTHER, position), name) for position, name in rows(buckets, "otherAwsManaged")]
    for loc, name in named:
        if any(found != region.id for found in _any_region().findall(name)):
            report.add(
                loc,
                "names another Region: a gateway endpoint reaches only buckets in its own",
                nearest=_any_region().sub(region.id, name),
            )


def _check_others(buckets: Data | None, report: Report) -> None:
    for position, first in repeated(rows(buckets, "otherAwsManaged")):
        report.add((*_OTHER, position), f"is otherAwsManaged[{first}] again: list each bucket once")


def _check_own(region: Region | None, buckets: Data | None, report: Report) -> None:
    managed = (buckets or {}).get("awsManaged") or {}
    aws_names = {*_published(), *managed.values(), *(name for _, name in rows(buckets, "otherAwsManaged"))}
    first: dict[str, int] = {}
    for position, bucket in rows(buckets, "own"):
        name, where = bucket.get("name"), bucket.get("region")
        if name and first.setdefault(name, position) != position:
            report.add(
                (*_OWN, position, "name"),
                f"is own[{first[name]}] again: readWrite includes read, list it once",
            )
        if name and name in aws_names:
            report.add((*_OWN, position, "name"), _NOT_OWN)
        if where and region and where != region.id:
            report.add(
                (*_OWN, position, "region"),
                f"is not {region.id}, the stack's Region: a gateway endpoint reaches only buckets in its own",
                nearest="" if where in load().regions else nearest(where, [region.id]),
            )


@cache
def _any_region() -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, load().regions))})(?![a-z0-9])")


@cache
def _published() -> frozenset[str]:
    """Every name that AWS publishes, of every Region."""
    catalog = load()
    names = (
        region.bucket(family) for region in catalog.regions.values() for family in catalog.buckets.values()
    )
    return frozenset(name for name in names if name)
