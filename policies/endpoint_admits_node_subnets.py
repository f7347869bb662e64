"""The security groups of the endpoints that nodes need admit HTTPS from every subnet that nodes live in."""

from collections.abc import Iterator

from policies.address_blocks import versions_of
from policies.coverage import serving
from policies.endpoints import Endpoint
from policies.graph import Graph, References
from policies.nodes import subnets
from policies.pack_config import PackConfig
from policies.requirements import services
from policies.rule import About, Finding, stack_policy
from policies.security_groups import label
from policies.sources import not_admitted, way_out
from policies.vpcs import judged

ABOUT = About(
    name="endpoint-admits-node-subnets",
    description="Systems Manager endpoints admit 443 from every subnet that nodes live in",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html",
    fix="Admit tcp/443 from the block of every node subnet, or from the nodes' security group.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for vpc, region, found in judged(graph, config):
        nodes = subnets(graph, vpc.key, config)
        alike: dict[tuple[References, frozenset[int]], list[Endpoint]] = {}
        for required in services(region, config):
            for endpoint in serving(found, vpc, required):
                alike.setdefault((endpoint.security_groups, versions_of(endpoint)), []).append(endpoint)
        for (groups, _), sharing in alike.items():
            outside = list(not_admitted(graph, vpc, nodes, sharing[0], config))
            names = ", ".join(repr(endpoint.name) for endpoint in sharing)
            no = "do not admit" if len(sharing) > 1 else "does not admit"
            for unproven, verb in ((False, no), (True, "cannot be shown to admit")):
                shut = [each for each in outside if each.unproven is unproven]
                if shut:
                    where = ", ".join(each.label for each in shut)
                    yield Finding(
                        f"{vpc.label}: {names} with {label(graph, groups)} {verb} tcp/443 from {where}, where nodes live.\n"
                        f"fix: {way_out(graph, vpc, groups, shut)}",
                        sharing[0].resource.urn,
                        unproven,
                    )


policy = stack_policy(ABOUT, rule)
