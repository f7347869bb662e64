"""`ssm-endpoints plan --stack`: what a stack's file asks for, decided without engine, network or credentials."""

from __future__ import annotations

from typing import Any

from blueprint import facts_date, prices
from blueprint.catalog import load
from blueprint.plan import GivenNetwork, Plan, notices
from cli import stacks
from cli.output import Json, Page, as_json
from tools import plan_cost


def plan(stack: stacks.Stack, json: Json = False) -> None:
    """What a stack file asks for: endpoints, buckets, admitted blocks, notices; or everything that is wrong with it."""
    found = stacks.read(stack)
    document = {"stack": found.name, "file": found.file, **describe(found.plan())}
    if json:
        as_json(document)
    else:
        _show(document)


def describe(plan: Plan) -> dict[str, Any]:
    """The plan, as the JSON answer has it."""
    gateway, monthly = plan.gateway_endpoint, plan_cost.monthly(plan)
    endpoints = [
        _endpoint(each.service, each.service_name, "Interface", len(each.policy), dns=each.private_dns)
        for each in plan_cost.made(plan)
    ]
    adopted = [*plan.adopted, *filter(None, [gateway.adopted])]
    endpoints += [_endpoint(each.service, each.service_name, each.type, id=each.id) for each in adopted]
    if not gateway.adopted:
        length = len(gateway.policy)
        endpoints.append(_endpoint(gateway.service, gateway.service_name, "Gateway", length, dns=False))
    return {
        "region": plan.region,
        "partition": plan.partition,
        "kind": plan.kind,
        "facts": facts_date.of_plan(plan).document(),
        "network": _network(plan),
        "endpoints": endpoints,
        "buckets": {"aws": list(gateway.aws_buckets), "own": list(gateway.own_buckets)},
        "s3PolicyCharacters": len(gateway.policy),
        "s3PolicyCharactersAllowed": load().limit("endpoint-policy-characters"),
        "admitted": [*plan.client_cidrs, *plan.client_ipv6_cidrs],
        "hostedZones": [zone.name for zone in plan.hosted_zones],
        "zonesOfHub": dict(plan.zones_of_hub),
        "forwardedZones": list(plan.forwarded_zones),
        "resolver": {"inboundClients": list(plan.resolver_cidrs), "vpc": plan.vpc_resolver},
        "monthlyUsd": None if monthly is None else prices.dollars(monthly),
        "notices": list(notices(plan)),
    }


def _endpoint(
    service: str,
    name: str,
    type_: str,
    length: int | None = None,
    *,
    dns: bool | None = None,
    id: str | None = None,
) -> dict[str, Any]:
    """An endpoint. One that is there (`id`) stays as it is: nothing of it is planned."""
    return {
        "service": service,
        "name": name,
        "type": type_,
        "privateDns": dns,
        "policyCharacters": length,
        "existing": id,
    }


def _network(plan: Plan) -> dict[str, Any]:
    network = plan.network
    if isinstance(network, GivenNetwork):
        return {
            "vpcId": network.vpc_id,
            "create": None,
            "endpointSubnets": list(network.endpoint_subnet_ids),
            "routeTables": list(network.route_table_ids),
        }
    subnets = [{"availabilityZone": each.availability_zone, "cidr": each.cidr} for each in network.subnets]
    return {
        "vpcId": None,
        "create": {"cidr": network.cidr, "subnets": subnets},
        "endpointSubnets": [],
        "routeTables": [],
    }


def _show(found: dict[str, Any]) -> None:
    page, network = Page(), found["network"]
    page.heading(f"{found['file']}: {found['kind']}, {found['region']} ({found['partition']})")
    page.line(facts_date.FactsDate(**found["facts"]).line, 2)
    if network["create"]:
        page.line(f"a new VPC {network['create']['cidr']}, with a private subnet each in", 2)
        for each in network["create"]["subnets"]:
            page.line(f"{each['availabilityZone']}  {each['cidr']}", 4)
    else:
        page.line(f"{network['vpcId']}, endpoints in {', '.join(network['endpointSubnets'])}", 2)
        page.line(f"S3 gateway endpoint on {', '.join(network['routeTables'])}", 2)
    page.line()
    rows = [
        (
            each["name"],
            each["type"],
            _dns(each),
            _policy(each) if each["existing"] is None else f"{each['existing']}, as it is",
        )
        for each in found["endpoints"]
    ]
    page.table(("endpoint", "type", "private DNS", "policy"), rows)
    page.line()
    page.heading(
        f"Buckets that the nodes' route tables still reach: {sum(map(len, found['buckets'].values()))}"
    )
    for owner, names in found["buckets"].items():
        for name in names:
            page.line(f"{name}{'  (yours)' if owner == 'own' else ''}", 2)
    page.line(
        f"S3 policy: {found['s3PolicyCharacters']} of {found['s3PolicyCharactersAllowed']} characters", 2
    )
    cost = found["monthlyUsd"]
    page.line()
    page.heading("Interface endpoints a month, without data")
    page.line("the Region's price is not verified" if cost is None else f"{cost} USD", 2)
    page.line()
    page.heading("Admitted to the interface endpoints on 443")
    for block in found["admitted"] or ["nobody: this stack makes none"]:
        page.line(block, 2)
    for title, values in (
        ("Hosted zones", found["hostedZones"]),
        ("Zones of the hub", [f"{service}: {id}" for service, id in found["zonesOfHub"].items()]),
        ("DNS servers that the inbound resolver answers", found["resolver"]["inboundClients"]),
        ("Notices", found["notices"]),
    ):
        if values:
            page.line()
            page.heading(title)
            for value in values:
                page.line(value, 2)


def _dns(each: dict[str, Any]) -> str:
    return {True: "on", False: "off" if each["type"] == "Interface" else "", None: ""}[each["privateDns"]]


def _policy(each: dict[str, Any]) -> str:
    return f"{each['policyCharacters']} characters"
