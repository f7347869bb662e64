"""The policy pack as the engine runs it: a process of its own, spoken to over its Analyzer gRPC."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from tests.support.graph import RecordedGraph
from tools.policy_config import of_policies

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Diagnostic:
    """What the pack said: `level` is "MANDATORY" or "ADVISORY"."""

    policy: str
    level: str
    message: str
    urn: str


class Pack:
    """A running pack."""

    def __init__(self, stub: analyzer_pb2_grpc.AnalyzerStub) -> None:
        self.stub = stub
        self.policies = {policy.name: policy for policy in stub.GetAnalyzerInfo(empty_pb2.Empty()).policies}

    def configure(self, config: Mapping[str, Any]) -> None:
        """Give every policy the same configuration but for its waivers, as a generated configuration file does."""
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for name, own in of_policies(config).items():
            request.policyConfig[name].enforcementLevel = self.policies[name].enforcementLevel
            json_format.ParseDict(
                {key: value for key, value in own.items() if key != "enforcementLevel"},
                request.policyConfig[name].properties,
            )
        self.stub.Configure(request)

    def judge(self, graph: RecordedGraph) -> list[Diagnostic]:
        """Everything the pack says about a stack: of each resource's inputs first, of the whole then."""
        answers = [self.stub.Analyze(request) for request in graph.analyze_requests()]
        answers.append(self.stub.AnalyzeStack(graph.stack_request()))
        level = analyzer_pb2.EnforcementLevel.Name
        said = [
            Diagnostic(d.policyName, level(d.enforcementLevel), d.message, d.urn)
            for answer in answers
            for d in answer.diagnostics
        ]
        # The SDK turns a policy that touched an unknown value into a warning.
        for d in said:
            assert d.level == level(self.policies[d.policy].enforcementLevel), d
        return said

    def blocked_by(self, graph: RecordedGraph) -> Counter[str]:
        """How many findings that block each policy has."""
        return Counter(d.policy for d in self.judge(graph) if d.level == "MANDATORY")


@contextmanager
def running(folder: Path = ROOT / "policies") -> Iterator[Pack]:
    """Start the pack in `folder` the way the language host does: `python -u __main__.py` with the folder on the path."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    with subprocess.Popen(
        [sys.executable, "-u", str(folder), "engine:0", str(folder)],
        stdout=subprocess.PIPE,
        cwd=folder,
        env=env,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            with grpc.insecure_channel(
                f"127.0.0.1:{port}", options=[("grpc.max_receive_message_length", 100 << 20)]
            ) as channel:
                yield Pack(analyzer_pb2_grpc.AnalyzerStub(channel))
        finally:
            process.terminate()
