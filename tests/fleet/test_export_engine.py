"""What the operator's agent does with an export, done with the real engine: the same commands, with the same environment.

Its commands: https://github.com/pulumi/pulumi-kubernetes-operator/blob/475dbc6c9d34ccab38ba1d3b16c924dd8a1c59b1/agent/pkg/server/server.go
(2026-11-30): `initStack`, `SetAllConfig`, `Preview`, `Up`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from fleet import expansion
from fleet.export import pko
from fleet.shapes import Stack
from tests.e2e.networks import Project
from tests.fleet.exports import WHERE, by_name
from tests.fleet.fleets import ROOT, fleet
from tests.support.aws_api import serving

NAME = "bank-eu-west-1"
FLEET = fleet(
    {
        "settings.minimumAgentVersion": "3.3.40.0",
        "settings.tags": {"cost": "1e3", "id": "0123"},
        # Whose the API on loopback says that its caller is.
        "accounts.1.accountId": "123456789012",
    }
)

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as found:
        yield found


class Workspace:
    """The operator's pod: a clone, the file of the ConfigMap, the environment, and the agent's way with the engine."""

    def __init__(
        self, folder: Path, port: int, file: dict[str, Any] | None = None, **requirements: Any
    ) -> None:
        self.project = Project(folder, port)
        (folder / "policies").symlink_to(ROOT / "policies")
        self.file = folder / f"Pulumi.{NAME}.yaml"
        if file is not None:
            self.file.write_text(yaml.safe_dump({"config": file}), encoding="utf-8")
        (inventory,) = (each for each in expansion.expand(FLEET, "fleet.yaml") if each.name == NAME)
        # On loopback the provider has keys of its own.
        own = {key: value for key, value in inventory.config.items() if not key.startswith("aws:")}
        config = {"aws:region": "eu-west-1", **self.project.aws, **own}
        wanted = {**inventory.requirements, "minimumAgentVersion": "3.3.40.0", **requirements}
        self.stack: Stack = replace(inventory, config=config, requirements=wanted)
        documents = pko.documents([self.stack], FLEET, **WHERE, root=folder)
        self.spec = by_name(documents)[f"{NAME}-preview"]["spec"]
        (mounted,) = by_name(documents, "ConfigMap").values()
        (folder / "policies.json").write_text(mounted["data"]["policies.json"], encoding="utf-8")
        for name, ref in self.spec["envRefs"].items():
            if ref["type"] == "Literal":
                value = ref["literal"]["value"].replace("/etc/ssm-endpoints", str(folder))
                self.project.environment[name] = value
        self.says("stack", "init", NAME, "--secrets-provider", self.spec["secretsProvider"])
        self.says("config", "set-all", "--json", json.dumps(self.values()))

    def values(self) -> dict[str, Any]:
        """As `unmarshalConfigItemsJson` does: text is text, all else is JSON beside the object itself."""
        return {
            key: {"value": value, "secret": False}
            if isinstance(value, str)
            else {"value": json.dumps(value), "objectValue": value, "secret": False}
            for key, value in self.spec["config"].items()
        }

    def says(self, *words: str, code: int = 0) -> str:
        answer = self.project.pulumi(*words)
        assert answer.code == code, answer.text
        return answer.text


def test_the_engine_is_told_what_the_inventory_says_whatever_is_in_the_clone(
    tmp_path: Path, port: int
) -> None:
    there = {
        "ssm-vpc-endpoints:buckets": {"own": [{"name": "of-another", "access": "read"}]},
        "aws:region": "us-east-1",
    }
    pod = Workspace(tmp_path, port, there)
    config = yaml.safe_load(pod.file.read_text(encoding="utf-8"))["config"]
    assert config == {**pod.stack.config, "ssm-vpc-endpoints:buckets": {}}
    assert config["ssm-vpc-endpoints:tags"] == {"cost": "1e3", "id": "0123"}
    said = pod.says("preview", "--json")
    assert "of-another" not in said


def test_the_pack_blocks_the_preview_where_the_operators_up_alone_would_stop_half_way(
    tmp_path: Path, port: int
) -> None:
    """That is why a stack waits for its preview: the Automation API says --skip-preview."""
    pod = Workspace(tmp_path, port, features={"kmsEncryption": True})
    blocked = pod.says("preview", code=255)
    assert "[mandatory] [severity: high]  ssm-endpoints-complete" in blocked
    assert "com.amazonaws.eu-west-1.kms" in blocked
    halfway = pod.says("up", "--yes", "--skip-preview", code=255)
    assert "ssm-endpoints-complete" not in halfway
    assert "aws:ec2:Vpc private created" in halfway
    pod.says("destroy", "--yes", "--skip-preview")
