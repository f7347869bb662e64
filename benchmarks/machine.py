"""Where and when a run was, and with which versions: a figure without them is no figure."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import peer_tools

ROOT = Path(__file__).resolve().parents[1]


def facts() -> dict[str, str]:
    """What the table's head says."""
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("pulumi", "pulumi-policy", "protobuf", "grpcio")
    )
    peers = ", ".join(f"{peer.name} {peer_tools.version(peer)}" for peer in peer_tools.PEERS)
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "machine": f"{_cpu()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": packages,
        "peers": peers,
    }


def keep(name: str, when: str, figures: Any) -> Path:
    """Write a run's figures, plain data, for later; returns the file, from the project's folder."""
    kept = Path("dist", "benchmarks", f"{name}-{when.replace(':', '')}.json")
    (ROOT / kept).parent.mkdir(parents=True, exist_ok=True)
    (ROOT / kept).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return kept


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"
