"""The step that brings the language hosts of YAML and TypeScript programs: every program here is a fake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.bootstrap import (
    aws_plugin,
    browser,
    checkers,
    command,
    engine,
    environment,
    languages,
    links,
    places,
    steps,
)
from tests.e2e import foreign
from tests.e2e.elsewhere import Elsewhere
from tests.sandbox.machines import FAKE_GO, VERSION, script, silent

YAML, NODEJS = languages.PROGRAMS


@pytest.fixture
def machine(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go, Node.js and npm; no engine."""
    script(bare / "bin/go", FAKE_GO)
    script(bare / "bin/node", "echo v20.20.2")
    script(bare / "bin/npm")
    script(bare / "program")
    monkeypatch.setenv("GO_LOG", str(bare / "go.log"))
    monkeypatch.setenv("GO_PROGRAM", str(bare / "program"))
    return bare


def test_the_hosts_are_built_once_from_pinned_modules(machine: Path) -> None:
    notes: list[str] = []
    assert languages.ensure(notes.append) == "YAML, TypeScript (Node.js 20.20.2), built from source"
    assert f"no {YAML}, {NODEJS} that belongs to the engine" in notes[0]
    assert [languages.find(name) for name in (YAML, NODEJS)] == [
        languages.cached() / name for name in (YAML, NODEJS)
    ]
    built = (machine / "go.log").read_text().splitlines()
    assert [re.sub(r"^.*/(tools/\S+) .*$", r"\1", line) for line in built] == [
        "tools/language-yaml",
        "tools/language-nodejs",
    ]
    assert all(" -mod=readonly " in line for line in built)
    assert languages.ensure(notes.append) == "YAML, TypeScript (Node.js 20.20.2)"
    assert len((machine / "go.log").read_text().splitlines()) == 2


def test_the_hosts_of_an_engine_on_path_are_used(machine: Path) -> None:
    script(machine / "bin/pulumi", f"echo v{VERSION}")
    for name in (engine.LANGUAGE_HOST, YAML, NODEJS):
        script(machine / "bin" / name)
    languages.ensure(silent)
    assert languages.find(YAML) == machine / "bin" / YAML
    assert not (machine / "go.log").exists()


def test_a_host_on_path_of_an_engine_that_is_not_used_is_left_alone(machine: Path) -> None:
    script(machine / "bin/pulumi", "echo v3.1.0")
    script(machine / "bin" / YAML)
    assert languages.find(YAML) is None
    languages.ensure(silent)
    assert languages.find(YAML) == languages.cached() / YAML


def test_other_sources_have_another_cache(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = languages.cached()
    for module, _ in languages.PROGRAMS.values():
        for name in ("go.mod", "go.sum"):
            (machine / "tools" / module).mkdir(parents=True, exist_ok=True)
            (machine / "tools" / module / name).write_bytes((places.TOOLS / module / name).read_bytes())
    monkeypatch.setattr(languages, "TOOLS", machine / "tools")
    assert languages.cached() == before
    with (machine / "tools/language-yaml/go.sum").open("a") as file:
        file.write("another/module v1.0.0 h1:=\n")
    assert languages.cached() != before


def test_a_failed_build_says_so_and_leaves_nothing(machine: Path) -> None:
    script(machine / "bin/go", 'test "$1" = version && echo go1.26 && exit', "echo unreachable >&2; exit 1")
    with pytest.raises(
        places.SetupError, match=r"(?s)building pulumi-language-yaml.*unreachable.*fix: install"
    ):
        languages.ensure(silent)
    assert languages.find(YAML) is None
    assert [f for f in languages.cached().parent.iterdir() if f.is_dir()] == []


@pytest.mark.parametrize(
    ("node", "npm", "said"),
    [
        ("echo v18.20.4", True, "Node.js is v18.20.4"),
        ("echo v22.1.0", False, "has no npm"),
        ("exit 1", True, "node does not answer"),
        (None, True, "node does not answer"),
    ],
)
def test_a_machine_without_a_node_that_will_do_says_what_to_install(
    machine: Path, monkeypatch: pytest.MonkeyPatch, node: str | None, npm: bool, said: str
) -> None:
    # This machine may have a Node.js of its own.
    monkeypatch.setenv("PATH", str(machine / "bin"))
    (machine / "bin/node").unlink()
    if node:
        script(machine / "bin/node", node)
    if not npm:
        (machine / "bin/npm").unlink()
    with pytest.raises(places.SetupError) as told:
        languages.ensure(silent)
    assert said in str(told.value)
    assert str(told.value).endswith(f"fix: {languages.FIX}")


@pytest.mark.parametrize("purpose", ["test", "run", "up", "check"])
def test_only_the_tests_set_up_brings_the_hosts(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], purpose: str
) -> None:
    monkeypatch.setattr(steps, "SANDBOX", machine)
    for module in (environment, engine, aws_plugin, browser):
        monkeypatch.setattr(module, "ensure", lambda *_, **__: "right")
    monkeypatch.setattr(type(checkers.CHECKERS), "ensure", lambda *_: "right")
    monkeypatch.setattr(engine, "find", lambda: machine)
    monkeypatch.setattr(links, "refresh", lambda *_: False)
    monkeypatch.setattr(command, "ensure", lambda *_: None)
    assert steps.main(["--for", purpose]) == 0
    said = capsys.readouterr().out
    assert ("] language hosts: YAML, TypeScript (Node.js 20.20.2), built from source" in said) == (
        purpose == "test"
    )
    assert (machine / "go.log").exists() == (purpose == "test")


def test_a_test_that_needs_a_missing_host_fails_and_says_what_to_do(machine: Path) -> None:
    project = Elsewhere.__new__(Elsewhere)
    project.environment = {"PATH": str(machine / "bin")}
    with pytest.raises(
        pytest.fail.Exception, match=r"no pulumi-language-yaml.*sandbox\.bootstrap --for test"
    ):
        foreign.add_host(project, YAML)
