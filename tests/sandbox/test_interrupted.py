"""Runs that are stopped half-way: by Ctrl-C, or by killing the runner."""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import engine_run, moto, preflight, runs
from sandbox.bootstrap import places
from sandbox.layout import Layout
from tests.sandbox.machines import fake_pulumi, wait_until


def test_ctrl_c_waits_for_pulumi_and_is_said(tmp_path: Path) -> None:
    folder = fake_pulumi(
        tmp_path / "bin", "trap 'echo cleaned; exit 5' INT", "echo ready", "while :; do sleep 0.05; done"
    )
    program = (
        "import os, sys; from pathlib import Path; from sandbox import engine_run, runs; "
        "ended = engine_run.show(['pulumi', 'up'], os.environ, Path('.')); "
        "sys.exit(runs._finish(ended, 'up', 'dev'))"
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
            said = rest.read()
    assert said == (
        "cleaned\n\nInterrupted by you. Policy findings above judge a half-built stack: ignore them. "
        "Next: make up again, or make down.\n"
    )
    assert process.returncode == 5


@pytest.mark.parametrize("verb", ["up", "preview", "preview_real", "in_real_account"])
def test_every_run_that_judges_says_that_it_was_interrupted(
    verb: str, layout: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server = moto.Server("x", 5601, 1)
    ended = engine_run.Ended(130, interrupted=True)
    monkeypatch.setattr(preflight, "check", lambda *_: None)
    monkeypatch.setattr(engine_run, "show", lambda *_: ended)
    monkeypatch.setattr(runs, "_run", lambda *_, **__: ended)
    monkeypatch.setattr(runs, "_current", lambda *_: server)
    monkeypatch.setattr(runs, "throwaway", lambda *_: contextlib.nullcontext((layout, server)))
    code = {
        "up": lambda: runs.up(layout, "dev", None, []),
        "preview": lambda: runs.preview(layout, "dev", None, []),
        "preview_real": lambda: runs.preview_real(layout, "prod-me-south-1", None, []),
        "in_real_account": lambda: runs.in_real_account(layout, "up", "prod-me-south-1", []),
    }[verb]()
    assert code == 130
    said = capsys.readouterr().out
    assert "\nInterrupted by you. Policy findings above judge a half-built stack: ignore them. Next: " in said
    assert said.endswith(
        {
            "up": "make up again, or make down.\n",
            "preview": "make preview again.\n",
            "preview_real": "make preview STACK=prod-me-south-1 SANDBOX=1 again.\n",
            "in_real_account": "make up STACK=prod-me-south-1 again, or make down STACK=prod-me-south-1.\n",
        }[verb]
    )


def test_a_look_for_drift_in_an_account_writes_nothing_and_is_not_judged(
    layout: Layout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown: list[list[str]] = []

    def show(command: list[str], *_: object) -> engine_run.Ended:
        shown.append(command)
        return engine_run.Ended(130, interrupted=True)

    monkeypatch.setattr(preflight, "check", lambda *_: None)
    monkeypatch.setattr(engine_run, "show", show)
    assert runs.in_real_account(layout, "drift", "prod-me-south-1", ["--event-log", "x"]) == 130
    words = "pulumi refresh --preview-only --non-interactive --stack prod-me-south-1 --event-log x"
    assert shown == [words.split()]
    assert capsys.readouterr().out == "\nInterrupted by you. Next: make drift STACK=prod-me-south-1 again.\n"


def test_an_interrupted_run_never_ends_well(tmp_path: Path) -> None:
    path = {**os.environ, "PATH": f"{fake_pulumi(tmp_path / 'bin', 'kill -INT $PPID; exit 0')}:/usr/bin:/bin"}
    assert engine_run.show(["pulumi", "up"], path, tmp_path) == engine_run.Ended(130, interrupted=True)


def is_held(lock: Path) -> bool:
    """True while some process holds the lock."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@pytest.fixture
def locked_run(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A runner that holds tmp_path/run.lock; its pulumi has a plugin that nothing but SIGKILL ends."""
    folder = fake_pulumi(
        tmp_path / "bin",
        "(trap '' INT TERM; while :; do sleep 0.1; done) &",
        "trap 'exit 5' INT",
        f"echo $$ > {tmp_path / 'new'}; mv {tmp_path / 'new'} {tmp_path / 'pid'}",
        "while :; do sleep 0.05; done",
    )
    program = (
        "import os, signal, sys; from pathlib import Path; from sandbox.bootstrap.locks import exclusive; "
        "from sandbox.engine_run import show; signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        f"with exclusive(Path({str(tmp_path / 'run.lock')!r})) as lock: "
        "sys.exit(show(['pulumi', 'up'], os.environ, Path('.'), lock).code)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PATH": f"{folder}:/usr/bin:/bin"},
        cwd=places.REPOSITORY,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            assert wait_until((tmp_path / "pid").exists)
            yield process, tmp_path / "run.lock"
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def test_a_pulumi_that_outlives_its_runner_holds_the_sandbox_and_its_plugins_do_not(
    locked_run: tuple[subprocess.Popen[bytes], Path], tmp_path: Path
) -> None:
    process, lock = locked_run
    process.kill()
    process.wait()
    assert is_held(lock)
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert wait_until(lambda: not is_held(lock))


@pytest.mark.parametrize(("how", "code"), [("ctrl-c", 5), ("kill", 143)])
def test_a_locked_run_is_interrupted_once(
    locked_run: tuple[subprocess.Popen[bytes], Path], how: str, code: int
) -> None:
    process, lock = locked_run
    if how == "ctrl-c":
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.terminate()
    assert process.wait(timeout=20) == code
    assert not is_held(lock)
