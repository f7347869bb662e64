# ruff: noqa: ARG002, N802  (names and arguments are the protocol's)
"""A provider for previews alone: of each resource it promises the outputs that a recorded graph holds.

REPLAYED names the graph. With it the real engine shows a pack a stack that a test has changed, unknown values included.
"""

from __future__ import annotations

import os
import sys
from concurrent import futures
from importlib import metadata
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc as rpc

from tests.support.graph import RecordedGraph, load


class Replay(rpc.ResourceProviderServicer):
    """Refuses nothing, computes nothing."""

    def __init__(self, graph: RecordedGraph) -> None:
        self.outputs = {(r["type"], r["name"]): r["properties"] for r in graph.resources}

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi-aws"))

    def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def CheckConfig(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def Configure(self, request: pb.ConfigureRequest, context: Any) -> pb.ConfigureResponse:
        return pb.ConfigureResponse(supportsPreview=True)

    def Check(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def Create(self, request: pb.CreateRequest, context: grpc.ServicerContext) -> pb.CreateResponse:
        if not request.preview:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "this provider creates nothing")
        type_, name = request.urn.split("::")[2].split("$")[-1], request.urn.split("::")[3]
        properties = struct_pb2.Struct()
        properties.update(self.outputs[type_, name])
        return pb.CreateResponse(properties=properties)


def serve() -> None:
    """Serve the graph that REPLAYED names."""
    server = grpc.server(futures.ThreadPoolExecutor(4))
    rpc.add_ResourceProviderServicer_to_server(Replay(load(Path(os.environ["REPLAYED"]))), server)
    sys.stdout.write(f"{server.add_insecure_port('127.0.0.1:0')}\n")
    sys.stdout.flush()
    server.start()
    server.wait_for_termination()
