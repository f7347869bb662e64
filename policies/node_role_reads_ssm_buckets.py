"""The role that managed nodes have, of an instance profile or a hybrid activation of this stack, reads the Region's buckets.

A launch with no instance profile may get its role from Default Host Management Configuration, and a role of another stack
is for that stack's preview: both are left alone.
"""

from collections.abc import Iterator

from policies import role_reads
from policies.graph import Graph
from policies.pack_config import PackConfig
from policies.requirements import facts_of
from policies.roles import Untold, node_roles
from policies.rule import About, Finding, stack_policy

ABOUT = About(
    name="node-role-reads-ssm-buckets",
    description="The instance profile or hybrid role in the stack may read every bucket that its nodes need",
    url="https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html",
    fix="Allow the role s3:GetObject on the objects of the missing buckets.",
)


def rule(graph: Graph, config: PackConfig) -> Iterator[Finding]:
    for role in node_roles(graph):
        if isinstance(role, Untold):
            yield Finding(
                f"{role.what} has a role that the preview does not know, so nothing proves that its nodes read the "
                "Region's buckets.\nfix: take profile and role straight from a resource of this stack, or give their "
                "names in plain text",
                role.resource.urn,
                unproven=True,
            )
            continue
        # ssm-endpoints-complete says what is wrong with a Region.
        yield from role_reads.findings(role, [each for each in map(facts_of, role.regions) if each], config)


policy = stack_policy(ABOUT, rule)
