"""Serves the package to the engine that started it. Serving prints the port and does not return."""

import sys
from pathlib import Path

# Python puts this file's folder first; the modules are those of the folder around it.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from pulumi.provider import main  # noqa: E402

from package.provider import SsmEndpointsProvider  # noqa: E402

main(SsmEndpointsProvider(), sys.argv[1:])
