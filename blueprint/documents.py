"""The IAM documents that a plan writes, as the exact text that is sent.

Endpoint policies need a Principal, and a gateway endpoint takes only "*" there
(https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html, read 2026-11-23).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

VERSION = "2012-10-17"
FULL_ACCESS: Final[Mapping[str, Any]] = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def full_access() -> str:
    """The policy that AWS attaches when none is given, written out.

    Why: leaving the policy out later does not reset one that was set before, so a plan always says it.
    """
    return of_statements([FULL_ACCESS])


@dataclass(frozen=True, kw_only=True)
class OwnBuckets:
    """Buckets of the owner's with one access ("read", "readWrite") and one account that owns them, "" where nobody said."""

    access: str
    account: str
    names: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Buckets:
    """The buckets that nodes use. `partition` opens every ARN ("aws-cn"). `actions` maps an access to S3 actions."""

    partition: str
    aws: Sequence[str]
    own: Sequence[OwnBuckets]
    actions: Mapping[str, Sequence[str]]


def s3_endpoint(buckets: Buckets) -> str:
    """The policy of an S3 endpoint: AWS's buckets to read, the owner's with the access each asked for.

    Shape: JSON without white space; one statement for AWS's buckets, one per access and owning account for the owner's.
    Why a Condition on the owner's where the account is known: the name of a deleted bucket is free for anybody to take
    (https://aws.amazon.com/about-aws/whats-new/2020/12/new-iam-condition-keys-amazon-s3-limit-requests-buckets-owned-specific-aws-accounts-specific-tls-versions/,
    read 2026-11-30).
    Why no Condition on AWS's buckets: SSM Agent may read them unsigned, so that a caller's account or organisation is not
    in the request (https://github.com/aws-samples/data-perimeter-policy-examples, service_owned_resources.md).
    """
    return of_statements(_s3(buckets, {"Principal": "*"}))


def s3_role(buckets: Buckets) -> str:
    """The same for a node's role. Behind an endpoint, the permission has to be said there as well
    (https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html, read 2026-11-23)."""
    return of_statements(_s3(buckets, {}))


def instance_trust() -> str:
    """EC2 may take the role, for instances. Service principals are `<service>.amazonaws.com` in every partition, China
    included (https://github.com/aws/aws-cdk, packages/aws-cdk-lib/region-info/lib/default.ts, read 2026-11-25)."""
    return of_statements([_assumed_by("ec2.amazonaws.com")])


def hybrid_trust(*, partition: str, region: str, account: str) -> str:
    """Systems Manager may take the role, for this account's machines in this Region alone.

    Why the conditions: without them the service could be made to act for another account, the confused deputy
    (https://docs.aws.amazon.com/systems-manager/latest/userguide/hybrid-multicloud-service-role.html, read 2026-11-23).
    """
    condition = {
        "StringEquals": {"aws:SourceAccount": account},
        "ArnEquals": {"aws:SourceArn": f"arn:{partition}:ssm:{region}:{account}:*"},
    }
    return of_statements([{**_assumed_by("ssm.amazonaws.com"), "Condition": condition}])


def _assumed_by(service: str) -> dict[str, object]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}


def _s3(buckets: Buckets, principal: Mapping[str, object]) -> list[Mapping[str, object]]:
    def bucket(name: str) -> str:
        return f"arn:{buckets.partition}:s3:::{name}"

    def objects(name: str) -> str:
        return f"{bucket(name)}/*"

    statements: list[Mapping[str, object]] = [
        {
            "Sid": "AllowGetFromAwsManagedBuckets",
            "Effect": "Allow",
            **principal,
            "Action": "s3:GetObject",
            "Resource": [objects(name) for name in buckets.aws],
        }
    ]
    for own in buckets.own:
        access = f"{own.access[0].upper()}{own.access[1:]}"
        owned = {"Condition": {"StringEquals": {"aws:ResourceAccount": own.account}}} if own.account else {}
        statements.append(
            {
                "Sid": f"Allow{access}OfOwnBuckets{f'In{own.account}' if own.account else ''}",
                "Effect": "Allow",
                **principal,
                "Action": list(buckets.actions[own.access]),
                "Resource": [arn for name in own.names for arn in (bucket(name), objects(name))],
                **owned,
            }
        )
    return statements


def of_statements(statements: Sequence[Mapping[str, object]]) -> str:
    """A document of these statements, in their order, without white space."""
    return json.dumps({"Version": VERSION, "Statement": list(statements)}, separators=(",", ":"))
