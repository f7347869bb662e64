"""A stack to recover without an engine, and what an interrupted run left in its state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.backend_files import Lock
from sandbox.mending import LockedError
from tests.recovery.aws import PROVIDER
from tests.support.aws_api import REGION

VPC = "aws:ec2/vpc:Vpc"
URN = f"urn:pulumi:dev::ssm-vpc-endpoints::ssm-vpc-endpoints:index:PrivateNetwork${VPC}::private"


@dataclass
class Fake:
    """An engine's part that remembers what was written."""

    aws: str
    name: str = "dev"
    deployment: dict[str, Any] = field(default_factory=dict)
    held: list[Lock] = field(default_factory=list)
    refused: str = ""
    cut: list[Path] = field(default_factory=list)
    files: bool = True
    written: list[tuple[Mapping[str, Any], list[str]]] = field(default_factory=list)

    def export(self) -> dict[str, Any]:
        document = self.written[-1][0] if self.written else {"version": 3, "deployment": self.deployment}
        return dict(document)

    def planned(self) -> list[dict[str, Any]]:
        return []

    def locks(self) -> list[Lock]:
        return self.held

    def of_files(self) -> bool:
        return self.files

    def cut_off(self) -> list[Path]:
        return self.cut

    def unlock(self) -> None:
        self.refused = ""
        self.held = []

    def write(self, document: Mapping[str, Any], refreshed: Sequence[str]) -> None:
        if self.refused:
            raise LockedError(self.refused)
        self.written.append((document, list(refreshed)))


def creating(block: str, **tags: str) -> dict[str, Any]:
    """A state whose first run was killed while it created a VPC."""
    inputs = {"cidrBlock": block, "region": REGION, "tags": tags}
    entry = {"urn": URN, "custom": True, "type": VPC, "inputs": inputs, "provider": PROVIDER}
    return {"resources": [], "pending_operations": [{"type": "creating", "resource": entry}]}
