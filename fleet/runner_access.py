"""What the identity needs that runs a fleet: the accounts' roles, the state's bucket and the keys of its secrets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fleet.settings import Fleet
from fleet.shapes import Stack

PRINCIPAL = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(role|user)/[\w+=,.@/-]+", re.ASCII)
_DEPLOYER = "deployer"


def previewer_arn(role_arn: str) -> str:
    """The ARN of the role that only looks, by the name of the one that deploys: `deployer` at its end is `previewer`
    there, and any other name gets `-previewer`."""
    return (
        role_arn.removesuffix(_DEPLOYER) + "previewer"
        if role_arn.endswith(_DEPLOYER)
        else f"{role_arn}-previewer"
    )


def statements(
    fleet: Fleet, stacks: Sequence[Stack], principal: str, *, only_looks: bool = False
) -> list[dict[str, Any]]:
    """The statements of one identity's policy: the roles by their exact ARNs, the bucket, the keys.

    `only_looks`: the roles are the previewers', and neither state nor secret can be written: a stack that nobody has brought
    up yet cannot be previewed with it.
    """
    _, partition, _, _, account, _ = principal.split(":", 5)
    roles = sorted({stack.role_arn for stack in stacks if stack.role_arn})
    found: list[dict[str, Any]] = []
    if roles:
        resources = sorted(previewer_arn(role) for role in roles) if only_looks else roles
        found.append(_allow("AssumeRoles", ["sts:AssumeRole"], resources))
    found += _bucket(fleet.backend.url, partition, only_looks)
    for number, provider in enumerate(sorted({stack.secrets_provider for stack in stacks}), start=1):
        if provider.startswith("awskms://"):
            # The engine asks for the key itself, not as the account's role; what it decrypts is its data key
            # (https://www.pulumi.com/docs/iac/concepts/secrets/, 2026-11-30).
            actions = ["kms:Decrypt"] if only_looks else ["kms:Decrypt", "kms:Encrypt"]
            found.append(_key(f"Secrets{number}", provider, partition, account, actions))
    return found


def _bucket(url: str, partition: str, only_looks: bool) -> list[dict[str, Any]]:
    """What the engine does with a state in S3: it lists, reads, writes, copies and deletes objects
    (https://github.com/pulumi/pulumi/blob/v3.220.0/pkg/backend/diy/bucket.go, 2026-11-30)."""
    parts = urlsplit(url)
    if parts.scheme != "s3":
        return []
    bucket = f"arn:{partition}:s3:::{parts.netloc}"
    prefix = parts.path.strip("/")
    objects = f"{bucket}/{prefix}/*" if prefix else f"{bucket}/*"
    actions = ["s3:GetObject"] if only_looks else ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    return [
        # Of the whole bucket: whether an object is there is answered by this permission, and that request has no prefix to
        # compare (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html, 2026-11-30).
        _allow("StateNames", ["s3:ListBucket"], [bucket]),
        _allow("State", actions, [objects]),
    ]


def _key(sid: str, provider: str, partition: str, account: str, actions: list[str]) -> dict[str, Any]:
    """One key: awskms:///<ARN>, awskms://alias/<name>?region=<Region> or awskms://<id>?region=<Region>."""
    parts = urlsplit(provider)
    named = f"{parts.netloc}{parts.path}"
    if named.startswith("/arn:") and ":key/" in named:
        return _allow(sid, actions, [named[1:]])
    region = (parse_qs(parts.query).get("region") or ["*"])[0]
    if named.startswith("/arn:"):
        _, _, _, region, account, named = named.split(":", 5)
    keys = f"arn:{partition}:kms:{region}:{account}:key/"
    if not named.startswith("alias/"):
        return _allow(sid, actions, [keys + named])
    # A policy cannot name an alias as its resource. Not kms:RequestAlias: the engine decrypts without saying which key
    # (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html, 2026-11-30).
    condition = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": named}}
    return _allow(sid, actions, [keys + "*"]) | {"Condition": condition}


def _allow(sid: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
