"""States that earlier releases left behind: the program of today takes them over and changes nothing in AWS."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
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


def ids(project: Project, stack: str) -> dict[str, str]:
    """The AWS ids in the stack's state, by name."""
    answer = project.pulumi("stack", "export", "--stack", stack)
    assert answer.code == 0, answer.text
    deployment = json.loads(answer.text[answer.text.index("{") :])["deployment"]
    # The providers' ids belong to the engine.
    return {
        each["urn"]: each["id"]
        for each in deployment["resources"]
        if each.get("id") and "pulumi:providers:" not in each["urn"]
    }


def pack(name: str) -> dict[str, Any]:
    config = configuration(name)
    network = config["network"]
    subnets = [{"vpcId": network["vpcId"], **each} for each in network.get("nodeSubnets", ())]
    features = {"features": config["features"]} if "features" in config else {}
    return {**features, **({"nodeSubnets": subnets} if subnets else {})}


def released() -> set[str]:
    """The releases that a user may come from: the version of today, the headings of the changelog, the tags."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## \[?v?(\d+\.\d+\.\d+)\b", changelog, re.MULTILINE)
    # A copy without history has no tags; the changelog speaks of the same releases.
    tags = subprocess.run(
        ["git", "tag"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    return {
        project["version"],
        *headings,
        *(tag.removeprefix("v") for tag in tags if re.fullmatch(r"v?\d+\.\d+\.\d+", tag)),
    }


def test_every_release_has_its_states() -> None:
    """Whoever makes a release records what its stacks look like: tests/fixtures/states/README.md."""
    assert {f"{stack}-{version}" for stack in ("dev", "existing") for version in released()} == set(NAMES)
    described = (STATES / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}.json`" in described


def test_pack_and_project_are_of_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pack = yaml.safe_load((ROOT / "policies" / "PulumiPolicy.yaml").read_text(encoding="utf-8"))
    assert pack["version"] == project["version"]


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
    # And so it is: nothing is made anew, nothing loses its id.
    before = ids(project, stack)
    up = project.run("up", stack, pack=pack(name))
    assert up.code == 0, up.text
    assert f"{resources} unchanged" in up.text
    assert not re.search(r"\d+ (created|updated|replaced|deleted)", up.text), up.text
    assert ids(project, stack) == before
    assert len(before) > 5


def test_a_tag_after_an_upgrade_is_an_update_in_place(project: Project) -> None:
    """The same with a change, or else the test above could pass by looking at nothing."""
    name = "existing-0.1.0"
    stack = taken_over(project, name, tags={"team": "network", "environment": "prod"})
    shown = project.steps(stack, pack=pack(name))
    # Six endpoints, a group and its three rules; the component is the same.
    assert shown.summary == {"same": 2, "update": 10}
