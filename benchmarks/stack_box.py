"""Stacks of two sizes in a sandbox of their own, and the commands that preview them: what is compared, made ready to run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks import process_tree
from benchmarks.process_tree import Cost
from sandbox import engine_run, environments, stack_config
from sandbox.bootstrap import aws_plugin, engine
from sandbox.layout import PROJECT_FILE, Layout
from sandbox.throwaway import throwaway

ROOT = Path(__file__).parents[1]
PROGRAMS = ROOT / "benchmarks" / "programs"
PROJECT = "ssm-vpc-endpoints"
POLICIES = ("--policy-pack", "policies", "--policy-pack-config", "policies/config/dev.json")


@dataclass(frozen=True)
class Size:
    """A stack: a new VPC with a private subnet per zone, the endpoints, and `clients` more blocks that they admit."""

    name: str
    region: str
    zones: str
    clients: int
    features: tuple[str, ...] = ()

    @property
    def resources(self) -> int:
        """How many AWS resources that makes, counted by hand: the programs have to agree."""
        # A subnet, a route table, its association and a rule per zone; the VPC, the group, five endpoints.
        return 4 * len(self.zones) + self.clients + len(self.features) + 7

    def config(self, port: int, *, preflight: bool) -> dict[str, Any]:
        """The stack file's `config`, with AWS on that port of this machine."""
        network: dict[str, Any] = {
            "create": {
                "cidr": "10.0.0.0/16",
                "availabilityZones": [self.region + zone for zone in self.zones],
            }
        }
        if self.clients:
            network["clientCidrs"] = [f"10.9.{number}.0/24" for number in range(self.clients)]
        config: dict[str, Any] = {
            "aws:region": self.region,
            **stack_config.provider_keys(port),
            f"{PROJECT}:network": network,
            f"{PROJECT}:tags": {"environment": "dev"},
        }
        if self.features:
            config[f"{PROJECT}:features"] = dict.fromkeys(self.features, True)
        return config if preflight else config | {f"{PROJECT}:preflight": "off"}


# The first is Pulumi.dev.yaml's; the second is about as large as one stack gets: a security group takes 60 rules.
SIZES = (
    Size("dev", "eu-west-1", "ab", 0),
    Size("large", "us-east-1", "abcdef", 50, ("kmsEncryption", "cloudwatchLogs")),
)


@dataclass(frozen=True)
class Box:
    """A sandbox with a server, an engine and a state that ends with it."""

    folder: Path
    port: int
    environment: Mapping[str, str]
    pulumi: str

    def preview(
        self, program: Path, size: Size, *more: str, preflight: bool = False, watch: bool = False
    ) -> Cost:
        """Preview a program's stack of a size; what it says is in `said`. Raises: process_tree.RunError."""
        config = self.folder / _folder(preflight=preflight) / f"Pulumi.{size.name}.yaml"
        words = [self.pulumi, "preview", "--stack", size.name, "--config-file", str(config), *more]
        return process_tree.run(
            [*words, "--non-interactive"], self.environment, program, self.said, watch=watch
        )

    def planned(self, program: Path, size: Size) -> list[dict[str, Any]]:
        """The resources that a program's preview makes, as the engine's JSON has them: `type`, `urn`, `inputs` and more."""
        self.preview(program, size, "--json")
        text = self.said.read_text(encoding="utf-8", errors="replace")
        # Notices come before the document, which begins at the first line that is a brace.
        document = json.loads(text[text.index("{\n") :])
        return [step["newState"] for step in document["steps"]]

    @property
    def said(self) -> Path:
        """What the last command said."""
        return self.folder / "said.txt"


@contextmanager
def opened(aws_plugin_folder: Path | None = None) -> Iterator[Box]:
    """A sandbox for as long as it is needed. `aws_plugin_folder` has another `pulumi-resource-aws` than the stand-in.

    Raises: sandbox.layout.SandboxError where there is no engine.
    """
    found = engine.find()
    with throwaway(Layout(), None) as (layout, server):
        stand_in = aws_plugin_folder is None
        environment = environments.for_sandbox(layout, found or Path(), server.port, stand_in=stand_in)
        if aws_plugin_folder is not None:
            environment["PATH"] = os.pathsep.join([str(aws_plugin_folder), environment["PATH"]])
        box = Box(layout.root, server.port, environment, engine_run.program(environment))
        for size in SIZES:
            _make(layout, box, size)
        yield box


def official_plugin() -> Path | None:
    """The folder of the official `aws` plugin, where it is installed."""
    program = aws_plugin.installed(aws_plugin.locked_version())
    return program.parent if program else None


def _make(layout: Layout, box: Box, size: Size) -> None:
    """A stack's empty state and its two files, which have the salt that `stack init` wrote."""
    layout.config.mkdir(exist_ok=True)
    (layout.config / PROJECT_FILE).write_bytes((ROOT / PROJECT_FILE).read_bytes())
    engine_run.ensure_stack(layout, size.name, box.environment)
    begun = yaml.safe_load((layout.config / f"Pulumi.{size.name}.yaml").read_text(encoding="utf-8"))
    for preflight in (True, False):
        file = box.folder / _folder(preflight=preflight) / f"Pulumi.{size.name}.yaml"
        file.parent.mkdir(exist_ok=True)
        content = begun | {"config": size.config(box.port, preflight=preflight)}
        file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _folder(*, preflight: bool) -> str:
    return "asks-aws" if preflight else "asks-nothing"
