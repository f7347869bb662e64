"""What reaches beyond the managed nodes, and every preview has to say."""

from __future__ import annotations

from blueprint.plan.shapes import GivenNetwork, Plan
from blueprint.problems import NAMESPACE


def notices(plan: Plan) -> tuple[str, ...]:
    """One sentence or two on each effect that somebody else will notice."""
    return tuple(text for text in (_s3(plan), _dns(plan), _hub(plan)) if text)


def _s3(plan: Plan) -> str:
    if plan.gateway_endpoint.adopted:
        return (
            f"S3: {plan.gateway_endpoint.adopted.id} stays as it is. Its policy and route tables are its owner's, and the "
            "policy pack judges them."
        )
    if isinstance(plan.network, GivenNetwork):
        tables = ", ".join(plan.network.route_table_ids)
    else:
        tables = ", ".join(f"private-{subnet.key}" for subnet in plan.network.subnets)
    return (
        f"S3: all S3 traffic of route table(s) {tables} will pass the gateway endpoint and reach only "
        f"{len(plan.buckets)} bucket(s): {', '.join(plan.buckets)}. Applications, container image layers and package "
        f"repositories that use other buckets need them in {NAMESPACE}:buckets."
    )


def _dns(plan: Plan) -> str:
    redirected = ", ".join(e.service for e in plan.interface_endpoints if e.private_dns)
    if not redirected:
        return ""
    vpc = plan.network.vpc_id if isinstance(plan.network, GivenNetwork) else "the new VPC"
    clients = ", ".join((*plan.client_cidrs, *plan.client_ipv6_cidrs))
    return (
        f"DNS: in the whole of {vpc}, private DNS will send every client of {redirected} to these endpoints. Clients "
        f"outside {clients} are refused; admit them in {NAMESPACE}:network.clientCidrs."
    )


def _hub(plan: Plan) -> str:
    if plan.hosted_zones:
        spokes = ", ".join(spoke.vpc_id for spoke in plan.spokes)
        return (
            f"Hub: private hosted zones will answer {', '.join(zone.name for zone in plan.hosted_zones)} in this VPC"
            f"{f', and in {spokes} once their stacks join them' if spokes else ''}, for every client there."
        )
    if plan.zones_of_hub:
        return (
            f"Spoke: the hub's hosted zones will answer for {', '.join(service for service, _ in plan.zones_of_hub)} in the "
            "whole VPC. The S3 gateway endpoint is this VPC's own: one does not extend out of its VPC."
        )
    return ""
