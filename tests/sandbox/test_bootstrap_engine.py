"""Which engine the set-up takes, where it keeps it, and how it builds one."""

import sys
from pathlib import Path

import pytest

from sandbox.bootstrap import build, engine, places
from tests.sandbox.machines import VERSION, script


@pytest.mark.parametrize(
    ("version", "host", "why"),
    [
        (None, False, "no pulumi on PATH"),
        ("v3.219.9", True, "is 3.219.9, older than 3.220.0"),
        ("v3.220.0", False, "has no pulumi-language-python beside it"),
        ("nonsense", True, "does not answer"),
    ],
)
def test_an_engine_on_path_that_will_not_do_says_why(
    bare: Path, version: str | None, host: bool, why: str
) -> None:
    if version:
        script(bare / "bin/pulumi", f"echo {version}")
    if host:
        script(bare / "bin/pulumi-language-python")
    folder, said = engine.on_path(VERSION)
    assert folder is None
    assert why in said


@pytest.mark.parametrize("version", ["v3.220.0", "v3.300.1-alpha.5", "v4.0.0"])
def test_an_engine_on_path_that_will_do_is_used(bare: Path, version: str) -> None:
    script(bare / "bin/pulumi", f"echo {version}")
    script(bare / "bin/pulumi-language-python")
    assert engine.on_path(VERSION)[0] == bare / "bin"
    assert engine.find() == bare / "bin"
    assert "from PATH" in engine.ensure(lambda _: None, Path(sys.executable))


def test_the_cache_key_names_version_system_and_sources(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = engine.cached().name
    assert key.startswith(f"{VERSION}-{'-'.join(places.system())}-")
    tools = bare / "tools"
    for name in ("pulumi/go.mod", "pulumi/go.sum", "language-python/go.mod", "language-python/go.sum"):
        (tools / name).parent.mkdir(parents=True, exist_ok=True)
        (tools / name).write_bytes((places.TOOLS / name).read_bytes())
    (tools / "engine.toml").write_bytes((places.TOOLS / "engine.toml").read_bytes())
    monkeypatch.setattr(engine, "TOOLS", tools)
    assert engine.cached().name == key
    with (tools / "pulumi/go.sum").open("a") as file:
        file.write("another/module v1.0.0 h1:=\n")
    assert engine.cached().name != key


def test_the_pin_covers_four_systems_and_a_mirror_changes_the_url_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for system in (("linux", "x64"), ("linux", "arm64"), ("darwin", "x64"), ("darwin", "arm64")):
        monkeypatch.setattr(engine, "system", lambda system=system: system)
        pinned = engine.read_pin()
        assert pinned.sha256 is not None
        assert len(pinned.sha256) == 64
        assert pinned.url.endswith(f"/v{VERSION}/pulumi-v{VERSION}-{'-'.join(system)}.tar.gz")
        monkeypatch.setenv(engine.URL_SETTING, "https://mirror.example/{version}/{os}-{arch}.tgz")
        mirrored = engine.read_pin()
        assert mirrored.url == f"https://mirror.example/{VERSION}/{'-'.join(system)}.tgz"
        assert mirrored.sha256 == pinned.sha256
        monkeypatch.delenv(engine.URL_SETTING)
    monkeypatch.setattr(engine, "system", lambda: ("freebsd", "x64"))
    assert engine.read_pin().sha256 is None


FAKE_GO = """
case "$1" in
  version) echo "go version go1.26.1 linux/amd64" ;;
  list) echo "$GO_MODULE" ;;
  build) echo "$@" >> "$GO_LOG"; while [ "$1" != -o ]; do shift; done; cp "$GO_PROGRAM" "$2" ;;
esac
"""


def test_the_build_pins_modules_and_copies_the_scripts(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(bare / "bin/go", FAKE_GO)
    script(bare / "program", f"echo v{VERSION}")
    for name in build.SCRIPTS:
        script(bare / "module" / name).chmod(0o444)
    for name, value in {"GO_LOG": "go.log", "GO_PROGRAM": "program", "GO_MODULE": "module"}.items():
        monkeypatch.setenv(name, str(bare / value))
    monkeypatch.setattr(engine, "read_pin", lambda: engine.Pin(VERSION, "", None))
    assert engine.ensure(lambda _: None, Path(sys.executable)) == f"pulumi {VERSION} built from source"
    assert engine.is_complete(engine.cached())
    commands = (bare / "go.log").read_text().splitlines()
    assert len(commands) == 2
    assert all(
        "-mod=readonly" in command and f"version.Version=v{VERSION}" in command for command in commands
    )


def test_a_failed_build_says_so_and_leaves_nothing(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(
        bare / "bin/go", 'test "$1" = version && echo go1.26 && exit', "echo proxy unreachable >&2; exit 1"
    )
    monkeypatch.setattr(engine, "read_pin", lambda: engine.Pin(VERSION, "", None))
    with pytest.raises(
        places.SetupError, match=r"(?s)building pulumi.*proxy unreachable.*fix: install Pulumi"
    ):
        engine.ensure(lambda _: None, Path(sys.executable))
    assert not engine.cached().exists()
    assert [f for f in engine.cached().parent.iterdir() if f.is_dir()] == []


@pytest.mark.parametrize(
    ("said", "usable"),
    [("go1.25.9", False), ("go1.26", True), ("go1.26.6", True), ("go1.9", False), ("devel", False)],
)
def test_which_go_will_do(bare: Path, said: str, usable: bool) -> None:
    assert build.go_on_path() is None or not (bare / "bin/go").exists()
    script(bare / "bin/go", f"echo go version {said} linux/amd64")
    assert (build.go_on_path() is not None) is usable
