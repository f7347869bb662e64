"""Stack config -> settings -> plan -> components -> outputs."""

import os

import pulumi

from blueprint import plan as planner
from blueprint.settings import SettingsError, parse
from components import PrivateNetwork, SsmEndpoints, SsmEndpointsArgs

# The sandbox names the file that its copy was made from.
stack_file = os.environ.get("SSM_STACK_FILE") or f"Pulumi.{pulumi.get_stack()}.yaml"
try:
    settings = parse(
        pulumi.runtime.get_config_env(),
        stack_file=stack_file,
        secret_keys=pulumi.runtime.get_config_secret_keys_env(),
    )
    plan = planner.make(settings, stack_file=stack_file)
except SettingsError as error:
    raise pulumi.RunError(str(error)) from None

network: PrivateNetwork | planner.GivenNetwork
if isinstance(plan.network, planner.PlannedNetwork):
    network = PrivateNetwork("private", plan.network, plan.tags)
else:
    network = plan.network

endpoints = SsmEndpoints("ssm", SsmEndpointsArgs(plan=plan, network=network))

pulumi.export("vpcId", network.vpc_id)
pulumi.export("endpointIds", endpoints.endpoint_ids)
pulumi.export("endpointDnsNames", endpoints.dns_names)
pulumi.export("securityGroupId", endpoints.security_group_id)
pulumi.export("s3PrefixListId", endpoints.s3_prefix_list_id)
pulumi.export("services", plan.services)
pulumi.export("buckets", plan.buckets)
