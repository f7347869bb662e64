"""Serves the pack. PolicyPack prints its port on stdout and never returns, so nothing else calls it and nothing prints."""

import gc
import sys
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

# The engine starts this file with its folder as the only entry of ours on the path. In the repository `policies` and
# `blueprint` lie beside that folder; in the assembled pack (`make policy-pack`) they lie in it.
here = Path(__file__).resolve().parent
sys.path.insert(0, str(here if (here / "policies").is_dir() else here.parent))

from policies.registry import POLICIES  # noqa: E402

# The SDK decodes every resource anew for every policy; collecting that garbage as often as Python does by default takes
# about a third of the time with thousands of resources.
gc.freeze()
gc.set_threshold(100_000, 20, 100)

PolicyPack("ssm-vpc-endpoints", policies=list(POLICIES), enforcement_level=EnforcementLevel.MANDATORY)
