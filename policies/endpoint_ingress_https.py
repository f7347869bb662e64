"""The security groups of the endpoints that nodes need admit HTTPS, and not from everywhere."""

from collections.abc import Iterator

from policies.coverage import serving
from policies.endpoints import Endpoint
from policies.graph import Graph, References
from policies.pack_config import PackConfig
from policies.requirements import services
from policies.rule import About, Finding, stack_policy
from policies.security_groups import wrong_with
from policies.vpcs import judged

ABOUT = About(
    name="endpoint-ingress-https",
    description="The security groups of Systems Manager endpoints admit 443 from the nodes and nothing from everywhere",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html",
    fix="Admit tcp/443 from the nodes' subnets in a security group of this stack; remove 0.0.0.0/0 and ::/0.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for vpc, region, found in judged(graph, config):
        by_groups: dict[References, list[Endpoint]] = {}
        for required in services(region, config):
            for endpoint in serving(found, vpc, required) if required.type == "Interface" else []:
                by_groups.setdefault(endpoint.security_groups, []).append(endpoint)
        for groups, sharing in by_groups.items():
            names = ", ".join(repr(endpoint.name) for endpoint in sharing)
            for wrong in wrong_with(graph, groups, config.trusted_security_groups):
                message = f"{vpc.label}: {names} {wrong.message}.\nfix: {wrong.fix}"
                yield Finding(message, sharing[0].resource.urn, wrong.unproven)


policy = stack_policy(ABOUT, rule)
