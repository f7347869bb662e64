"""Which names and patterns mean a bucket that AWS owns."""

from __future__ import annotations

import re
from functools import cache

from blueprint.catalog import load
from policies import iam

S3_ARN = re.compile(r"arn:(?P<partition>[^:]*):s3:::(?P<bucket>[^/]*)")


def owner_of(bucket: str) -> str | None:
    """The Region whose bucket this is, if it is exactly one that AWS publishes."""
    known = _managed().get(bucket)
    return known[1] if known else None


def family_of(bucket: str) -> str | None:
    """The family of AWS's buckets that a name or pattern resembles; None for everybody else's buckets and for `*`.

    It resembles a family if it is one of its names, if it goes on from the family's stem with a Region or a wildcard, or
    if it is a pattern that matches one of its names.
    """
    if not bucket.strip("*?"):
        return None
    managed = _managed()
    if bucket in managed:
        return managed[bucket][0]
    for stem, family in _stems().items():
        if re.fullmatch(stem, bucket):
            return family
    if "*" in bucket or "?" in bucket:
        return next(
            (family for name, (family, _) in managed.items() if iam.pattern_matches(bucket, name)), None
        )
    return None


@cache
def _managed() -> dict[str, tuple[str, str]]:
    """Every published name -> its family and Region."""
    return {
        name: (family.id, region.id)
        for family in load().buckets.values()
        for region in load().regions.values()
        if (name := region.bucket(family))
    }


@cache
def _stems() -> dict[str, str]:
    """Pattern of everything that looks like a bucket of a family -> the family. Longest stems first: `aws-ssm-` opens
    other families' names too."""
    areas = "|".join(sorted({region.split("-")[0] for region in load().regions}))
    region = rf"(?:(?:{areas})(?:-[a-z]+)+-\d+|(?:(?:{areas})-[a-z0-9-]*)?[*?])"
    stems = {}
    for family in load().buckets.values():
        before, _, after = (family.formula or f"{family.column}-{{region}}").partition("{region}")
        # Some families have nothing but what follows the Region to know them by.
        stems[f"{re.escape(before)}{region}.*" + (f"{re.escape(after)}.*" if not before else "")] = family.id
    return dict(sorted(stems.items(), key=lambda item: -len(item[0])))
