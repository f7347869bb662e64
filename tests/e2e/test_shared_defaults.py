"""One stack per Region: what Pulumi.yaml says holds for all of them; a stack's own file has the last word."""

from __future__ import annotations

import json
from typing import Any

import yaml

from tests.e2e.networks import Project
from tests.support.pack import ROOT

SHARED = {"minimumAgentVersion": "3.3.40.0", "tags": {"team": "platform"}}


def stack(project: Project, region: str, **config: Any) -> None:
    """A stack of this Region, named after it."""
    zones = [f"{region}a", f"{region}b"]
    project.stack(region, network={"create": {"cidr": "10.0.0.0/16", "availabilityZones": zones}}, **config)
    path = project.folder / f"Pulumi.{region}.yaml"
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    written["config"]["aws:region"] = region
    path.write_text(yaml.safe_dump(written), encoding="utf-8")


def endpoints(project: Project, region: str) -> dict[str, dict[str, Any]]:
    """The endpoints that a preview would make, name to inputs."""
    answer = project.run("preview", region, "--json", pack={"minimumAgentVersion": "3.3.40.0"})
    assert answer.code == 0, answer.text
    states = [step["newState"] for step in json.loads(answer.text)["steps"]]
    return {
        state["urn"].rpartition("::")[2]: state["inputs"]
        for state in states
        if state["type"] == "aws:ec2/vpcEndpoint:VpcEndpoint"
    }


def test_a_key_of_the_project_reaches_every_stack_and_a_stacks_own_takes_its_place(project: Project) -> None:
    text = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    for key, value in SHARED.items():
        text["config"][f"ssm-vpc-endpoints:{key}"]["value"] = value
    (project.folder / "Pulumi.yaml").unlink()
    (project.folder / "Pulumi.yaml").write_text(yaml.safe_dump(text), encoding="utf-8")
    stack(project, "eu-west-1")
    stack(project, "ap-southeast-2", tags={"environment": "prod"})
    ireland, sydney = endpoints(project, "eu-west-1"), endpoints(project, "ap-southeast-2")
    # The agents' version, and with it the missing ec2messages, reaches both.
    assert set(ireland) == set(sydney) == {"ssm-ssm", "ssm-ssmmessages", "ssm-ec2", "ssm-s3"}
    assert ireland["ssm-ssm"]["tags"] == {"Name": "ssm-ssm", "team": "platform"}
    # A key is taken whole: the project's tags are not added to the stack's.
    assert sydney["ssm-ssm"]["tags"] == {"Name": "ssm-ssm", "environment": "prod"}
    assert ireland["ssm-s3"]["serviceName"] == "com.amazonaws.eu-west-1.s3"
    assert sydney["ssm-s3"]["serviceName"] == "com.amazonaws.ap-southeast-2.s3"
