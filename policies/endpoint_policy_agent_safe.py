"""The policies of the endpoints that nodes need let SSM Agent work. A full-access policy does, and none at all."""

from collections.abc import Iterator

from blueprint.catalog import Region
from policies import agent_calls, iam, tokens
from policies.endpoints import Endpoint, endpoints
from policies.graph import UNKNOWN, Graph
from policies.pack_config import PackConfig
from policies.requirements import region_of, services
from policies.rule import About, Finding, stack_policy

ABOUT = About(
    name="endpoint-policy-agent-safe",
    description="The policy of an endpoint that nodes need lets SSM Agent make every call it makes",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html",
    fix="Allow the agent's actions that the message names, or leave the endpoint its default policy.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    hybrid = {activation.region for activation in graph.of_type(tokens.SSM_ACTIVATION)}
    for endpoint in endpoints(graph):
        # Without its Region nothing else can be proven either: ssm-endpoints-complete says so.
        region = region_of(endpoint.resource.region, endpoint.name)
        if isinstance(region, Region):
            for service in services(region, config):
                if service.name == endpoint.service_name and service.id in agent_calls.services():
                    yield from _judged(endpoint, service.id, region, hybrid=region.id in hybrid)


def _judged(endpoint: Endpoint, service: str, region: Region, *, hybrid: bool) -> Iterator[Finding]:
    where = f"endpoint {endpoint.name!r} ({endpoint.service_name}): its policy"
    urn = endpoint.resource.urn
    for policy in dict.fromkeys(endpoint.policies):
        if policy is UNKNOWN:
            text = (
                f"{where} is not known in the preview, so nothing proves that SSM Agent can work through it."
            )
            fix = (
                "give it as plain text, with no Output in it, or leave it out: AWS's default lets all through"
            )
            yield Finding(f"{text}\nfix: {fix}", urn, unproven=True)
        elif policy is not None:
            try:
                document = iam.parse(policy)
            except iam.Malformed:
                continue  # endpoint-policy-well-formed says what is wrong.
            for each in agent_calls.blocked(document, service, region, hybrid=hybrid):
                yield Finding(f"{where} {each.text}.\nfix: {each.fix}", urn, not each.surely)


policy = stack_policy(ABOUT, rule)
