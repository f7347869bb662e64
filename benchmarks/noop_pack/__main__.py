"""A pack whose policies look at nothing: what the SDK itself costs for as many policies as NOOP_POLICIES says.

NOOP_POLICIES is "<resource policies>,<stack policies>".
"""

import os

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)


def resource(_args: ResourceValidationArgs, _report: ReportViolation) -> None:
    """Looks at nothing."""


def stack(_args: StackValidationArgs, _report: ReportViolation) -> None:
    """Looks at nothing."""


of_resources, of_stacks = (int(count) for count in os.environ["NOOP_POLICIES"].split(","))
policies: list[Policy] = [ResourceValidationPolicy(f"noop-{n}", "-", resource) for n in range(of_resources)]
policies += [StackValidationPolicy(f"noop-stack-{n}", "-", stack) for n in range(of_stacks)]
PolicyPack("noop", policies=policies, enforcement_level=EnforcementLevel.MANDATORY)
