"""What the engine hears from the pack, call by call: what it is, how loud its findings are, and on which port."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from concurrent import futures
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel, Severity

from policies import server, tokens
from policies.rule import Finding, resource_policy, stack_policy
from tests.policies.asking import NET_URN, NOBODY, about
from tests.support import flat
from tests.support.graph import RecordedGraph
from tests.support.pack import Pack


def level(pack: Pack, of: str | None, **config: Any) -> None:
    """The same for every policy; None is the pack's own."""
    said = {"enforcementLevel": of, **config}
    pack.set_up({"all": {key: value for key, value in said.items() if value is not None}})


def bad_vpc() -> RecordedGraph:
    return flat.build([{"Vpc": "net", "cidrBlock": "10.0.0.0/16"}])


# --- How it describes itself ------------------------------------------------------------------------------------------
def test_it_says_what_it_is_and_that_it_takes_a_configuration(plain_pack: Pack) -> None:
    info = plain_pack.stub.GetAnalyzerInfo(empty_pb2.Empty())
    assert (info.name, info.version, info.supportsConfig) == ("ssm-vpc-endpoints", "0.0.1", True)
    assert plain_pack.stub.GetPluginInfo(empty_pb2.Empty()).version == "0.0.1"


def test_a_policy_of_one_resource_is_described_for_people_and_for_the_engine() -> None:
    own = about("one-thing", severity=Severity.CRITICAL, level=EnforcementLevel.ADVISORY)
    info = described(resource_policy(own, lambda _resource, _config: (), tokens.VPC))
    assert info.name == "one-thing"
    assert info.description == "Something is so"
    assert info.url == "https://example.com/why"
    assert info.remediation_steps == "Make it so."
    assert list(info.tags) == ["aws", "systems-manager", "vpc-endpoints"]
    assert info.policy_type == analyzer_pb2.POLICY_TYPE_RESOURCE
    assert info.severity == analyzer_pb2.POLICY_SEVERITY_CRITICAL
    assert info.enforcementLevel == analyzer_pb2.ADVISORY
    scope = json_format.MessageToDict(info.configSchema)["properties"]["scope"]
    assert scope == {"type": "string", "enum": ["auto", "always"]}


def test_a_policy_of_the_stack_is_high_and_mandatory_where_it_says_nothing_else() -> None:
    info = described(stack_policy(about("all-things"), lambda _graph, _config: ()))
    assert info.policy_type == analyzer_pb2.POLICY_TYPE_STACK
    assert info.severity == analyzer_pb2.POLICY_SEVERITY_HIGH
    assert info.enforcementLevel == analyzer_pb2.MANDATORY


def described(policy: server.Policy) -> analyzer_pb2.PolicyInfo:
    (info,) = server.Server("pack", [policy]).GetAnalyzerInfo(empty_pb2.Empty(), NOBODY).policies
    return info


# --- What it says, and how loud ---------------------------------------------------------------------------------------
def test_a_finding_arrives_with_everything_that_the_engine_shows(plain_pack: Pack) -> None:
    level(plain_pack, None)
    (vpc,) = [each for each in bad_vpc().analyze_requests() if each.urn == NET_URN]
    (said,) = plain_pack.stub.Analyze(vpc).diagnostics
    assert json_format.MessageToDict(said) == {
        "policyName": "vpc-dns-enabled",
        "policyPackName": "ssm-vpc-endpoints",
        "policyPackVersion": "0.0.1",
        "description": "A VPC has DNS support and DNS hostnames on",
        "message": "A VPC has DNS support and DNS hostnames on\n"
        "VPC 'net': enableDnsHostnames is not given, and off by default, so no endpoint can have private DNS in it.\n"
        "fix: enable_dns_hostnames=True\ncontrol: none",
        "urn": NET_URN,
        "enforcementLevel": "MANDATORY",
        "severity": "POLICY_SEVERITY_HIGH",
    }


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("advisory", {"ADVISORY"}),
        ("mandatory", {"MANDATORY"}),
        ("remediate", {"MANDATORY"}),
        ("disabled", set()),
    ],
)
def test_the_configured_level_is_the_level_and_what_cannot_be_remediated_blocks(
    plain_pack: Pack, said: str, meant: set[str]
) -> None:
    level(plain_pack, said)
    found = plain_pack.analyze(bad_vpc().analyze_requests(), bad_vpc().stack_request())
    assert {each.level for each in found} == meant
    policies = {"vpc-dns-enabled", "ssm-endpoints-complete", "s3-gateway-buckets-complete"}
    assert {each.policy for each in found} == (policies if meant else set())


