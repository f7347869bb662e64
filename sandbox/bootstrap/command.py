"""The command `ssm-endpoints` in .venv/bin: the project is no package, so nobody installs it there."""

from pathlib import Path

NAME = "ssm-endpoints"
SCRIPT = """\
#!{python}
import sys

sys.path.insert(0, {repository!r})
from cli.app import main

sys.exit(main())
"""


def ensure(venv: Path, repository: Path) -> None:
    """Write the script, unless it is right already."""
    script = venv / "bin" / NAME
    text = SCRIPT.format(python=venv / "bin" / "python", repository=str(repository))
    if script.exists() and script.read_text(encoding="utf-8") == text:
        return
    # A run that starts at this moment finds the old script or the new one.
    new = script.with_name(f".{NAME}.new")
    new.write_text(text, encoding="utf-8")
    new.chmod(0o755)
    new.replace(script)
