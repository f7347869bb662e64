"""What a policy said, taken apart: the parts that a report needs, in an order that does not depend on the run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from policies.registry import POLICIES

PACK = "ssm-vpc-endpoints"
SEVERITIES = ("critical", "high", "medium", "low")
BY_NAME = {policy.name: policy for policy in POLICIES}
_CONTROL = re.compile(r"^control: *(.*?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """One finding. `message` is what and where, `fix` the text to paste; "" where the message has none.

    `control`: the related AWS control as the message names it, "none" where it says that there is none, None where it says
    nothing.
    """

    policy: str
    pack: str
    pack_version: str
    level: str
    severity: str
    urn: str
    message: str
    fix: str
    control: str | None

    @property
    def type(self) -> str:
        """The type of the resource itself, without those of its parents."""
        parts = self.urn.split("::", 3)
        return parts[2].rsplit("$", 1)[-1] if len(parts) == 4 else ""

    @property
    def name(self) -> str:
        """The resource's name in the program."""
        return self.urn.split("::", 3)[-1] if self.urn.count("::") >= 3 else ""

    def fields(self) -> dict[str, Any]:
        """The finding with the policy's own metadata, as the JSON reports show it."""
        policy = BY_NAME.get(self.policy)
        return {
            "policy": self.policy,
            "pack": self.pack,
            "packVersion": self.pack_version,
            "enforcementLevel": self.level,
            "severity": self.severity,
            "urn": self.urn,
            "resourceType": self.type,
            "resourceName": self.name,
            "message": self.message,
            "fix": self.fix,
            "control": self.control,
            "url": policy.url if policy else None,
            "remediation": policy.remediation_steps if policy else None,
        }


def read(
    policy: str, text: str, urn: str, level: str, *, pack: str, version: str, severity: str = ""
) -> Finding:
    """Take a policy's text apart: what and where, "fix:" and the text to paste, "control:" and its ids."""
    known = BY_NAME.get(policy)
    # The engine puts the policy's description, which is no finding, before the message.
    text = text.strip().removeprefix(f"{known.description}\n" if known else "")
    control = _CONTROL.search(text)
    what, _, fix = _CONTROL.sub("", text).strip().partition("\nfix:")
    if not severity and known and known.severity:
        severity = known.severity.value
    return Finding(
        policy=policy,
        pack=pack,
        pack_version=version,
        level=level.lower(),
        severity=severity or "none",
        urn=urn,
        message=what.strip(),
        fix=fix.strip(),
        control=control[1] if control else None,
    )


def ordered(found: Iterable[Finding]) -> list[Finding]:
    """What blocks first, then the worst; each once."""

    def rank(finding: Finding) -> tuple[Any, ...]:
        severity = SEVERITIES.index(finding.severity) if finding.severity in SEVERITIES else len(SEVERITIES)
        return finding.level != "mandatory", severity, finding.policy, finding.urn, finding.message

    return sorted(dict.fromkeys(found), key=rank)


def pack_version(folder: Path) -> str:
    """The version of the pack in `folder`: the engine, too, has it from this file and not from the pack's process."""
    return str(yaml.safe_load((folder / "PulumiPolicy.yaml").read_text(encoding="utf-8"))["version"])


def counts(found: Iterable[Finding]) -> Mapping[str, Any]:
    """How many findings block, how many only advise, and how many each policy has."""
    listed = list(found)
    names = sorted({finding.policy for finding in listed})
    mandatory = sum(finding.level == "mandatory" for finding in listed)
    return {
        "mandatory": mandatory,
        "advisory": len(listed) - mandatory,
        "byPolicy": {name: sum(finding.policy == name for finding in listed) for name in names},
    }
