"""A fleet by the command, with the real engine: up in waves, skipped when nothing changed, drift, repair, and down; and
what is left when somebody stops it in the middle."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.fleets import ENDPOINTS, ROLES, FleetHouse, interrupted, inventory, until
from tests.support.aws_api import client

Make = Callable[..., FleetHouse]


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Make]:
    """Makes the one fleet of a test, whose sandbox ends with it."""
    made: list[FleetHouse] = []

    def make(**more: Any) -> FleetHouse:
        made.append(FleetHouse(tmp_path, inventory(**more)))
        return made[-1]

    yield make
    for each in made:
        each.end()


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def statuses(text: str) -> dict[str, str]:
    return {each["stack"]: each["status"] for each in lines(text)}


def forgotten(house: FleetHouse, stack: str, end: str) -> None:
    """As if the run had been killed while it created the resource whose URN ends so: AWS has it, the state does not know."""
    file = house.box / "state" / ".pulumi" / "stacks" / "ssm-vpc-endpoints" / f"{stack}.json"
    state = json.loads(file.read_text(encoding="utf-8"))
    latest = state["checkpoint"]["latest"]
    (lost,) = (each for each in latest["resources"] if each["urn"].endswith(end))
    latest["resources"].remove(lost)
    sent = {key: value for key, value in lost.items() if key not in ("id", "outputs")}
    latest["pending_operations"] = [{"type": "creating", "resource": sent}]
    file.write_text(json.dumps(state), encoding="utf-8")


def test_a_fleet_goes_up_in_waves_is_skipped_repaired_recovered_and_goes_down(fleet: Make) -> None:
    house = fleet()
    up = house.run("up", "--json")
    assert up.code == 0, up.text
    order = [line.split()[2].rstrip(",") for line in up.text.splitlines() if line.startswith("fleet: wave ")]
    assert order == ["canary", "early", "rest"]
    assert statuses(up.text) == dict.fromkeys(("dev-eu-west-1", "dev-us-east-1", "prod-eu-west-1"), "passed")
    house.each_once()
    page = (house.folder / "dist" / "fleet" / "three-up.html").read_text(encoding="utf-8")
    assert all(name in page for name in statuses(up.text))

    again = house.run("up", "--json")
    assert again.code == 0
    assert set(statuses(again.text).values()) == {"unchanged"}

    ec2 = client(house.port, "ec2", "eu-west-1", ROLES["prod"])
    (gone,) = (
        each["VpcEndpointId"]
        for each in ec2.describe_vpc_endpoints()["VpcEndpoints"]
        if each["ServiceName"] == "com.amazonaws.eu-west-1.ssmmessages"
    )
    ec2.delete_vpc_endpoints(VpcEndpointIds=[gone])
    drift = house.run("drift", "--json")
    assert drift.code == 1
    found = {each["stack"]: each for each in lines(drift.text)}
    assert found["prod-eu-west-1"]["status"] == "drifted"
    assert "1 delete" in found["prod-eu-west-1"]["error"]
    assert {found[name]["status"] for name in ("dev-eu-west-1", "dev-us-east-1")} == {"passed"}

    assert house.run("refresh", "--stack", "prod-eu-west-1").code == 0
    repaired = house.run("up", "--json")
    assert repaired.code == 0
    assert statuses(repaired.text) == {
        "dev-eu-west-1": "unchanged",
        "dev-us-east-1": "unchanged",
        "prod-eu-west-1": "passed",
    }
    house.each_once()

    forgotten(house, "prod-eu-west-1", "::ssm-ssmmessages")
    again = house.run("up", "--json", "--all", "--stack", "prod-eu-west-1")
    assert statuses(again.text) == {"prod-eu-west-1": "pending"}
    assert (
        "fix: ssm-endpoints fleet recover fleet.yaml --sandbox --stack prod-eu-west-1; then up again"
        in again.text
    )
    recovered = house.run("recover", "--stack", "prod-eu-west-1", "--yes")
    assert recovered.code == 0, recovered.text
    assert "written: 1 recorded. Pending operations: 0." in recovered.text
    again = house.run("up", "--json", "--stack", "prod-eu-west-1")
    assert statuses(again.text) == {"prod-eu-west-1": "passed"}, (
        "a state that was written is not an unchanged stack"
    )
    house.each_once()

    down = house.run("destroy", "--json")
    assert down.code == 0, down.text
    assert set(statuses(down.text).values()) == {"passed"}
    assert not (house.box / "moto.json").exists(), "an empty sandbox is stopped"


def test_a_canary_that_the_pack_blocks_stops_the_rollout_and_makes_nothing(fleet: Make) -> None:
    house = fleet(requirements={"minimumAgentVersion": "3.3.40.0", "features": {"kmsEncryption": True}})
    up = house.run("up", "--json")
    assert up.code == 1
    assert statuses(up.text) == {
        "dev-eu-west-1": "blocked",
        "dev-us-east-1": "not run",
        "prod-eu-west-1": "not run",
    }
    assert "com.amazonaws.eu-west-1.kms" in next(each["error"] for each in lines(up.text))
    assert house.endpoints("dev", "eu-west-1") == {}


def test_ctrl_c_leaves_no_lock_and_no_run_and_the_next_one_finishes(fleet: Make) -> None:
    house = fleet()
    process = house.start("up")
    until(lambda: (house.box / "moto.json").exists() and house.locks)
    answer = interrupted(process)
    assert answer.code == 130, answer.text
    assert "interrupted" in answer.text
    assert "not run" in answer.text
    assert house.locks == []
    assert house.engines == []
    assert house.run("up").code == 0
    house.each_once()


def test_a_runner_that_is_killed_leaves_no_lock_and_no_run_and_the_next_one_finishes(fleet: Make) -> None:
    house = fleet()
    process = house.start("up")
    until(lambda: (house.box / "moto.json").exists() and house.locks)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    until(lambda: not house.engines and not house.locks)
    assert house.run("up").code == 0
    house.each_once()
    assert len(house.endpoints("dev", "eu-west-1")) == ENDPOINTS
