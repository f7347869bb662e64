"""The pack's own process, spoken to in bytes: what the engine would send, and what it never would."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from google.protobuf import message
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from tests.fuzz.tally import HANG, TRACEBACK, WrongError
from tests.support.pack import ROOT, Pack

# What any call may take, on a machine where others work as well.
DEADLINE = 20.0
_OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


class Process:
    """A running pack. `refused` counts the calls that it answered with an error."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel
        self.pack = Pack(analyzer_pb2_grpc.AnalyzerStub(channel))
        self.calls = self.refused = 0

    def send(self, method: str, content: bytes) -> analyzer_pb2.AnalyzeResponse | None:
        """The answer to a call; None where it is an error, which stops the engine. Raises: WrongError."""
        call = self._channel.unary_unary(
            f"/pulumirpc.Analyzer/{method}",
            request_serializer=bytes,
            response_deserializer=analyzer_pb2.AnalyzeResponse.FromString,
        )
        self.calls += 1
        try:
            answer = call(content, timeout=DEADLINE)
        except grpc.RpcError as error:
            self.refused += 1
            if error.code() in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.UNAVAILABLE):
                raise WrongError(HANG, f"{method}: {error.code().name} {error.details()}") from None
            # What the pack itself says of a message that it cannot read comes without this.
            if "Exception calling application" in (error.details() or ""):
                raise WrongError(TRACEBACK, f"{method}: {error.details()}") from None
            return None
        assert isinstance(answer, analyzer_pb2.AnalyzeResponse)
        return answer

    def ask(self, method: str, request: message.Message) -> analyzer_pb2.AnalyzeResponse | None:
        """The same for a message."""
        return self.send(method, request.SerializeToString())


@contextmanager
def running() -> Iterator[Process]:
    """Start the pack as the language host does."""
    folder = ROOT / "policies"
    arguments = [sys.executable, "-u", str(folder), "engine:0", str(folder)]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder, text=True
    ) as started:
        try:
            assert started.stdout
            port = int(started.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}", options=_OPTIONS) as channel:
                yield Process(channel)
        finally:
            started.terminate()
