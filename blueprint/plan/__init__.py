"""What will be built: plain values, decided once from the settings and the facts.

Equal settings give an equal plan with byte-identical policies. Everything a policy must read in a preview is a plain
string here; only ids become Outputs, and not before a component builds the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from blueprint import documents, firewall, forwarders, needs
from blueprint.catalog import Catalog, Region, Service, load
from blueprint.plan import access, networks, nodes
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

    Raises: SettingsError, in the form of the settings' own report, when a policy would be longer than AWS accepts.
    """
    catalog = catalog or load()
    region = catalog.region(settings.region)
    topology, network = settings.topology, networks.plan(settings.network)
    needed = needs.services(catalog, region, settings.features.enabled, settings.minimum_agent_version)
    existing = topology.existing
    interfaces = [service for service in needed if service.type == "Interface"]
    here = [] if topology.kind == "spoke" else [s for s in interfaces if s.id not in existing]
    buckets = _buckets(settings, region, catalog)
    gateway = _gateway(settings, region, catalog, buckets)
    resolver, dual_stack = settings.dns.inbound_resolver, settings.dns.has_ipv6
    policies = access.policies(here, settings, region, catalog)
    problems = [*_too_long(gateway, settings, catalog), *access.too_long(policies)]
    if problems:
        raise SettingsError(problems, stack_file=stack_file)
    endpoints = tuple(_interface(service, region, policies[service.id], settings) for service in here)
    endpoints += tuple(
        replace(each, service=service.fips, service_name=f"{each.service_name}-fips")
        for service, each in zip(here, endpoints, strict=True)
        if service.id in topology.fips
    )
    s3_interface = (
        _s3_interface(region, gateway.policy, settings) if settings.hybrid.s3_interface_endpoint else None
    )
    return Plan(
        region=region.id,
        partition=region.partition.id,
        kind=topology.kind,
        network=network,
        client_cidrs=networks.clients(settings),
        client_ipv6_cidrs=networks.ipv6_clients(settings),
        ip_address_type=settings.dns.ip_address_type,
        interface_endpoints=endpoints,
        adopted=tuple(found for service in interfaces if (found := _adopted(service, region, settings))),
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
        nodes=nodes.plan(settings, region, catalog, documents.s3_role(buckets)),
        resolver_cidrs=resolver.client_cidrs if resolver else (),
        forwarded_zones=forwarders.zones(region, dual_stack=dual_stack),
        vpc_resolver=networks.vpc_resolver(settings.network),
        firewall_hosts=firewall.firewall_hosts(
            region,
            [*(service.id for service in interfaces), *(s.fips for s in here if s.id in topology.fips)],
            [*gateway.aws_buckets, *gateway.own_buckets],
            dual_stack=dual_stack,
        ),
        protect=settings.protect,
        tags=dict(sorted(settings.tags.items())),
    )


def _interface(service: Service, region: Region, policy: str, settings: Settings) -> InterfaceEndpoint:
    return InterfaceEndpoint(
        service=service.id,
        service_name=region.service_name(service.id),
        policy=policy,
        # A hub's own zones answer in its place, and in the spokes: private DNS would reach its own VPC alone.
        private_dns=settings.topology.kind != "hub",
        dns_record_ip_type=_dns_record_ip_type(settings),
    )


def _adopted(service: Service, region: Region, settings: Settings) -> AdoptedEndpoint | None:
    id = settings.topology.existing.get(service.id)
    name = region.service_name(service.id)
    return AdoptedEndpoint(service=service.id, service_name=name, type=service.type, id=id) if id else None


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
    return dns.dns_record_ip_type or (dns.ip_address_type if dns.has_ipv6 else "")


def _buckets(settings: Settings, region: Region, catalog: Catalog) -> documents.Buckets:
    names = []
    for family in catalog.buckets.values():
        if not family.legacy and settings.features.enabled.issuperset(family.features):
            # The settings were refused if neither AWS nor the owner names this bucket.
            names.append(region.bucket(family) or settings.buckets.aws_managed[family.id])
    # Read before readWrite, then by account in the owner's order: the text of a policy is what a diff compares.
    own: dict[tuple[str, str], list[str]] = {}
    for bucket in sorted(settings.buckets.own, key=lambda each: each.access):
        own.setdefault((bucket.access, bucket.account_id), []).append(bucket.name)
    return documents.Buckets(
        partition=region.partition.id,
        aws=tuple(dict.fromkeys((*names, *settings.buckets.other_aws_managed))),
        own=tuple(
            documents.OwnBuckets(access=access, account=account, names=tuple(names))
            for (access, account), names in own.items()
        ),
        actions={access: catalog.limit(f"own-bucket-{access}-actions") for access in ("read", "readWrite")},
    )


def _gateway(
    settings: Settings, region: Region, catalog: Catalog, buckets: documents.Buckets
) -> GatewayEndpoint:
    gateway: Literal["s3"] = "s3"
    return GatewayEndpoint(
        service=gateway,
        service_name=region.service_name(gateway),
        policy=documents.s3_endpoint(buckets),
        aws_buckets=tuple(buckets.aws),
        own_buckets=tuple(bucket.name for bucket in settings.buckets.own),
        adopted=_adopted(catalog.services[gateway], region, settings),
    )


def _too_long(gateway: GatewayEndpoint, settings: Settings, catalog: Catalog) -> Iterator[Problem]:
    length, longest = len(gateway.policy), catalog.limit("endpoint-policy-characters")
    if length > longest:
        yield Problem(
            key=f"{NAMESPACE}:buckets",
            value=f"{len(settings.buckets.own)} own and {len(settings.buckets.other_aws_managed)} other buckets",
            message=f"make an S3 endpoint policy of {length} characters; AWS accepts {longest}. List fewer buckets",
        )
