"""The way of a machine with the internet: Pulumi's archive and the official `aws` plugin, from servers on loopback.

What is downloaded is the real engine, and a plugin that hands over to the stand-in: no test has the official one's 200 MB.
All else is what such a machine does: download, verify, unpack, install by `pulumi plugin install`, and a preview with both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.bootstrap import aws_plugin, build, engine
from sandbox.bootstrap.places import STAND_IN_FOLDER, SetupError
from tests.e2e.elsewhere import Elsewhere
from tests.sandbox.releases import Releases, released, tarball

VERSION = engine.read_pin().version
AWS = aws_plugin.locked_version()
PYTHON = Path("python-is-not-asked")


@pytest.fixture(scope="module")
def archive() -> bytes:
    """Pulumi's release archive, with the programs of this engine."""
    found = engine.find()
    assert found is not None
    return tarball({f"pulumi/{name}": (found / name).resolve().read_bytes() for name in engine.NAMES})


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: bytes) -> Iterator[Releases]:
    """A machine with the internet and nothing else: an empty cache, an empty Pulumi home, no engine on PATH."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home" / ".pulumi"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setattr(build, "build", lambda *_: pytest.fail("nothing may be built here"))
    with released(monkeypatch) as releases:
        path = f"/pulumi/pulumi/releases/download/v{VERSION}/pulumi-v{VERSION}-linux-x64.tar.gz"
        # As GitHub answers, the file lies elsewhere.
        releases.moved[path] = f"{releases.url}/storage/engine"
        releases.files["/storage/engine"] = archive
        pin = engine.Pin(VERSION, f"{releases.url}{path}", hashlib.sha256(archive).hexdigest())
        monkeypatch.setattr(engine, "read_pin", lambda: pin)
        plugin = f'#!/bin/sh\necho used >> "{tmp_path}/plugin.log"\nexec "{STAND_IN_FOLDER / aws_plugin.PROGRAM}" "$@"\n'
        releases.plugin(tarball({aws_plugin.PROGRAM: plugin.encode()}), AWS)
        yield releases


def test_what_was_downloaded_and_verified_previews_a_program(
    newcomer: Releases, moto: int, tmp_path: Path
) -> None:
    assert engine.ensure(lambda _: None, PYTHON) == f"pulumi {VERSION} downloaded and verified"
    folder = engine.find()
    assert folder == engine.cached()
    assert folder.is_relative_to(tmp_path)
    said = aws_plugin.ensure(folder, retry=True)
    assert said == f"the official plugin {AWS} was downloaded, verified and installed"
    (tmp_path / "program").mkdir()
    elsewhere = Elsewhere(tmp_path / "program", moto)
    assert str(STAND_IN_FOLDER) not in elsewhere.environment["PATH"]
    elsewhere.environment["PATH"] = f"{folder}:{elsewhere.environment['PATH']}"
    elsewhere.program()
    shown = elsewhere.preview()
    assert shown.code == 0, shown.text
    assert "aws:ec2:VpcEndpoint" in shown.text
    assert (tmp_path / "plugin.log").read_text(encoding="utf-8").startswith("used\n")
    asked = list(newcomer.asked)
    assert engine.ensure(lambda _: None, PYTHON) == f"pulumi {VERSION} from the cache"
    assert aws_plugin.ensure(folder, retry=True) == f"the official plugin {AWS} is installed"
    assert newcomer.asked == asked


def test_an_archive_with_one_other_byte_is_no_engine(
    newcomer: Releases, archive: bytes, tmp_path: Path
) -> None:
    newcomer.files["/storage/engine"] = archive[:-9] + bytes([archive[-9] ^ 1]) + archive[-8:]
    with pytest.raises(SetupError, match="engine: wrong checksum"):
        engine.ensure(lambda _: None, PYTHON)
    assert engine.find() is None
    assert [file for file in tmp_path.rglob("pulumi*") if file.is_file()] == []
