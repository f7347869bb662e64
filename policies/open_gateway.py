"""Does an S3 gateway endpoint's policy lead to every bucket of every account?

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html (read 2026-11-23): "The default endpoint policy
allows access by any user or service from any AWS account to any S3 resources."
"""

from __future__ import annotations

from policies import iam
from policies.believed import Of, Owner
from policies.graph import UNKNOWN, Maybe

# No bucket has such a name: only a wildcard, or a NotResource, takes it in.
_ANY_OBJECT = "arn:{}:s3:::\ufffd/\ufffd"
# A node, or whoever has got hold of its role, with a bucket of somebody else's.
_NODE: dict[str, iam.Value] = {
    "aws:principalisawsservice": ("false",),
    "aws:securetransport": ("true",),
    "aws:viaawsservice": ("false",),
}


def open_to_all(policy: Maybe, partition: str) -> str | None:
    """What opens the endpoint to strangers' buckets, as the rest of a sentence; None where nothing surely does.

    A condition on the caller alone closes nothing: with its own credentials a node may write to any bucket that lets it.
    """
    if policy is None:
        return "has no policy, and AWS's default is full access"
    if policy is UNKNOWN:
        return None
    try:
        document = iam.parse(policy)
    except iam.Malformed:
        return None
    owner = Owner(document)
    context = _NODE | owner.context(Of.OTHERS)
    for action in ("s3:PutObject", "s3:GetObject"):
        request = iam.Request(action, _ANY_OBJECT.format(partition), iam.Signed(owner.account), context)
        decision = iam.decide(document, request)
        if decision.verdict is iam.Verdict.ALLOWED:
            return f"has a policy that lets {action} through whatever the bucket ({decision.reason})"
    return None
