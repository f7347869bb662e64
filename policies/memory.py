"""What one run of the engine has shown so far: which properties the program gave each resource, and what is secret.

The outputs that a stack policy sees cannot tell what the program gave from what the provider computes or read back in an
earlier run. The inputs can, and the engine shows them to the resource policies first, in the same process, so they are
remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from policies.graph import UNKNOWN

# Outputs that no program gives and that say where a resource is, not how it is set up.
_COMPUTED_AND_MEANT = frozenset(
    (
        *("id", "region", "vpcId", "availabilityZone", "availabilityZoneId", "cidrBlock", "ipv6CidrBlock"),
        *("mainRouteTableId", "defaultRouteTableId", "defaultNetworkAclId", "defaultSecurityGroupId"),
        *("arn", "name", "prefixListId"),
    )
)


class Memory:
    """One run of the engine. `number` tells it from the runs before, `secrets` are texts that no message may tell."""

    def __init__(self) -> None:
        self.number = 0
        self.secrets: set[str] = set()
        self._given: dict[str, frozenset[str]] = {}
        self._judged = False

    def inputs(self, urn: str, keys: Iterable[str]) -> None:
        """Note which properties the program gave a resource. The stack comes last: inputs after it are another run's."""
        if self._judged:
            self.number += 1
            self._given, self._judged, self.secrets = {}, False, set()
        self._given[urn] = frozenset(keys)

    def stack(self) -> None:
        """Note that the stack as a whole is judged."""
        self._judged = True

    def given(self, urn: str) -> frozenset[str] | None:
        """The properties that the program gave a resource; None where nobody saw its inputs."""
        return self._given.get(urn)

    def without_computed(
        self, urn: str, keys: Iterable[str], value_of: Callable[[str], Any]
    ) -> dict[str, Any]:
        """The properties that the program gave, with what is computed and always meant, and a known policy: taking it out
        of the program leaves it attached. With no memory of the inputs nothing is taken out, and what is unknown stays
        unproven. `value_of` reads a property: what is taken out is not read at all."""
        given = self._given.get(urn)
        kept = {
            key: value_of(key)
            for key in keys
            if given is None or key in given or key in _COMPUTED_AND_MEANT or key == "policy"
        }
        if given is not None and "policy" not in given and kept.get("policy") is UNKNOWN:
            del kept["policy"]
        return kept


MEMORY = Memory()
