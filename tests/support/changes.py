"""What the engine would do with the program's resources when a configuration changes: mocks and the stand-in, in process.

The program of the old configuration is registered and its states are what the stand-in promises of its inputs, with made-up
values for what AWS fills in. The program of the new one is checked and compared against them as the engine does: an id of
what is created or replaced is unknown. `tests/e2e/test_engine_changes.py` holds it against the real engine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from google.protobuf import json_format
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import provider_pb2 as pb

import components
from blueprint import plan as planner
from blueprint.settings import NAMESPACE, parse
from sandbox.aws_plugin.types import TYPES
from sandbox.aws_plugin.values import UNKNOWN, decode
from tests.sandbox.plugin import SANDBOX, Plugin

FILE = "Pulumi.test.yaml"
REPLACE, REPLACE_DELETE_FIRST = "replace", "replace, delete first"


@dataclass
class Registered:
    """One resource of a program: what it asks for, and what there would be after an `up`."""

    type: str
    name: str
    inputs: dict[str, Any]
    state: dict[str, Any]
    delete_first: bool = False
    ignored: tuple[str, ...] = ()
    trigger: Any = None


@dataclass
class Program:
    """A program's resources of the provider, in the order in which they were registered."""

    plugin: Plugin
    resources: dict[str, Registered] = field(default_factory=dict)


class _Mocks(Mocks):
    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if not args.custom:
            return None, dict(args.inputs)
        state = created(self._plugin, args.typ, args.name, args.inputs)
        return state["id"], state

    def call(self, args: MockCallArgs) -> Any:
        raise AssertionError(f"the program called {args.token}")


class _Monitor(MockMonitor):
    def __init__(self, program: Program) -> None:
        super().__init__(_Mocks(program.plugin))
        self.program = program

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the gRPC method's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.custom:
            plugin, inputs = self.program.plugin, decode(request.object)
            self.program.resources[f"{request.type}::{request.name}"] = Registered(
                request.type,
                request.name,
                inputs,
                created(plugin, request.type, request.name, inputs),
                request.deleteBeforeReplace,
                tuple(request.ignoreChanges),
                json_format.MessageToDict(request.replacement_trigger),
            )
        return answer


def created(plugin: Plugin, token: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """The state after a create: made-up values, which name their resource, for what AWS fills in."""
    promised = plugin.create(token, plugin.inputs(token, _plain(inputs)), preview=True)
    mark = f"{token.rpartition(':')[2]}:{name}"
    state = {key: _filled(value, token, key, f"{mark}:{key}") for key, value in promised.items()}
    return {**state, "id": mark}


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _filled(value: Any, token: str, key: str, mark: str) -> Any:
    if isinstance(value, dict):
        # What nobody gave of an endpoint's DNS options is not kept either.
        dropped = [name for name, each in value.items() if each == UNKNOWN and key == "dnsOptions"]
        return {n: _filled(each, "", n, mark) for n, each in value.items() if n not in dropped}
    if isinstance(value, list):
        return [_filled(each, token, key, f"{mark}:{index}") for index, each in enumerate(value)]
    if value != UNKNOWN:
        return value
    kind = TYPES[token].properties[key].kind if token and key in TYPES[token].properties else "str"
    if key == "ip":
        return f"10.0.0.{4 + int(mark.rpartition(':')[2])}"  # the program reads it
    if key == "dnsEntries":
        return [{"dnsName": mark, "hostedZoneId": mark}]
    return {"bool": False, "int": 0, "set": [mark], "list": [mark], "map": {}, "json": "{}"}.get(kind, mark)


def program(config: Mapping[str, Any]) -> Program:
    """The project's program with this configuration: `region` and the keys of the project's namespace."""
    given = dict(config)
    region = given.pop("region", "eu-west-1")
    full = {"aws:region": region, **{f"{NAMESPACE}:{key}": value for key, value in given.items()}}
    plan = planner.make(parse(full, stack_file=FILE), stack_file=FILE)
    found = Program(Plugin({**SANDBOX, "region": region}))
    pulumi.runtime.set_mocks(
        _Mocks(found.plugin), project=NAMESPACE, stack="dev", preview=False, monitor=_Monitor(found)
    )
    # The decorator waits until everything is registered.
    pulumi.runtime.test(lambda: components.build(plan) and None)()  # type: ignore[no-untyped-call]
    return found


def operations(before: Program, after: Program) -> dict[str, str]:
    """What happens to each resource, "leaf type name" to operation, but for those that stay the same."""
    found: dict[str, str] = {}
    gone: list[str] = []
    for key, new in after.resources.items():
        old = before.resources.get(key)
        operation = _operation(after.plugin, old, new, gone) if old else "create"
        if operation != "same":
            found[_short(new)] = operation
        if operation in ("create", REPLACE, REPLACE_DELETE_FIRST):
            gone.append(str(new.state["id"]))
    for key in before.resources.keys() - after.resources.keys():
        found[_short(before.resources[key])] = "delete"
    return found


def _short(resource: Registered) -> str:
    return f"{resource.type.rpartition(':')[2]} {resource.name}"


def _operation(plugin: Plugin, old: Registered, new: Registered, gone: list[str]) -> str:
    asked = _unknown(new.inputs, gone)
    for name in new.ignored:
        asked.pop(name, None)
        if name in old.inputs:
            asked[name] = old.inputs[name]
    old_inputs = plugin.inputs(old.type, old.inputs)
    # Defaults of the provider (its Region) are the new provider's.
    inputs = plugin.inputs(new.type, asked, old_inputs)
    answer = plugin.diff(new.type, old.state, inputs, old_inputs)
    triggered = _unknown(new.trigger, gone) != old.trigger
    if answer.changes == pb.DiffResponse.DIFF_NONE and not triggered:
        return "same"
    if not answer.replaces and not triggered:
        return "update"
    return REPLACE_DELETE_FIRST if new.delete_first or answer.deleteBeforeReplace else REPLACE


def _unknown(value: Any, gone: list[str]) -> Any:
    if isinstance(value, dict):
        return {key: _unknown(each, gone) for key, each in value.items()}
    if isinstance(value, list):
        return [_unknown(each, gone) for each in value]
    mine = isinstance(value, str) and any(value == id or value.startswith(f"{id}:") for id in gone)
    return UNKNOWN if mine else value
