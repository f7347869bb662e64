"""Small stacks in the words of `tests/support/flat.py`, as the rules see them: for tests of what rules share."""

from __future__ import annotations

from collections.abc import Iterable

from policies import wire
from policies.graph import Graph
from policies.memory import Memory
from tests.support import flat
from tests.support.graph import JsonObject, RecordedGraph


def seen(*items: JsonObject) -> Graph:
    """A stack in its first preview: no id is known but those that are written down."""
    return seen_of(flat.build(list(items)))


def seen_of(recorded: RecordedGraph) -> Graph:
    """What the engine showed, as the pack's server reads it."""
    memory = Memory()
    for request in recorded.analyze_requests():
        memory.inputs(request.urn, wire.keys(request))
    return wire.graph(recorded.stack_request(), memory)


def urn(graph: Graph, name: str) -> str:
    """The URN of the resource of that name."""
    (found,) = (each.urn for each in graph.resources.values() if each.name == name)
    return found


def named(graph: Graph, keys: Iterable[str]) -> list[str]:
    """Keys of references, with names in place of URNs."""
    return [resource.name if (resource := graph.get(key)) else key for key in keys]
