"""Endpoints and VPCs as the rules see them: an endpoint together with its detached associations, and the VPCs to judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from blueprint.catalog import Region
from policies import tokens
from policies.graph import UNKNOWN, Graph, Maybe, References, Resource, Satellites, in_scope
from policies.pack_config import PackConfig
from policies.requirements import RequiredService, region_of

PROVIDER = "pulumi:providers:aws"
# What AWS makes of an endpoint that does not say its type.
DEFAULT_TYPE = "Gateway"
# A VPC tells the id of its main route table.
ROUTED = (*tokens.ROUTE_TABLES, *tokens.VPCS)


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


@dataclass(frozen=True)
class NearMiss:
    """Why an endpoint is not the required one, what to change on it, if that is the way, and whether it merely cannot be
    read."""

    reason: str
    fix: str = ""
    unproven: bool = False


@dataclass(frozen=True)
class Vpc:
    """A VPC to judge. `key` is a URN of this stack, an id, or None where nothing identifies it."""

    key: str | None
    label: str
    region: Maybe
    urn: str | None


def endpoints(graph: Graph) -> list[Endpoint]:
    """Every endpoint of the stack."""
    return [_endpoint(graph, resource) for resource in graph.of_type(tokens.ENDPOINT)]


def vpcs(graph: Graph, config: PackConfig) -> list[Vpc]:
    """The VPCs to judge: those of this stack, those that its resources name by id, and, if a stack works in a VPC that
    nothing identifies, that one: a stack with no endpoint at all is the loudest omission."""
    found: dict[tuple[str, Maybe], Vpc] = {}
    network = [resource for resource in graph.resources.values() if in_scope(resource)]
    for resource in network:
        # A VPC that was read twice is one VPC.
        if resource.type in tokens.VPCS and graph.canonical(resource) == resource.urn:
            label = f"VPC {resource.name!r}"
            found[resource.urn, None] = Vpc(resource.urn, label, resource.region, resource.urn)
    for resource in network:
        key = None if resource.type in tokens.VPCS else graph.vpc_of(resource)
        if isinstance(key, str) and graph.get(key) is None:
            found[key, resource.region] = Vpc(key, f"VPC {key}", resource.region, None)
    if found or not (network or config.scope == "always"):
        return list(found.values())
    regions = dict.fromkeys(r.region for r in network or graph.of_type(PROVIDER))
    where = (
        f"the VPC of {network[0].name!r}, which nothing in this stack identifies" if network else "this stack"
    )
    return [Vpc(None, where, region, network[0].urn if network else None) for region in regions or [None]]


def judged(graph: Graph, config: PackConfig) -> Iterator[tuple[Vpc, Region, list[Endpoint]]]:
    """The VPCs whose Region's facts are known, with the endpoints of the whole stack. ssm-endpoints-complete reports the
    others, once for each."""
    found = endpoints(graph)
    for vpc in vpcs(graph, config):
        region = region_of(vpc.region, vpc.label)
        if isinstance(region, Region):
            yield vpc, region, found


def serving(found: list[Endpoint], vpc: Vpc, required: RequiredService) -> list[Endpoint]:
    """The endpoints that surely are the required one: exact name, type, VPC and Region, attached somewhere."""
    named = (each for each in found if each.service_name == required.name and each.vpc == vpc.key)
    return [endpoint for endpoint in named if not _short_of(endpoint, vpc, required)]


def astray(graph: Graph) -> list[Resource]:
    """Resources in a VPC that the preview does not know. (Endpoints are left out: there they merely prove nothing.)"""
    return [
        resource
        for resource in graph.resources.values()
        if in_scope(resource)
        and resource.type not in (*tokens.VPCS, tokens.ENDPOINT, tokens.COMPONENT)
        and (resource.given is None or "vpcId" in resource.given)
        and graph.vpc_of(resource) is UNKNOWN
    ]


def near_misses(found: list[Endpoint], vpc: Vpc, required: RequiredService) -> Iterator[NearMiss]:
    """The endpoints that look like the required one, and why they are not."""
    for endpoint in found:
        miss = None
        if endpoint.service_name is UNKNOWN:
            miss = NearMiss("has a service name that is not known in the preview, which proves nothing")
        elif endpoint.service_name == required.name:
            miss = _short_of(endpoint, vpc, required)
        elif isinstance(endpoint.service_name, str) and endpoint.service_name.split(".")[-1] == required.id:
            fix = f'service_name="{required.name}"' if endpoint.vpc == vpc.key else ""
            miss = NearMiss(f"is for {endpoint.service_name!r}", fix)
        if miss:
            yield NearMiss(
                f"{endpoint.name!r} {miss.reason}",
                miss.fix and f"{miss.fix} on {endpoint.name!r}",
                miss.unproven,
            )


def missing(vpc: Vpc, required: RequiredService, misses: Sequence[NearMiss]) -> str:
    """Says that an endpoint is missing, what comes near it, and what to change or to add."""
    near = "".join(f"\n  ({miss.reason})" for miss in misses)
    change = next((miss.fix for miss in misses if miss.fix), "")
    what = f"{vpc.label} has no {required.type} endpoint for {required.name} ({required.why})"
    return f"{what}.{near}\nfix: {change or required.code}"


def _short_of(endpoint: Endpoint, vpc: Vpc, required: RequiredService) -> NearMiss | None:
    """What keeps an endpoint for the required service from being the required one; None if nothing does."""
    what, attach = "subnet", "subnet_ids=[<one per zone>]"
    if required.type == "Gateway":
        what, attach = "route table", "route_table_ids=[<the nodes' route tables>]"
    if endpoint.type != required.type:
        fix = f'vpc_endpoint_type="{required.type}"'
        return NearMiss(
            f"is of type {_shown(endpoint.type)}, not {required.type}", fix, endpoint.type is UNKNOWN
        )
    if endpoint.vpc is UNKNOWN:
        return NearMiss("is in a VPC that the preview does not know", "vpc_id=<this VPC's id>", True)
    if endpoint.vpc != vpc.key or vpc.key is None:
        return NearMiss("is in another VPC")
    if endpoint.resource.region != vpc.region:
        return NearMiss(f"is in Region {_shown(endpoint.resource.region)}, not {_shown(vpc.region)}")
    # The provider reads "" back where no other Region's service was asked for.
    far = endpoint.resource.text("serviceRegion") or vpc.region
    if far != vpc.region:
        return NearMiss(f"has serviceRegion {_shown(far)}", "no service_region", far is UNKNOWN)
    attached = endpoint.attachments()
    if not attached.keys:
        state = f"has {what}s that the preview does not know" if attached.more else f"has no {what}"
        return NearMiss(state, attach, attached.more)
    return None


def _shown(value: object) -> str:
    return "that is not known in the preview" if value is UNKNOWN else repr(value)


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
        route_tables=joined("routeTableIds", tokens.ENDPOINT_ROUTE_TABLE, "routeTableId", ROUTED),
        security_groups=joined(
            "securityGroupIds", tokens.ENDPOINT_SECURITY_GROUP, "securityGroupId", tokens.SECURITY_GROUPS
        ),
        policies=policies,
        private_dns=dns[0] if certain else UNKNOWN,
    )
