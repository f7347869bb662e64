"""What the policies found in a whole fleet, policy by policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fleet.shapes import Result


@dataclass(frozen=True)
class Said:
    """One text of a policy, and the rows of the stacks that it is said of."""

    message: str
    fix: str
    stacks: tuple[int, ...]


@dataclass(frozen=True)
class Policy:
    """What a policy found in the fleet: how many findings of each level, in which rows, and its different texts, the one
    that is said of most stacks first. `url`: an https address, or ""."""

    name: str
    severity: str
    url: str
    mandatory: int
    advisory: int
    stacks: tuple[int, ...]
    told: tuple[Said, ...]


def by_policy(rows: Sequence[Result]) -> list[Policy]:
    """What the policies found, those that block most first."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for row, result in enumerate(rows):
        for each in result.findings:
            found.setdefault(str(each["policy"]), []).append((row, each))
    listed = [_policy(name, those) for name, those in found.items()]
    return sorted(listed, key=lambda each: (-each.mandatory, -each.advisory, each.name))


def _policy(name: str, those: Sequence[tuple[int, Any]]) -> Policy:
    texts: dict[tuple[str, str], dict[int, None]] = {}
    for row, each in those:
        said = str(each.get("message") or ""), str(each.get("fix") or "")
        texts.setdefault(said, {})[row] = None
    told = (Said(message, fix, tuple(stacks)) for (message, fix), stacks in texts.items())
    mandatory = sum(each["enforcementLevel"] == "mandatory" for _, each in those)
    return Policy(
        name=name,
        severity=str(those[0][1].get("severity") or "none"),
        url=_https(those[0][1].get("url")),
        mandatory=mandatory,
        advisory=len(those) - mandatory,
        stacks=tuple(dict.fromkeys(row for row, _ in those)),
        told=tuple(sorted(told, key=lambda each: -len(each.stacks))),
    )


def _https(url: object) -> str:
    """An address that a link may lead to, or ""."""
    try:
        parts = urlsplit(str(url or ""))
    except ValueError:
        return ""
    return str(url) if parts.scheme == "https" and parts.hostname else ""
