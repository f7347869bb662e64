"""cfn-guard and checkov, each in a process of an environment of their own, which is made on first use and kept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.formats import cloudformation, terraform
from tests.support.graph import RecordedGraph

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements-peers.txt"


class PeerError(RuntimeError):
    """A peer cannot be run; the text says why."""


@dataclass(frozen=True)
class Peer:
    """One tool: how it reads a stack, and the script that runs it. `package` is its name on PyPI."""

    name: str
    package: str
    script: Path
    write: Callable[[RecordedGraph], Any]


PEERS = (
    Peer("cfn-guard", "cfn-guard-rs", HERE / "peers" / "guard_run.py", cloudformation),
    Peer("checkov", "checkov", HERE / "peers" / "checkov_run.py", terraform),
)


@dataclass(frozen=True)
class Ran:
    """What one run in a fresh process found and cost. Seconds and megabytes."""

    failed: int
    passed: int
    names: tuple[str, ...]
    start_cpu: float
    start_wall: float
    cpu: float
    wall: float
    rss_mb: float


def environment() -> Path:
    """The Python of the peers' environment. Raises: PeerError."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    pinned = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = cache / "ssm-vpc-endpoints" / "bench-peers" / pinned
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        sys.stderr.write(f"installing cfn-guard and checkov, once, into {folder} ...\n")
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        install = ["install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--no-deps", "-r"]
        done = subprocess.run(  # noqa: S603 (our own scripts and pip)
            [str(python), "-m", "pip", *install, str(REQUIREMENTS)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise PeerError(
                f"cannot be installed: {(done.stderr.strip().splitlines() or ['pip gave no reason'])[-1]}"
            )
        (folder / "complete").touch()
    return python


def version(peer: Peer) -> str:
    """The version that is pinned."""
    for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{peer.package}=="):
            return line.partition("==")[2].split()[0]
    raise PeerError(f"{peer.package} is not in {REQUIREMENTS.name}")


def run(python: Path, peer: Peer, stack: Path, timeout: float) -> Ran:
    """Judge one stack in a fresh process. Raises: PeerError."""
    try:
        done = subprocess.run(  # noqa: S603 (our own scripts and pip)
            [str(python), str(peer.script), str(stack)],
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        raise PeerError(f"more than {timeout:.0f} s") from None
    if done.returncode:
        raise PeerError((done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1])
    said = json.loads(done.stdout.splitlines()[-1])
    return Ran(**said | {"names": tuple(said["names"])})
