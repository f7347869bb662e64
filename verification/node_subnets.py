"""The node subnets that the state alone tells: later, a changed route table would take a subnet out of the judgement."""

from __future__ import annotations

from policies import nodes, tokens, wire
from policies.memory import Memory
from policies.pack_config import PackConfig
from tools.state import Replay


def of_state(state: Replay) -> tuple[tuple[str, str], ...]:
    """(VPC, subnet), each by id, as the pack takes them from what the state says: where machines start, or else all without
    a route to an internet gateway."""
    memory = Memory()
    for request in state.inputs:
        memory.inputs(request.urn, wire.keys(request))
    graph = wire.graph(state.stack, memory)
    found: dict[tuple[str, str], None] = {}
    for vpc in {graph.vpc_of(each) for each in graph.of_type(*tokens.SUBNETS)}:
        if not isinstance(vpc, str):
            continue
        home = graph.get(vpc)
        for each in nodes.subnets(graph, vpc, PackConfig()):
            there = graph.get(each.key)
            pair = (home.props.get("id") if home else vpc, there.props.get("id") if there else each.key)
            if isinstance(pair[0], str) and isinstance(pair[1], str):
                found[pair[0], pair[1]] = None
    return tuple(sorted(found))
