"""A policy pack as a process of its own, spoken to over its Analyzer gRPC: what the engine does, without the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from tools import policy_config

# A stack of some thousand resources is more than gRPC's own limit of 4 MB.
_OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class AnalyzerError(Exception):
    """The pack cannot be started, configured or asked; the text says what and how to go on."""


@dataclass(frozen=True)
class Diagnostic:
    """What the pack said: `level` is "MANDATORY" or "ADVISORY"."""

    policy: str
    level: str
    message: str
    urn: str


class Analyzer:
    """A running pack."""

    def __init__(self, stub: analyzer_pb2_grpc.AnalyzerStub) -> None:
        self.stub = stub
        info = stub.GetAnalyzerInfo(empty_pb2.Empty())
        self.name = info.name
        self.policies = {policy.name: policy for policy in info.policies}

    def set_up(self, config: Mapping[str, Any]) -> None:
        """Give each policy what a `--policy-pack-config` file says of it: a level, or properties and perhaps a level; what
        it says of "all" holds for those that it does not name."""
        request = analyzer_pb2.ConfigureAnalyzerRequest()
        for name, info in self.policies.items():
            properties = of_policy(config, name)
            level = properties.pop("enforcementLevel", None)
            entry = request.policyConfig[name]
            entry.enforcementLevel = info.enforcementLevel
            if level is not None:
                entry.enforcementLevel = analyzer_pb2.EnforcementLevel.Value(str(level).upper())
            json_format.ParseDict(properties, entry.properties)
        self.stub.Configure(request)

    def analyze(
        self, inputs: Iterable[analyzer_pb2.AnalyzeRequest], stack: analyzer_pb2.AnalyzeStackRequest
    ) -> list[Diagnostic]:
        """Everything the pack says about a stack: of each resource's inputs first, of the whole then."""
        answers = [(self.stub.Analyze(request), request.urn) for request in inputs]
        answers.append((self.stub.AnalyzeStack(stack), ""))
        return [
            # As in the engine: what is said of one resource's inputs is said of that resource.
            Diagnostic(
                policy=each.policyName,
                level=analyzer_pb2.EnforcementLevel.Name(each.enforcementLevel),
                message=each.message,
                urn=each.urn or urn,
            )
            for answer, urn in answers
            for each in answer.diagnostics
        ]


def of_policy(config: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a `--policy-pack-config` file says of a policy, or of all for one that it does not name: properties, and where it
    says a level, that as `enforcementLevel`."""
    said = config.get(name, config.get("all", {}))
    return {"enforcementLevel": said} if isinstance(said, str) else dict(said)


def read_config(path: Path) -> dict[str, Any]:
    """A `--policy-pack-config` file. Raises: AnalyzerError, with everything that is wrong."""
    wrong = policy_config.check_file(path)
    if wrong:
        raise AnalyzerError(f"{path}: {'; '.join(wrong)}\nfix: correct it, or name a file of policies/config")
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return config


@contextmanager
def running(folder: Path, command: Sequence[str | Path] = ()) -> Iterator[Analyzer]:
    """Start the pack in `folder` as the language host does (`python -u <folder>`), or with another command."""
    program = command or [sys.executable, "-u", folder]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    arguments = [*map(str, program), "engine:0", str(folder)]
    with subprocess.Popen(  # noqa: S603
        arguments, stdout=subprocess.PIPE, cwd=folder, env=kept, text=True
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.strip().isdecimal():
                raise AnalyzerError(
                    f"the policy pack in {folder} did not start; why is above\nfix: make setup"
                )
            with grpc.insecure_channel(f"127.0.0.1:{int(line)}", options=_OPTIONS) as channel:
                yield Analyzer(analyzer_pb2_grpc.AnalyzerStub(channel))
        finally:
            process.terminate()
