"""Does an S3 gateway endpoint's policy admit the buckets that nodes read?"""

from __future__ import annotations

import json
from collections.abc import Iterator

from blueprint.catalog import Region
from policies import iam
from policies.graph import UNKNOWN, Maybe
from policies.pack_config import PackConfig
from policies.requirements import RequiredBucket, buckets, unpublished
from policies.rule import Finding

# What `iam.agent_reads` asks for.
ACTION = "s3:GetObject"
# Characters that no real key has: only a wildcard matches them.
_ANY_KEY = "\ufffd/\ufffd"


def findings(
    policy: Maybe, region: Region, config: PackConfig, where: str, urn: str | None
) -> Iterator[Finding]:
    """One finding per bucket that `policy` does not surely admit.

    `policy` is the document's text, None for AWS's default (full access) or UNKNOWN; `where` names the endpoint.
    """
    required = list(buckets(region, config))
    for bucket in required:
        if bucket.name is None:
            yield unpublished(bucket, region)
    if policy is None:
        return
    if policy is UNKNOWN:
        yield Finding(
            f"{where}: its policy is not known in the preview, so none of the {len(required)} buckets can be proven.\n"
            "fix: give the policy as plain text, with no Output in it; full access can be said aloud: "
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
            urn,
            unproven=True,
        )
        return
    try:
        document = iam.parse(str(policy))
    except iam.Malformed as error:
        yield Finding(
            f"{where}: its policy is not an endpoint policy: {error}.\n"
            f'fix: one "Statement" that is enough: {_paste(required, region)}',
            urn,
        )
        return
    for bucket in required:
        if bucket.name is not None:
            yield from refused(document, bucket, region, where, urn)


def refused(
    document: iam.Document, bucket: RequiredBucket, region: Region, where: str, urn: str | None
) -> Iterator[Finding]:
    """The finding that a document does not surely admit a bucket whose name is known; nothing where it does."""
    objects = f"arn:{region.partition.id}:s3:::{bucket.name}/"
    decision = iam.decide_every(document, iam.agent_reads(region.id, objects + _ANY_KEY))
    denials = (iam.denial_within(document, each) for each in iam.agent_reads(region.id, objects + "*"))
    denial = next(filter(None, denials), None)
    # A key has at least one character.
    everything = all(iam.allows_all(document, each) for each in iam.agent_reads(region.id, objects + "?*"))
    if decision.verdict is iam.Verdict.ALLOWED and everything and denial is None:
        return
    surely = "" if decision.verdict is iam.Verdict.DENIED else "surely "
    reason = (
        decision.reason
        if decision.verdict is not iam.Verdict.ALLOWED
        else "no statement admits all of its objects"
    )
    fix = f'add to "Statement": {_paste([bucket], region)}'
    if denial is not None:
        # No Allow wins over a Deny.
        reason, fix = denial, f"take out that Deny, or keep it off {objects}*"
    yield Finding(
        f"{where}: its policy does not {surely}admit {bucket.name} ({bucket.why}): {reason}.\nfix: {fix}",
        urn,
    )


def _paste(required: list[RequiredBucket], region: Region) -> str:
    """The statement that admits these buckets."""
    arns = [f"arn:{region.partition.id}:s3:::{bucket.name}/*" for bucket in required if bucket.name]
    statement = {"Effect": "Allow", "Principal": "*", "Action": ACTION, "Resource": arns}
    return json.dumps(statement)
