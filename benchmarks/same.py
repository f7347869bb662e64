"""Whether two programs make the same: types, names, inputs and references, from what the engine would create."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.graph import UNKNOWN_STRING

# What the provider's check adds by itself: which defaults it filled in, in no certain order.
NOT_GIVEN = frozenset({"__defaults"})
# Ends in something random where the program gave no name.
RANDOM = {"aws:ec2/securityGroup:SecurityGroup": "name"}


@dataclass(frozen=True)
class Resource:
    """An AWS resource as a program gives it. `sources`: for each input that is unknown, the `type::name` it comes from."""

    type: str
    name: str
    inputs: Mapping[str, Any]
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What the resource is called within its stack."""
        return f"{self.type}::{self.name}"


def resources(planned: Iterable[Mapping[str, Any]]) -> dict[str, Resource]:
    """The AWS resources of a preview, by key. Parents are no part of it: they are what a component adds."""
    found = {}
    for state in planned:
        if not str(state["type"]).startswith("aws:"):
            continue
        inputs = {key: value for key, value in state["inputs"].items() if key not in NOT_GIVEN}
        if (random := RANDOM.get(state["type"])) in inputs.get("__defaults", ()) or random in inputs:
            inputs[str(random)] = str(inputs[str(random)]).rpartition("-")[0]
        depends = state.get("propertyDependencies") or {}
        sources = {key: tuple(sorted(map(_key, urns))) for key, urns in depends.items() if urns}
        resource = Resource(state["type"], _key(state["urn"]).rpartition("::")[2], inputs, sources)
        found[resource.key] = resource
    return found


def differences(one: Mapping[str, Resource], other: Mapping[str, Resource]) -> list[str]:
    """What differs, a sentence each; nothing where both are the same."""
    told = [f"only the first makes {key}" for key in sorted(one.keys() - other.keys())]
    told += [f"only the second makes {key}" for key in sorted(other.keys() - one.keys())]
    for key in sorted(one.keys() & other.keys()):
        for what, a, b in (
            ("input", one[key].inputs, other[key].inputs),
            ("reference", one[key].sources, other[key].sources),
        ):
            told += [
                f"{key}: {what} {name}: {_short(a.get(name))} and {_short(b.get(name))}"
                for name in sorted(a.keys() | b.keys())
                if a.get(name) != b.get(name)
            ]
    return told


def is_unknown(value: object) -> bool:
    """True if a value, or an item of it, is known only after something else was created."""
    return any(map(is_unknown, value)) if isinstance(value, list) else value == UNKNOWN_STRING


def _key(urn: str) -> str:
    """A resource's type and name, without the components above it."""
    _, _, types, name = urn.split("::", 3)
    return f"{types.rpartition('$')[2]}::{name}"


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
