"""Who goes when: canaries, then a part of the others that is spread over the fleet, then the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fleet.settings import Rollout
from fleet.shapes import Stack


def assign(stacks: Sequence[Stack], rollout: Rollout) -> tuple[Stack, ...]:
    """The stacks in their order, each in a wave.

    What the inventory says stays. Where it names no canary, the first stacks are; of the others `early_percent`, rounded up,
    come next, where none is named: every n-th, so that many accounts and Regions are among them.
    """
    waves = {stack.name: stack.wave for stack in stacks}
    if not any(wave == "canary" for wave in waves.values()):
        free = [stack.name for stack in stacks if stack.wave == "rest"]
        waves.update(dict.fromkeys(free[: rollout.canaries], "canary"))
    if not any(wave == "early" for wave in waves.values()):
        free = [stack.name for stack in stacks if waves[stack.name] == "rest"]
        count = -(-len(free) * rollout.early_percent // 100)
        waves.update(dict.fromkeys((free[number * len(free) // count] for number in range(count)), "early"))
    return tuple(replace(stack, wave=waves[stack.name]) for stack in stacks)
