"""What a plan's interface endpoints cost a month, before there is a preview."""

from __future__ import annotations

from decimal import Decimal

from blueprint import prices
from blueprint.plan import GivenNetwork, InterfaceEndpoint, Plan


def made(plan: Plan) -> list[InterfaceEndpoint]:
    """The interface endpoints that the plan makes."""
    return [*plan.interface_endpoints, *filter(None, [plan.s3_interface_endpoint])]


def monthly(plan: Plan) -> Decimal | None:
    """USD a month for them, without data; None where the Region's price is not verified."""
    network = plan.network
    zones = len(network.endpoint_subnet_ids if isinstance(network, GivenNetwork) else network.subnets)
    return prices.bill(plan.region, [(each.service_name, zones) for each in made(plan)]).total
