"""Which names and patterns mean a bucket that AWS owns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from blueprint.catalog import Region, load
from policies import iam

_S3_ARN = re.compile(r"arn:(?P<partition>[^:]*):s3:::(?P<bucket>[^/]*)")


def wrong_with(pattern: str, region: Region, given: Mapping[str, str]) -> str | None:
    """What is wrong with an ARN pattern that an endpoint policy in `region` allows, and the way out; None if nothing is.

    `given` holds names that AWS does not publish, by family.
    """
    here = region.partition.id
    match = _S3_ARN.match(pattern)
    if match is None:
        admitted = opens_up(pattern, here)
        return admitted and f"a pattern that also admits {admitted}.\nfix: arn:{here}:s3:::<the exact name>/*"
    partition, bucket = match["partition"], match["bucket"]
    family = family_of(bucket)
    if family is None:
        return None
    right = region.bucket(load().buckets[family]) or given.get(family)
    fix = f"\nfix: arn:{here}:s3:::{right or '<the exact name>'}/*"
    owner = owner_of(bucket)
    if owner not in (None, region.id):
        return f"the bucket of {owner}, which a gateway endpoint in {region.id} does not reach.{fix}"
    if bucket == right or bucket in given.values():
        return None if partition in (here, "*") else f"partition {partition!r} is not {here!r}.{fix}"
    if is_pattern(bucket):
        return (
            f"a wildcard in the name of an AWS-owned bucket ({family}) also admits buckets of strangers.{fix}"
        )
    return f"AWS publishes no bucket ({family}) of that name for {region.id}.{fix}"


def is_of_aws(pattern: str) -> bool:
    """Whether an ARN pattern means a bucket of AWS's."""
    match = _S3_ARN.match(pattern)
    return match is not None and family_of(match["bucket"]) is not None


def owner_of(bucket: str) -> str | None:
    """The Region whose bucket this is, if it is exactly one that AWS publishes."""
    known = _managed().get(bucket)
    return known[1] if known else None


def family_of(bucket: str) -> str | None:
    """The family of AWS's buckets that a name or pattern resembles; None for everybody else's buckets and for `*`.

    It resembles a family if it goes on from the family's stem with a Region or a wildcard, as each of its names does, or
    if it is a pattern that matches one of its names and has more in common with it than `prod`.
    """
    for stem, family in _stems().items():
        if re.fullmatch(stem, bucket):
            return family
    if not is_pattern(bucket):
        return None
    common = _words(bucket) - {"prod"}
    for name, (family, _) in _managed().items():
        if iam.pattern_matches(bucket, name) and (not bucket.startswith(("*", "?")) or common & _words(name)):
            return family
    return None


def is_pattern(text: str) -> bool:
    """Whether a name or ARN has wildcards."""
    return "*" in text or "?" in text


def opens_up(arn: str, partition: str) -> str | None:
    """One of AWS's buckets that an ARN pattern of another shape than `arn:partition:s3:::name` also admits.

    Patterns that say nothing but "everything" are left alone: that is full access, and means to be.
    """
    if not _words(arn) - _words(f"arn:{partition}:s3"):
        return None
    objects = (f"arn:{partition}:s3:::{name}" for name in _managed())
    return next((each for each in objects if iam.patterns_intersect(arn, f"{each}/*")), None)


def without_variables(pattern: str) -> str:
    """A pattern with each policy variable as the wildcard that it may turn out to be."""
    return re.sub(r"\$\{[^}]*\}", "*", pattern)


def _words(text: str) -> set[str]:
    """The words of a name or pattern, as far as they are whole: `*ssm-eu-*` has "ssm" and "eu"."""
    return {word for word in re.split(r"[^a-z0-9]+", text.lower()) if len(word) > 1}


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
        # Some families have nothing but what follows the Region to know them by, others a domain that has to follow it.
        tail = (
            f".*{re.escape(after)}.*" if not before else re.escape(after) if after.startswith(".") else ".*"
        )
        stems[f"{re.escape(before)}{region}{tail}"] = family.id
    return dict(sorted(stems.items(), key=lambda item: -len(item[0])))
