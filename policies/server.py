"""Serves the pack to the engine: each resource is read once, whatever number of policies judges it.

The SDK's own server decodes every resource anew for every policy. This one answers the same calls of the Analyzer protocol,
and the tests hold its answers against the SDK's (docs/adr/0010).
https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto (read 2026-11-25)
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from concurrent import futures
from contextlib import suppress

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2
from pulumi.runtime.proto.analyzer_pb2 import AnalyzeResponse, EnforcementLevel, PolicySeverity
from pulumi_policy import ReportViolation

from policies import native, wire
from policies.memory import MEMORY
from policies.pack_config import schema
from policies.rule import OfResource, OfStack, Setup

# The SDK's own limit, which is the engine's: 400 MB.
_OPTIONS = [("grpc.max_receive_message_length", 400 << 20)]
_STACK = 256 << 20
# What the engine shows is the version in PulumiPolicy.yaml; the SDK says the same where there is none.
_VERSION = "0.0.1"

Policy = OfResource | OfStack


class Server(analyzer_pb2_grpc.AnalyzerServicer):
    """The pack as the engine speaks to it. One call at a time: what it remembers of a run is shared by its calls."""

    def __init__(self, name: str, policies: Sequence[Policy]) -> None:
        self.name, self.policies = name, policies
        self._levels = {policy.name: _level(policy) for policy in policies}
        self._setups = {policy.name: Setup.of({}) for policy in policies}

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """The version of what serves the pack."""
        return plugin_pb2.PluginInfo(version=_VERSION)

    def GetAnalyzerInfo(
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerInfo:
        """The pack and its policies, described."""
        return analyzer_pb2.AnalyzerInfo(
            name=self.name, version=_VERSION, supportsConfig=True, policies=map(_described, self.policies)
        )

    def Configure(
        self, request: analyzer_pb2.ConfigureAnalyzerRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Take the level and the configuration of each policy."""
        said = request.policyConfig
        for policy in self.policies:
            given = json_format.MessageToDict(said[policy.name].properties) if policy.name in said else {}
            self._setups[policy.name] = Setup.of(given)
            self._levels[policy.name] = (
                said[policy.name].enforcementLevel if policy.name in said else _level(policy)
            )
        return empty_pb2.Empty()

    def ConfigureStack(
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """Stack, project and tags decide nothing here."""
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Analyze(self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext) -> AnalyzeResponse:
        """Judge the inputs of one resource."""
        response = AnalyzeResponse()
        MEMORY.inputs(request.urn, wire.keys(request))
        type_ = native.TYPES.get(request.type, request.type)
        concerned = [p for p in self._enforced() if isinstance(p, OfResource) and p.concerns(type_)]
        if concerned:
            resource = wire.resource(request, MEMORY)
            for policy in concerned:
                policy.judge(resource, self._setups[policy.name], self._reporter(policy, response))
        return response

    def AnalyzeStack(
        self, request: analyzer_pb2.AnalyzeStackRequest, context: grpc.ServicerContext
    ) -> AnalyzeResponse:
        """Judge a whole stack."""
        response = AnalyzeResponse()
        MEMORY.stack()
        graph = wire.graph(request, MEMORY)
        for policy in self._enforced():
            if isinstance(policy, OfStack):
                policy.judge(graph, self._setups[policy.name], self._reporter(policy, response))
        return response

    def Remediate(
        self, request: analyzer_pb2.AnalyzeRequest, context: grpc.ServicerContext
    ) -> analyzer_pb2.RemediateResponse:
        """Nothing is changed; a policy that was told to change something says that it does not."""
        cannot = [
            analyzer_pb2.PolicyNotApplicable(
                policy_name=policy.name, reason="Policy does not implement remediate"
            )
            for policy in self.policies
            if self._levels[policy.name] == analyzer_pb2.REMEDIATE and isinstance(policy, OfResource)
        ]
        return analyzer_pb2.RemediateResponse(not_applicable=cannot)

    def _enforced(self) -> list[Policy]:
        return [policy for policy in self.policies if self._levels[policy.name] != analyzer_pb2.DISABLED]

    def _reporter(self, policy: Policy, response: AnalyzeResponse) -> ReportViolation:
        level = self._levels[policy.name]

        def report(message: str, urn: str | None = None) -> None:
            response.diagnostics.add(
                policyName=policy.name,
                policyPackName=self.name,
                policyPackVersion=_VERSION,
                description=policy.description,
                message=f"{policy.description}\n{message}",
                urn=urn or "",
                # What cannot be remediated blocks.
                enforcementLevel=analyzer_pb2.MANDATORY if level == analyzer_pb2.REMEDIATE else level,
                severity=_severity(policy),
            )

        return report


def _level(policy: Policy) -> EnforcementLevel.ValueType:
    return EnforcementLevel.Value(policy.about.level.name)


def _severity(policy: Policy) -> PolicySeverity.ValueType:
    return PolicySeverity.Value(f"POLICY_SEVERITY_{policy.about.severity.name}")


def _described(policy: Policy) -> analyzer_pb2.PolicyInfo:
    of_resource = isinstance(policy, OfResource)
    info = analyzer_pb2.PolicyInfo(
        name=policy.name,
        description=policy.description,
        enforcementLevel=_level(policy),
        policy_type=analyzer_pb2.POLICY_TYPE_RESOURCE if of_resource else analyzer_pb2.POLICY_TYPE_STACK,
        severity=_severity(policy),
        tags=policy.tags,
        remediation_steps=policy.about.fix,
        url=policy.about.url,
    )
    info.configSchema.properties.update(schema().properties)
    return info


def serve(name: str, policies: Sequence[Policy]) -> None:
    """Serve until the engine ends the process. Says the port on stdout, which is all that may be printed there."""
    # Pulumi's SDK lets protobuf read what is nested 65,535 deep, which takes more than the usual 8 MB of a thread's stack:
    # the process would end without a word. Only what is used of it is taken.
    threading.stack_size(_STACK)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1), options=_OPTIONS)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Server(name, policies), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):  # how the engine says goodbye
        server.wait_for_termination()
