"""The S3 gateway endpoint is on the route tables of the subnets that nodes live in."""

import json
from collections.abc import Iterator

from policies import route_tables
from policies.coverage import serving
from policies.graph import Graph
from policies.nodes import subnets
from policies.pack_config import PackConfig
from policies.requirements import gateway
from policies.rule import About, Finding, stack_policy
from policies.vpcs import judged

ABOUT = About(
    name="s3-gateway-on-node-route-tables",
    description="The S3 gateway endpoint is on the route table of every subnet that nodes live in",
    url="https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html",
    fix="Add the nodes' route tables to the endpoint's route_table_ids: other subnets have no route to S3.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for vpc, region, found in judged(graph, config):
        there = serving(found, vpc, gateway(region))
        on = route_tables.joined_by(graph, there)
        more = any(endpoint.route_tables.more for endpoint in there)
        for subnet in subnets(graph, vpc.key, config) if there and not vpc.internet else []:
            if subnet.tables & on:
                continue
            endpoint = there[0]
            if not subnet.tables:
                entry = {"vpcId": vpc.key, "id": subnet.key, "routeTableId": "<its route table>"}
                join = f"a RouteTableAssociation of {subnet.label} with a route table of this stack, or "
                paste = f"say it in the pack's configuration: {json.dumps({'nodeSubnets': [entry]})}"
                yield Finding(
                    f"{vpc.label}: nothing here tells the route table of {subnet.label}, where nodes live, so whether "
                    f"{endpoint.name!r} is on it cannot be proven.\n"
                    f"fix: {join if subnet.urn else ''}{paste}",
                    subnet.urn or vpc.urn,
                    unproven=True,
                )
                continue
            shown = route_tables.label(graph, subnet.tables)
            on_it = "known to be on" if more else "on"
            yield Finding(
                f"{vpc.label}: S3 gateway endpoint {endpoint.name!r} is not {on_it} {shown}, the route table of "
                f"{subnet.label}, where nodes live.\nfix: add {shown} to route_table_ids of {endpoint.name!r}",
                endpoint.resource.urn,
                unproven=more,
            )


policy = stack_policy(ABOUT, rule)
