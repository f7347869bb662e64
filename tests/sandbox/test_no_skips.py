"""A green run means that everything ran."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.bootstrap import places


def run_pytest(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A test run of its own under the rules of tests/conftest.py."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
        "-p",
        "tests.conftest",
    ]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", *options, str(folder)],
        cwd=places.REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "body",
    [
        "pytest.skip('later')",
        "pytest.xfail('some day')",
    ],
)
def test_a_skipped_test_fails_the_run(tmp_path: Path, body: str) -> None:
    (tmp_path / "test_one.py").write_text(f"import pytest\n\n\ndef test_one() -> None:\n    {body}\n")
    answer = run_pytest(tmp_path)
    assert answer.returncode == 1, answer.stdout
    assert "test_one.py::test_one" in answer.stdout
    assert "These tests did not run" in answer.stdout
    assert run_pytest(tmp_path, "--allow-skips").returncode == 0
