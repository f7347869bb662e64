"""What has to be asked before a plan is built."""

from __future__ import annotations

from dataclasses import replace

from blueprint.catalog import load
from blueprint.plan import InterfaceEndpoint, Plan
from blueprint.preflight.shapes import Questions, ServiceKey
from blueprint.settings import ExistingNetwork, Settings

INTERFACE_ENDPOINTS = "L-29B6F2EB"
GATEWAY_ENDPOINTS = "L-1B52E74A"
GROUP_RULES = "L-0EA8095F"


def questions(settings: Settings, plan: Plan) -> Questions:
    """Everything that AWS is asked, each thing once."""
    made, names = created(plan), redirected(plan)
    gateway = () if "s3" in settings.topology.existing else (gateway_key(plan),)
    quotas = (
        *((INTERFACE_ENDPOINTS, GROUP_RULES) if made else ()),
        *((GATEWAY_ENDPOINTS,) if gateway else ()),
    )
    always = Questions(
        services=(*(interface_key(each) for each in made.values()), *gateway),
        buckets=tuple(bucket.name for bucket in settings.buckets.own),
        zones=tuple(zone for _, zone in plan.zones_of_hub),
        quotas=quotas,
        count_gateways=bool(gateway),
    )
    network = settings.network
    if not isinstance(network, ExistingNetwork):
        return always
    in_the_way: list[ServiceKey] = [interface_key(each) for each in made.values()]
    in_the_way += [(name, "Interface") for name in names.values()]
    region = load().region(plan.region)
    return replace(
        always,
        vpc_id=network.vpc_id,
        subnets=tuple(subnet.id for subnet in network.node_subnets),
        every_subnet=redirects_here(plan) and not network.accept_unadmitted_subnets,
        endpoints=tuple(dict.fromkeys((*in_the_way, *gateway))),
        adopted=tuple(settings.topology.existing.values()),
        zone_names={region.dns_name(service): (_holder(service, plan), service) for service in names},
        count_endpoints=bool(made),
    )


def _holder(service: str, plan: Plan) -> str:
    """Which answer says that the name is this stack's already: its endpoint, its zone, or none for a zone of the hub's."""
    if any(zone.service == service for zone in plan.hosted_zones):
        return "own_zones"
    return "own_endpoints" if any(each.service == service for each in plan.interface_endpoints) else ""


def created(plan: Plan) -> dict[str, InterfaceEndpoint]:
    """The interface endpoints that the plan makes, by the name of their output: S3's is "s3-interface"."""
    extra = {"s3-interface": plan.s3_interface_endpoint} if plan.s3_interface_endpoint else {}
    return {each.service: each for each in plan.interface_endpoints} | extra


def interface_key(endpoint: InterfaceEndpoint) -> ServiceKey:
    """The service of an interface endpoint."""
    return endpoint.service_name, "Interface"


def gateway_key(plan: Plan) -> ServiceKey:
    """The service of the S3 gateway endpoint."""
    return plan.gateway_endpoint.service_name, "Gateway"


def redirected(plan: Plan) -> dict[str, str]:
    """The services whose public names the whole VPC gets private addresses for, short id to full name.

    Without S3's: its name is private for the inbound resolver alone.
    """
    region = load().region(plan.region)
    zones = (*(zone.service for zone in plan.hosted_zones), *(service for service, _ in plan.zones_of_hub))
    private = {each.service: each.service_name for each in plan.interface_endpoints if each.private_dns}
    return private | {service: region.service_name(service) for service in zones}


def redirects_here(plan: Plan) -> bool:
    """Whether this stack's own security group decides who of the VPC reaches what private DNS sends there."""
    return bool(plan.hosted_zones) or any(each.private_dns for each in plan.interface_endpoints)
