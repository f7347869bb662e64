"""The step that brings BIND's and unbound's checkers: without a network, on machines whose every program is a fake."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.bootstrap import (
    aws_plugin,
    browser,
    checkers,
    engine,
    environment,
    languages,
    links,
    packages,
    places,
    steps,
)
from tests.sandbox.machines import script
from tests.support import dns_checkers

# apt-get: notes what it is asked; says which packages it would install; "downloads" them by making empty files.
APT_GET = """
echo "$@" >> "$NOTES"
case "$*" in
*--simulate*)
  [ -e "$LISTS" ] || { echo "E: Unable to locate package unbound" >&2; exit 100; }
  echo "NOTE: This is only a simulation!"
  case "$*" in *bind9-utils*)
    echo "Inst libc6 [2.36-9] (2.36-10 Debian:12.15/oldstable [amd64]) []"
    echo "Inst bind9-libs [1:9.18.1-1] (1:9.18.49-1~deb12u3 Debian-Security:12/oldstable-security [amd64])"
    echo "Inst bind9-utils (1:9.18.49-1~deb12u3 Debian-Security:12/oldstable-security [amd64])"
  esac
  case "$*" in *unbound*) echo "Inst unbound (1.17.1-2+deb12u4 Debian:12.15/oldstable [amd64])" ;; esac
  echo "Conf unbound (1.17.1-2+deb12u4 Debian:12.15/oldstable [amd64])" ;;
update) : > "$LISTS" ;;
*download*)
  for word; do case "$word" in *Sandbox*) ;; *=*) : > "${word%%=*}_1_amd64.deb" ;; esac; done ;;
esac
"""
# dpkg-deb -x <archive> <folder>: what each package holds. Programs say the libraries that they were started with.
DPKG_DEB = """
program() { /bin/mkdir -p "${1%/*}"; printf '%s\\n' '#!/bin/sh' "$2" > "$1"; /bin/chmod 755 "$1"; }
case "$2" in
*bind9-libs_*) /bin/mkdir -p "$3/usr/lib/x"; : > "$3/usr/lib/x/libdns-9.18.so" ;;
*bind9-utils_*) program "$3/usr/bin/named-checkconf" 'echo "9.18.49 $LD_LIBRARY_PATH $*"' ;;
*unbound_*)
  program "$3/etc/init.d/unbound" 'exit 3'
  program "$3/usr/sbin/unbound" 'echo "Version 1.17.1"'
  program "$3/usr/sbin/unbound-checkconf" 'echo "Version 1.17.1"; exit 1' ;;
*) exit 2 ;;
esac
"""
CHECKERS = checkers.CHECKERS
NAMES = tuple(CHECKERS.named)


@pytest.fixture
def machine(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Debian with lists of packages, seen by a user who is not root, where nothing but the fakes is on PATH."""
    monkeypatch.setenv("PATH", str(bare / "bin"))
    monkeypatch.setenv("NOTES", str(bare / "notes"))
    monkeypatch.setenv("LISTS", str(bare / "lists"))
    monkeypatch.setattr(packages, "MORE_FOLDERS", ())
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    script(bare / "bin/apt-get", APT_GET)
    script(bare / "bin/dpkg-deb", DPKG_DEB)
    (bare / "notes").touch()
    (bare / "lists").touch()
    return bare


def asked(machine: Path) -> list[str]:
    """What apt-get was asked to do, since the last time."""
    notes = (machine / "notes").read_text().splitlines()
    (machine / "notes").write_text("")
    return notes


def silent(text: str) -> None:
    """Nobody to tell."""


SIMULATED = "install --simulate --no-install-recommends bind9-utils unbound"
DOWNLOADED = (
    "download bind9-libs=1:9.18.49-1~deb12u3 bind9-utils=1:9.18.49-1~deb12u3 unbound=1.17.1-2+deb12u4"
)


def test_programs_on_path_are_used_and_nothing_is_asked(machine: Path) -> None:
    for name in NAMES:
        script(machine / "bin" / name, "echo version 9.9.9")
    assert CHECKERS.ensure(silent) == ", ".join(f"{name} 9.9.9" for name in NAMES)
    assert {CHECKERS.find(name) for name in NAMES} == {machine / "bin" / name for name in NAMES}
    assert asked(machine) == []
    assert not CHECKERS.cached().exists()


