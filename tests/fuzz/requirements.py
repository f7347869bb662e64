"""What the pack's owner would write for a stack with these settings, and what the pack is right to block all the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blueprint import needs
from blueprint.catalog import load
from blueprint.plan import Plan
from blueprint.settings import ExistingNetwork, Settings
from tests.support.graph import RecordedGraph

# The group of the endpoints that are there already; somebody vouches for its rules.
THEIR_GROUP = "sg-0ddddddddddddddd0"
_OF_A_SUBNET = ("id", "cidr", "ipv6Cidr", "availabilityZone", "routeTableId")


def requirements(settings: Settings) -> dict[str, Any]:
    """A stack's table in policies/config/stacks.toml."""
    said: Mapping[str, Any] = settings.model_dump(by_alias=True, warnings=False)
    network, topology = settings.network, settings.topology
    found: dict[str, Any] = {
        "scope": "always",
        "features": dict(said["features"]),
        "awsManaged": dict(said["buckets"]["awsManaged"]),
        "requiredBuckets": [each.name for each in settings.buckets.own]
        + [*settings.buckets.other_aws_managed],
    }
    if settings.minimum_agent_version:
        found["minimumAgentVersion"] = settings.minimum_agent_version
    if not isinstance(network, ExistingNetwork):
        zones = len(network.availability_zones)
        return {**found, **({"minimumZones": 1} if zones < 2 else {})}
    vpc = network.vpc_id
    found["nodeSubnets"] = [
        {"vpcId": vpc, **{key: each[key] for key in _OF_A_SUBNET if each[key]}}
        for each in said["network"]["nodeSubnets"]
    ]
    if len(network.endpoint_subnets) < 2:
        found["minimumZones"] = 1
    region = load().region(settings.region)
    needed = needs.services(load(), region, settings.features.enabled, settings.minimum_agent_version)
    own = [each.id for each in needed if each.type == "Interface" and each.id not in topology.existing]
    if topology.kind == "spoke" and own:
        found["sharedEndpoints"] = [{"vpc": vpc, "services": own, "where": "the hub"}]
    if topology.kind == "hub" and own:
        found["hostedZones"] = [{"vpc": vpc, "services": own, "where": "this stack"}]
    if topology.existing:
        found["trustedSecurityGroups"] = [THEIR_GROUP]
    return found


def read_back(graph: RecordedGraph, plan: Plan, settings: Settings) -> RecordedGraph:
    """The graph with what the provider reads of endpoints that are there: the program gives nothing of their set-up, and
    the engine shows what an import has read as its inputs."""
    network = settings.network
    if not isinstance(network, ExistingNetwork):
        return graph
    for service, id in settings.topology.existing.items():
        read: dict[str, Any] = {
            "subnetIds": list(network.endpoint_subnets),
            "securityGroupIds": [THEIR_GROUP],
            "privateDnsEnabled": True,
        }
        if service == "s3":
            tables = dict.fromkeys(each.route_table_id for each in network.node_subnets)
            read = {"routeTableIds": list(tables), "policy": plan.gateway_endpoint.policy}
        graph.input(f"ssm-{service}")["properties"] |= read
        graph.resource(f"ssm-{service}")["properties"] |= {**read, "id": id}
    return graph


def rightly_blocked_by(settings: Settings) -> set[str]:
    """The policies that have to block what the owner took although the program builds it: nothing of it is an accident."""
    found, network = set(), settings.network
    statements = [each for listed in settings.endpoint_policies.statements.values() for each in listed]
    if any(each.effect == "Deny" for each in statements):
        found.add("endpoint-policy-agent-safe")
    # A spoke has its endpoints in the hub; its endpointSubnets are the inbound resolver's.
    if isinstance(network, ExistingNetwork) and settings.topology.kind != "spoke":
        with_endpoint = {
            each.availability_zone for each in network.node_subnets if each.id in network.endpoint_subnets
        }
        if {each.availability_zone for each in network.node_subnets} - with_endpoint:
            found.add("endpoint-spans-node-zones")
    return found
