"""The runner: what it starts, what it leaves behind, and what it tells the user."""

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

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
    assert engine_run.show(["pulumi", "up"], path, tmp_path) == engine_run.Ended(7, interrupted=False)
    assert "$ pulumi up\nran up\n" in capfd.readouterr().out
    assert engine_run.with_policies(layout, "org/project/dev") == ["--policy-pack", "policies"]
    assert capfd.readouterr().out == (
        "policies/config/dev.json does not exist, so the pack judges with its defaults. "
        "To change that: add [dev] to policies/config/stacks.toml, then make policy-config\n"
    )
    (tmp_path / "policies/config").mkdir(parents=True)
    (tmp_path / "policies/config/dev.json").write_text("{}")
    assert engine_run.with_policies(layout, "org/project/dev")[2:] == [
        "--policy-pack-config",
        "policies/config/dev.json",
    ]
    assert capfd.readouterr().out == ""


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
    monkeypatch.setattr(leftovers, "find", lambda _, regions, __: [f"vpc vpc-1 ({r})" for r in regions])
    with pytest.raises(SandboxError, match=r"(?s)still alive:\n  vpc vpc-1 \(eu-west-1\)\n  fix:"):
        runs.down(layout, [])
    monkeypatch.setattr(leftovers, "find", lambda *_: [])
    assert runs.down(layout, []) == 0
    assert moto.is_free(server.port)
    assert not layout.state.exists()


def test_down_looks_in_the_accounts_that_stacks_end_up_in(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = moto.start(layout, free_port())
    arns = [f"arn:aws:iam::{account}:role/deploy" for account in ("111122223333", "210987654321")]
    chains = {"a": [{"roleArn": arns[1]}, {"roleArn": arns[0]}], "b": [{"roleArn": arns[1]}], "c": []}
    layout.config.mkdir(parents=True, exist_ok=True)
    for stack, chain in chains.items():
        text = json.dumps({"config": {"aws:region": "eu-west-1", "aws:assumeRoles": chain}})
        (layout.config / f"Pulumi.{stack}.yaml").write_text(text, encoding="utf-8")
    fake_state(layout, server.instance, resources=0)
    looked: list[tuple[Any, ...]] = []

    def find(*where: Any) -> list[str]:
        looked.append(where)
        return []

    monkeypatch.setattr(leftovers, "find", find)
    assert runs.down(layout, []) == 0
    assert looked == [(server.port, ["eu-west-1"], arns)]


@pytest.mark.parametrize(
    ("arguments", "port", "told"),
    [
        (["up", "--stack", "dve"], "", "did you mean dev"),
        (["up"], "http", "SANDBOX_PORT=http: a port is a number"),
        (["up"], "80", "a port is a number from 1024"),
        (["up", "--stack", "prod-eu-west-1", "--sandbox"], "", "the sandbox can preview it"),
        (["up", "--stack=--help"], "", "stack '--help': there is no Pulumi.--help.yaml"),
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
    monkeypatch.setenv("SANDBOX", "")
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert cli.main(arguments) == 1
    error = capsys.readouterr().err
    assert told in error
    assert "fix:" in error


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("TRUE", True), ("Yes", True), ("", False), ("0", False), ("No", False), ("false", False)],
)
def test_how_the_sandbox_is_asked_for(
    text: str, expected: bool, monkeypatch: pytest.MonkeyPatch, layout: Layout
) -> None:
    monkeypatch.setenv("SANDBOX", text)
    monkeypatch.setenv("SANDBOX_PORT", "")
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(cli, "Layout", lambda: layout)
    monkeypatch.setattr(runs, "preview_real", lambda *_: 10)
    monkeypatch.setattr(runs, "in_real_account", lambda *_: 20)
    assert cli.main(["preview", "--stack", "prod-me-south-1"]) == (10 if expected else 20)


def test_neither_yes_nor_no_is_refused(
    monkeypatch: pytest.MonkeyPatch, layout: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SANDBOX", "ture")
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(cli, "Layout", lambda: layout)
    assert cli.main(["preview", "--stack", "prod-me-south-1"]) == 1
    assert "SANDBOX=ture: this is neither yes nor no\n  fix:" in capsys.readouterr().err


def test_what_make_is_given_is_never_a_command(tmp_path: Path) -> None:
    asked = "x'; echo INJECTED; '\"$(echo INJECTED)`echo INJECTED`"
    (tmp_path / "Makefile").write_bytes((places.REPOSITORY / "Makefile").read_bytes())
    seen = fake_pulumi(tmp_path / ".venv/bin", 'printf "<%s>" "$SANDBOX_PORT" "$SANDBOX" "$@"') / "pulumi"
    seen.rename(tmp_path / ".venv/bin/python")
    doubled = asked.replace("$", "$$")  # for make itself, a dollar begins a variable
    words = [f"{name}={doubled}" for name in ("STACK", "SANDBOX", "SANDBOX_PORT")]
    for verb in ("up", "preview", "down"):
        done = subprocess.run(
            ["make", verb, "PYTHON=true", "ARGS=--diff --json", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == (
            f"<{asked}><{asked}><-m><sandbox><{verb}><--stack={asked}><--><--diff><--json>"
        ), done.stderr


def test_a_real_stacks_preview_reports_the_file_in_git(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(engine, "find", lambda: fake_pulumi(tmp_path / "bin", 'echo "<$SSM_STACK_FILE>"'))
    monkeypatch.setenv("SSM_STACK_FILE", "left-over.yaml")
    assert runs.preview_real(layout, "prod-me-south-1", None, []) == 0
    assert "\n<Pulumi.prod-me-south-1.yaml>\n" in capfd.readouterr().out
    assert runs.preview(layout, "dev", None, []) == 0
    assert "\n<>\n" in capfd.readouterr().out
