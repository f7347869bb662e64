"""Everything that one plan makes, in the order in which the parts need each other."""

from __future__ import annotations

from typing import Any

import pulumi

from blueprint.plan import Plan, PlannedNetwork, dns_outputs
from components.hosted_zones import HubZones, SpokeZones
from components.inbound_resolver import InboundResolver
from components.managed_nodes import ManagedNodes
from components.network import Network
from components.private_network import PrivateNetwork
from components.ssm_endpoints import SsmEndpoints, SsmEndpointsArgs


def build(plan: Plan) -> dict[str, Any]:
    """Build a plan. Returns the stack's outputs by name; blueprint/outputs.py describes each."""
    opts = pulumi.ResourceOptions(protect=plan.protect)
    network: Network = (
        PrivateNetwork("private", plan.network, plan.tags, opts)
        if isinstance(plan.network, PlannedNetwork)
        else plan.network
    )
    endpoints = SsmEndpoints("ssm", SsmEndpointsArgs(plan=plan, network=network), opts)
    outputs: dict[str, Any] = {
        "vpcId": network.vpc_id,
        "endpointIds": endpoints.endpoint_ids,
        "endpointDnsNames": endpoints.dns_names,
        "s3PrefixListId": endpoints.s3_prefix_list_id,
        "services": plan.services,
        "buckets": plan.buckets,
        "firewallAllowList": plan.firewall_hosts,
        "nodeBucketsPolicy": plan.nodes.s3_policy,
    }
    if endpoints.security_group_id is not None:
        outputs["securityGroupId"] = endpoints.security_group_id
    if plan.hosted_zones:
        outputs["hostedZoneIds"] = HubZones("hub", plan, network.vpc_id, endpoints.endpoints, opts).zone_ids
    if plan.zones_of_hub:
        SpokeZones("spoke", plan, network.vpc_id, opts)
    if plan.nodes.anything:
        outputs |= ManagedNodes("nodes", plan, network.vpc_id, endpoints, opts).outputs
    if plan.resolver_cidrs:
        addresses = InboundResolver("resolver", plan, network, opts).addresses
        outputs |= {"resolverAddresses": addresses}
        dns = addresses.apply(lambda found: dns_outputs(plan, tuple(found)))
        outputs |= {key: dns[key] for key in ("forwarders", "dnsSnippets")}
    else:
        outputs |= dns_outputs(plan, (plan.vpc_resolver,))
    return outputs
