"""What the engine says of a stack whose last run was interrupted, and the little that is written to put it right.

`up` and `down` ask before they start: an engine that goes on would make anew what was being created, and keep the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.layout import Layout, SandboxError, named

CREATING = "creating"


def refuse(pending: Sequence[str], stack: str, verb: str) -> None:
    """Raises a SandboxError if the state says that something was being created when the last run ended."""
    if not pending:
        return
    names = "\n".join(f"  {urn}" for urn in pending)
    raise SandboxError(
        f"stack {stack}: the last run was interrupted while this was being created, and whether AWS has it the state "
        f"does not know:\n{names}\n  fix: make recover{named(stack)}, then make {verb}{named(stack)}"
    )


def pending(deployment: Mapping[str, Any] | None) -> list[str]:
    """URNs of what was being created, by a deployment of an export or of a checkpoint."""
    listed = (deployment or {}).get("pending_operations") or []
    return [str(each["resource"]["urn"]) for each in listed if each.get("type") == CREATING]


def pending_in(layout: Layout, stacks: Sequence[str]) -> list[str]:
    """The same, of stacks of the sandbox's own backend."""
    found: list[str] = []
    for stack in stacks:
        for file in layout.state.glob(f".pulumi/stacks/*/{stack}.json"):
            try:
                latest = json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"]
                found += pending(latest)
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                continue  # the engine says what is wrong with its file
    return found
