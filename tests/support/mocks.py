"""The program under Pulumi's mocks, in preview mode: what it registers, with every id unknown and no engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc
import pulumi
from google.protobuf import json_format
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks

from tests.support.flat import COMPUTED
from tests.support.graph import UNKNOWN_STRING, JsonObject, RecordedGraph

PROVIDER: JsonObject = {
    "type": "pulumi:providers:aws",
    "name": "default",
    "urn": "urn:pulumi:dev::ssm-vpc-endpoints::pulumi:providers:aws::default",
}


Functions = Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]]
"""What functions answer, by token."""


class FunctionFailedError(grpc.RpcError):
    """How a function of the provider fails: with these words."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

    def code(self) -> grpc.StatusCode:
        """The status that the engine passes on."""
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        """The words."""
        return self.words


class _Aws(Mocks):
    """Resources get the id that `ids` has for their name, else none, as in a preview; `functions` answer what is asked, and
    a call of any other is a defect."""

    def __init__(self, functions: Functions, ids: Mapping[str, str]) -> None:
        self.functions, self.ids = functions, ids
        self.called: list[str] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        return self.ids.get(args.name), dict(args.inputs)

    def call(self, args: MockCallArgs) -> Any:
        self.called.append(args.token)
        if args.token not in self.functions:
            raise AssertionError(f"the program called {args.token}")
        return self.functions[args.token](dict(args.args))


@dataclass
class Recording:
    """Registrations in order, the outputs that components registered, and the functions that were called."""

    registered: list[JsonObject] = field(default_factory=list)
    outputs: dict[str, JsonObject] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)

    def graph(self, region: str) -> RecordedGraph:
        """The same as the engine would show a policy pack in a first preview."""
        graph = RecordedGraph()
        for item in self.registered:
            kind = item["type"].split(":")[-1]
            resource = {**item, "options": {"customTimeouts": {}}}
            resource.pop("parent")
            custom = item["type"].startswith("aws:")
            if custom:
                resource["provider"] = {**PROVIDER, "properties": {"region": region}}
            graph.inputs.append({k: v for k, v in resource.items() if k != "propertyDependencies"})
            known: JsonObject = self.outputs.get(item["urn"]) or item["properties"]
            computed = dict.fromkeys(COMPUTED.get(kind, ("id",)) if custom else (), UNKNOWN_STRING)
            graph.resources.append({**resource, "properties": {**computed, **known}})
        return graph

    def lines(self) -> list[str]:
        """Type, name and parent of every resource, sorted: what a rename would change."""
        names = {item["urn"]: item["name"] for item in self.registered}
        return sorted(
            f"{i['type']} {i['name']} <- {names.get(i['parent'], 'stack')}" for i in self.registered
        )


class _Monitor(MockMonitor):
    def __init__(self, recording: Recording, mocks: Mocks) -> None:
        super().__init__(mocks)
        self.recording = recording

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the gRPC method's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            dependencies = {
                k: {"urns": list(v.urns)} for k, v in request.propertyDependencies.items() if v.urns
            }
            self.recording.registered.append(
                {
                    "type": request.type,
                    "name": request.name,
                    "urn": answer.urn,
                    "parent": request.parent,
                    "properties": _properties(request.object),
                    "propertyDependencies": dependencies,
                }
            )
        return answer

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the gRPC method's name
        self.recording.outputs[request.urn] = _properties(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def _properties(struct: Any) -> JsonObject:
    return json_format.MessageToDict(struct)


def record(
    program: Callable[[], object],
    *,
    functions: Functions | None = None,
    ids: Mapping[str, str] | None = None,
    preview: bool = True,
) -> Recording:
    """Run `program` as a Pulumi program in preview mode and return what it registered and called."""
    mocks = _Aws(functions or {}, ids or {})
    recording = Recording(called=mocks.called)
    monitor = _Monitor(recording, mocks)
    pulumi.runtime.set_mocks(
        mocks, project="ssm-vpc-endpoints", stack="dev", preview=preview, monitor=monitor
    )

    # The decorator waits until everything is registered.
    pulumi.runtime.test(lambda: program() and None)()  # type: ignore[no-untyped-call]
    return recording
