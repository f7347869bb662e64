"""Fleets, stacks and results for tests: right ones, and the means to make others of them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from blueprint.problems import Problem, SettingsError
from fleet import inventory
from fleet.settings import Fleet
from fleet.shapes import Result, Stack, Status, Verb, Wave

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "fixtures" / "fleet" / "fleet.yaml"
ROLE = "arn:aws:iam::111111111111:role/deployer"
ABSENT = object()
# Subnets of a VPC that is there.
NODES = [
    {
        "id": f"subnet-0a1b2c3d4e5f6070{number}",
        "cidr": f"10.20.{number}.0/24",
        "availabilityZone": f"eu-west-1{zone}",
        "routeTableId": f"rtb-0a1b2c3d4e5f6070{number}",
    }
    for number, zone in ((1, "a"), (2, "b"))
]
RIGHT: dict[str, Any] = {
    "name": "acme",
    "backend": {"url": "s3://acme-state"},
    "settings": {
        "network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["{region}a", "{region}b"]}}
    },
    "accounts": [
        {
            "name": "shop",
            "accountId": "111111111111",
            "roleArn": ROLE,
            "regions": [{"region": "eu-west-1"}, {"region": "eu-west-2"}],
        },
        {"name": "bank", "accountId": "222222222222", "regions": [{"region": "eu-west-1"}]},
    ],
}


def said(changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a right inventory says, with changes: a path with dots ("accounts.0.name") and a value, or ABSENT."""
    data = copy.deepcopy(RIGHT)
    for path, value in (changes or {}).items():
        *parts, last = path.split(".")
        place: Any = data
        for part in parts:
            place = place[int(part)] if isinstance(place, list) else place.setdefault(part, {})
        if value is ABSENT:
            del place[last]
        elif isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = value
    return data


def fleet(changes: Mapping[str, Any] | None = None) -> Fleet:
    """The fleet of a right inventory with changes."""
    return inventory.parse(said(changes), "fleet.yaml")


def problems(data: Any) -> list[Problem]:
    """What is wrong with an inventory."""
    try:
        inventory.parse(data, "fleet.yaml")
    except SettingsError as error:
        return list(error.problems)
    return []


def stack(
    name: str, account: str = "111111111111", region: str = "eu-west-1", wave: Wave = "rest", **config: Any
) -> Stack:
    """A stack that nobody made of an inventory."""
    return Stack(
        name=name,
        account=f"account-{account}",
        account_id=account,
        role_arn="",
        region=region,
        wave=wave,
        config=config,
        requirements={},
        where="accounts[0].regions[0]",
    )


def result(status: Status = "passed", verb: Verb = "up", content: str = "c1", **more: Any) -> Result:
    """How a run of the stack "shop" ended."""
    return Result(**{"stack": "shop", "verb": verb, "status": status, "content": content, **more})
