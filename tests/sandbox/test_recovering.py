"""A stack whose last run was killed: who says so, whose the lock is, and what a killed engine did not write to its end."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox import (
    backend_files,
    deployed,
    engine_run,
    environments,
    interrupted,
    mending,
    moto,
    preflight,
    runs,
)
from sandbox.layout import Layout, SandboxError
from sandbox.mending import LockedError, Stack
from tests.sandbox.machines import fake_pulumi

URN = "urn:pulumi:dev::ssm-vpc-endpoints::aws:ec2/vpc:Vpc::private"
PENDING = {
    "resources": [{"urn": URN}],
    "pending_operations": [
        {"type": "creating", "resource": {"urn": URN}},
        {"type": "deleting", "resource": {"urn": f"{URN}-2"}},
    ],
}
HELD = (
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock "
    "file with `pulumi cancel`.\n  s3://b/.pulumi/locks/x.json: created by ada@{host} (pid {pid}) at 2026-11-30T09:00:00Z"
)


def state(layout: Layout, latest: dict[str, Any]) -> Path:
    file = layout.state / ".pulumi" / "stacks" / "ssm-vpc-endpoints" / "dev.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"checkpoint": {"latest": latest}}), encoding="utf-8")
    return file


def ended() -> int:
    """The id of a process that is no more."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    return process.pid


