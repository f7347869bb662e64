"""The runner: what it starts, what it leaves behind, and what it tells the user."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import __main__ as cli
from sandbox import engine_run, leftovers, moto, runs, stack_config
from sandbox.bootstrap import engine, places
from sandbox.layout import Layout, SandboxError
from tests.sandbox.machines import (
    fake_pulumi,
    fake_state,
    free_port,
)


def test_down_and_status_without_a_sandbox_are_friendly(
    layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_state(layout, "long-gone", resources=0)
    assert runs.down(layout, []) == 0
    assert "nothing is up" in capsys.readouterr().out
    assert not layout.state.exists()
    assert runs.status(layout) == 0
    assert runs.reset(layout) == 0


def test_pulumis_exit_code_and_policies_are_passed_on(
    layout: Layout, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = {**os.environ, "PATH": f"{fake_pulumi(tmp_path / 'bin', 'echo ran $*; exit 7')}:/usr/bin:/bin"}
    assert engine_run.show(["pulumi", "up"], path, tmp_path) == 7
    assert "$ pulumi up\nran up\n" in capfd.readouterr().out
    assert engine_run.with_policies(layout, "dev") == ["--policy-pack", "policies"]
    (tmp_path / "policies/config").mkdir(parents=True)
    (tmp_path / "policies/config/dev.json").write_text("{}")
    assert engine_run.with_policies(layout, "org/project/dev")[2:] == [
        "--policy-pack-config",
        "policies/config/dev.json",
    ]


def test_a_preview_leaves_nothing_behind(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        engine, "find", lambda: fake_pulumi(tmp_path / "bin", 'echo "$PULUMI_BACKEND_URL $*"')
    )
    port = free_port()
    assert runs.preview(layout, "dev", port, []) == 0
    assert runs.preview_real(layout, "prod-me-south-1", port, ["--json"]) == 0
    said = capfd.readouterr().out
    assert f"file://{layout.root}/preview-" in said
    assert "preview --stack sandbox-prod-me-south-1 --config-file" in said
    assert "--diff --json" in said
    assert moto.is_free(port)
    assert [entry.name for entry in layout.root.iterdir() if entry.is_dir()] == []


def test_a_failed_destroy_keeps_the_sandbox_for_a_look(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "find", lambda: fake_pulumi(tmp_path / "bin", "exit 9"))
    server = moto.start(layout, free_port())
    fake_state(layout, server.instance)
    assert runs.down(layout, []) == 9
    assert moto.running(layout) == server
    assert "the sandbox stays up" in capfd.readouterr().out


def test_what_a_destroy_forgot_is_an_error_that_names_it(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "find", lambda: fake_pulumi(tmp_path / "bin", "exit 0"))
    server = moto.start(layout, free_port())
    fake_state(layout, server.instance)
    stack_config.copy(layout, "dev", server.port, layout.config)
    monkeypatch.setattr(leftovers, "find", lambda _, regions: [f"vpc vpc-1 ({r})" for r in regions])
    with pytest.raises(SandboxError, match=r"(?s)still alive:\n  vpc vpc-1 \(eu-west-1\)\n  fix:"):
        runs.down(layout, [])
    monkeypatch.setattr(leftovers, "find", lambda *_: [])
    assert runs.down(layout, []) == 0
    assert moto.is_free(server.port)
    assert not layout.state.exists()


@pytest.mark.parametrize(
    ("arguments", "port", "told"),
    [
        (["up", "--stack", "dve"], "", "did you mean dev"),
        (["up"], "http", "SANDBOX_PORT=http: a port is a number"),
        (["up"], "80", "a port is a number from 1024"),
        (["up", "--stack", "prod-eu-west-1", "--sandbox"], "", "the sandbox can preview it"),
    ],
)
def test_what_the_user_gets_wrong_is_a_message(
    arguments: list[str],
    port: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SANDBOX_PORT", port)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert cli.main(arguments) == 1
    error = capsys.readouterr().err
    assert told in error
    assert "fix:" in error


def test_ctrl_c_waits_for_pulumi(tmp_path: Path) -> None:
    folder = fake_pulumi(
        tmp_path / "bin", "trap 'echo cleaned; exit 5' INT", "echo ready", "while :; do sleep 0.05; done"
    )
    program = (
        "import os, sys; from pathlib import Path; from sandbox.engine_run import show; "
        "sys.exit(show(['pulumi', 'up'], os.environ, Path('.')))"
    )
    with subprocess.Popen(
        [sys.executable, "-u", "-c", program],
        env={**os.environ, "PATH": f"{folder}:/usr/bin:/bin"},
        cwd=places.REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "ready\n":
            pass
        os.killpg(process.pid, signal.SIGINT)
        with contextlib.closing(process.stdout) as rest:
            assert "cleaned" in rest.read()
    assert process.returncode == 5
