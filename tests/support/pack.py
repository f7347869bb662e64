"""The policy pack as the engine runs it, with recorded graphs to play to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import grpc
from google.protobuf import message
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policies.registry import POLICIES
from policies.server import Server
from tests.support.graph import RecordedGraph
from tools import analyzer
from tools.analyzer import Diagnostic
from tools.policy_config import of_policies

ROOT = Path(__file__).parents[2]


class Pack(analyzer.Analyzer):
    """A running pack."""

    def configure(self, config: Mapping[str, Any]) -> None:
        """Give every policy the same configuration but for its waivers, as a generated configuration file does."""
        self.set_up({name: {**own, "enforcementLevel": None} for name, own in of_policies(config).items()})

    def judge(self, graph: RecordedGraph) -> list[Diagnostic]:
        """Everything the pack says about a stack: of each resource's inputs first, of the whole then."""
        said = self.analyze(graph.analyze_requests(), graph.stack_request())
        # The SDK's own server turns a policy that touched an unknown value into a warning.
        for d in said:
            assert d.level == analyzer_pb2.EnforcementLevel.Name(self.policies[d.policy].enforcementLevel), d
        return said

    def blocked_by(self, graph: RecordedGraph) -> Counter[str]:
        """How many findings that block each policy has."""
        return Counter(d.policy for d in self.judge(graph) if d.level == "MANDATORY")


@contextmanager
def running(folder: Path = ROOT / "policies") -> Iterator[Pack]:
    """Start the pack in `folder` the way the language host does: `python -u __main__.py` with the folder on the path."""
    with analyzer.running(folder) as pack:
        yield Pack(pack.stub)


class _Here:
    """Answers as the pack's process does, without a process: what goes in and out is bytes, as on the wire."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def __getattr__(self, call: str) -> Any:
        def answer(request: message.Message) -> message.Message:
            sent = type(request).FromString(request.SerializeToString())
            said: message.Message = getattr(self._server, call)(sent, cast(grpc.ServicerContext, None))
            return type(said).FromString(said.SerializeToString())

        return answer


def here() -> Pack:
    """The pack in this process, for the many tests that ask what it says and not how it is reached."""
    return Pack(cast(analyzer_pb2_grpc.AnalyzerStub, _Here(Server("ssm-vpc-endpoints", POLICIES))))
