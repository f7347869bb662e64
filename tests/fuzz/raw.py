"""Messages that no engine sends: random and damaged bytes, depth and size without end, calls that there are not.

The pack may answer with an error, at which an engine stops, or with findings. It never hangs, never ends, and judges the
next good stack as if nothing had been.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st
from pulumi.runtime.proto import analyzer_pb2

from tests.fuzz.graphs import HERE, STAGES, Judge, is_blocking
from tests.fuzz.tally import PASSED, Tally, WrongError
from tests.support.graph import JsonObject, RecordedGraph
from tests.support.regions import graph

Draw = Callable[[st.SearchStrategy[Any]], Any]
Message = tuple[str, bytes]

METHODS: Final = (
    *(
        "Analyze",
        "AnalyzeStack",
        "Remediate",
        "Configure",
        "ConfigureStack",
        "GetAnalyzerInfo",
        "GetPluginInfo",
    ),
    *("Handshake", "Cancel", "NoSuchCall", ""),
)
_ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"


def _recorded() -> list[Message]:
    found: list[Message] = []
    for stage in STAGES:
        stack = graph(stage, HERE)
        found += [("Analyze", each.SerializeToString()) for each in stack.analyze_requests()]
        found.append(("AnalyzeStack", stack.stack_request().SerializeToString()))
    return found


@st.composite
def messages(draw: Draw) -> Message:
    """A message that somebody damaged, or made up."""
    how = draw(st.sampled_from(["damaged", "damaged", "random", "cut", "deep", "text", "elsewhere"]))
    method, content = draw(st.sampled_from(_RECORDED))
    if how == "random":
        return draw(st.sampled_from(METHODS)), draw(st.binary(max_size=200))
    if how == "cut":
        return method, content[: draw(st.integers(0, len(content)))]
    if how == "deep":
        return draw(st.sampled_from(["Analyze", "AnalyzeStack"])), deep(
            draw(st.sampled_from([10, 30, 49, 60, 400, 5000]))
        )
    if how == "elsewhere":
        return draw(st.sampled_from(METHODS)), content
    damaged = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(damaged) - 1))
        if how == "text":  # no text in UTF-8
            damaged[at : at + 1] = draw(st.sampled_from([b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\x00"]))
        else:
            damaged[at] = draw(st.integers(0, 255))
    return method, bytes(damaged)


_RECORDED: Final = _recorded()


class RawJudge(Judge):
    """Sends bytes, and every now and then a good stack."""

    def raw(self, case: Message, tally: Tally) -> None:
        """One message."""
        method, content = case
        answer = self.process.send(method, content)
        blocked = is_blocking(answer) if method.startswith("Analyze") else False
        tally.outcomes["error" if answer is None else "blocked" if blocked else "valid"] += 1
        self.count += 1
        if self.count % 40 == 0:
            # The stack ends the run that a damaged message may have begun.
            self.process.send("AnalyzeStack", b"")
            self.judges_well()


def shown(case: Message) -> str:
    """The case as text."""
    return f"{case[0]}: {case[1][:2000].hex()}"


@cache
def deep(depth: int) -> bytes:
    """An AnalyzeRequest of an endpoint with a property nested so deep, in bytes: protobuf's own writer refuses it."""
    value = _field(3, b"x")
    for _ in range(depth):
        value = _field(5, _field(1, _field(1, b"a") + _field(2, value)))
    properties = _field(1, _field(1, b"serviceName") + _field(2, value))
    return _field(1, _ENDPOINT.encode()) + _field(2, properties) + _field(3, b"urn:pulumi:a::b::c::d")


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited field (https://protobuf.dev/programming-guides/encoding/#length-types, read 2026-11-30)."""
    length, size = len(content), b""
    while length > 127:
        size, length = size + bytes([length & 127 | 128]), length >> 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + content


def enormous(judge: Judge, tally: Tally) -> None:
    """Stacks that no account has room for. None of them is good, so each has to be blocked or stop the engine."""
    for what, stack in _enormous_stacks().items():
        tally.cases += 1
        blocked, refused = judge.play(stack)
        tally.outcomes["error" if refused else "blocked"] += 1
        if not blocked and not refused:
            tally.wrong[PASSED] += 1
            tally.examples.append(f"--- grpc: {what} passed")
    tally.cases += 1
    judge.process.ask("AnalyzeStack", analyzer_pb2.AnalyzeStackRequest())
    try:
        judge.judges_well()
    except WrongError as error:
        tally.wrong[error.kind] += 1
        tally.examples.append(f"--- grpc, after enormous stacks: {error}")


def _enormous_stacks() -> dict[str, RecordedGraph]:
    found = {}

    def with_policy(text: str) -> RecordedGraph:
        stack = graph("dev-preview", HERE)
        stack.edit("ssm-s3", lambda properties: properties.update(policy=text), _ENDPOINT)
        return stack

    found["a policy of 20 MB"] = with_policy('{"Statement": "' + "x" * 20_000_000 + '"}')
    found["a policy of 300,000 statements"] = with_policy('{"Statement": [' + "{}," * 300_000 + "{}]}")
    found["a policy nested 100,000 deep"] = with_policy("[" * 100_000)
    found["a policy of wildcards"] = with_policy(
        '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "'
        + "a*" * 5_000
        + '"}}'
    )
    stack = graph("dev-preview", HERE)
    stack.drop("ssm-ssm", _ENDPOINT)
    for number in range(5_000):
        stack.add(_endpoint(number))
    found["5,000 endpoints beside the one that is missing"] = stack
    return found


def _endpoint(number: int) -> JsonObject:
    properties = {
        "serviceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d",
        "vpcEndpointType": "Interface",
        "vpcId": "vpc-0a1b2c3d",
    }
    name = f"other-{number}"
    return {
        "type": _ENDPOINT,
        "name": name,
        "urn": f"urn:pulumi:dev::x::{_ENDPOINT}::{name}",
        "properties": properties,
    }
