"""Serves the pack to the engine that started it. Serving prints the port and does not return, so nothing else does it."""

import sys
from pathlib import Path

# The engine starts this file with its folder as the only entry of ours on the path. In the repository `policies` and
# `blueprint` lie beside that folder; in the assembled pack (`make policy-pack`) they lie in it.
here = Path(__file__).resolve().parent
sys.path.insert(0, str(here if (here / "policies").is_dir() else here.parent))

from policies.registry import POLICIES  # noqa: E402
from policies.server import serve  # noqa: E402

serve("ssm-vpc-endpoints", POLICIES)
