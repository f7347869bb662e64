"""What other DNS servers are told: the forwarders of a plan, as data and as text to paste."""

from __future__ import annotations

from typing import Any

from blueprint.forwarders import Forwarder, bind, unbound, windows
from blueprint.plan.shapes import Plan


def dns_outputs(plan: Plan, targets: tuple[str, ...]) -> dict[str, Any]:
    """The stack's outputs `forwarders` (zone and targets each) and `dnsSnippets` (bind, unbound, windows).

    Args: `targets` are the addresses that answer: the Resolver inbound endpoint's, or the VPC's own resolver.
    While there are none, as in a preview that does not know a Resolver's, both are empty.
    """
    if not targets:
        return {"forwarders": [], "dnsSnippets": {}}
    found = [Forwarder(zone, targets) for zone in plan.forwarded_zones]
    return {
        "forwarders": [{"zone": each.zone, "targets": list(each.targets)} for each in found],
        "dnsSnippets": {"bind": bind(found), "unbound": unbound(found), "windows": windows(found)},
    }
