"""What the identity needs that runs a fleet: the accounts' roles, the state's bucket and the keys of its secrets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fleet.settings import Fleet
from fleet.shapes import Stack
from permissions import state

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
    fleet: Fleet, stacks: Sequence[Stack], principal: str, *, only_looks: bool = False, locks: bool = False
) -> list[dict[str, Any]]:
    """The statements of one identity's policy: the roles by their exact ARNs, the bucket, the keys.

    `only_looks`: the roles are the previewers', and neither state nor secret can be written: a stack that nobody has brought
    up yet cannot be previewed with it. `locks`: but the state's locks can, which `fleet drift` takes.
    """
    _, partition, _, _, account, _ = principal.split(":", 5)
    roles = sorted({stack.role_arn for stack in stacks if stack.role_arn})
    found: list[dict[str, Any]] = []
    if roles:
        resources = sorted(previewer_arn(role) for role in roles) if only_looks else roles
        found.append(state.allow("AssumeRoles", ["sts:AssumeRole"], resources))
    found += state.bucket(fleet.backend.url, partition, only_looks=only_looks, locks=locks)
    for number, provider in enumerate(sorted({stack.secrets_provider for stack in stacks}), start=1):
        found += state.key(f"Secrets{number}", provider, partition, account, only_looks=only_looks)
    return found
