"""Fetching a pinned archive: fails within seconds when it cannot be had, never uses what it cannot verify."""

import hashlib
import http.client
import socket
import tarfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.bootstrap.places import SetupError
from sandbox.bootstrap.progress import Ticker

CONNECT_SECONDS = 4.0
STALL_SECONDS = 10.0
# Less than this within STALL_SECONDS counts as stalled: a trickle would otherwise hold the user for hours.
STALL_BYTES = 64 * 1024
CHUNK = 256 * 1024
# By the number of hexadecimal digits.
ALGORITHMS = {40: "sha1", 64: "sha256"}
# What else the user can do, by what was downloaded.
OWN = {
    "engine": "put a Pulumi of your own on PATH: then nothing is downloaded",
    "aws plugin": "let sandbox runs use the stand-in: SANDBOX_AWS_PLUGIN=stand-in",
}


class NotReachableError(Exception):
    """The file cannot be had from there; another way may still work."""


def can_connect(url: str, seconds: float = CONNECT_SECONDS) -> bool:
    """True if the URL's host (or the proxy in front of it) takes a connection within that many seconds.

    Looking a name up has no time limit of its own, so the attempt runs in a thread that may be left behind.
    """
    parts = urllib.parse.urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urllib.parse.urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    connected = threading.Event()
    finished = threading.Event()

    def attempt() -> None:
        try:
            socket.create_connection(address, timeout=seconds).close()
            connected.set()
        except OSError:
            pass
        finally:
            finished.set()

    threading.Thread(target=attempt, daemon=True).start()
    finished.wait(seconds)
    return connected.is_set()


@dataclass
class _Transfer:
    """What the downloading thread tells the waiting one."""

    received: int = 0
    total: int = 0
    problem: str = ""
    over: threading.Event = field(default_factory=threading.Event)
    abandoned: bool = False


def fetch(
    url: str,
    target: Path,
    label: str,
    connect_seconds: float = CONNECT_SECONDS,
    stall_seconds: float = STALL_SECONDS,
) -> None:
    """Downloads `url` to `target`; raises NotReachableError, saying why, when it cannot or when it stalls."""
    host = urllib.parse.urlsplit(url).hostname
    if not can_connect(url, connect_seconds):
        raise NotReachableError(f"no connection to {host} within {connect_seconds:.0f} s")
    transfer = _Transfer()
    threading.Thread(target=_receive, args=(url, target, transfer, stall_seconds), daemon=True).start()
    ticker = Ticker(label)
    seen, seen_at = 0, time.monotonic()
    while not transfer.over.wait(0.2):
        now = time.monotonic()
        if transfer.received >= seen + STALL_BYTES:
            seen, seen_at = transfer.received, now
        elif now - seen_at > stall_seconds:
            transfer.abandoned = True
            raise NotReachableError(f"{host} {_nothing_for(stall_seconds)}")
        ticker.tick(f"{transfer.received / 1e6:.0f} of {transfer.total / 1e6:.0f} MB")
    if transfer.problem:
        raise NotReachableError(f"{host} {transfer.problem}")


def _nothing_for(seconds: float) -> str:
    return f"sent nothing useful for {seconds:.0f} s"


def _receive(url: str, target: Path, transfer: _Transfer, stall_seconds: float) -> None:
    try:
        with urllib.request.urlopen(url, timeout=stall_seconds) as answer, target.open("wb") as file:  # noqa: S310
            transfer.total = int(answer.headers.get("Content-Length") or 0)
            while not transfer.abandoned and (chunk := answer.read1(CHUNK)):
                file.write(chunk)
                transfer.received += len(chunk)
        if transfer.total and transfer.received < transfer.total:
            transfer.problem = f"closed the connection after {transfer.received} of {transfer.total} bytes"
    except urllib.error.HTTPError as error:
        transfer.problem = f"answered {error.code} {error.reason}"
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        silent = isinstance(reason, TimeoutError)
        transfer.problem = _nothing_for(stall_seconds) if silent else f"broke off: {reason}"
    finally:
        transfer.over.set()


def verify(archive: Path, wanted: str, url: str, what: str = "engine") -> None:
    """Deletes the file and stops the set-up if its SHA-256, or SHA-1 where `wanted` is as short, is another."""
    algorithm = ALGORITHMS[len(wanted)]
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    if found != wanted:
        archive.unlink()
        raise SetupError(
            f"{what}: wrong checksum, so the download was deleted and nothing of it was used\n"
            f"  from: {url}\n  {algorithm} wanted: {wanted}\n  {algorithm} found:  {found}\n"
            f"  fix: something between you and that server changes files (a proxy, a mirror?). Find out\n"
            f"       what before you go on, or {OWN[what]}"
        )


def unpack(archive: Path, folder: Path, names: Collection[str]) -> None:
    """Takes the named files, and nothing else, out of the archive's `pulumi/` folder.

    The archive also holds six other language hosts (300 MB). Only regular files are read, under names
    that we chose, so nothing in the archive can lead elsewhere; the "data" filter refuses the rest.
    """
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                name = member.name.removeprefix("./").removeprefix("pulumi/")
                if member.isfile() and name in names:
                    safe = (
                        tarfile.data_filter(member, str(folder))
                        if hasattr(tarfile, "data_filter")
                        else member
                    )
                    content = tar.extractfile(safe)
                    if content is not None:
                        (folder / name).write_bytes(content.read())
                        (folder / name).chmod(0o755)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise SetupError(f"engine: the verified archive {archive.name} cannot be unpacked: {error}") from None
    missing = sorted(name for name in names if not (folder / name).exists())
    if missing:
        raise SetupError(f"engine: the verified archive {archive.name} lacks {', '.join(missing)}")
