"""Every waiver that names this stack excuses something: one that nothing needs hides the next finding."""

from collections.abc import Iterator

from pulumi_policy import Severity

from policies.graph import Graph
from policies.pack_config import PackConfig
from policies.rule import About, Finding, stack_policy
from policies.waivers import LEDGER

ABOUT = About(
    name="waivers-in-use",
    description="A waiver that names this stack and project excuses a finding",
    url="https://pulumi.com/docs/using-pulumi/crossguard/configuration",
    fix="Take the waiver out of the pack's configuration.",
    severity=Severity.LOW,
)


def rule(graph: Graph, _config: PackConfig) -> Iterator[Finding]:
    home = next(iter(graph.resources), "")
    for policy_id, waiver in LEDGER.unused():
        if waiver.names(home) and not waiver.expired:
            yield Finding(
                f"{waiver} excuses no finding of {policy_id}.\nfix: take it out of the pack's configuration"
            )


# The last of the pack: it reads what the waivers of the others did.
policy = stack_policy(ABOUT, rule)
