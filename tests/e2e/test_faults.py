"""A few of `make faults`: kill -9 in the middle of an up, an update, a replacement, a destroy; then state against cloud."""

from __future__ import annotations

import subprocess
import sys

from tests.support.pack import ROOT


def test_whoever_is_killed_two_commands_later_state_and_cloud_agree() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--sample"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.rsplit(maxsplit=1)[-1] for line in lines[1:-1]] == ["clean"] * 7, done.stdout
    assert lines[-1].startswith("7 faults, 7 clean after at most 2 commands"), done.stdout
