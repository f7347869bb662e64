"""Which IAM actions, ARNs and condition keys AWS knows for the services that endpoints lead to.

    load()["ssm"].matching("Get*")
    # -> ("GetAccessToken", "GetAutomationExecution", ...)

Offline: `facts/iam_actions.toml` is made from botocore's list of operations by `make facts-actions`, corrected by
`facts/iam_services.toml`, which was typed from AWS's Service Authorization Reference.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FACTS = Path(__file__).parent / "facts"


@dataclass(frozen=True)
class IamService:
    """What IAM knows of a service.

    `actions`: names without the prefix ("GetParameter"). `arns`: what they are about, as formulas with wildcards (empty: the
    service has no resources). `keys`: its condition keys, as AWS writes them; "<key>" at the end is the owner's.
    """

    id: str
    actions: tuple[str, ...]
    arns: tuple[str, ...]
    keys: tuple[str, ...]
    source: str
    evidence: str

    def matching(self, pattern: str) -> tuple[str, ...]:
        """The actions that a name with or without wildcards means. Case does not count:
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html (read 2026-11-23)."""
        wanted = pattern.lower()
        return tuple(name for name in self.actions if wildcard_matches(wanted, name.lower()))


def wildcard_matches(pattern: str, text: str) -> bool:
    """Whether the pattern means the whole text: `*` is any characters or none, `?` is one. Never slow."""
    at, position, star, resume = 0, 0, -1, 0
    while position < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume, at = at, position, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[position]):
            at, position = at + 1, position + 1
        elif star >= 0:
            # The last `*` takes one character more.
            resume += 1
            at, position = star + 1, resume
        else:
            return False
    return not pattern[at:].strip("*")


@cache
def load() -> Mapping[str, IamService]:
    """Read the facts once. Raises: KeyError where a service is in one of the two files alone, or a row lacks a key."""
    actions, services = _rows("iam_actions"), _rows("iam_services")
    return {
        id: IamService(
            id=id,
            actions=tuple(actions[id]["actions"]),
            arns=tuple(row["arns"]),
            keys=tuple(row["keys"]),
            source=row["source"],
            evidence=row["evidence"],
        )
        for id, row in services.items()
    }


def _rows(name: str) -> dict[str, Any]:
    return tomllib.loads((_FACTS / f"{name}.toml").read_text(encoding="utf-8"))
