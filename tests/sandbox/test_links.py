"""Links in .venv/bin to an engine in the user's cache: there when they are needed, and never mistaken for the user's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.bootstrap import aws_plugin, command, engine, environment, links, places, steps
from tests.sandbox.machines import VERSION, fake_pulumi, script


@pytest.fixture
def venv(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual environment that is right, on a machine whose aws plugin is seen to."""
    (bare / "venv/bin").mkdir(parents=True)
    monkeypatch.setattr(steps, "VENV", bare / "venv")
    monkeypatch.setattr(steps, "SANDBOX", bare / "sandbox")
    monkeypatch.setattr(environment, "ensure", lambda *_: "right")
    monkeypatch.setattr(aws_plugin, "ensure", lambda *_, **__: "right")
    return bare / "venv/bin"


def test_an_activated_environment_has_the_cached_engine(
    venv: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = fake_pulumi(engine.cached())
    for path in (os.environ["PATH"], f"{venv}:{os.environ['PATH']}"):  # the second time, it is active already
        monkeypatch.setenv("PATH", path)
        assert steps.main(["--for", "run"]) == 0
        assert f"pulumi {VERSION} from the cache, linked into venv/bin" in capsys.readouterr().out
        assert {file.name: file.readlink() for file in venv.iterdir() if file.is_symlink()} == {
            name: home / name for name in engine.NAMES
        }
        assert engine.find() == home
    said = subprocess.run(["pulumi", "version"], env=os.environ, capture_output=True, text=True, check=True)
    assert said.stdout == "v9.9.9\n"


def test_links_follow_the_key_and_leave_when_the_user_has_an_engine(
    venv: Path, monkeypatch: pytest.MonkeyPatch, bare: Path
) -> None:
    old = engine.cached().with_name("old-key")
    for name in [*engine.NAMES, "pulumi-of-old"]:
        (venv / name).symlink_to(old / name)
    home = fake_pulumi(engine.cached())
    monkeypatch.setenv("PATH", f"{venv}:{os.environ['PATH']}")
    assert steps.main(["--for", "run"]) == 0
    assert {file.readlink().parent for file in venv.iterdir() if file.is_symlink()} == {home}
    fake_pulumi(bare / "bin")
    assert engine.find() == bare / "bin"
    assert steps.main(["--for", "run"]) == 0
    assert [file for file in venv.iterdir() if file.is_symlink()] == []


def test_what_is_not_our_link_is_left_alone(venv: Path, bare: Path) -> None:
    home = fake_pulumi(engine.cached())
    script(venv / "pulumi-language-python", "echo mine")
    (venv / "pulumi-resource-pulumi-python").symlink_to(bare / "elsewhere")
    (venv / "python").symlink_to("python3")
    before = {file.name for file in venv.iterdir() if file.is_symlink()}
    assert links.refresh(venv, home, engine.NAMES)
    assert (venv / "pulumi").readlink() == home / "pulumi"
    assert (venv / "pulumi-resource-pulumi-python").readlink() == bare / "elsewhere"
    assert "mine" in (venv / "pulumi-language-python").read_text()
    assert not links.refresh(venv, None, ())
    assert {file.name for file in venv.iterdir() if file.is_symlink()} == before


def test_the_command_is_there_and_runs_this_checkout(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    for _ in range(2):
        command.ensure(tmp_path, places.REPOSITORY)
    assert sorted(file.name for file in (tmp_path / "bin").iterdir()) == ["python", "ssm-endpoints"]
    answer = subprocess.run(
        [tmp_path / "bin" / "ssm-endpoints", "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert answer.returncode == 0, answer.stderr
    assert "Exit codes: 0 well, 1 found, 2 cannot be answered" in " ".join(answer.stdout.split())
