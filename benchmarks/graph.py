"""One good stack at any size: the recorded dev stack's VPC, many times over, as a flat program would make it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.support.graph import JsonObject, RecordedGraph, load

RECORDED = Path(__file__).parents[1] / "tests" / "fixtures" / "graphs" / "dev-preview.json"
# One VPC: itself, two subnets, two route tables with an association each, a security group with its rule, five endpoints.
PER_VPC = 14
# What the engine shows besides: the provider and the stack.
FRAME = 2


def stack(resources: int) -> RecordedGraph:
    """A compliant stack with that many AWS resources, a multiple of PER_VPC."""
    vpcs, rest = divmod(resources, PER_VPC)
    if rest:
        raise ValueError(f"{resources} is no multiple of {PER_VPC}, the resources of one VPC")
    recorded = load(RECORDED)
    frame, unit = _split(recorded.inputs), _split(recorded.resources)
    graph = RecordedGraph(frame[0], unit[0])
    for number in range(vpcs):
        graph.inputs.extend(_clone(frame[1], number))
        graph.resources.extend(_clone(unit[1], number))
    return graph


def without(graph: RecordedGraph, name: str) -> RecordedGraph:
    """The same stack with one resource fewer."""
    changed = graph.copy()
    changed.drop(name)
    return changed


def _split(resources: list[JsonObject]) -> tuple[list[JsonObject], list[JsonObject]]:
    """The provider and the stack, and the AWS resources of one VPC."""
    frame = [item for item in resources if item["type"].startswith("pulumi:")]
    unit = [item for item in resources if item["type"].startswith("aws:")]
    rules = [item for item in unit if item["type"].endswith(":SecurityGroupIngressRule")]
    # One rule for both subnets, as people write it; the recorded stack has one for each.
    unit.remove(rules[1])
    rules[0]["properties"] |= {"cidrIpv4": "10.0.0.0/18"}
    rules[0] |= {"name": "ssm-https"}
    return frame, unit


def _clone(unit: list[JsonObject], number: int) -> list[JsonObject]:
    stack = "urn:pulumi:dev::benchmark::pulumi:pulumi:Stack::benchmark-dev"
    urns = {
        item["urn"]: f"urn:pulumi:dev::benchmark::{item['type']}::{item['name']}-{number}" for item in unit
    }
    cloned: list[JsonObject] = json.loads(json.dumps(unit))
    for item in cloned:
        new = _renamed(item, urns)
        item.update(new, name=f"{item['name']}-{number}")
        if "parent" in item:
            item["parent"] = stack
        if "parent" in item["options"]:
            item["options"]["parent"] = stack
        if "tags" in item["properties"]:
            item["properties"]["tags"]["Name"] = item["name"]
    return cloned


def _renamed(value: Any, urns: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(item, urns) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, urns) for item in value]
    return urns.get(value, value) if isinstance(value, str) else value
