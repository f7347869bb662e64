"""Measures the policy pack beside cfn-guard and checkov: `python -m benchmarks.pack [--quick]`.

Each figure comes from fresh processes, in turns, so that a slow minute of the machine is everybody's. Before anything is
measured each tool has to tell a good stack from two bad ones.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import peer_tools
from benchmarks.graph import stack, without
from benchmarks.machine import facts, keep
from benchmarks.peer_tools import PEERS, Peer, PeerError, Ran
from benchmarks.process import Played, Requests, modules_imported, running
from benchmarks.report import text
from tests.support.graph import JsonObject, RecordedGraph

ROOT = Path(__file__).parents[1]
SIZES, QUICK = (28, 700, 7000), (28, 700)
REPEATS = 3
EMPTY, SDK = ROOT / "benchmarks" / "empty_pack", ROOT / "tests" / "support" / "sdk_pack"
# checkov's graph of 7,000 resources takes most of a minute, and so do these policies on the SDK's server: once is enough
# for a difference of that size.
SLOW = {("checkov", 7000): 1, (SDK.name, 7000): 1}
TIMEOUT = 150.0
BUCKET = "arn:aws:s3:::aws-patch-manager-eu-west-1-5522fb710/*"


@dataclass
class Results:
    """All that was seen. `verdicts` holds, by tool, what it said to the good stack and to the bad ones."""

    facts: dict[str, str]
    sizes: tuple[int, ...]
    verdicts: dict[str, dict[str, str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    pack: dict[int, list[Played]] = field(default_factory=dict)
    # The same server with no policy, and the same policies on the SDK's own server.
    empty: dict[int, list[Played]] = field(default_factory=dict)
    sdk: dict[int, list[Played]] = field(default_factory=dict)
    peers: dict[str, dict[int, list[Ran]]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    modules: int = 0
    imports_pulumi_aws: bool = False
    seconds: float = 0.0


def main() -> int:
    """Measure, print the table, keep the figures. Not 0 if a tool's verdict was wrong: its speed means nothing."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.pack", description=__doc__)
    options.add_argument("--quick", action="store_true", help="28 and 700 resources only")
    options.add_argument("--pack", type=Path, default=ROOT / "policies", help="the pack's folder")
    given = options.parse_args()
    began = time.perf_counter()
    results = Results(facts(), QUICK if given.quick else SIZES)
    with tempfile.TemporaryDirectory() as folder:
        measure(results, given.pack.resolve(), Path(folder))
    results.seconds = time.perf_counter() - began
    kept = keep("pack", results.facts["when"], asdict(results))
    sys.stdout.write(f"{text(results)}\nfigures: {kept}\n")
    return 1 if results.wrong else 0


def measure(results: Results, pack: Path, folder: Path) -> None:
    """Fill the results."""
    try:
        python = peer_tools.environment()
        peers = list(PEERS)
    except PeerError as error:
        python, peers = Path(), []
        results.absent = {peer.name: str(error) for peer in PEERS}
    good = stack(28)
    stacks = {
        "good stack": good,
        "one endpoint dropped": without(good, "ssm-ssmmessages-1"),
        "one bucket dropped": _without_bucket(good),
    }
    for title, graph in stacks.items():
        _say(f"verdicts: {title}")
        with running(pack) as process:
            played = process.play(Requests.of(graph, 28))
        found = ", ".join(f"{policy} x{count}" for policy, count in sorted(played.findings.items()))
        _verdict(results, "the pack", title, found)
        for peer in peers:
            ran = _run(results, python, peer, _written(peer, graph, folder))
            if ran:
                # A check that crashed neither passes nor fails.
                seen = ran.passed + ran.failed
                _verdict(results, peer.name, title, ", ".join(ran.names) if seen else "judged nothing")
    played_good = Requests.of(good, 28)
    modules = modules_imported(pack, played_good, folder / "imports.log")
    results.modules = len(modules)
    results.imports_pulumi_aws = any(name.partition(".")[0] == "pulumi_aws" for name in modules)
    for size in results.sizes:
        _measure_size(results, pack, folder, size, python, [p for p in peers if p.name not in results.absent])


def _measure_size(
    results: Results, pack: Path, folder: Path, size: int, python: Path, peers: list[Peer]
) -> None:
    graph = stack(size)
    requests = Requests.of(graph, size)
    files = {peer.name: _written(peer, graph, folder) for peer in peers}
    for repeat in range(REPEATS):
        _say(f"{size} resources, run {repeat + 1} of {REPEATS}")
        with running(pack) as process:
            played = process.play(requests)
        if played.findings:
            results.wrong.append(f"the pack blocks the good stack of {size} resources: {played.findings}")
        results.pack.setdefault(size, []).append(played)
        for other, kept in ((EMPTY, results.empty), (SDK, results.sdk)):
            if repeat < SLOW.get((other.name, size), REPEATS):
                with running(other) as process:
                    kept.setdefault(size, []).append(process.play(requests))
        for peer in peers:
            if repeat < SLOW.get((peer.name, size), REPEATS) and (
                ran := _run(results, python, peer, files[peer.name], size)
            ):
                results.peers.setdefault(peer.name, {}).setdefault(size, []).append(ran)


def _run(results: Results, python: Path, peer: Peer, file: Path, size: int = 28) -> Ran | None:
    try:
        return peer_tools.run(python, peer, file, TIMEOUT)
    except PeerError as error:
        results.absent[peer.name if size == 28 else f"{peer.name} at {size}"] = str(error)
        return None


def _verdict(results: Results, tool: str, title: str, found: str) -> None:
    results.verdicts.setdefault(tool, {})[title] = found or "passes"
    if (title == "good stack") == bool(found) or found == "judged nothing":
        results.wrong.append(f"{tool}, {title}: {found or 'passes'}")


def _written(peer: Peer, graph: RecordedGraph, folder: Path) -> Path:
    file = folder / f"{peer.name}.json"
    file.write_text(json.dumps(peer.write(graph)), encoding="utf-8")
    return file


def _without_bucket(graph: RecordedGraph) -> RecordedGraph:
    """The same stack, with an S3 gateway whose policy leaves one bucket out."""
    changed = graph.copy()
    changed.edit("ssm-s3-1", _drop_bucket)
    return changed


def _drop_bucket(properties: JsonObject) -> None:
    document: Any = json.loads(properties["policy"])
    for statement in document["Statement"]:
        statement["Resource"].remove(BUCKET)
    properties["policy"] = json.dumps(document)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