def test_a_policy_that_shall_remediate_says_that_it_cannot(plain_pack: Pack) -> None:
    request = bad_vpc().analyze_requests()[0]
    plain_pack.set_up({"vpc-dns-enabled": "remediate", "ssm-endpoints-complete": "remediate"})
    answer = plain_pack.stub.Remediate(request)
    assert json_format.MessageToDict(answer) == {
        "notApplicable": [
            {"policyName": "vpc-dns-enabled", "reason": "Policy does not implement remediate"},
        ]
    }
    level(plain_pack, None)
    assert json_format.MessageToDict(plain_pack.stub.Remediate(request)) == {}


def test_a_policy_that_is_not_configured_any_more_is_as_it_was(plain_pack: Pack) -> None:
    level(plain_pack, "disabled", features={"vssSnapshots": False})
    plain_pack.stub.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(stack="dev"))
    plain_pack.stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest())
    found = plain_pack.analyze(bad_vpc().analyze_requests(), bad_vpc().stack_request())
    assert {each.level for each in found} == {"MANDATORY"}
    assert any(" com.amazonaws.eu-west-1.ec2 " in each.message for each in found)


def test_before_it_is_configured_every_policy_has_its_own_level_and_none_is_lenient() -> None:
    policy = stack_policy(
        about("unsure", level=EnforcementLevel.ADVISORY),
        lambda _graph, config: [Finding(config.on_unknown, unproven=True)],
    )
    (said,) = server.Server("pack", [policy]).AnalyzeStack(bad_vpc().stack_request(), NOBODY).diagnostics
    assert said.enforcementLevel == analyzer_pb2.ADVISORY
    assert said.message == "Something is so\nfail\ncontrol: none"
    assert said.urn == ""


def test_every_resource_policy_judges_only_the_types_that_it_is_for(plain_pack: Pack) -> None:
    level(plain_pack, None)
    graph = flat.build([{"KeyPair": "k", "publicKey": "x"}, {"Subnet": "a", "enableDnsHostnames": False}])
    assert [list(plain_pack.stub.Analyze(each).diagnostics) for each in graph.analyze_requests()] == [
        [],
        [],
        [],
    ]


# --- The process ------------------------------------------------------------------------------------------------------
class Listening:
    """Stands in for gRPC's server: what it was asked for, and the engine that ends the process."""

    def __init__(self, pool: futures.ThreadPoolExecutor, options: Iterable[tuple[str, int]]) -> None:
        self.pool, self.options = pool, dict(options)
        self.done: list[str] = []

    def add_generic_rpc_handlers(self, handlers: Iterable[Any]) -> None:
        (self.handler,) = handlers

    def add_insecure_port(self, address: str) -> int:
        self.done.append(address)
        return 50123

    def start(self) -> None:
        self.done.append("start")

    def wait_for_termination(self) -> None:
        self.done.append(sys.stdout.getvalue() if isinstance(sys.stdout, io.StringIO) else "")
        raise KeyboardInterrupt


def test_it_listens_on_loopback_alone_tells_the_port_and_ends_quietly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[Listening] = []

    def start(pool: futures.ThreadPoolExecutor, options: Iterable[tuple[str, int]]) -> Listening:
        started.append(Listening(pool, options))
        return started[0]

    monkeypatch.setattr(grpc, "server", start)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    server.serve("pack", [])
    (own,) = started
    assert own.done == ["127.0.0.1:0", "start", "50123\n"]
    # A stack of some thousand resources is more than gRPC's 4 MB; what is remembered of a run is no thread's own.
    assert own.options == {"grpc.max_receive_message_length": 400 * 1024 * 1024}
    assert own.pool._max_workers == 1
    call = SimpleNamespace(method="/pulumirpc.Analyzer/GetAnalyzerInfo", invocation_metadata=())
    assert own.handler.service(call).unary_unary(empty_pb2.Empty(), NOBODY).name == "pack"
