"""An exported state (`pulumi stack export`) as the requests that the engine would send a policy pack for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2

from policies.telling import shown

# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go: 4 only lists features beside what 3 has.
VERSIONS = (3, 4)
EXPORT = "fix: pulumi stack export --stack <stack> --file export.json"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go (2026-11-23)
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - how a state marks a secret
REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"

# What a resource is not read with: keys of other kinds, nesting and numbers without end.
_UNREADABLE = (
    *(ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError),
    json_format.ParseError,
)

Properties = dict[str, Any]


class StateError(Exception):
    """The file is not a state that can be judged; the text says what and how to get one."""


@dataclass
class Replay:
    """The requests, in the state's order, and what is left out of them. `secrets`: texts that no message may show."""

    inputs: list[analyzer_pb2.AnalyzeRequest] = field(default_factory=list)
    stack: analyzer_pb2.AnalyzeStackRequest = field(default_factory=analyzer_pb2.AnalyzeStackRequest)
    left_out: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    name: str = ""


def replay(text: str) -> Replay:
    """Read an export. Raises: StateError."""
    listed, pending = _resources(text)
    found = Replay()
    alive: list[Properties] = []
    for resource in listed:
        why = (
            "is marked for deletion"
            if resource.get("delete")
            else "was deleted and not replaced yet"
            if resource.get("pendingReplacement")
            else ""
        )
        if why:
            found.left_out.append(f"{resource['urn']} {why}")
        else:
            alive.append(resource)
    found.left_out += [f"{urn}: an interrupted {kind}, whose end nobody knows" for urn, kind in pending]
    twice = [urn for urn, count in Counter(each["urn"] for each in alive).items() if count > 1]
    if twice:
        raise StateError(
            f"the state is damaged: it holds {twice[0]} more than once\nfix: pulumi state repair"
        )
    if not alive:
        raise StateError(f"the state holds no resources: there is nothing to judge\n{EXPORT}")
    providers = {each["urn"]: each for each in alive if each["type"].startswith("pulumi:providers:")}
    found.name = alive[0]["urn"].split("::")[0].removeprefix("urn:pulumi:")
    for resource in alive:
        try:
            _add(found, resource, providers)
        except _UNREADABLE:
            raise StateError(
                f"this is not an export: resource {shown(resource['urn'])} cannot be read\n{EXPORT}"
            ) from None
    return found


def _resources(text: str) -> tuple[list[Properties], list[tuple[str, str]]]:
    try:
        export = json.loads(text)
    except ValueError as error:
        raise StateError(f"this is not JSON: {error}\n{EXPORT}") from None
    except RecursionError:
        raise StateError(f"this is not an export: it is nested too deep\n{EXPORT}") from None
    if not isinstance(export, dict) or "deployment" not in export:
        raise StateError(f"this is not an export: it has no `deployment`\n{EXPORT}")
    version, deployment = export.get("version"), export["deployment"]
    if version not in VERSIONS:
        raise StateError(
            f"the export has version {shown(version)}; this tool reads {' and '.join(map(str, VERSIONS))}\n"
            f"{EXPORT}, with a current pulumi"
        )
    try:
        deployment = _mapping(deployment)
        listed = list(deployment.get("resources") or [])
        pending = list(deployment.get("pending_operations") or [])
        for resource in listed:
            for key in ("urn", "type"):
                _text(resource[key])
            for key in ("inputs", "outputs", "propertyDependencies"):
                _mapping(resource.get(key))
        told = [(_text(each["resource"]["urn"]), _text(each["type"])) for each in pending]
    except (TypeError, KeyError, AttributeError):
        raise StateError(f"this is not an export: its resources cannot be read\n{EXPORT}") from None
    return listed, told


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _mapping(value: object) -> Properties:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError
    return value


def _add(found: Replay, resource: Properties, providers: Mapping[str, Properties]) -> None:
    """A resource that the program only reads (`external`) is in the stack but, as in the engine, not judged on its own."""
    inputs = _plain(_mapping(resource.get("inputs")), found.secrets)
    outputs = _plain(_mapping(resource.get("outputs")), found.secrets)
    if resource.get("id"):
        outputs.setdefault("id", resource["id"])
    # What runs has a Region, also where neither the program nor the provider's settings name it (AWS_REGION does).
    if isinstance(outputs.get("region"), str):
        inputs.setdefault("region", outputs["region"])
    parent = resource.get("parent") or ""
    request: Properties = {
        "type": resource["type"],
        "urn": resource["urn"],
        "name": _name(resource["urn"]),
        "options": {"parent": parent, "protect": bool(resource.get("protect"))},
    }
    provider = providers.get(str(resource.get("provider") or "").rpartition("::")[0])
    if provider is not None:
        request["provider"] = {
            "type": provider["type"],
            "urn": provider["urn"],
            "name": _name(provider["urn"]),
            "properties": _plain(_mapping(provider.get("inputs")), found.secrets),
        }
    if not resource.get("external"):
        message = analyzer_pb2.AnalyzeRequest()
        found.inputs.append(json_format.ParseDict({**request, "properties": inputs}, message))
    sources = _mapping(resource.get("propertyDependencies"))
    whole = {
        **request,
        "properties": outputs,
        "parent": parent,
        "dependencies": resource.get("dependencies") or [],
        "propertyDependencies": {key: {"urns": urns} for key, urns in sources.items() if urns},
    }
    json_format.ParseDict(whole, found.stack.resources.add())


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1]


def _plain(value: Any, secrets: set[str]) -> Any:
    """What the engine would show of a value. An encrypted secret and anything else that is not plain is not known."""
    if isinstance(value, list):
        return [_plain(item, secrets) for item in value]
    if not isinstance(value, dict):
        return value
    signature = value.get(SIGNATURE)
    if signature is None:
        # The engine keeps its own notes (__defaults, __meta) to itself.
        return {key: _plain(item, secrets) for key, item in value.items() if not key.startswith("__")}
    if signature == REFERENCE:
        return value.get("id") or value.get("urn") or UNKNOWN
    if signature != SECRET or not isinstance(value.get("plaintext"), str):
        return UNKNOWN
    try:
        shown = json.loads(value["plaintext"])
    except ValueError:
        return UNKNOWN
    _note(shown, secrets)
    return _plain(shown, secrets)


def _note(value: Any, secrets: set[str]) -> None:
    if isinstance(value, str) and len(value) > 2:
        secrets.add(value)
    elif isinstance(value, dict):
        for item in value.values():
            _note(item, secrets)
    elif isinstance(value, list):
        for item in value:
            _note(item, secrets)
