"""What the engine itself needs, beside the AWS provider: the state's bucket and the keys of its secrets."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit


def bucket(
    url: str, partition: str, *, only_looks: bool = False, locks: bool = False
) -> list[dict[str, Any]]:
    """The statements for a backend's URL; none where it is not in S3. `only_looks`: the state cannot be written. `locks`:
    but its locks can, as a refresh that previews nothing but itself does. Whoever may delete a lock may delete another
    run's.

    What the engine does with a state in S3: it lists, reads, writes, copies and deletes objects
    (https://github.com/pulumi/pulumi/blob/v3.220.0/pkg/backend/diy/bucket.go, 2026-11-30).
    """
    parts = urlsplit(url)
    if parts.scheme != "s3":
        return []
    arn = f"arn:{partition}:s3:::{parts.netloc}"
    prefix = parts.path.strip("/")
    objects = f"{arn}/{prefix}/*" if prefix else f"{arn}/*"
    actions = ["s3:GetObject"] if only_looks else ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    locking = ["s3:DeleteObject", "s3:PutObject"]
    found = [
        # Of the whole bucket: whether an object is there is answered by this permission, and that request has no prefix to
        # compare (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html, 2026-11-30).
        allow("StateNames", ["s3:ListBucket"], [arn]),
        allow("State", actions, [objects]),
    ]
    # https://github.com/pulumi/pulumi/blob/v3.220.0/pkg/backend/diy/lock.go, 2026-11-30
    return [*found, allow("Locks", locking, [objects[:-1] + ".pulumi/locks/*"])] if locks else found


def key(
    sid: str, provider: str, partition: str, account: str, *, only_looks: bool = False
) -> list[dict[str, Any]]:
    """The statement for a secrets provider; none where it is not AWS KMS.

    One key: awskms:///<ARN>, awskms://alias/<name>?region=<Region> or awskms://<id>?region=<Region>. The engine asks for the
    key itself, not as a role that the provider assumes; what it decrypts is its data key
    (https://www.pulumi.com/docs/iac/concepts/secrets/, 2026-11-30).
    """
    if not provider.startswith("awskms://"):
        return []
    actions = ["kms:Decrypt"] if only_looks else ["kms:Decrypt", "kms:Encrypt"]
    parts = urlsplit(provider)
    named = f"{parts.netloc}{parts.path}"
    if named.startswith("/arn:") and ":key/" in named:
        return [allow(sid, actions, [named[1:]])]
    region = (parse_qs(parts.query).get("region") or ["*"])[0]
    if named.startswith("/arn:"):
        _, _, _, region, account, named = named.split(":", 5)
    keys = f"arn:{partition}:kms:{region}:{account}:key/"
    if not named.startswith("alias/"):
        return [allow(sid, actions, [keys + named])]
    # A policy cannot name an alias as its resource. Not kms:RequestAlias: the engine decrypts without saying which key
    # (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html, 2026-11-30).
    condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": named}}
    return [allow(sid, actions, [keys + "*"]) | {"Condition": condition}]


def allow(sid: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    """A statement that allows."""
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
