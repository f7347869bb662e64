"""What the managed nodes get of their own: roles that may read the Region's buckets, a security group without ingress."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pulumi
from pulumi_aws import ec2, iam, vpc

from blueprint.plan import Plan, Role
from components.ssm_endpoints import SsmEndpoints

_POLICY_NAME_CHARACTERS = 128


class ManagedNodes(pulumi.ComponentResource):
    """Roles, profile and security group for nodes, as planned; roles and groups that are there get statement and rules."""

    outputs: Mapping[str, pulumi.Output[str]]
    """Names and ids of what was created: instanceProfile, instanceRole, hybridRole, nodeSecurityGroupId."""

    def __init__(
        self,
        name: str,
        plan: Plan,
        vpc_id: pulumi.Input[str],
        endpoints: SsmEndpoints,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("ssm-vpc-endpoints:index:ManagedNodes", name, {"region": plan.region}, opts)
        self._plan, self._child = plan, pulumi.ResourceOptions(parent=self)
        outputs: dict[str, pulumi.Output[str]] = {}
        if plan.nodes.instance_role:
            role = self._role(f"{name}-instance", plan.nodes.instance_role)
            profile = iam.InstanceProfile(
                f"{name}-instance", role=role.name, tags=self._tags(f"{name}-instance"), opts=self._child
            )
            outputs |= {"instanceRole": role.name, "instanceProfile": profile.name}
        if plan.nodes.hybrid_role:
            outputs["hybridRole"] = self._role(f"{name}-hybrid", plan.nodes.hybrid_role).name
        for existing in plan.nodes.existing_roles:
            called = pulumi.Output.from_input(vpc_id).apply(lambda id: policy_name(f"{name}-buckets", id))
            self._reads_buckets(f"{name}-{existing}", existing, called)
        for id in plan.nodes.existing_security_groups:
            self._egress(f"{name}-{id}", id, endpoints, of=f" {_this_stack('/')}")
        if plan.nodes.security_group:
            group = ec2.SecurityGroup(
                name,
                # Changing the description replaces the group, so it holds nothing that may change.
                description="Managed nodes: HTTPS to Systems Manager endpoints and S3",
                vpc_id=vpc_id,
                tags=self._tags(name),
                opts=self._child,
            )
            outputs["nodeSecurityGroupId"] = group.id
            self._egress(name, group.id, endpoints)
        self.outputs = outputs
        self.register_outputs(dict(outputs))

    def _role(self, name: str, planned: Role) -> iam.Role:
        role = iam.Role(
            name,
            assume_role_policy=planned.trust,
            permissions_boundary=planned.permissions_boundary or None,
            tags=self._tags(name),
            opts=self._child,
        )
        for arn in planned.managed_policies:
            iam.RolePolicyAttachment(
                f"{name}-{arn.rpartition('/')[2]}", role=role.name, policy_arn=arn, opts=self._child
            )
        self._reads_buckets(name, role.name)
        return role

    def _reads_buckets(
        self, name: str, role: pulumi.Input[str], called: pulumi.Input[str] | None = None
    ) -> None:
        # One keeps the name that it was made with: of another name, the provider would delete it before it puts the new one
        # (https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.116.0/pkg/tfbridge/schema.go, read 2026-11-30).
        keeps = pulumi.ResourceOptions(ignore_changes=["name"] if called is not None else [])
        iam.RolePolicy(
            f"{name}-buckets",
            name=called,
            role=role,
            policy=self._plan.nodes.s3_policy,
            opts=pulumi.ResourceOptions.merge(self._child, keeps),
        )

    def _egress(
        self, name: str, group_id: pulumi.Input[str], endpoints: SsmEndpoints, *, of: str = ""
    ) -> None:
        """443 to the endpoints and 443 to S3's managed prefix list, and nothing else. `of`: whose rules they are, in a group
        that is not the stack's: two stacks may name it."""
        rules: dict[str, dict[str, pulumi.Input[str]]] = {
            "s3": {"prefix_list_id": endpoints.s3_prefix_list_id}
        }
        if endpoints.security_group_id is not None:
            rules["endpoints"] = {"referenced_security_group_id": endpoints.security_group_id}
        rules |= {cidr.replace("/", "-"): {"cidr_ipv4": cidr} for cidr in self._plan.nodes.endpoint_cidrs}
        for key, destination in rules.items():
            vpc.SecurityGroupEgressRule(
                f"{name}-{key}",
                security_group_id=group_id,
                # moto forgets the description of a rule for a prefix list; the name in the tags says it.
                description=None if key == "s3" else "HTTPS to Systems Manager endpoints",
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                cidr_ipv4=destination.get("cidr_ipv4"),
                prefix_list_id=destination.get("prefix_list_id"),
                referenced_security_group_id=destination.get("referenced_security_group_id"),
                # In such a group no Name of the user's takes the place of ours.
                tags=self._tags(f"{name}-{key}") | ({"Name": f"{name}-{key}{of}"} if of else {}),
                opts=self._child,
            )

    def _tags(self, name: str) -> dict[str, str]:
        return {"Name": name, **self._plan.tags}


def policy_name(prefix: str, vpc_id: str) -> str:
    """The name of an inline policy in a role that is not the stack's: it takes no tags, so this says whose it is. IAM is
    global, and whoever puts a policy under a name that is there takes the place of that one, so the VPC is in it: stacks of
    one name may be in other Regions and backends. A name has 128 characters at most
    (https://docs.aws.amazon.com/IAM/latest/APIReference/API_InlinePolicy.html, read 2026-11-30)."""
    whole = f"{prefix}-{vpc_id}@{_this_stack('@')}"  # no project and no stack has this character in its name
    if len(whole) <= _POLICY_NAME_CHARACTERS:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
    return f"{whole[: _POLICY_NAME_CHARACTERS - len(digest) - 1]}-{digest}"


def _this_stack(between: str) -> str:
    return f"{pulumi.get_project()}{between}{pulumi.get_stack()}"
