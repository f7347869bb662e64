"""The set-up: Python, the virtual environment, the aws plugin, and what the user is told."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sandbox.bootstrap import aws_plugin, download, environment, places, progress, steps
from tests.sandbox.machines import (
    script,
)


def tiny_wheel(folder: Path, version: str) -> str:
    """A package of one module; returns its line for a lock file."""
    folder.mkdir(exist_ok=True)
    info = f"tiny-{version}.dist-info"
    file = folder / f"tiny-{version}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr("tiny.py", f"VERSION = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return f"tiny=={version} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n"


def test_the_environment_is_created_skipped_and_repaired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    venv, lock = tmp_path / "venv", tmp_path / "lock.txt"
    lock.write_text(tiny_wheel(tmp_path / "wheels", "1.0"))

    def installed() -> str:
        command = [str(venv / "bin/python"), "-c", "import tiny; print(tiny.VERSION)"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert environment.ensure(venv, lock) == "venv created from lock.txt, 1 packages"
    assert installed() == "1.0"
    assert list(venv.glob("lib/*/site-packages/__pycache__/tiny.*.pyc"))
    assert environment.ensure(venv, lock) == "venv is right"

    lock.write_text(tiny_wheel(tmp_path / "wheels", "2.0"))
    assert environment.ensure(venv, lock) == "venv repaired from lock.txt, 1 packages"
    assert installed() == "2.0"

    lock.write_text(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(places.SetupError, match=r"(?s)THESE PACKAGES DO NOT MATCH THE HASHES.*fix:"):
        environment.ensure(venv, lock)
    assert not environment.is_right(venv, lock)

    (venv / "bin/python").unlink()
    assert not environment.is_usable(venv)


def run_as(version: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Runs the set-up as an older Python would."""
    program = (
        f"import sys, runpy; sys.version_info = {version}; "
        f"runpy.run_module('sandbox.bootstrap', run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PATH": str(tmp_path)},
        cwd=places.REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_is_told_what_to_do(tmp_path: Path) -> None:
    told = run_as("(3, 9, 1)", tmp_path)
    assert told.returncode == 2
    assert "this is Python 3.9" in told.stderr
    assert "install Python 3.11" in told.stderr
    script(tmp_path / "python3.12")
    told = run_as("(3, 9, 1)", tmp_path)
    assert "make up PYTHON=python3.12" in told.stderr
    assert "Traceback" not in told.stderr


def test_the_first_lines_hold_nothing_that_an_old_python_cannot_parse() -> None:
    text = (places.REPOSITORY / "sandbox/bootstrap/__main__.py").read_text(encoding="utf-8")
    assert 'f"' not in text
    assert "->" not in text
    assert ":=" not in text


def test_the_official_plugin_is_used_where_it_is(bare: Path) -> None:
    version = aws_plugin.locked_version()
    assert version.count(".") == 2
    assert aws_plugin.sandbox_needs_stand_in()
    script(places.pulumi_home() / "plugins" / f"resource-aws-v{version}" / aws_plugin.PROGRAM)
    assert not aws_plugin.sandbox_needs_stand_in()
    assert aws_plugin.sandbox_needs_stand_in({aws_plugin.FORCE_SETTING: "stand-in"})
    assert aws_plugin.ensure(bare, retry=True) == f"the official plugin {version} is installed"


def test_an_unreachable_plugin_server_is_said_once_honestly_and_not_asked_again_today(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse(url: str, _seconds: float) -> bool:
        asked.append(url)
        return False

    monkeypatch.setattr(download, "can_connect", refuse)
    for retry, times in ((False, 1), (False, 1), (True, 2)):
        said = aws_plugin.ensure(bare, retry=retry)
        assert "test double" in said
        assert "It proves wiring, not AWS" in said
        assert "\n" not in said
        assert len(asked) == times
    brief = aws_plugin.ensure(bare, retry=False, brief=True)
    assert brief == "the sandbox's stand-in"
    # Whoever just waited for an attempt hears all of what came of it.
    assert "test double" in aws_plugin.ensure(bare, retry=True, brief=True)
    monkeypatch.setenv(aws_plugin.FORCE_SETTING, "stand-in")
    assert aws_plugin.ensure(bare, retry=False, brief=True) == f"{brief} (SANDBOX_AWS_PLUGIN=stand-in)"


def test_the_users_own_plugin_is_found_and_the_stand_in_is_not(bare: Path) -> None:
    path = {"PATH": f"{places.STAND_IN_FOLDER}:{bare / 'mine'}"}
    assert aws_plugin.on_users_path(path) is None
    mine = script(bare / "mine" / aws_plugin.PROGRAM)
    assert aws_plugin.on_users_path(path) == mine


def test_long_work_shows_signs_of_life_and_failures_show_their_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "FIRST_SIGN", 0.1)
    environ = dict(os.environ)
    progress.run(["sh", "-c", "echo part; sleep 0.6"], "working", environment=environ, summarise=str.strip)
    assert "working: part, 0 s" in capsys.readouterr().out
    with pytest.raises(places.SetupError, match=r"(?s)working: sh ended with 3.*\n    because"):
        progress.run(["sh", "-c", "echo because; exit 3"], "working", environment=environ)
    with pytest.raises(places.SetupError, match="cannot be started"):
        progress.run(["/nowhere/program"], "working", environment=environ)
    with pytest.raises(places.SetupError, match="stopped"):
        progress.run(["sleep", "5"], "working", environment=environ, limit=0.1)


def test_a_problem_is_one_message_and_not_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any) -> str:
        raise places.SetupError("python: no\n  fix: yes")

    monkeypatch.setattr(environment, "ensure", refuse)
    monkeypatch.setattr(steps, "SANDBOX", tmp_path)
    assert steps.main([]) == 1
    assert capsys.readouterr().err == "set-up stopped: python: no\n  fix: yes\n"
