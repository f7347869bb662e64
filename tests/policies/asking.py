"""Small packs of policies that a test makes itself, asked as the engine asks the pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import grpc
from google.protobuf import json_format
from pulumi.runtime.proto import analyzer_pb2

from policies import tokens
from policies.graph import Graph, Resource
from policies.pack_config import PackConfig
from policies.rule import About, Finding, resource_policy, stack_policy
from policies.server import Policy, Server
from tests.support.graph import JsonObject, RecordedGraph

NET: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}
NET_URN = f"urn:pulumi:dev::flat::{tokens.VPC}::net"
# The pack's server reads nothing of a call's context.
NOBODY = cast(grpc.ServicerContext, None)


def about(name: str, **more: Any) -> About:
    said = {"description": "Something is so", "url": "https://example.com/why", "fix": "Make it so."}
    return About(name=name, **{**said, **more})


def of_vpcs(name: str, *findings: Finding, seen: list[Resource] | None = None) -> Policy:
    """A policy that has these findings of every VPC, and notes what it sees."""

    def rule(resource: Resource, _config: PackConfig) -> Iterator[Finding]:
        if seen is not None:
            seen.append(resource)
        yield from findings

    return resource_policy(about(name), rule, tokens.VPC)


def of_stacks(name: str, *findings: Finding, seen: list[Graph] | None = None) -> Policy:
    """A policy that has these findings of every stack, and notes what it sees."""

    def rule(graph: Graph, _config: PackConfig) -> Iterable[Finding]:
        if seen is not None:
            seen.append(graph)
        return findings

    return stack_policy(about(name), rule)


def asked(stack: RecordedGraph, *policies: Policy, **config: Any) -> list[analyzer_pb2.AnalyzeDiagnostic]:
    """What a pack of these policies says of a stack, as the engine gets it."""
    pack = Server("pack", policies)
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for policy in policies:
        entry = request.policyConfig[policy.name]
        entry.enforcementLevel = analyzer_pb2.MANDATORY
        json_format.ParseDict(config, entry.properties)
    pack.Configure(request, NOBODY)
    answers = [pack.Analyze(each, NOBODY) for each in stack.analyze_requests()]
    answers.append(pack.AnalyzeStack(stack.stack_request(), NOBODY))
    return [each for answer in answers for each in answer.diagnostics]
