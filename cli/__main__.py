"""`python -m cli`: the same as `ssm-endpoints`, from any checkout."""

import sys

from cli.app import main

sys.exit(main())