def test_what_comes_to_path_later_is_taken_before_the_cache(machine: Path) -> None:
    CHECKERS.ensure(silent)
    mine = script(machine / "bin/unbound", "echo 9.9.9")
    assert CHECKERS.find("unbound") == mine


def test_folders_that_users_leave_out_of_path_are_looked_into(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "MORE_FOLDERS", (str(machine / "sbin"),))
    there = script(machine / "sbin/unbound", "echo 1.2.3")
    assert CHECKERS.find("unbound") == there


def test_missing_programs_are_unpacked_outside_the_clone_once(machine: Path) -> None:
    said: list[str] = []
    assert CHECKERS.ensure(said.append) == (
        "named-checkconf 9.18.49, unbound-checkconf 1.17.1, unbound 1.17.1, brought from this system's packages"
    )
    assert len(said) == 1
    assert "named-checkconf, unbound-checkconf, unbound" in said[0]
    # What is installed in an older version is brought, too, but for the C library.
    assert asked(machine) == [SIMULATED, DOWNLOADED]
    (home,) = (folder for folder in CHECKERS.cached().iterdir())
    assert home.name == "bind9-utils_1-9.18.49-1-deb12u3_unbound_1.17.1-2+deb12u4"
    assert places.REPOSITORY not in home.parents
    assert sorted(file.name for file in home.iterdir()) == ["bin", "tree"]
    assert CHECKERS.ensure(silent) == "named-checkconf 9.18.49, unbound-checkconf 1.17.1, unbound 1.17.1"
    assert asked(machine) == []


@pytest.mark.usefixtures("machine")
def test_what_was_unpacked_runs_with_its_own_libraries_from_anywhere() -> None:
    CHECKERS.ensure(silent)
    program = CHECKERS.find("named-checkconf")
    assert program
    answer = subprocess.run(
        [program, "-z", "a file"], cwd="/", capture_output=True, text=True, check=True
    ).stdout
    assert answer == f"9.18.49 {program.parents[1]}/tree/usr/lib/x -z a file\n"


def test_only_what_is_missing_is_brought(machine: Path) -> None:
    script(machine / "bin/named-checkconf", "echo 9.20.0")
    assert CHECKERS.ensure(silent).startswith("named-checkconf 9.20.0, unbound-checkconf 1.17.1")
    assert asked(machine) == [
        "install --simulate --no-install-recommends unbound",
        "download unbound=1.17.1-2+deb12u4",
    ]


