"""Endpoints as the rules see them: together with their detached associations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policies import tokens
from policies.graph import UNKNOWN, Graph, Maybe, References, Resource, Satellites

# What AWS makes of an endpoint that does not say its type.
DEFAULT_TYPE = "Gateway"


@dataclass(frozen=True)
class Endpoint:
    """A VPC endpoint with everything attached to it, inline or by an association resource of its own.

    `vpc` is a URN of this stack or an id. `policies` holds every policy document that is attached: text, None (AWS's
    default, full access) or UNKNOWN. `private_dns` is None where nothing says it, which AWS takes for off.
    """

    resource: Resource
    service_name: Maybe
    type: Maybe
    vpc: Maybe
    subnets: References
    route_tables: References
    security_groups: References
    policies: tuple[Maybe, ...]
    private_dns: object

    @property
    def name(self) -> str:
        return self.resource.name

    def attachments(self) -> References:
        """Where it can be reached from: subnets of an interface endpoint, route tables of a gateway endpoint."""
        return self.route_tables if self.type == "Gateway" else self.subnets


class Endpoints(list[Endpoint]):
    """Endpoints, found by VPC and service name without a look at all the others."""

    def __init__(self, found: Iterable[Endpoint]) -> None:
        super().__init__(found)
        self._named: dict[tuple[Maybe, Maybe], list[Endpoint]] = {}
        for endpoint in self:
            self._named.setdefault((endpoint.vpc, endpoint.service_name), []).append(endpoint)

    def of(self, vpc: str | None, name: str) -> list[Endpoint]:
        """The endpoints of a VPC with exactly this service name."""
        return self._named.get((vpc, name), [])


def endpoints(graph: Graph) -> Endpoints:
    """Every endpoint of the stack."""
    return graph.once(
        "endpoints", lambda: Endpoints(_endpoint(graph, each) for each in graph.of_type(tokens.ENDPOINT))
    )


def _endpoint(graph: Graph, resource: Resource) -> Endpoint:
    def satellites(type_: str) -> Satellites:
        return graph.satellites(type_, "vpcEndpointId", (tokens.ENDPOINT,))

    def attached(type_: str) -> list[Resource]:
        return satellites(type_).of.get(resource.urn, [])

    def perhaps(type_: str) -> bool:
        """Is there a satellite of an endpoint that cannot be told, which may be this one?"""
        sources = (satellite.references.get("vpcEndpointId", ()) for satellite in satellites(type_).untold)
        return any(resource.urn in urns or not urns for urns in sources)

    def joined(list_key: str, type_: str, key: str, targets: tuple[str, ...]) -> References:
        inline = graph.refer_to(resource, list_key, targets)
        return sum((graph.refer_to(satellite, key, targets) for satellite in attached(type_)), inline)

    policies = tuple(satellite.text("policy") for satellite in attached(tokens.ENDPOINT_POLICY))
    if perhaps(tokens.ENDPOINT_POLICY):
        policies = (*policies, UNKNOWN)
    # With a policy resource of its own, the endpoint only reads back what was attached before.
    inline = resource.props.get("policy") is not None and (
        resource.given is None or "policy" in resource.given
    )
    if inline or not policies:
        policies = (resource.text("policy"), *policies)
    dns = [satellite.props.get("privateDnsEnabled") for satellite in attached(tokens.ENDPOINT_PRIVATE_DNS)]
    dns = dns or [resource.props.get("privateDnsEnabled")]
    certain = not perhaps(tokens.ENDPOINT_PRIVATE_DNS) and all(each == dns[0] for each in dns)
    return Endpoint(
        resource=resource,
        service_name=resource.text("serviceName"),
        type=DEFAULT_TYPE if resource.text("vpcEndpointType") is None else resource.text("vpcEndpointType"),
        vpc=graph.vpc_of(resource),
        subnets=joined("subnetIds", tokens.ENDPOINT_SUBNET, "subnetId", tokens.SUBNETS),
        route_tables=joined("routeTableIds", tokens.ENDPOINT_ROUTE_TABLE, "routeTableId", tokens.ROUTED),
        security_groups=joined(
            "securityGroupIds", tokens.ENDPOINT_SECURITY_GROUP, "securityGroupId", tokens.SECURITY_GROUPS
        ),
        policies=policies,
        private_dns=dns[0] if certain else UNKNOWN,
    )


def inbound_only(endpoint: Endpoint) -> bool:
    """Whether private DNS is surely for the Resolver's inbound endpoints alone, which is AWS's default
    (https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html, read 2026-11-23)."""
    options = endpoint.resource.props.get("dnsOptions")
    said = (
        options.get("privateDnsOnlyForInboundResolverEndpoint") if isinstance(options, Mapping) else options
    )
    return said is None or said is True