@pytest.mark.parametrize("verb", ["up", "down"])
def test_a_run_in_the_sandbox_does_not_go_on_where_something_was_being_created(
    verb: str, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    state(layout, PENDING)
    monkeypatch.setattr(runs, "_current", lambda *_: moto.Server("x", 5601, 1))
    monkeypatch.setattr(engine_run, "show", lambda *_: pytest.fail("the engine was started"))
    with pytest.raises(SandboxError) as said:
        _ = runs.up(layout, "dev", None, []) if verb == "up" else runs.down(layout, [])
    assert f"  {URN}\n  fix: make recover, then make {verb}" in str(said.value)
    assert f"{URN}-2" not in str(said.value), "a deletion is done again without harm"


@pytest.mark.parametrize("verb", ["up", "down"])
def test_nor_does_one_in_an_account(
    verb: str, layout: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    export = json.dumps({"version": 3, "deployment": PENDING})
    folder = fake_pulumi(tmp_path / "bin", f"echo '{export}'")
    monkeypatch.setattr(environments, "for_real", lambda *_: {"PATH": f"{folder}:/usr/bin:/bin"})
    monkeypatch.setattr(preflight, "check", lambda *_: None)
    monkeypatch.setattr(engine_run, "show", lambda *_: pytest.fail("the engine was started"))
    with pytest.raises(SandboxError, match=f"make recover STACK=prod-me-south-1, then make {verb} STACK="):
        runs.in_real_account(layout, verb, "prod-me-south-1", [])


def test_why_a_state_cannot_be_read_the_engine_itself_says(layout: Layout, tmp_path: Path) -> None:
    folder = fake_pulumi(tmp_path / "bin", "exit 255")
    assert deployed.pending(layout, "prod", {"PATH": f"{folder}:/usr/bin:/bin"}) == []
    assert interrupted.pending(None) == []


def lock(root: Path, host: str, pid: int) -> None:
    file = root / ".pulumi" / "locks" / "organization" / "p" / "dev" / f"{pid}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    said = {"pid": pid, "username": "ada", "hostname": host, "timestamp": "2026-11-30T09:00:00Z"}
    file.write_text(json.dumps(said), encoding="utf-8")


def test_whose_a_lock_is_and_whether_they_live(tmp_path: Path) -> None:
    here = socket.gethostname()
    lock(tmp_path, here, os.getpid())
    (mine,) = backend_files.locks(tmp_path, "p", "dev")
    assert (mine.alive, str(mine)) == (
        True,
        f"of process {os.getpid()} of ada@{here}, which runs, since 2026-11-30T09:00:00Z",
    )
    assert backend_files.locks(tmp_path, "p", "prod") == []
    lock(tmp_path, "elsewhere", 1)
    lock(tmp_path, here, gone := ended())
    assert {(each.pid, each.alive) for each in backend_files.locks(tmp_path, "p", "dev")} == {
        (os.getpid(), True),
        (1, None),
        (gone, False),
    }


def test_the_engines_words_of_a_lock_are_understood() -> None:
    found = backend_files.holder(HELD.format(host=socket.gethostname(), pid=ended()))
    assert found is not None
    assert (found.user, found.alive) == ("ada", False)
    other = backend_files.holder(HELD.format(host="elsewhere", pid=1))
    assert other is not None
    assert other.alive is None
    assert backend_files.holder("error: [409] Conflict: Another update is currently in progress.") is None


def test_the_folder_of_a_backend() -> None:
    assert backend_files.root("file:///a/b?no_tmp_dir=true") == Path("/a/b")
    assert backend_files.root("file://~") == Path.home()
    assert backend_files.root("s3://bucket") is None
    assert backend_files.root("https://api.pulumi.com") is None


def test_what_was_not_written_to_its_end_is_found_and_goes_with_the_lock_of_a_sandbox(layout: Layout) -> None:
    file = state(layout, PENDING)
    cut = [file.with_name("dev.json.attrs"), file.with_name("dev.json.bak.attrs")]
    whole = file.with_name("prod.json.attrs")
    cut[0].write_text("", encoding="utf-8")
    cut[1].write_text('{"md5":"Pw6e', encoding="utf-8")
    whole.write_text("{}", encoding="utf-8")
    assert backend_files.cut_off(layout.state) == sorted(cut)
    engine_run.unlock(layout)
    assert sorted(each.name for each in file.parent.iterdir()) == ["dev.json", "prod.json.attrs"]


def stack(layout: Layout, folder: Path) -> Stack:
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "PULUMI_BACKEND_URL": "s3://bucket"}
    return Stack(layout, "dev", environment, layout.stack_file("dev"), "")


def test_a_preview_is_asked_without_the_preflight_and_the_stack_file_stays_as_it_is(
    layout: Layout, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    folder = fake_pulumi(
        tmp_path / "bin", f'cp "$5" {seen}', """echo '{"steps": [{"op": "create"}], "diagnostics": []}'"""
    )
    before = layout.stack_file("dev").read_text(encoding="utf-8")
    assert stack(layout, folder).planned() == [{"op": "create"}]
    config = yaml.safe_load(seen.read_text(encoding="utf-8"))["config"]
    assert config["ssm-vpc-endpoints:preflight"] == "off"
    assert {**yaml.safe_load(before)["config"], "ssm-vpc-endpoints:preflight": "off"} == config
    assert layout.stack_file("dev").read_text(encoding="utf-8") == before


def test_a_preview_that_fails_is_told_with_its_reason(layout: Layout, tmp_path: Path) -> None:
    said = json.dumps({"diagnostics": [{"severity": "error", "message": "network: is missing"}]})
    folder = fake_pulumi(tmp_path / "bin", f"echo '{said}'", "exit 255")
    with pytest.raises(SandboxError, match=r"its preview fails.*\n    network: is missing\n  fix: "):
        stack(layout, folder).planned()


def test_a_preview_that_nobody_can_read_is_not_one_that_makes_nothing(layout: Layout, tmp_path: Path) -> None:
    folder = fake_pulumi(tmp_path / "bin", """printf '{"sequence":1}\\n{"sequence":2}\\n'""")
    with pytest.raises(
        SandboxError, match=r'its answer cannot be read:\n    {"sequence":1}\n.*\n  fix: unset PULUMI_'
    ):
        stack(layout, folder).planned()


def test_a_preview_is_asked_for_one_answer_whatever_the_user_has_set(layout: Layout, tmp_path: Path) -> None:
    folder = fake_pulumi(
        tmp_path / "bin",
        """echo "{\\"steps\\": [{\\"op\\": \\"$PULUMI_ENABLE_STREAMING_JSON_PREVIEW\\"}]}\"""",
    )
    made = stack(layout, folder)
    streaming = {**made.environment, "PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1"}
    assert replace(made, environment=streaming).planned() == [{"op": ""}]


def test_a_preview_is_asked_for_the_parts_of_a_replacement(layout: Layout, tmp_path: Path) -> None:
    """As one step it would say nothing of what it makes."""
    folder = fake_pulumi(
        tmp_path / "bin",
        'case "$*" in *--show-replacement-steps*) op=create-replacement ;; *) op=replace ;; esac',
        'echo "{\\"steps\\": [{\\"op\\": \\"$op\\"}]}"',
    )
    assert stack(layout, folder).planned() == [{"op": "create-replacement"}]


def test_who_has_the_lock_is_told_when_a_state_is_written(layout: Layout, tmp_path: Path) -> None:
    text = HELD.format(host="elsewhere", pid=1)
    folder = fake_pulumi(tmp_path / "bin", f"echo '{text.replace('`', '')}' >&2", "exit 255")
    with pytest.raises(LockedError, match=r"created by ada@elsewhere \(pid 1\)"):
        stack(layout, folder).write({}, [])
    assert stack(layout, folder).locks() == []
    assert not stack(layout, folder).of_files()


def test_a_sandbox_with_nothing_in_it_has_nothing_to_recover(layout: Layout) -> None:
    with (
        pytest.raises(SandboxError, match="nothing to recover\n  fix: make up STACK=dev"),
        mending.opened(layout, "dev"),
    ):
        pass
