"""States that earlier releases left behind: the program of today takes them over and changes nothing in AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.e2e.networks import Project
from tests.support.pack import ROOT

STATES = ROOT / "tests" / "fixtures" / "states"
NAMES = sorted(path.stem for path in STATES.glob("*.json"))


def configuration(name: str) -> dict[str, Any]:
    """The stack's configuration of then: what stands beside the state, or the dev stack's own file."""
    beside = STATES / f"{name}.yaml"
    path = beside if beside.exists() else ROOT / "Pulumi.dev.yaml"
    config = yaml.safe_load(path.read_text(encoding="utf-8"))["config"]
    prefix = "ssm-vpc-endpoints:"
    return {key.removeprefix(prefix): value for key, value in config.items() if key.startswith(prefix)}


def taken_over(project: Project, name: str, **changed: Any) -> str:
    """The stack, with the release's state imported; some keys of its configuration may be others now.
    What the state speaks of is not in this AWS, so the preflight is off."""
    stack = name.partition("-")[0]
    project.stack(stack, **{**configuration(name), "preflight": "off", **changed})
    answer = project.pulumi("stack", "import", "--stack", stack, "--file", str(STATES / f"{name}.json"))
    assert answer.code == 0, answer.text
    return stack


def pack(name: str) -> dict[str, Any]:
    config = configuration(name)
    network = config["network"]
    subnets = [{"vpcId": network["vpcId"], **each} for each in network.get("nodeSubnets", ())]
    features = {"features": config["features"]} if "features" in config else {}
    return {**features, **({"nodeSubnets": subnets} if subnets else {})}


def test_there_are_states_to_take_over() -> None:
    assert NAMES == ["dev-0.1.0", "existing-0.1.0"]


@pytest.mark.parametrize("name", NAMES)
def test_a_state_says_nothing_of_the_machine_that_recorded_it(name: str) -> None:
    export = json.loads((STATES / f"{name}.json").read_text(encoding="utf-8"))
    for resource in export["deployment"]["resources"]:
        assert not {"sourcePosition", "stackTrace"} & resource.keys(), resource["urn"]


@pytest.mark.parametrize(("name", "resources"), [("dev-0.1.0", 18), ("existing-0.1.0", 12)])
def test_an_upgrade_changes_nothing(project: Project, name: str, resources: int) -> None:
    stack = taken_over(project, name)
    shown = project.steps(stack, pack=pack(name))
    assert shown.summary == {"same": resources}
    preview = project.run("preview", stack, pack=pack(name))
    assert preview.code == 0, preview.text
    assert f"{resources} unchanged" in preview.text


def test_a_tag_after_an_upgrade_is_an_update_in_place(project: Project) -> None:
    """The same with a change, or else the test above could pass by looking at nothing."""
    name = "existing-0.1.0"
    stack = taken_over(project, name, tags={"team": "network", "environment": "prod"})
    shown = project.steps(stack, pack=pack(name))
    # Six endpoints, a group and its three rules; the component is the same.
    assert shown.summary == {"same": 2, "update": 10}
