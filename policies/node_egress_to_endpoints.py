"""The security groups that nodes start with let them open HTTPS connections to the endpoints and to S3."""

from collections.abc import Iterator

from policies import egress
from policies.coverage import provided, serving
from policies.graph import UNKNOWN, Graph
from policies.pack_config import PackConfig
from policies.requirements import gateway, services
from policies.rule import About, Finding, stack_policy
from policies.security_groups import label
from policies.vpcs import judged

ABOUT = About(
    name="node-egress-to-endpoints",
    description="Nodes may open connections on 443 to the Systems Manager endpoints and to S3",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
    fix="Allow outbound tcp/443 from the nodes' security group to the endpoints' group and to the S3 prefix list.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for vpc, region, found in judged(graph, config):
        s3, interfaces = gateway(region), [s for s in services(region, config) if s.type == "Interface"]
        there = [endpoint for each in interfaces for endpoint in serving(found, vpc, each)]
        elsewhere = [each.id for each in (*interfaces, s3) if provided(graph, vpc, each, config)]
        gateways = serving(found, vpc, s3)
        for groups, launches in egress.alike(graph, vpc, config).items():
            out = egress.out(graph, groups, launches, config)
            reached = [(each, egress.to_endpoint(graph, vpc, out, each)) for each in there]
            states = [(repr(each.name), state) for each, state in reached]
            if gateways:
                states.append(("S3", egress.to_s3(out, gateways)))
            if elsewhere:
                states.append((", ".join(elsewhere), egress.anywhere(out)))
            if vpc.internet:
                states.append((egress.INTERNET, egress.to_internet(graph, out)))
            for wanted, verb in ((False, "do not let"), (UNKNOWN, "cannot be shown to let")):
                shut = list(dict.fromkeys(name for name, state in states if state is wanted))
                if shut:
                    who = ", ".join(launch.label for launch in launches)
                    mine = label(graph, groups) or "a security group that the preview does not know"
                    hint = egress.way_out(
                        graph, out, shut, [each for each, state in reached if state is wanted]
                    )
                    yield Finding(
                        f"{vpc.label}: the security groups of {who} ({mine}) {verb} tcp/443 out to {', '.join(shut)}.\n"
                        f"fix: {hint}",
                        launches[0].resource.urn,
                        wanted is UNKNOWN,
                    )


policy = stack_policy(ABOUT, rule)
