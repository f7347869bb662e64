"""What people look at of a stack that is up: its outputs, its own page, and the graph of its resources."""

from __future__ import annotations

import re

from blueprint import facts_date
from blueprint.outputs import ALWAYS, FACTS, OUTPUTS, README
from tests.blueprint.test_plan import make
from tests.e2e.networks import Project
from tests.support.pack import ROOT

PARENT, NEEDED = "#AA6639", "#246C60"


def edges(dot: str, color: str) -> set[tuple[str, str]]:
    """The edges of one colour, each as the names of what it leads from and to."""
    names = dict(re.findall(r'^\s*(Resource\d+) \[label="([^"]+)"\];$', dot, re.MULTILINE))
    found = re.findall(rf'^\s*(Resource\d+) -> (Resource\d+) \[color = "{color}"', dot, re.MULTILINE)
    return {(names[a], names[b]) for a, b in found}


def test_outputs_page_and_graph(project: Project) -> None:
    zones = ["eu-west-1a", "eu-west-1b"]
    project.stack("dev", network={"create": {"cidr": "10.0.0.0/16", "availabilityZones": zones}})
    up = project.run("up", "dev")
    assert up.code == 0, up.text
    outputs = project.outputs("dev")
    assert set(outputs) <= set(OUTPUTS)
    assert {name for name, output in OUTPUTS.items() if output.when == ALWAYS} <= set(outputs)
    assert outputs[FACTS] == facts_date.of_plan(make("eu-west-1")).line
    assert outputs[README] == (ROOT / "Pulumi.README.md").read_text(encoding="utf-8")
    wrote = project.pulumi("stack", "graph", "graph.dot", "--stack", "dev", "--short-node-name")
    assert wrote.code == 0, wrote.text
    dot = (project.folder / "graph.dot").read_text(encoding="utf-8")
    services = {f"ssm-{service}" for service in ("ssm", "ssmmessages", "ec2messages", "ec2", "s3")}
    children = {child for child, parent in edges(dot, PARENT) if parent == "ssm"}
    assert children == {*services, "ssm-https", "ssm-https-10.0.0.0-19", "ssm-https-10.0.32.0-19"}
    assert {child for child, parent in edges(dot, PARENT) if parent == "private"} == {
        "private",
        "private-a",
        "private-b",
    }
    assert {("ssm", "ssm-vpc-endpoints-dev"), ("private", "ssm-vpc-endpoints-dev")} <= edges(dot, PARENT)
    # An endpoint needs the VPC; an interface endpoint its subnets and group, the gateway its route tables.
    needed = edges(dot, NEEDED)
    assert {("private", each) for each in services} <= needed
    assert {("ssm-https", each) for each in services - {"ssm-s3"}} <= needed
    assert {(f"private-{zone}", each) for zone in "ab" for each in services} <= needed
