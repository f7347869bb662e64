"""Says what was excused, so that a waiver is seen in every preview. It never blocks unless the pack's owner wants it to."""

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from policies.graph import Graph
from policies.pack_config import PackConfig
from policies.rule import About, Finding, stack_policy
from policies.waivers import LEDGER

ABOUT = About(
    name="nothing-waived",
    description="No finding is excused by a waiver",
    url="https://pulumi.com/docs/using-pulumi/crossguard/configuration",
    fix="Correct what the waiver excuses before it expires.",
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
)


def rule(_graph: Graph, _config: PackConfig) -> Iterator[Finding]:
    for policy_id, excused in LEDGER.excused.items():
        for message, urn, waiver in excused:
            yield Finding(
                f"{policy_id}, excused until {waiver.expires} by {waiver.owner} ({waiver.reason}): {message}",
                urn,
            )


# After all others: it reads what their waivers excused.
policy = stack_policy(ABOUT, rule)
