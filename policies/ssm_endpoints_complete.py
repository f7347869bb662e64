"""Every VPC in scope has every endpoint that its managed nodes need."""

from collections.abc import Iterator

from policies.endpoints import Vpc, endpoints, near_misses, serving, vpcs
from policies.graph import Graph
from policies.pack_config import PackConfig
from policies.requirements import RequiredService, region_of, services, unverified
from policies.rule import About, Finding, stack_policy

ABOUT = About(
    name="ssm-endpoints-complete",
    description="A VPC with managed nodes has every endpoint that Systems Manager needs",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html",
    fix="Add the missing endpoint to the VPC, with its exact service name, type and at least one subnet or route table.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    found = endpoints(graph)
    for vpc in vpcs(graph, config):
        region = region_of(vpc.region, vpc.label)
        if isinstance(region, Finding):
            yield region
            continue
        yield from unverified(region, config)
        for required in services(region, config):
            if not serving(found, vpc, required):
                misses = list(near_misses(found, vpc, required))
                yield Finding(
                    _message(vpc, required, misses), vpc.urn, any(unproven for _, unproven in misses)
                )


def _message(vpc: Vpc, required: RequiredService, misses: list[tuple[str, bool]]) -> str:
    near = "".join(f"\n  ({reason})" for reason, _ in misses)
    return (
        f"{vpc.label} has no {required.type} endpoint for {required.name} ({required.why}).{near}\n"
        f"fix: {paste(required)}"
    )


def paste(required: RequiredService) -> str:
    """Code that adds the endpoint."""
    where = (
        "route_table_ids=[<the nodes' route tables>]"
        if required.type == "Gateway"
        else "private_dns_enabled=True, subnet_ids=[<one per zone>], security_group_ids=[<admits 443 from the nodes>]"
    )
    return (
        f'aws.ec2.VpcEndpoint("{required.id}", vpc_id=<the VPC>, service_name="{required.name}", '
        f'vpc_endpoint_type="{required.type}", {where})'
    )


policy = stack_policy(ABOUT, rule)
