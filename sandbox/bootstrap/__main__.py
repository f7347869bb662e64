"""Says so if Python is too old, then hands over to the steps. Old Pythons must be able to parse this file."""

import os
import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    names = ["python3.%d" % minor for minor in range(OLDEST[1], OLDEST[1] + 9)]  # noqa: UP031
    folders = os.environ.get("PATH", "").split(os.pathsep)
    newer = [n for n in names if any(os.access(os.path.join(f, n), os.X_OK) for f in folders)]  # noqa: PTH118
    fix = (
        "make up PYTHON=" + newer[-1]
        if newer
        else "install Python 3.11 or newer, then: make up PYTHON=python3.11"
    )
    sys.stderr.write(
        "python: this is Python %d.%d (%s), and the project needs 3.11 or newer.\n  fix: %s\n"  # noqa: UP031
        % (sys.version_info[0], sys.version_info[1], sys.executable, fix)
    )
    sys.exit(2)

from sandbox.bootstrap.steps import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
