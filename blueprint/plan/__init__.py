"""What will be built: plain values, decided once from the settings and the facts.

Equal settings give an equal plan with byte-identical policies. Everything a policy must read in a preview is a plain
string here; only ids become Outputs, and not before a component builds the plan.
"""

from __future__ import annotations

from typing import Any, Literal

from blueprint import documents
from blueprint.catalog import Catalog, Region, Service, agent_version, load
from blueprint.plan import networks, nodes
from blueprint.plan.dns import dns_outputs
from blueprint.plan.notices import notices
from blueprint.plan.shapes import (
    AdoptedEndpoint,
    GatewayEndpoint,
    GivenNetwork,
    HostedZone,
    InterfaceEndpoint,
    NodesPlan,
    Plan,
    PlannedNetwork,
    Role,
    SpokeVpc,
)
from blueprint.problems import NAMESPACE, Problem, SettingsError
from blueprint.settings import Settings

__all__ = [
    "AdoptedEndpoint",
    "GatewayEndpoint",
    "GivenNetwork",
    "HostedZone",
    "InterfaceEndpoint",
    "NodesPlan",
    "Plan",
    "PlannedNetwork",
    "Role",
    "SpokeVpc",
    "dns_outputs",
    "make",
    "notices",
]


def make(settings: Settings, *, stack_file: str, catalog: Catalog | None = None) -> Plan:
    """Decide what to build.

    Raises: SettingsError, in the same report as the settings' own problems, when the S3 policy would be longer than AWS
    accepts.
    """
    catalog = catalog or load()
    region = catalog.region(settings.region)
    topology, network = settings.topology, networks.plan(settings.network)
    needed = [service for service in catalog.services.values() if _is_needed(service, region, settings)]
    existing = topology.existing
    interfaces = [service for service in needed if service.type == "Interface"]
    here = [] if topology.kind == "spoke" else [s for s in interfaces if s.id not in existing]
    buckets = _buckets(settings, region, catalog)
    gateway = _gateway(settings, region, catalog, buckets, stack_file)
    clients = networks.clients(settings)
    resolver = settings.dns.inbound_resolver
    endpoints = tuple(_interface(service, region, settings) for service in here)
    s3_interface = (
        _s3_interface(region, gateway.policy, settings) if settings.hybrid.s3_interface_endpoint else None
    )
    return Plan(
        region=region.id,
        partition=region.partition.id,
        kind=topology.kind,
        network=network,
        client_cidrs=clients,
        client_ipv6_cidrs=networks.ipv6_clients(settings),
        ip_address_type=settings.dns.ip_address_type,
        interface_endpoints=endpoints,
        adopted=tuple(
            AdoptedEndpoint(
                service=service.id,
                service_name=region.service_name(service.id),
                type=service.type,
                id=existing[service.id],
            )
            for service in interfaces
            if service.id in existing
        ),
        gateway_endpoint=gateway,
        s3_interface_endpoint=s3_interface,
        hosted_zones=tuple(
            HostedZone(service=each.service, name=region.dns_name(each.service))
            for each in endpoints
            if topology.kind == "hub"
        ),
        spokes=tuple(
            SpokeVpc(
                vpc_id=spoke.vpc_id,
                account_id="" if spoke.account_id == settings.account_id else spoke.account_id,
            )
            for spoke in topology.spokes
        ),
        zones_of_hub=tuple((s.id, topology.zones[s.id]) for s in interfaces if s.id in topology.zones),
        nodes=nodes.plan(settings, region, catalog, documents.s3_role(**buckets)),
        resolver_cidrs=resolver.client_cidrs if resolver else (),
        forwarded_zones=_forwarded_zones(region, settings),
        vpc_resolver=networks.vpc_resolver(settings.network),
        firewall_hosts=_firewall_hosts(region, interfaces, gateway),
        protect=settings.protect,
        tags=dict(sorted(settings.tags.items())),
    )


