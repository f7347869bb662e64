"""Does a node's role read the Region's buckets?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from blueprint.catalog import Region
from policies import iam
from policies.believed import Of, Owner
from policies.pack_config import PackConfig
from policies.requirements import RequiredBucket, buckets, unpublished
from policies.roles import NodeRole, Policies
from policies.rule import Finding

# Characters that no real key has: only a wildcard matches them.
_SOME_KEY = "\ufffd/\ufffd"


@dataclass(frozen=True)
class Missing:
    """A bucket that the role does not surely read; `place` is where to allow it, None where a Deny has to go first."""

    arn: str
    bucket: RequiredBucket
    reason: str
    surely: bool
    place: str | None


def findings(role: NodeRole, regions: list[Region], config: PackConfig) -> Iterator[Finding]:
    """One finding with every bucket that the role does not surely read, and one for each that nobody can name."""
    lacking: list[Missing] = []
    for region in regions:
        for bucket in buckets(region, config):
            # Nobody knows the name: only a role that reads everything reads it, too.
            found = missing(role, bucket, bucket.name or "*", region)
            if found and bucket.name:
                lacking.append(found)
            elif found:
                yield unpublished(bucket, region)
    if not lacking:
        return
    unproven = not any(each.surely for each in lacking)
    names = ", ".join(f"{each.bucket.name} ({each.bucket.why})" for each in lacking)
    reasons = "; ".join(dict.fromkeys(each.reason for each in lacking))
    by_place: dict[str | None, list[str]] = {}
    for each in lacking:
        by_place.setdefault(each.place, []).append(each.arn)
    fixes = [_way_out(place, arns) for place, arns in by_place.items()]
    yield Finding(
        f"role {role.resource.name!r} ({', '.join(role.users)}) does not {'surely ' if unproven else ''}allow "
        f"s3:GetObject on {names}: {reasons}. Through a VPC endpoint, SSM Agent needs it in the node's own role.\n"
        f"fix: {'; and '.join(fixes)}",
        role.resource.urn,
        unproven,
    )


def missing(role: NodeRole, bucket: RequiredBucket, name: str, region: Region) -> Missing | None:
    """What keeps a role from reading a bucket of this name; None where nothing does."""
    arn = f"arn:{region.partition.id}:s3:::{name}/"
    held = [(role.policies, "policy", "a policy of the role")]
    if role.boundary is not None:
        held.append(
            (role.boundary, "permissions boundary", "the permissions boundary, as a policy of this stack,")
        )
    for policies, what, place in held:
        decision = iam.decide_all(policies.documents, _request(policies, region, arn + _SOME_KEY))
        denial = _denial(policies, region, arn)
        if denial:
            surely = decision.verdict is not iam.Verdict.UNDECIDABLE
            return Missing(f"{arn}*", bucket, denial, surely, place=None)
        # A key has at least one character.
        every = _request(policies, region, arn + "?*")
        whole = any(iam.allows_all(document, every) for document in policies.documents)
        if decision.verdict is iam.Verdict.ALLOWED and whole:
            continue
        reason = f"no {what} admits all of its objects"
        if decision.verdict is iam.Verdict.UNDECIDABLE:
            reason = decision.reason
        elif not policies.documents and not policies.unread:
            reason = f"no {what} of the role allows it"
        if policies.unread:
            reason += f" ({'; '.join(policies.unread)})"
        surely = decision.verdict is not iam.Verdict.UNDECIDABLE and not policies.unread
        return Missing(f"{arn}*", bucket, reason, surely, place)
    return None


def _denial(policies: Policies, region: Region, arn: str) -> str | None:
    """A Deny that surely hits the bucket, or may hit a part of it."""
    request = _request(policies, region, arn + "*")
    return next(filter(None, (iam.denial_within(each, request) for each in policies.documents)), None)


def _request(policies: Policies, region: Region, resource: str) -> iam.Request:
    """The node's own, signed read of an object of AWS's."""
    signed = next(
        each for each in iam.agent_reads(region.id, resource) if isinstance(each.caller, iam.Signed)
    )
    context = dict(signed.context) | Owner(*policies.documents).context(Of.OTHERS)
    return iam.Request(signed.action, resource, signed.caller, context)


def _way_out(place: str | None, arns: list[str]) -> str:
    if place is None:
        # No Allow wins over a Deny.
        return f"take out that Deny, or keep it off {', '.join(arns)}"
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": arns}
    return f"{place} with {json.dumps(statement)}"
