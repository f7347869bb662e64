"""The pack's server with no policy at all: what gRPC and the reading of every resource cost."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from policies.server import serve

serve("empty", ())
