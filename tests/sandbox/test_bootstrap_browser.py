"""The step that brings a Chromium: without a network, on machines whose every program is a fake."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox.bootstrap import browser, checkers, places, steps
from tests.sandbox.machines import script
from tests.sandbox.test_bootstrap_checkers import asked, seen_to, silent

APT_GET = """
echo "$@" >> "$NOTES"
case "$*" in
*--simulate*)
  echo "Inst chromium-common (156.0-1 Debian-Security:12/oldstable-security [amd64])"
  echo "Inst chromium-headless-shell (156.0-1 Debian-Security:12/oldstable-security [amd64])" ;;
*download*) : > chromium-headless-shell_1_amd64.deb ;;
esac
"""
# The package has a program of the name in two places; the one in bin leads out of the folder that it was unpacked in.
DPKG_DEB = """
program() { printf '%s\\n' '#!/bin/sh' "$2" > "$1"; /bin/chmod 755 "$1"; }
/bin/mkdir -p "$3/usr/bin" "$3/usr/lib/chromium"
: > "$3/usr/lib/chromium/libEGL.so"
program "$3/usr/bin/chromium-headless-shell" 'exec /usr/lib/chromium/chromium-headless-shell "$@"'
program "$3/usr/lib/chromium/chromium-headless-shell" 'echo "Chromium 156.0.1 $FONTCONFIG_FILE $LD_LIBRARY_PATH $*"'
"""
SIMULATED = "install --simulate --no-install-recommends chromium-headless-shell fonts-dejavu-core"


@pytest.fixture
def machine(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Debian, seen by a user who is not root, where nothing but the fakes is on PATH."""
    monkeypatch.setenv("PATH", str(bare / "bin"))
    monkeypatch.setenv("NOTES", str(bare / "notes"))
    monkeypatch.setattr(browser, "APPLICATIONS", (str(bare / "Applications/Chromium"),))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    script(bare / "bin/apt-get", APT_GET)
    script(bare / "bin/dpkg-deb", DPKG_DEB)
    (bare / "notes").touch()
    return bare


@pytest.mark.parametrize("name", browser.NAMES)
def test_any_chromium_or_chrome_on_path_will_do(machine: Path, name: str) -> None:
    mine = script(machine / "bin" / name, "echo Chromium 99.0.1")
    assert browser.ensure(silent) == f"{name} 99.0.1"
    assert browser.find() == mine
    assert asked(machine) == []


def test_an_application_of_macos_will_do(machine: Path) -> None:
    mine = script(machine / "Applications/Chromium", "echo Chromium 99.0.1")
    assert browser.find() == mine


def test_a_command_that_only_says_what_to_install_is_no_browser(machine: Path) -> None:
    script(machine / "bin/chromium", 'echo "Command requires the chromium snap to be installed." >&2; exit 1')
    assert browser.find() is None
    chrome = script(machine / "bin/google-chrome", "echo Google Chrome 99.0.1")
    assert browser.find() == chrome


def test_a_missing_browser_is_unpacked_once_with_a_font_and_told_where_both_are(machine: Path) -> None:
    said: list[str] = []
    assert browser.ensure(said.append) == (
        "chromium-headless-shell 156.0.1, brought from this system's packages"
    )
    assert len(said) == 1
    # A font that the system has already is not brought.
    assert asked(machine) == [SIMULATED, "download chromium-common=156.0-1 chromium-headless-shell=156.0-1"]
    program = browser.find()
    assert program
    home = program.parents[1]
    assert places.REPOSITORY not in home.parents
    answer = subprocess.run(
        [program, "--headless"], cwd="/", capture_output=True, text=True, check=True
    ).stdout
    assert answer == f"Chromium 156.0.1 {home}/fonts.conf {home}/tree/usr/lib/chromium --headless\n"
    assert "tree/usr/share/fonts" in (home / "fonts.conf").read_text(encoding="utf-8")
    assert browser.ensure(silent) == "chromium-headless-shell 156.0.1"
    assert asked(machine) == []


@pytest.mark.parametrize("lacking", ["apt-get", "dpkg-deb", "linux"])
def test_systems_without_debians_packages_are_told_what_to_install(
    machine: Path, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    if lacking == "linux":
        monkeypatch.setattr(sys, "platform", "darwin")
    else:
        (machine / "bin" / lacking).unlink()
    with pytest.raises(places.SetupError) as told:
        browser.ensure(silent)
    assert str(told.value) == (
        "browser: chromium-headless-shell not on PATH\n  fix: install Chromium or Chrome: apt install chromium (Debian), "
        "snap install chromium (Ubuntu), dnf install chromium (Fedora, RHEL with EPEL) or brew install --cask chromium "
        "(macOS)"
    )


@pytest.mark.parametrize(
    ("purpose", "brought"), [("test", True), ("run", False), ("up", False), ("check", False)]
)
def test_only_the_tests_set_up_brings_a_browser(
    machine: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    purpose: str,
    brought: bool,
) -> None:
    ensure = browser.ensure
    seen_to(monkeypatch, machine)
    monkeypatch.setattr(browser, "ensure", ensure)
    monkeypatch.setattr(checkers, "CHECKERS", SimpleNamespace(ensure=lambda _: "right"))
    script(machine / "bin/chromium", "echo Chromium 99.0.1")
    assert steps.main(["--for", purpose]) == 0
    said = capsys.readouterr().out
    assert ("[6/6] browser: chromium 99.0.1" in said) == brought
