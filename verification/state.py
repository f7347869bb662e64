"""A stack's state with what AWS answers now laid over it, and everything in which the two differ."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from tools.state import SIGNATURE
from verification import documents

Properties = dict[str, Any]
_ARN_REGION = 3
_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": "-1"}


@dataclass(frozen=True)
class Gone:
    """A resource of the state that AWS does not have (any more). `what` is how people know it."""

    urn: str
    type: str
    name: str
    id: str
    what: str


@dataclass(frozen=True)
class Drift:
    """A judged property that the state and AWS say differently, both as text for people. `blocks`: nodes lose by it, and no
    policy of the pack has to say so."""

    urn: str
    type: str
    name: str
    id: str
    property: str
    state: str
    aws: str
    blocks: bool = False


@dataclass
class Overlay:
    """The resources of an export, to be changed. `default_region` is that of resources that do not tell theirs."""

    export: Properties
    default_region: str
    gone: list[Gone] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Works on a copy."""
        self.export = copy.deepcopy(self.export)
        self.resources: list[Properties] = self.export["deployment"].get("resources") or []
        self.export["deployment"]["resources"] = self.resources

    def of(self, *types: str) -> list[Properties]:
        """The resources of these types that are there: not those that are about to be deleted."""
        return [each for each in self.resources if each["type"] in types and not _leaving(each)]

    def within(self, region: str, *types: str) -> list[Properties]:
        """Those that are in a Region."""
        return [each for each in self.of(*types) if self.region(each) == region]

    def pointing(self, key: str, id: str, *types: str) -> list[Properties]:
        """Those whose property `key` is this id."""
        return [each for each in self.of(*types) if self.text(each, key) == id]

    def region(self, resource: Properties) -> str:
        """The Region that a resource is in."""
        outputs = resource.get("outputs") or {}
        arn = str(outputs.get("arn") or "").split(":")
        told = outputs.get("region") or (arn[_ARN_REGION] if len(arn) > _ARN_REGION else "")
        return str(told or self.default_region)

    def text(self, resource: Properties, key: str) -> str:
        """A text that the state says; "" where it says none that can be read."""
        value = (resource.get("outputs") or {}).get(key)
        return value if isinstance(value, str) else ""

    def value(self, resource: Properties, key: str) -> Any:
        """What the state says of a property."""
        return (resource.get("outputs") or {}).get(key)

    def is_secret(self, resource: Properties, key: str) -> bool:
        """Whether the program marked a property as secret."""
        sides = (resource.get(side) or {} for side in ("inputs", "outputs"))
        return any(isinstance(side.get(key), dict) and SIGNATURE in side[key] for side in sides)

    def put(
        self, resource: Properties, key: str, aws: Any, *, told: bool = True, blocks: bool = False
    ) -> None:
        """Say what AWS says. What the program marked as secret stays as it is, and proves nothing.

        `told`: a difference is one that people have to know. `blocks`: nodes lose by it.
        """
        sides = [resource.setdefault(side, {}) or {} for side in ("inputs", "outputs")]
        if self.is_secret(resource, key):
            self.notes.append(f"{name_of(resource)}: {key} is secret in the state and was not compared")
            return
        said = sides[1].get(key)
        if told and canonical(key, said) != canonical(key, aws):
            self.differs(resource, key, shown(said), shown(aws), blocks=blocks)
        for name, side in zip(("inputs", "outputs"), sides, strict=True):
            side[key] = aws
            resource[name] = side

    def differs(self, resource: Properties, key: str, state: str, aws: str, *, blocks: bool = False) -> None:
        """Note a difference."""
        self.drift.append(Drift(*_about(resource), key, state, aws, blocks))

    def is_gone(self, resource: Properties, what: str) -> None:
        """Take out a resource that AWS does not have."""
        self.gone.append(Gone(*_about(resource), what))
        self.leave_out(resource)

    def leave_out(self, resource: Properties) -> None:
        """Take out a resource whose say is in another one now."""
        self.resources.remove(resource)
        for other in self.resources:
            for key, urns in (other.get("propertyDependencies") or {}).items():
                other["propertyDependencies"][key] = [urn for urn in urns or [] if urn != resource["urn"]]
            other["dependencies"] = [urn for urn in other.get("dependencies") or [] if urn != resource["urn"]]

    def add(self, type_: str, id: str, region: str, properties: Mapping[str, Any]) -> None:
        """Something that the stack only names, or that stands between its resources, as a resource that goes by its id."""
        stack = self.resources[0]["urn"].split("::")[:2]
        given = {**properties, "region": region}
        self.resources.append(
            {
                "urn": "::".join([*stack, type_, id]),
                "custom": True,
                "type": type_,
                "id": id,
                "inputs": given,
                "outputs": {**given, "id": id},
            }
        )
        self.added.append(f"{type_.rpartition(':')[2]} {id}")


def read(text: str, default_region: str) -> Overlay:
    """An export as it can be laid over. The caller has made sure that it is one (tools.state.replay)."""
    return Overlay(json.loads(text), default_region)


def canonical(key: str, value: Any) -> Any:
    """What two spellings of the same have in common: the order of ids, the layout of a policy, a number's type."""
    if key == "policy" or key.endswith("Policy"):
        return documents.canonical(value)
    if value in (None, "", [], {}):
        return None
    if isinstance(value, list):
        return sorted((canonical("", each) for each in value), key=str)
    if isinstance(value, dict):
        return {k: v for k, each in value.items() if (v := canonical("", each)) is not None}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def block(text: str) -> str:
    """An address block in the one form that AWS answers with; what is none stays."""
    try:
        return str(ip_network(text, strict=False))
    except ValueError:
        return text


def protocol(value: Any) -> str:
    """A protocol's name where it has one, else its number; "-1" for all."""
    said = str(value).lower()
    return _PROTOCOLS.get(said, said)


def number(value: Any, default: int = 0) -> int:
    """A whole number, however an export writes it; `default` for what is none."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return default


def shown(value: Any) -> str:
    """A value as people read it."""
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(sorted(value))
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def keys(values: Sequence[Any]) -> Iterator[str]:
    """The texts among values, each once."""
    return iter(dict.fromkeys(each for each in values if isinstance(each, str) and each))


def _leaving(resource: Properties) -> bool:
    return bool(resource.get("delete") or resource.get("pendingReplacement"))


def _about(resource: Properties) -> tuple[str, str, str, str]:
    """URN, type, name and id."""
    return resource["urn"], resource["type"], name_of(resource), str(resource.get("id") or "")


def name_of(resource: Properties) -> str:
    """What the program calls a resource."""
    return str(resource["urn"]).split("::", 3)[-1]
