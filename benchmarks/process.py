"""A pack's own process, started and spoken to as the engine does, with what it uses of the processor and of memory.

The clocks are the operating system's for that process alone: what the benchmark itself computes is not in them. Linux only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from tests.support.graph import RecordedGraph

# The engine's and the SDK's own limit: 400 MB.
LIMITS = [("grpc.max_receive_message_length", 400 << 20), ("grpc.max_send_message_length", 400 << 20)]


@dataclass(frozen=True)
class Cost:
    """Seconds: of the processor (user and system), and on the wall."""

    cpu: float
    wall: float


@dataclass(frozen=True)
class Requests:
    """A stack as the engine's messages, made before the clock starts."""

    resources: int
    analyze: Sequence[analyzer_pb2.AnalyzeRequest]
    stack: analyzer_pb2.AnalyzeStackRequest

    @classmethod
    def of(cls, graph: RecordedGraph, resources: int) -> Requests:
        return cls(resources, graph.analyze_requests(), graph.stack_request())


@dataclass(frozen=True)
class Played:
    """What one fresh process did with one stack. `findings` counts the diagnostics by policy."""

    start: Cost
    analyze: Cost
    stack: Cost
    start_rss_mb: float
    analyze_rss_mb: float
    peak_rss_mb: float
    policies: tuple[int, int]
    findings: dict[str, int]


class PackProcess:
    """A pack that is up."""

    def __init__(self, pid: int, stub: analyzer_pb2_grpc.AnalyzerStub, started: float) -> None:
        self.pid, self.stub = pid, stub
        info = stub.GetAnalyzerInfo(empty_pb2.Empty())
        self.start = Cost(self.cpu(), time.perf_counter() - started)
        kinds = [policy.policy_type for policy in info.policies]
        self.policies = (
            kinds.count(analyzer_pb2.POLICY_TYPE_RESOURCE),
            kinds.count(analyzer_pb2.POLICY_TYPE_STACK),
        )
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for policy in info.policies:
            request.policyConfig[policy.name].enforcementLevel = policy.enforcementLevel
        stub.Configure(request)

    def cpu(self) -> float:
        """Seconds that all threads of the process have had, those that ended included."""
        # What clock_getcpuclockid(3) computes on Linux, in nanoseconds; /proc/<pid>/stat counts hundredths.
        return time.clock_gettime((~self.pid << 3) | 2)

    def peak_mb(self) -> float:
        """The most memory that was resident so far."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no VmHWM in /proc")

    def play(self, requests: Requests) -> Played:
        """Every resource, one after the other, then the stack: the engine's order."""
        findings: dict[str, int] = {}
        start_rss = self.peak_mb()
        cpu, wall = self.cpu(), time.perf_counter()
        answers = [self.stub.Analyze(request) for request in requests.analyze]
        analyze = Cost(self.cpu() - cpu, time.perf_counter() - wall)
        analyze_rss = self.peak_mb()
        cpu, wall = self.cpu(), time.perf_counter()
        answers.append(self.stub.AnalyzeStack(requests.stack))
        stack = Cost(self.cpu() - cpu, time.perf_counter() - wall)
        for diagnostic in (d for answer in answers for d in answer.diagnostics):
            findings[diagnostic.policyName] = findings.get(diagnostic.policyName, 0) + 1
        return Played(
            self.start, analyze, stack, start_rss, analyze_rss, self.peak_mb(), self.policies, findings
        )


@contextmanager
def running(
    folder: Path, *options: str, env: dict[str, str] | None = None, log: Path | None = None
) -> Iterator[PackProcess]:
    """Start the pack in `folder` as the language host does; `options` are Python's, `log` is where stderr goes."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "PYTHON"))}
    started = time.perf_counter()
    with (
        open(log or os.devnull, "w", encoding="utf-8") as errors,  # noqa: PTH123 (devnull is no file of ours)
        subprocess.Popen(  # noqa: S603 (a folder that the caller names)
            [sys.executable, *options, "-u", str(folder), "engine:0", str(folder)],
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env=clean | (env or {}),
            text=True,
        ) as process,
    ):
        try:
            if process.stdout is None or not (port := process.stdout.readline().strip()):
                raise RuntimeError(f"the pack in {folder} did not start")
            with grpc.insecure_channel(f"127.0.0.1:{port}", options=LIMITS) as channel:
                yield PackProcess(process.pid, analyzer_pb2_grpc.AnalyzerStub(channel), started)
        finally:
            process.terminate()


def modules_imported(folder: Path, requests: Requests, log: Path) -> set[str]:
    """The modules that the pack imports to start and to judge a stack."""
    with running(folder, "-X", "importtime", log=log) as pack:
        pack.play(requests)
    lines = log.read_text(encoding="utf-8").splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