def _is_needed(service: Service, region: Region, settings: Settings) -> bool:
    retired = service.not_needed_from_agent
    oldest = settings.minimum_agent_version
    if retired and oldest and agent_version(oldest) >= agent_version(retired):
        return False
    return region.has_service(service.id) is not False and settings.features.enabled.issuperset(
        service.features
    )


def _interface(service: Service, region: Region, settings: Settings) -> InterfaceEndpoint:
    return InterfaceEndpoint(
        service=service.id,
        service_name=region.service_name(service.id),
        policy=documents.full_access(),
        # A hub's own zones answer in its place, and in the spokes: private DNS would reach its own VPC alone.
        private_dns=settings.topology.kind != "hub",
        dns_record_ip_type=_dns_record_ip_type(settings),
    )


def _s3_interface(region: Region, policy: str, settings: Settings) -> InterfaceEndpoint:
    return InterfaceEndpoint(
        service="s3",
        service_name=region.service_name("s3", "Interface"),
        policy=policy,
        private_dns=True,
        dns_record_ip_type=_dns_record_ip_type(settings),
    )


def _dns_record_ip_type(settings: Settings) -> str:
    dns = settings.dns
    return dns.dns_record_ip_type or ("" if dns.ip_address_type in ("", "ipv4") else dns.ip_address_type)


def _buckets(settings: Settings, region: Region, catalog: Catalog) -> dict[str, Any]:
    """The arguments of both S3 documents."""
    names = []
    for family in catalog.buckets.values():
        if not family.legacy and settings.features.enabled.issuperset(family.features):
            # The settings were refused if neither AWS nor the owner names this bucket.
            names.append(region.bucket(family) or settings.buckets.aws_managed[family.id])
    own = {
        access: tuple(bucket.name for bucket in settings.buckets.own if bucket.access == access)
        for access in ("read", "readWrite")
    }
    return {
        "partition": region.partition.id,
        "aws_buckets": tuple(dict.fromkeys((*names, *settings.buckets.other_aws_managed))),
        "own_buckets": own,
        "actions": {access: catalog.limit(f"own-bucket-{access}-actions") for access in own},
    }


def _gateway(
    settings: Settings, region: Region, catalog: Catalog, buckets: dict[str, Any], stack_file: str
) -> GatewayEndpoint:
    policy, longest = documents.s3_endpoint(**buckets), catalog.limit("endpoint-policy-characters")
    if len(policy) > longest:
        problem = Problem(
            key=f"{NAMESPACE}:buckets",
            value=f"{len(settings.buckets.own)} own and {len(settings.buckets.other_aws_managed)} other buckets",
            message=f"make an S3 endpoint policy of {len(policy)} characters; AWS accepts {longest}. List fewer buckets",
        )
        raise SettingsError([problem], stack_file=stack_file)
    gateway: Literal["s3"] = "s3"
    return GatewayEndpoint(
        service=gateway,
        service_name=region.service_name(gateway),
        policy=policy,
        aws_buckets=buckets["aws_buckets"],
        own_buckets=tuple(bucket.name for bucket in settings.buckets.own),
        adopted_id=settings.topology.existing.get(gateway, ""),
    )


def _forwarded_zones(region: Region, settings: Settings) -> tuple[str, ...]:
    dual_stack = settings.dns.ip_address_type in ("dualstack", "ipv6")
    return (region.partition.dns_suffix, *([region.partition.dual_stack_dns_suffix] if dual_stack else []))


def _firewall_hosts(region: Region, services: list[Service], gateway: GatewayEndpoint) -> tuple[str, ...]:
    s3 = region.dns_name("s3")
    buckets = (*gateway.aws_buckets, *gateway.own_buckets)
    hosts = {
        s3,
        *(region.dns_name(service.id) for service in services),
        *(f"{bucket}.{s3}" for bucket in buckets),
    }
    return tuple(sorted(hosts))
