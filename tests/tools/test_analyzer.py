"""The pack as a process of its own, spoken to as the engine does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from tests.support.graph import load
from tests.support.pack import ROOT
from tools import analyzer

DEV = ROOT / "tests" / "fixtures" / "graphs" / "dev-preview.json"


def test_the_running_pack_never_imports_an_aws_sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`pulumi_aws` alone is 300 MB of Python. Here one stands in its place that tells on whoever imports it."""
    told = tmp_path / "told"
    for name in ("pulumi_aws", "boto3"):
        (tmp_path / f"{name}.py").write_text(f"open({str(told)!r}, 'a').write({name!r})", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    graph = load(DEV)
    with analyzer.running(ROOT / "policies") as pack:
        pack.set_up({})
        graph.drop("ssm-ssm")
        assert pack.analyze(graph.analyze_requests(), graph.stack_request())
    assert not told.exists()
    subprocess.run([sys.executable, "-c", "import pulumi_aws"], check=True)
    assert told.read_text(encoding="utf-8") == "pulumi_aws"


def test_each_policy_has_its_own_level_and_properties() -> None:
    graph = load(DEV)
    graph.drop("ssm-ssm")
    graph.drop("ssm-s3")
    with analyzer.running(ROOT / "policies") as pack:
        pack.set_up(
            {
                "ssm-endpoints-complete": {"enforcementLevel": "advisory"},
                "s3-gateway-buckets-complete": "disabled",
            }
        )
        said = pack.analyze(graph.analyze_requests(), graph.stack_request())
    levels = {each.policy: each.level for each in said}
    assert levels["ssm-endpoints-complete"] == "ADVISORY"
    assert "s3-gateway-buckets-complete" not in levels


class OneFinding:
    """A pack that says the same of everything, without a URN, as the SDK does of one resource's inputs."""

    answer = analyzer_pb2.AnalyzeResponse(
        diagnostics=[
            analyzer_pb2.AnalyzeDiagnostic(
                policyName="p", enforcementLevel=analyzer_pb2.MANDATORY, message="no"
            )
        ]
    )

    def GetAnalyzerInfo(self, _: object) -> analyzer_pb2.AnalyzerInfo:  # noqa: N802 - the gRPC method's name
        return analyzer_pb2.AnalyzerInfo(name="one")

    def Analyze(self, _: object) -> analyzer_pb2.AnalyzeResponse:  # noqa: N802
        return self.answer

    def AnalyzeStack(self, _: object) -> analyzer_pb2.AnalyzeResponse:  # noqa: N802
        return self.answer


def test_what_is_said_of_one_resources_inputs_is_said_of_that_resource() -> None:
    pack = analyzer.Analyzer(cast(analyzer_pb2_grpc.AnalyzerStub, OneFinding()))
    said = pack.analyze(
        [analyzer_pb2.AnalyzeRequest(urn="a"), analyzer_pb2.AnalyzeRequest(urn="b")],
        analyzer_pb2.AnalyzeStackRequest(),
    )
    assert [each.urn for each in said] == ["a", "b", ""]


def test_a_level_for_all_holds_for_the_policies_that_are_not_named() -> None:
    graph = load(DEV)
    graph.drop("ssm-ssm")
    with analyzer.running(ROOT / "policies") as pack:
        pack.set_up({"all": "disabled", "ssm-endpoints-complete": {}})
        said = pack.analyze(graph.analyze_requests(), graph.stack_request())
    assert {(each.policy, each.level) for each in said} == {("ssm-endpoints-complete", "MANDATORY")}
