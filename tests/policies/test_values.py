"""Which values a rule sees of what the engine shows: of every kind, given or computed, in this run or another, and where."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_policy.deserialize import SPECIAL_ASSET_SIG, SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import (
    UNKNOWN_ARCHIVE_VALUE,
    UNKNOWN_ARRAY_VALUE,
    UNKNOWN_ASSET_VALUE,
    UNKNOWN_BOOLEAN_VALUE,
    UNKNOWN_NUMBER_VALUE,
    UNKNOWN_OBJECT_VALUE,
    UNKNOWN_STRING_VALUE,
)

from policies import tokens
from policies.graph import Graph, Resource
from tests.policies.asking import NET, NET_URN, asked, of_stacks, of_vpcs
from tests.support import flat
from tests.support.graph import UNKNOWN_BOOL, UNKNOWN_STRING, JsonObject, RecordedGraph
from tests.support.pack import Pack

# --- What it remembers of a run ---------------------------------------------------------------------------------------
ENDPOINT: JsonObject = {
    "VpcEndpoint": "ssm",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.ssm",
    "vpcEndpointType": "Interface",
    "subnetIds": ["subnet-0123456789abcdef0"],
}


def private_dns(pack: Pack, stack: RecordedGraph, inputs: bool = True) -> str:
    """What is said of the private DNS of 'ssm'."""
    requests = stack.analyze_requests() if inputs else stack.analyze_requests()[:2]
    found = pack.analyze(requests, stack.stack_request())
    (said,) = [each.message for each in found if each.policy == "interface-private-dns"]
    return said.partition("(com.amazonaws.eu-west-1.ssm) ")[2].partition(",")[0]


def test_what_is_computed_is_not_given_in_this_run_or_the_next(plain_pack: Pack) -> None:
    """`privateDnsEnabled` is unknown in the outputs; only the inputs tell whether anybody asked for it."""
    plain_pack.set_up({})
    computed, given = (
        flat.build([NET, ENDPOINT]),
        flat.build([NET, {**ENDPOINT, "privateDnsEnabled": UNKNOWN_BOOL}]),
    )
    for stack, said in ((computed, "is off"), (given, "is not known in the preview"), (computed, "is off")):
        assert private_dns(plain_pack, stack) == said


def test_what_an_earlier_run_showed_is_forgotten(plain_pack: Pack) -> None:
    plain_pack.set_up({})
    stack = flat.build([NET, ENDPOINT])
    stack.resource("ssm")["properties"]["serviceRegion"] = ""
    assert private_dns(plain_pack, stack) == "is off"
    assert private_dns(plain_pack, stack, inputs=False) == "is not known in the preview"


def test_within_a_run_every_input_is_remembered(plain_pack: Pack) -> None:
    """In two calls for the stack as in one: the inputs between them are of the second run."""
    plain_pack.set_up({})
    stack = flat.build([NET, ENDPOINT])
    assert private_dns(plain_pack, stack) == "is off"
    (said,) = [
        each
        for each in plain_pack.stub.AnalyzeStack(stack.stack_request()).diagnostics
        if each.policyName == "interface-private-dns"
    ]
    assert "is off" in said.message


def test_a_known_policy_that_the_program_gave_up_is_still_attached(plain_pack: Pack) -> None:
    """AWS keeps it; one that nobody knows is AWS's default."""
    gateway: JsonObject = {
        "VpcEndpoint": "s3",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-1.s3",
    }
    gateway |= {"routeTableIds": ["rtb-0123456789abcdef0"]}
    stack = flat.build([NET, gateway])
    plain_pack.set_up({})
    closed = '{"Version": "2012-10-17", "Statement": []}'
    for policy, refused in ((UNKNOWN_STRING, False), (closed, True)):
        stack.resource("s3")["properties"]["policy"] = policy
        found = plain_pack.judge(stack)
        assert any(each.policy == "s3-gateway-buckets-complete" for each in found) is refused, policy


# --- Values -----------------------------------------------------------------------------------------------------------
def hostnames(pack: Pack, value: Any) -> str:
    """What is said of a VPC with this value in `enableDnsHostnames`."""
    pack.set_up({})
    stack = flat.build([NET])
    stack.input("net")["properties"]["enableDnsHostnames"] = value
    said = [each.message for each in pack.judge(stack) if each.policy == "vpc-dns-enabled"]
    return "".join(said).partition("enableDnsHostnames ")[2].partition(",")[0]


