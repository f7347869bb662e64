"""Every output that a stack can have is described, and every one that is described is some stack's."""

from __future__ import annotations

from typing import Any

import components
from blueprint.outputs import ALWAYS, FACTS, OUTPUTS, README
from blueprint.plan import Plan
from tests.blueprint.test_plan import make
from tests.components.test_example_stacks import FILES, plan_of
from tests.support.mocks import record


def outputs_of(plan: Plan) -> set[str]:
    found: dict[str, Any] = {}
    record(lambda: found.update(components.build(plan)))
    return set(found)


def test_the_outputs_of_all_examples_and_of_all_that_nodes_get_are_exactly_those_described() -> None:
    everything = make(
        "eu-west-1",
        accountId="123456789012",
        nodes={"instanceRole": True, "hybridRole": True, "securityGroup": True},
        dns={"inboundResolver": {"clientCidrs": ["192.168.53.0/28"]}},
    )
    each = [outputs_of(plan) for plan in (everything, *map(plan_of, FILES))]
    # The stack's own page and the facts' date are added where the program exports them.
    assert set().union(*each) | {FACTS, README} == set(OUTPUTS)
    assert set.intersection(*each) | {FACTS, README} == {
        name for name, it in OUTPUTS.items() if it.when == ALWAYS
    }