def test_root_fetches_the_list_of_packages_where_there_is_none(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (machine / "lists").unlink()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    CHECKERS.ensure(silent)
    as_root = f"-o APT::Sandbox::User=root {DOWNLOADED}"
    assert asked(machine) == [SIMULATED, "update", SIMULATED, as_root]
    assert CHECKERS.find("unbound")


def test_others_are_told_what_to_install(machine: Path) -> None:
    (machine / "lists").unlink()
    with pytest.raises(places.SetupError) as told:
        CHECKERS.ensure(silent)
    assert str(told.value) == (
        f"DNS checkers: apt-get {SIMULATED} ended with 100: E: Unable to locate package unbound\n"
        "  fix: install BIND's and unbound's programs: apt install bind9-utils unbound (Debian, Ubuntu), "
        "dnf install bind unbound (Fedora, RHEL) or brew install bind unbound (macOS)"
    )
    assert asked(machine) == [SIMULATED]


@pytest.mark.parametrize("lacking", ["apt-get", "dpkg-deb", "linux"])
def test_systems_without_debians_packages_are_told_what_to_install(
    machine: Path, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    if lacking == "linux":
        monkeypatch.setattr(sys, "platform", "darwin")
    else:
        (machine / "bin" / lacking).unlink()
    script(machine / "bin/unbound", "echo 1.2.3")
    with pytest.raises(places.SetupError) as told:
        CHECKERS.ensure(silent)
    assert str(told.value) == (
        f"DNS checkers: named-checkconf, unbound-checkconf not on PATH\n  fix: {checkers.FIX}"
    )
    assert asked(machine) == []


def break_program(machine: Path) -> None:
    """A library is missing: the program does not start."""
    script(machine / "bin/dpkg-deb", DPKG_DEB.replace("'echo \"9.18.49", "'exit 127; echo \"9.18.49"))


def break_package(machine: Path) -> None:
    """The package has no such program (any more)."""
    script(
        machine / "bin/dpkg-deb", DPKG_DEB.replace("/usr/bin/named-checkconf", "/usr/share/named-checkconf")
    )


def break_archive(machine: Path) -> None:
    """An archive that cannot be unpacked."""
    script(machine / "bin/dpkg-deb", "exit 2")


def break_download(machine: Path) -> None:
    """No connection."""
    script(machine / "bin/apt-get", APT_GET.replace("*download*)", "*download*) exit 100 ;;\n*never*)"))


def break_answer(machine: Path) -> None:
    """A package that apt-get takes to be there already, although its program is not."""
    script(machine / "bin/apt-get", APT_GET.replace("Inst unbound", "Note unbound"))


@pytest.mark.parametrize(
    ("break_it", "because"),
    [
        (break_program, "named-checkconf was unpacked and does not run"),
        (break_package, "no named-checkconf in bind9-utils"),
        (break_archive, "dpkg-deb ended with 2"),
        (break_download, "apt-get ended with 100"),
        (break_answer, "apt-get would not install bind9-utils unbound"),
    ],
)
def test_what_cannot_be_brought_leaves_nothing_behind(
    machine: Path, break_it: Callable[[Path], None], because: str
) -> None:
    break_it(machine)
    with pytest.raises(places.SetupError) as told:
        CHECKERS.ensure(silent)
    assert because in str(told.value)
    assert str(told.value).endswith(f"\n  fix: {checkers.FIX}")
    assert list(CHECKERS.cached().iterdir()) == []


@pytest.mark.usefixtures("machine")
def test_a_cached_program_that_stopped_running_is_brought_anew() -> None:
    CHECKERS.ensure(silent)
    program = CHECKERS.find("named-checkconf")
    assert program
    script(program, "exit 127")
    assert CHECKERS.find("named-checkconf") is None
    CHECKERS.ensure(silent)
    assert CHECKERS.find("named-checkconf")


def test_another_release_of_the_system_has_its_own_cache(tmp_path: Path) -> None:
    file = tmp_path / "os-release"
    file.write_text('PRETTY_NAME="Ubuntu 24.04 LTS"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n')
    assert packages.release(file) == ("ubuntu", "24.04")
    file.unlink()
    assert packages.release(file)[1] == "0"


def seen_to(monkeypatch: pytest.MonkeyPatch, machine: Path) -> None:
    """All other steps have nothing to do."""
    monkeypatch.setattr(steps, "SANDBOX", machine)
    monkeypatch.setattr(environment, "ensure", lambda *_: "right")
    monkeypatch.setattr(engine, "ensure", lambda *_: "right")
    monkeypatch.setattr(engine, "find", lambda: machine)
    monkeypatch.setattr(links, "refresh", lambda *_: False)
    monkeypatch.setattr(aws_plugin, "ensure", lambda *_, **__: "right")
    monkeypatch.setattr(browser, "ensure", lambda _: "right")
    monkeypatch.setattr(languages, "ensure", lambda *_: "right")


@pytest.mark.parametrize(
    ("purpose", "brought"), [("test", True), ("run", False), ("up", False), ("check", False)]
)
def test_only_the_tests_set_up_brings_the_checkers(
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    purpose: str,
    brought: bool,
) -> None:
    seen_to(monkeypatch, machine)
    assert steps.main(["--for", purpose]) == 0
    said = capsys.readouterr().out
    assert ("[4/6] DNS checkers: named-checkconf 9.18.49" in said) == brought
    assert bool(asked(machine)) == brought


def test_a_set_up_without_checkers_stops_with_one_message(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen_to(monkeypatch, machine)
    script(machine / "bin/apt-get", "exit 1")
    assert steps.main(["--for", "test"]) == 1
    assert capsys.readouterr().err.startswith("set-up stopped: DNS checkers: apt-get install")


def test_a_test_that_needs_a_missing_checker_fails_and_says_what_to_do(machine: Path) -> None:
    with pytest.raises(
        pytest.fail.Exception, match=r"apt install bind9-utils unbound.*brew install bind unbound"
    ):
        dns_checkers.named_checkconf("", machine)
    assert asked(machine) == []


def test_make_test_brings_the_checkers() -> None:
    makefile = (places.REPOSITORY / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.split("\ntest:", 1)[1].split("\n\n", 1)[0]
    assert "$(BOOTSTRAP) --for test\n" in recipe