SECRET = {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, ""),
        ({**SECRET, "value": True}, ""),
        (False, "is off"),
        (None, "is not given"),
        (1, "is off"),
        ("true", "is off"),
        ([True], "is off"),
        ({"value": True}, "is off"),
        ({**SECRET, "value": False}, "is off"),
        ({**SECRET, "value": UNKNOWN_BOOLEAN_VALUE}, "is not known in the preview"),
        (SECRET, "is not known in the preview"),
        ({SPECIAL_SIG_KEY: SPECIAL_ASSET_SIG, "value": True}, "is not known in the preview"),
        *(
            (unknown, "is not known in the preview")
            for unknown in (
                *(UNKNOWN_BOOLEAN_VALUE, UNKNOWN_NUMBER_VALUE, UNKNOWN_STRING_VALUE, UNKNOWN_ARRAY_VALUE),
                *(UNKNOWN_OBJECT_VALUE, UNKNOWN_ASSET_VALUE, UNKNOWN_ARCHIVE_VALUE),
            )
        ),
    ],
)
def test_a_value_is_what_it_is_and_nothing_else_is_true(plain_pack: Pack, value: Any, said: str) -> None:
    assert hostnames(plain_pack, value) == said


def test_a_rule_sees_plain_values_whatever_they_are_in() -> None:
    seen: list[Resource] = []
    policy = of_vpcs("see", seen=seen)
    value = {
        "a": None,
        "b": 1,
        "c": 1.5,
        "d": False,
        "e": "x",
        "f": [None, {"g": {**SECRET, "value": ["y"]}}],
    }
    asked(flat.build([{"Vpc": "net", "tags": value}]), policy)
    assert [each.given for each in seen] == [frozenset({"tags"})]
    assert [each.props for each in seen] == [
        {"tags": {"a": None, "b": 1.0, "c": 1.5, "d": False, "e": "x", "f": [None, {"g": ["y"]}]}}
    ]


def test_only_what_is_in_the_stack_is_a_source() -> None:
    seen: list[Graph] = []
    policy = of_stacks("see", seen=seen)
    stack = flat.build([NET, ENDPOINT])
    sources = stack.resource("ssm")["propertyDependencies"]["vpcId"]["urns"]
    sources.insert(0, "urn:pulumi:dev::flat::aws:ec2/vpc:Vpc::of-another-stack")
    asked(stack, policy)
    (found,) = [each for graph in seen for each in graph.of_type(tokens.ENDPOINT)]
    assert found.references == {"vpcId": (NET_URN,)}
    assert found.given == frozenset(("vpcId", "serviceName", "vpcEndpointType", "subnetIds"))
    assert (found.name, found.region) == ("ssm", "eu-west-1")


# --- Regions ----------------------------------------------------------------------------------------------------------
def region(own: Any, provider: Any, given: bool = True, resource: bool = True) -> Any:
    """The Region that a rule reads of a resource: its own property's, or its provider's (None: it has no provider)."""
    of_one: list[Resource] = []
    of_all: list[Graph] = []
    stack = flat.build([NET])
    (one, whole) = (stack.input("net"), stack.resource("net"))
    for each in (one, whole) if given else (whole,):
        if own is not None:
            each["properties"]["region"] = own
    for each in (one, whole):
        if provider is None:
            del each["provider"]
        else:
            each["provider"]["properties"] = provider
    asked(stack, of_vpcs("one", seen=of_one), of_stacks("whole", seen=of_all))
    seen = of_one if resource else of_all[0].of_type(tokens.VPC)
    (found,) = [each.region for each in seen]
    return found if found is None or isinstance(found, str) else "unknown"


IRELAND = {"region": "eu-west-1"}


@pytest.mark.parametrize("resource", [True, False], ids=["one resource", "the stack"])
@pytest.mark.parametrize(
    ("own", "provider", "expected"),
    [
        (None, IRELAND, "eu-west-1"),
        ("", IRELAND, "eu-west-1"),
        ("us-east-1", IRELAND, "us-east-1"),
        ("us-east-1", None, "us-east-1"),
        (UNKNOWN_STRING, IRELAND, "unknown"),
        (7, IRELAND, "unknown"),
        (None, {"region": UNKNOWN_STRING}, "unknown"),
        (None, {}, None),
        (None, None, None),
        ("", None, "unknown"),
    ],
)
def test_a_region_is_the_resources_own_or_its_providers(
    own: Any, provider: Any, expected: str | None, resource: bool
) -> None:
    assert region(own, provider, resource=resource) == expected


def test_a_region_that_is_computed_is_the_providers_and_without_one_nobody_knows_it() -> None:
    assert region(UNKNOWN_STRING, IRELAND, given=False, resource=False) == "eu-west-1"
    assert region(UNKNOWN_STRING, None, given=False, resource=False) == "unknown"
    assert region("us-east-1", IRELAND, given=False, resource=False) == "us-east-1"
