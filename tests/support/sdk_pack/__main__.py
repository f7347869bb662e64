"""The pack's policies served by the SDK's own server, which the pack's server has to answer like."""

import sys
from pathlib import Path

from pulumi_policy import EnforcementLevel, Policy, PolicyPack

sys.path.insert(0, str(Path(__file__).parents[3]))

from policies.registry import POLICIES

policies: list[Policy] = list(POLICIES)
PolicyPack("ssm-vpc-endpoints", policies=policies, enforcement_level=EnforcementLevel.MANDATORY)
