"""The policies of the pack, each in a file of its own name."""

from pulumi_policy import Policy

from policies import (
    endpoint_ingress_https,
    endpoint_service_in_region,
    interface_private_dns,
    s3_gateway_buckets_complete,
    s3_gateway_buckets_in_region,
    s3_gateway_policy_complete,
    ssm_endpoints_complete,
    ssm_endpoints_declared,
)

POLICIES: tuple[Policy, ...] = (
    ssm_endpoints_complete.policy,
    ssm_endpoints_declared.policy,
    s3_gateway_buckets_complete.policy,
    s3_gateway_policy_complete.policy,
    s3_gateway_buckets_in_region.policy,
    endpoint_service_in_region.policy,
    interface_private_dns.policy,
    endpoint_ingress_https.policy,
)
