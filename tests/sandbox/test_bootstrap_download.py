"""Bringing the engine: what is downloaded, what is refused, what is built instead."""

import hashlib
import socket
import sys
import tarfile
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from sandbox.bootstrap import build, download, engine, places
from tests.sandbox.machines import (
    VERSION,
    archive,
    script,
)


def pin(monkeypatch: pytest.MonkeyPatch, url: str, body: bytes) -> None:
    """Pins an archive in place of Pulumi's."""
    pinned = engine.Pin(VERSION, url, hashlib.sha256(body).hexdigest())
    monkeypatch.setattr(engine, "read_pin", lambda: pinned)


def never_build(*_: Any) -> None:
    pytest.fail("nothing may be built here")


def test_engine_is_downloaded_verified_and_then_taken_from_the_cache(
    bare: Path, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = archive()
    server = serve(body)
    pin(monkeypatch, server.url, body)
    monkeypatch.setattr(build, "build", never_build)
    assert engine.ensure(lambda _: None, Path(sys.executable)) == f"pulumi {VERSION} downloaded and verified"
    assert engine.ensure(lambda _: None, Path(sys.executable)) == f"pulumi {VERSION} from the cache"
    assert engine.find() == engine.cached()
    assert server.requests == 1
    assert sorted(file.name for file in engine.cached().iterdir()) == sorted(engine.NAMES)
    assert [f.name for f in (bare / "cache/ssm-vpc-endpoints/engine").iterdir() if ".new-" in f.name] == []


@pytest.mark.usefixtures("bare")
def test_two_setups_at_once_download_once(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    body = archive()
    server = serve(body)
    pin(monkeypatch, server.url, body)
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(engine.ensure(lambda _: None, Path(sys.executable))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.requests == 1
    assert len(answers) == 3
    assert engine.is_complete(engine.cached())


def test_a_wrong_checksum_stops_the_setup_and_builds_nothing(
    bare: Path, serve: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(archive())
    pin(monkeypatch, server.url, b"something else")
    monkeypatch.setattr(build, "build", never_build)
    with pytest.raises(places.SetupError, match="wrong checksum") as caught:
        engine.ensure(lambda _: None, Path(sys.executable))
    assert server.url in str(caught.value)
    assert "fix:" in str(caught.value)
    assert not engine.cached().exists()
    assert list(bare.rglob("*.tar.gz")) == []


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("status", "manner", "why"),
    [
        (404, "good", "answered 404"),
        (200, "silent", "sent nothing useful"),
        (200, "trickle", "sent nothing useful"),
        (200, "short", "closed the connection after"),
    ],
)
def test_an_archive_that_cannot_be_had_is_built_instead(
    serve: Any, monkeypatch: pytest.MonkeyPatch, status: int, manner: str, why: str
) -> None:
    body = archive()
    server = serve(body, status, manner)
    pin(monkeypatch, server.url, body)
    real = download.fetch
    monkeypatch.setattr(download, "fetch", lambda url, to, label: real(url, to, label, stall_seconds=1.0))
    built: list[Path] = []

    def pretend(folder: Path, version: str, *_: Any) -> None:
        built.append(folder)
        for name in engine.NAMES:
            script(folder / name, f"echo v{version}")

    monkeypatch.setattr(build, "build", pretend)
    notes: list[str] = []
    started = time.monotonic()
    assert engine.ensure(notes.append, Path(sys.executable)) == f"pulumi {VERSION} built from source"
    assert time.monotonic() - started < 8
    assert len(built) == 1
    assert any(why in note and "127.0.0.1" in note for note in notes), notes


def test_a_refused_connection_fails_at_once(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    started = time.monotonic()
    with pytest.raises(download.NotReachableError, match=r"no connection to 127\.0\.0\.1"):
        download.fetch(f"http://127.0.0.1:{port}/x", tmp_path / "x", "downloading")
    assert time.monotonic() - started < 2


def test_a_host_that_swallows_connections_fails_in_the_time_given(monkeypatch: pytest.MonkeyPatch) -> None:
    def swallow(*_: Any, **__: Any) -> None:
        time.sleep(0.6)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", swallow)
    started = time.monotonic()
    assert not download.can_connect("https://nowhere.invalid/x", 0.2)
    assert time.monotonic() - started < 0.5
    time.sleep(0.5)  # the attempt that was left behind ends before the next test


def test_only_regular_files_with_known_names_leave_the_archive(tmp_path: Path) -> None:
    link = tarfile.TarInfo("pulumi/pulumi")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    file = tmp_path / "a.tar.gz"
    file.write_bytes(archive(engine.NAMES[1:], extra=link))
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(places.SetupError, match=r"lacks pulumi$"):
        download.unpack(file, folder, engine.NAMES)
    assert sorted(entry.name for entry in folder.iterdir()) == sorted(engine.NAMES[1:])
    file.write_bytes(b"no archive")
    with pytest.raises(places.SetupError, match="cannot be unpacked"):
        download.unpack(file, folder, engine.NAMES)


@pytest.mark.usefixtures("bare")
def test_an_archive_that_does_not_run_is_not_kept(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    body = archive(version="1.2.3")
    pin(monkeypatch, serve(body).url, body)
    with pytest.raises(places.SetupError, match=r"does not run as 3\.220\.0 \(it answers 1\.2\.3\)"):
        engine.ensure(lambda _: None, Path(sys.executable))
    assert not engine.cached().exists()
