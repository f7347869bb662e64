"""One endpoint per service answers to the public names in a VPC: AWS refuses a second one."""

from collections.abc import Iterator

from policies.endpoints import Endpoint, endpoints
from policies.graph import Graph
from policies.hosted_zones import zones_of
from policies.pack_config import PackConfig
from policies.requirements import region_of, services
from policies.rule import About, Finding, stack_policy

ABOUT = About(
    name="no-duplicate-private-dns",
    description="A VPC has at most one source of private DNS for each service",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    fix="Keep private DNS on one endpoint of the service, or take out the hosted zone of the same name.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    by_name: dict[tuple[str, str], list[Endpoint]] = {}
    for endpoint in endpoints(graph):
        name, vpc = endpoint.service_name, endpoint.vpc
        if isinstance(name, str) and isinstance(vpc, str) and endpoint.private_dns is True:
            by_name.setdefault((vpc, name), []).append(endpoint)
    for (vpc, name), found in sorted(by_name.items()):
        names = ", ".join(repr(endpoint.name) for endpoint in found)
        have = "have" if len(found) > 1 else "has"
        if len(found) > 1:
            yield Finding(
                f"{names} have private DNS for {name} in one VPC: AWS refuses the second with `already a conflicting DNS "
                f"domain`.\nfix: keep one of them, or private_dns_enabled=False on the others",
                found[0].resource.urn,
            )
        region = region_of(found[0].resource.region, name)
        known = [] if isinstance(region, Finding) else [(s, region) for s in services(region, config)]
        for service, where in known:
            zones = zones_of(graph, vpc, where.dns_name(service.id)) if service.name == name else []
            if zones:
                yield Finding(
                    f"{names} {have} private DNS for {where.dns_name(service.id)}, and the hosted zone {zones[0].name!r} of "
                    "that name is associated with the same VPC: AWS refuses the one that comes second.\n"
                    f"fix: private_dns_enabled=False on {names}, or take out the zone",
                    found[0].resource.urn,
                )


policy = stack_policy(ABOUT, rule)
