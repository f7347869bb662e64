"""The pack's own server answers the engine exactly as the SDK's server does with the same policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.protobuf import empty_pb2, json_format, message
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy.deserialize import SPECIAL_ASSET_SIG, SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from tests.mutants.operators import mutants
from tests.policies.test_mutants import MUTANTS
from tests.support.graph import UNKNOWN_STRING, RecordedGraph
from tests.support.pack import ROOT, Pack, here, running
from tests.support.regions import graph, region

Change = Callable[[RecordedGraph], object]


@pytest.fixture(scope="module")
def sdk() -> Iterator[Pack]:
    with running(ROOT / "tests" / "support" / "sdk_pack") as pack:
        yield pack


@pytest.fixture(scope="module")
def ours() -> Pack:
    return here()


def said(answer: message.Message) -> Any:
    return json_format.MessageToDict(answer)


def answers(pack: Pack, stack: RecordedGraph) -> list[Any]:
    """Everything that the engine gets to see of a preview, in its order."""
    requests = stack.analyze_requests()
    return [
        *(said(call(request)) for request in requests for call in (pack.stub.Remediate, pack.stub.Analyze)),
        said(pack.stub.AnalyzeStack(stack.stack_request())),
    ]


def same(ours: Pack, sdk: Pack, stack: RecordedGraph, **config: Any) -> list[Any]:
    for pack in (ours, sdk):
        pack.configure({"scope": "always", **config})
    answer = answers(ours, stack)
    assert answer == answers(sdk, stack)
    return answer


def test_it_describes_itself_alike(ours: Pack, sdk: Pack) -> None:
    assert said(ours.stub.GetAnalyzerInfo(empty_pb2.Empty())) == said(
        sdk.stub.GetAnalyzerInfo(empty_pb2.Empty())
    )
    assert len(ours.policies) == 24


@pytest.mark.parametrize("stage", ["preview", "unchanged"])
@pytest.mark.parametrize("base", ["dev", "nodes"])
def test_of_a_good_stack_it_says_the_same(ours: Pack, sdk: Pack, base: str, stage: str) -> None:
    same(ours, sdk, graph(f"{base}-{stage}", region("eu-west-1")))


def test_of_a_stack_with_one_thing_wrong_it_says_the_same(ours: Pack, sdk: Pack, dev: RecordedGraph) -> None:
    findings = 0
    for mutate, _ in list(MUTANTS.values())[::2]:
        stack = dev.copy()
        mutate(stack)
        findings += sum(len(answer.get("diagnostics", ())) for answer in same(ours, sdk, stack))
    assert findings >= 60


def test_of_every_operator_it_says_the_same(ours: Pack, sdk: Pack) -> None:
    here = region("me-south-1")
    for mutant in {each.operator: each for each in mutants(here)}.values():
        stack = graph(f"{mutant.base}-preview", here)
        mutant.mutate(stack)
        assert any("diagnostics" in answer for answer in same(ours, sdk, stack, **mutant.config)), mutant.name


SECRET = {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG}
ODD: dict[str, dict[str, Any]] = {
    "secrets, assets, nulls and numbers": {
        "vpcId": "vpc-0123456789abcdef0",
        "tags": {"a": None, "b": 1, "c": 1.5, "d": True, "e": {**SECRET, "value": {"f": [UNKNOWN_STRING]}}},
        "policy": {SPECIAL_SIG_KEY: SPECIAL_ASSET_SIG, "text": "{}"},
        "subnetIds": [None, UNKNOWN_STRING, [], {}],
    },
    "nothing": {},
    "a secret policy": {"policy": {**SECRET, "value": "{}"}, "serviceName": "com.amazonaws.eu-west-1.s3"},
}


@pytest.mark.parametrize("name", ODD)
def test_of_odd_properties_it_says_the_same(ours: Pack, sdk: Pack, dev: RecordedGraph, name: str) -> None:
    for each in (dev.resource("ssm-ssm"), dev.input("ssm-ssm")):
        each["properties"] = ODD[name]
    assert any("diagnostics" in answer for answer in same(ours, sdk, dev))


def test_of_another_property_order_and_no_provider_it_says_the_same(
    ours: Pack, sdk: Pack, dev: RecordedGraph
) -> None:
    for each in (*dev.inputs, *dev.resources):
        each.pop("provider", None)
    same(ours, sdk, dev)


LEVELS = ("ADVISORY", "MANDATORY", "DISABLED", "REMEDIATE")


@pytest.mark.parametrize("level", LEVELS)
def test_levels_mean_the_same(ours: Pack, sdk: Pack, dev: RecordedGraph, level: str) -> None:
    dev.drop("ssm-ssm")
    dev.edit("ssm-s3", lambda properties: properties.update(policy="{}"))
    for pack in (ours, sdk):
        pack.set_up({"all": {"enforcementLevel": level.lower(), "scope": "always"}})
    answer = answers(ours, dev)
    assert answer == answers(sdk, dev)
    levels = {
        each.get("enforcementLevel", "ADVISORY") for said in answer for each in said.get("diagnostics", ())
    }
    assert levels == {"ADVISORY": {"ADVISORY"}, "DISABLED": set()}.get(level, {"MANDATORY"})


@pytest.mark.parametrize(
    "config",
    [
        {"features": {"vssSnapshots": False}, "minimumAgentVersion": "3.3.40.0"},
        {"feature": {}},
        {"minimumZones": 3},
        {"minimumZones": 0},
    ],
)
def test_configurations_mean_the_same(
    ours: Pack, sdk: Pack, dev: RecordedGraph, config: dict[str, Any]
) -> None:
    dev.drop("ssm-ec2")
    same(ours, sdk, dev, **config)


def test_a_policy_that_is_not_configured_any_more_has_its_own_level_again(
    ours: Pack, sdk: Pack, dev: RecordedGraph
) -> None:
    dev.drop("ssm-ec2")
    for pack in (ours, sdk):
        pack.set_up({"all": "disabled"})
        pack.stub.Configure(analyzer_pb2.ConfigureAnalyzerRequest())
    answer = answers(ours, dev)
    assert answer == answers(sdk, dev)
    assert "no Interface endpoint for com.amazonaws.eu-west-1.ec2 " in str(answer)
