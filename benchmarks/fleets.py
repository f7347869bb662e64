"""The fleets that the benchmark runs: every Region of AWS's commercial partition, in two accounts by assumed roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from blueprint.catalog import load
from fleet import content, expansion, inventory
from fleet.session import Session
from fleet.shapes import Stack
from sandbox import moto
from sandbox.layout import Layout
from sandbox.throwaway import throwaway
from tests.support.aws_api import client

ACCOUNTS = {"shop": "111111111111", "bank": "222222222222"}


def inventory_of(stacks: int, at_once: int, port: int) -> dict[str, Any]:
    """fleet.yaml for so many stacks, each a Region of its own, the accounts in turn. The zones are those that the AWS at
    `port` has: not every Region has an a and a b."""
    regions = [id for id, region in sorted(load().regions.items()) if region.partition.id == "aws"]
    if stacks > len(regions):
        raise ValueError(f"there are {len(regions)} Regions, not {stacks}")
    return {
        "name": "bench",
        "backend": {"url": "file:///nowhere"},  # in a sandbox it is the sandbox's own
        "concurrency": {"overall": at_once, "perAccount": at_once, "perRegion": 1},
        "settings": {
            "minimumAgentVersion": "3.3.40.0",
            "network": {"create": {"cidr": "10.0.0.0/16"}},
        },
        "requirements": {"minimumAgentVersion": "3.3.40.0"},
        "accounts": [
            {
                "name": name,
                "accountId": id,
                "roleArn": f"arn:aws:iam::{id}:role/deployer",
                "regions": [_region(region, port) for region in regions[number:stacks:2]],
            }
            for number, (name, id) in enumerate(ACCOUNTS.items())
            if number < stacks
        ],
    }


def _region(region: str, port: int) -> dict[str, Any]:
    answer = client(port, "ec2", region).describe_availability_zones()["AvailabilityZones"]
    zones = sorted(each["ZoneName"] for each in answer if each.get("ZoneType") in (None, "availability-zone"))
    return {"region": region, "settings": {"network": {"create": {"availabilityZones": zones[:2]}}}}


@contextmanager
def fleet(stacks: int, at_once: int) -> Iterator[tuple[Session, moto.Server]]:
    """A fleet on an AWS of its own. All its stacks are in one wave: who goes first is not what is measured."""
    with throwaway(Layout(), None) as (box, server):
        parsed = inventory.parse(inventory_of(stacks, at_once, server.port), "fleet.yaml")
        expanded = tuple(replace(each, wave="rest") for each in expansion.expand(parsed, "fleet.yaml"))
        folder = Path(box.root)
        (folder / "state").mkdir(parents=True)
        yield Session(parsed, expanded, folder, content.program(), server), server


def wrong(stacks: Sequence[Stack], port: int, folder: Path) -> list[str]:
    """What the API and the backend have that they should not: endpoints twice, VPCs twice or missing, locks."""
    found = [f"lock {file.name}" for file in (folder / "state" / ".pulumi" / "locks").rglob("*.json")]
    for stack in stacks:
        ec2 = client(port, "ec2", stack.region, stack.role_arn)
        vpcs = [each for each in ec2.describe_vpcs()["Vpcs"] if not each.get("IsDefault")]
        if len(vpcs) != 1:
            found.append(f"{stack.name}: {len(vpcs)} VPCs")
        alive = [
            (each["VpcId"], each["ServiceName"])
            for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]
            if each["State"].lower() not in ("deleted", "deleting")
        ]
        found += [
            f"{stack.name}: {name} x{count}" for (_, name), count in Counter(alive).items() if count > 1
        ]
        if len(alive) < 4:
            found.append(f"{stack.name}: {len(alive)} endpoints")
    return found
