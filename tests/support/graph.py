"""A stack's resources as the engine describes them to a policy pack, as JSON that can be stored, changed and played back."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2

UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_BOOL = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"
UNKNOWN_LIST = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"

JsonObject = dict[str, Any]


@dataclass
class RecordedGraph:
    """`inputs`: the Analyze requests, in the engine's order; `resources`: the resources of the AnalyzeStack request."""

    inputs: list[JsonObject] = field(default_factory=list)
    resources: list[JsonObject] = field(default_factory=list)

    def copy(self) -> RecordedGraph:
        return copy.deepcopy(self)

    def resource(self, name: str, type_: str = "") -> JsonObject:
        """The resource of that logical name (and token) in the stack."""
        return _one(self.resources, name, type_)

    def input(self, name: str, type_: str = "") -> JsonObject:
        """The inputs of that resource."""
        return _one(self.inputs, name, type_)

    def edit(self, name: str, change: Callable[[JsonObject], object], type_: str = "") -> None:
        """Change a resource's properties where they are inputs and where they are outputs."""
        change(self.resource(name, type_)["properties"])
        change(self.input(name, type_)["properties"])

    def drop(self, name: str, type_: str = "") -> None:
        """Take a resource out, as if the program had never made it."""
        self.resources.remove(self.resource(name, type_))
        self.inputs.remove(self.input(name, type_))

    def add(self, resource: JsonObject) -> None:
        """Put a resource in, with the same inputs as outputs."""
        self.resources.append(resource)
        self.inputs.append(copy.deepcopy(resource))

    def analyze_requests(self) -> list[analyzer_pb2.AnalyzeRequest]:
        return [json_format.ParseDict(_input(item), analyzer_pb2.AnalyzeRequest()) for item in self.inputs]

    def stack_request(self) -> analyzer_pb2.AnalyzeStackRequest:
        return json_format.ParseDict({"resources": self.resources}, analyzer_pb2.AnalyzeStackRequest())


def load(path: Path) -> RecordedGraph:
    """Read a recording."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return RecordedGraph(stored["inputs"], stored["resources"])


def dump(graph: RecordedGraph, path: Path) -> None:
    """Write a recording, so that two of the same stack are the same bytes."""
    stored = {
        "inputs": sorted(graph.inputs, key=lambda r: str(r["urn"])),
        "resources": sorted(graph.resources, key=lambda r: str(r["urn"])),
    }
    path.write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _one(items: list[JsonObject], name: str, type_: str) -> JsonObject:
    found = [item for item in items if item["name"] == name and type_ in ("", item["type"])]
    assert len(found) == 1, f"{len(found)} resources are named {name!r}; say which type"
    return found[0]


def _input(item: Mapping[str, Any]) -> JsonObject:
    """An AnalyzeRequest has no parent and no dependencies."""
    known = analyzer_pb2.AnalyzeRequest.DESCRIPTOR.fields_by_name
    return {key: value for key, value in item.items() if key in known}


def from_recording(path: Path) -> RecordedGraph:
    """What the recorder pack wrote down in one preview: a line per request, the stack's last."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    stacks = [line["stack"]["resources"] for line in lines if "stack" in line]
    return RecordedGraph([line["resource"] for line in lines if "resource" in line], stacks[-1])
