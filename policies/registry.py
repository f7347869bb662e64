"""The policies of the pack, each in a file of its own name."""

from pulumi_policy import Policy

from policies import (
    endpoint_admits_node_subnets,
    endpoint_ingress_https,
    endpoint_policy_agent_safe,
    endpoint_policy_well_formed,
    endpoint_service_in_region,
    endpoint_spans_node_zones,
    endpoint_type_correct,
    interface_private_dns,
    no_duplicate_private_dns,
    node_egress_to_endpoints,
    node_nacl_allows_https,
    node_role_reads_ssm_buckets,
    nothing_waived,
    s3_gateway_buckets_complete,
    s3_gateway_buckets_in_region,
    s3_gateway_on_node_route_tables,
    s3_gateway_policy_complete,
    s3_gateway_policy_not_open,
    ssm_endpoints_complete,
    ssm_endpoints_declared,
    vpc_dns_enabled,
    waivers_in_use,
)

POLICIES: tuple[Policy, ...] = (
    ssm_endpoints_complete.policy,
    ssm_endpoints_declared.policy,
    endpoint_service_in_region.policy,
    endpoint_type_correct.policy,
    endpoint_spans_node_zones.policy,
    vpc_dns_enabled.policy,
    interface_private_dns.policy,
    no_duplicate_private_dns.policy,
    s3_gateway_buckets_complete.policy,
    s3_gateway_policy_complete.policy,
    s3_gateway_buckets_in_region.policy,
    s3_gateway_on_node_route_tables.policy,
    s3_gateway_policy_not_open.policy,
    endpoint_policy_well_formed.policy,
    endpoint_policy_agent_safe.policy,
    endpoint_ingress_https.policy,
    endpoint_admits_node_subnets.policy,
    node_egress_to_endpoints.policy,
    node_nacl_allows_https.policy,
    node_role_reads_ssm_buckets.policy,
    # Last, in this order: they read what the waivers of the others did.
    waivers_in_use.policy,
    nothing_waived.policy,
)
