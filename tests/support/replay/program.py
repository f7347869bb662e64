"""The program of a recorded graph: registers each resource with the inputs that it was recorded with, unknown where they
were, and computed from the resources that they were computed from."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pulumi

UNKNOWN = (
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
)
OWN = ("pulumi:pulumi:Stack", "pulumi:providers:aws")


def future(value: Any) -> asyncio.Future[Any]:
    found: asyncio.Future[Any] = asyncio.Future()
    found.set_result(value)
    return found


def output(value: Any, known: bool, sources: list[pulumi.Resource]) -> pulumi.Output[Any]:
    return pulumi.Output(set(sources), future(value if known else None), future(known))


def given(value: Any, sources: list[pulumi.Resource]) -> Any:
    """A property's value, computed from `sources`: the unknown parts of a list from one each, where there are as many."""
    if isinstance(value, list):
        unknown = [n for n, each in enumerate(value) if each in UNKNOWN]
        whose = dict(zip(unknown, sources, strict=False)) if len(unknown) == len(sources) else {}
        return [given(each, [whose[n]] if n in whose else sources) for n, each in enumerate(value)] or output(
            [], True, sources
        )
    if isinstance(value, dict):
        return {key: given(each, sources) for key, each in value.items()}
    if isinstance(value, str) and value in UNKNOWN:
        return output(None, False, sources)
    return output(value, True, sources) if sources else value


def register(graph: dict[str, Any]) -> None:
    left = {each["urn"]: each for each in graph["resources"] if each["type"] not in OWN}
    inputs = {each["urn"]: each["properties"] for each in graph["inputs"]}
    made: dict[str, pulumi.Resource] = {}
    while left:
        for urn, each in list(left.items()):
            computed = {
                key: value["urns"]
                for key, value in each.get("propertyDependencies", {}).items()
                if key in inputs[urn]
            }
            before = {*(source for sources in computed.values() for source in sources), each.get("parent")}
            if before & left.keys() - {urn}:
                continue
            properties = {
                key: given(value, [made[source] for source in computed.get(key, ()) if source in made])
                for key, value in inputs[urn].items()
            }
            options = pulumi.ResourceOptions(parent=made.get(each.get("parent", "")))
            made[urn] = (
                pulumi.CustomResource(each["type"], each["name"], properties, options)
                if each["type"].startswith("aws:")
                else pulumi.ComponentResource(each["type"], each["name"], properties, options)
            )
            del left[urn]


register(json.loads(Path(os.environ["REPLAYED"]).read_text(encoding="utf-8")))
