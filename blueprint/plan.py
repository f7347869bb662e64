"""What will be built: plain values, decided once from the settings and the facts.

Equal settings give an equal plan with byte-identical policies. Everything a policy must read in a preview is a plain
string here; only ids become Outputs, and not before a component builds the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blueprint import documents
from blueprint.catalog import Catalog, Region, Service, agent_version, load
from blueprint.problems import Problem, SettingsError
from blueprint.settings import NAMESPACE, ExistingNetwork, NewNetwork, Settings


@dataclass(frozen=True, kw_only=True)
class InterfaceEndpoint:
    """An interface endpoint: `service` is AWS's short id ("ssm"), `service_name` the full name, `policy` JSON text."""

    service: str
    service_name: str
    policy: str


@dataclass(frozen=True, kw_only=True)
class GatewayEndpoint:
    """The S3 gateway endpoint and the names of the buckets its policy admits: AWS's and the owner's."""

    service: str
    service_name: str
    policy: str
    aws_buckets: tuple[str, ...]
    own_buckets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PrivateSubnet:
    """A private subnet to create. `key` ends the names of everything in its zone; it is the zone's letter."""

    key: str
    availability_zone: str
    cidr: str


@dataclass(frozen=True, kw_only=True)
class PlannedNetwork:
    """The network to create: a VPC and one private subnet with a route table of its own per zone."""

    cidr: str
    subnets: tuple[PrivateSubnet, ...]


@dataclass(frozen=True, kw_only=True)
class GivenNetwork:
    """The network that is there: ids of the VPC, of one subnet per zone, and of the route tables of the nodes' subnets."""

    vpc_id: str
    endpoint_subnet_ids: tuple[str, ...]
    route_table_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that will be built in one Region.

    `client_cidrs` are admitted to the interface endpoints on 443; IPv4, canonical, in the order of the settings.
    """

    region: str
    partition: str
    network: PlannedNetwork | GivenNetwork
    client_cidrs: tuple[str, ...]
    interface_endpoints: tuple[InterfaceEndpoint, ...]
    gateway_endpoint: GatewayEndpoint
    tags: Mapping[str, str]

    @property
    def services(self) -> tuple[str, ...]:
        """Full names of all endpoint services, the gateway's last."""
        return (*(e.service_name for e in self.interface_endpoints), self.gateway_endpoint.service_name)

    @property
    def buckets(self) -> tuple[str, ...]:
        """Every bucket that the nodes' route tables can still reach: AWS's, then the owner's."""
        return (*self.gateway_endpoint.aws_buckets, *self.gateway_endpoint.own_buckets)

    @property
    def notices(self) -> tuple[str, ...]:
        """What reaches beyond the managed nodes and every preview has to say."""
        if isinstance(self.network, GivenNetwork):
            vpc, tables = self.network.vpc_id, ", ".join(self.network.route_table_ids)
        else:
            vpc, tables = "the new VPC", ", ".join(f"private-{subnet.key}" for subnet in self.network.subnets)
        redirected = ", ".join(endpoint.service for endpoint in self.interface_endpoints)
        return (
            f"S3: all S3 traffic of route table(s) {tables} will pass the gateway endpoint and reach only "
            f"{len(self.buckets)} bucket(s): {', '.join(self.buckets)}. Applications, container image layers and package "
            f"repositories that use other buckets need them in {NAMESPACE}:buckets.",
            f"DNS: in the whole of {vpc}, private DNS will send every client of {redirected} to these endpoints. Clients "
            f"outside {', '.join(self.client_cidrs)} are refused; admit them in {NAMESPACE}:network.clientCidrs.",
        )


def make(settings: Settings, *, stack_file: str, catalog: Catalog | None = None) -> Plan:
    """Decide what to build.

    Raises: SettingsError, in the same report as the settings' own problems, when the S3 policy would be longer than AWS
    accepts.
    """
    catalog = catalog or load()
    region = catalog.region(settings.region)
    services = [service for service in catalog.services.values() if _is_needed(service, region, settings)]
    gateway = next(service for service in services if service.type == "Gateway")
    aws_buckets = _aws_buckets(settings, region, catalog)
    own = {
        access: tuple(bucket.name for bucket in settings.buckets.own if bucket.access == access)
        for access in ("read", "readWrite")
    }
    policy = documents.s3_gateway(
        partition=region.partition.id,
        aws_buckets=aws_buckets,
        own_buckets=own,
        actions={access: catalog.limit(f"own-bucket-{access}-actions") for access in own},
    )
    longest = catalog.limit("endpoint-policy-characters")
    if len(policy) > longest:
        problem = Problem(
            key=f"{NAMESPACE}:buckets",
            value=f"{len(settings.buckets.own)} own and {len(settings.buckets.other_aws_managed)} other buckets",
            message=f"make an S3 endpoint policy of {len(policy)} characters; AWS accepts {longest}. List fewer buckets",
        )
        raise SettingsError([problem], stack_file=stack_file)
    return Plan(
        region=region.id,
        partition=region.partition.id,
        network=_network(settings.network),
        client_cidrs=_client_cidrs(settings.network),
        interface_endpoints=tuple(
            InterfaceEndpoint(
                service=service.id,
                service_name=region.service_name(service.id),
                policy=documents.full_access(),
            )
            for service in services
            if service.type == "Interface"
        ),
        gateway_endpoint=GatewayEndpoint(
            service=gateway.id,
            service_name=region.service_name(gateway.id),
            policy=policy,
            aws_buckets=aws_buckets,
            own_buckets=tuple(bucket.name for bucket in settings.buckets.own),
        ),
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


def _aws_buckets(settings: Settings, region: Region, catalog: Catalog) -> tuple[str, ...]:
    names = []
    for family in catalog.buckets.values():
        if not family.legacy and settings.features.enabled.issuperset(family.features):
            # The settings were refused if neither AWS nor the owner names this bucket.
            names.append(region.bucket(family) or settings.buckets.aws_managed[family.id])
    return tuple(dict.fromkeys((*names, *settings.buckets.other_aws_managed)))


def _network(network: ExistingNetwork | NewNetwork) -> PlannedNetwork | GivenNetwork:
    if isinstance(network, NewNetwork):
        return PlannedNetwork(
            cidr=network.cidr,
            subnets=tuple(
                PrivateSubnet(key=subnet.letter, availability_zone=subnet.availability_zone, cidr=subnet.cidr)
                for subnet in network.subnets
            ),
        )
    return GivenNetwork(
        vpc_id=network.vpc_id,
        endpoint_subnet_ids=tuple(network.endpoint_subnets),
        route_table_ids=tuple(dict.fromkeys(subnet.route_table_id for subnet in network.node_subnets)),
    )


def _client_cidrs(network: ExistingNetwork | NewNetwork) -> tuple[str, ...]:
    subnets = network.subnets if isinstance(network, NewNetwork) else network.node_subnets
    return (*(subnet.cidr for subnet in subnets), *network.client_cidrs)
