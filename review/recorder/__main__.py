"""Writes every Analyze and AnalyzeStack request of the engine to the file that GRAPH_RECORDING names, a JSON line each.

The engine starts packs in folders of their own, so the name has to be a whole path. The engine shows packs in plain text
what a program marks as secret, and so does the file: whoever wrote it may read it, and nobody else.
"""

import json
import os
import sys
import threading
from concurrent import futures
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

RECORDING = Path(os.environ.get("GRAPH_RECORDING", ""))
if not RECORDING.is_absolute():
    sys.stderr.write(
        'recorder: nothing says where to write\n  fix: export GRAPH_RECORDING="$PWD/graph.jsonl"\n'
    )
    sys.exit(2)


class Recorder(analyzer_pb2_grpc.AnalyzerServicer):
    def _write(self, kind: str, request: Any) -> analyzer_pb2.AnalyzeResponse:
        line = {kind: json_format.MessageToDict(request, preserving_proto_field_name=False)}
        with os.fdopen(
            os.open(RECORDING, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8"
        ) as file:
            file.write(json.dumps(line) + "\n")
        return analyzer_pb2.AnalyzeResponse()

    def Analyze(self, request: Any, context: Any) -> Any:
        return self._write("resource", request)

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        return self._write("stack", request)

    def Remediate(self, request: Any, context: Any) -> Any:
        return analyzer_pb2.RemediateResponse()

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:
        return analyzer_pb2.AnalyzerInfo(name="recorder", version="0.0.1", supportsConfig=True)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="0.0.1")

    def Configure(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        return analyzer_pb2.AnalyzerStackConfigureResponse()


server = grpc.server(futures.ThreadPoolExecutor(1))
analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Recorder(), server)
sys.stdout.write(f"{server.add_insecure_port('127.0.0.1:0')}\n")
sys.stdout.flush()
server.start()
with suppress(KeyboardInterrupt):  # how the engine says goodbye
    threading.Event().wait()
