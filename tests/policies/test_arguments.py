"""Served by the SDK's server, with its proxies that raise at the touch of an unknown value, the policies say the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    StackValidationArgs,
)
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy

from policies import tokens
from policies.graph import UNKNOWN, Graph, Resource
from policies.registry import POLICIES
from policies.rule import OfResource, OfStack
from policies.server import Policy
from tests.policies.asking import NET, of_stacks, of_vpcs
from tests.policies.test_fixtures import FIXTURES
from tests.support import flat
from tests.support.graph import UNKNOWN_BOOL, UNKNOWN_LIST, UNKNOWN_STRING, JsonObject, RecordedGraph
from tests.support.pack import Pack
from tools.policy_config import of_policies

SSM: JsonObject = {
    "VpcEndpoint": "ssm",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.ssm",
    "vpcEndpointType": "Interface",
    "subnetIds": ["subnet-0123456789abcdef0"],
    "privateDnsEnabled": True,
}
Said = list[tuple[str, str, str]]


def proxied(properties: Mapping[str, Any]) -> Any:
    """Properties as the SDK's server hands them to a policy."""
    return unknown_checking_proxy(deserialize_properties(dict(properties)))


def options() -> PolicyResourceOptions:
    return PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])


def provider(of: JsonObject) -> PolicyProviderResource | None:
    own = of.get("provider")
    return own and PolicyProviderResource(own["type"], proxied(own["properties"]), own["urn"], own["name"])


def arguments(of: JsonObject, config: Mapping[str, Any]) -> ResourceValidationArgs:
    return ResourceValidationArgs(
        of["type"], proxied(of["properties"]), of["urn"], of["name"], options(), provider(of), config
    )


def whole(stack: RecordedGraph) -> list[PolicyResource]:
    found = {
        each["urn"]: PolicyResource(
            each["type"],
            proxied(each["properties"]),
            each["urn"],
            each["name"],
            options(),
            provider(each),
            None,
            [],
            {},
        )
        for each in stack.resources
    }
    for each in stack.resources:
        for key, sources in each.get("propertyDependencies", {}).items():
            known = [found[urn] for urn in sources.get("urns", ()) if urn in found]
            found[each["urn"]].property_dependencies[key] = known
    return list(found.values())


def told(
    stack: RecordedGraph, config: Mapping[str, Any] | None = None, policies: Iterable[Policy] = POLICIES
) -> Said:
    """What the policies report where the SDK calls them: inputs one by one, then the stack."""
    said: Said = []
    own = of_policies({"scope": "always"} if config is None else config)
    plain = {
        policy.name: {k: v for k, v in own.get(policy.name, {}).items() if k != "enforcementLevel"}
        for policy in policies
    }
    for each in stack.inputs:
        for policy in policies:
            if isinstance(policy, OfResource):

                def of_one(
                    message: str, urn: str | None = None, name: str = policy.name, at: str = each["urn"]
                ) -> None:
                    said.append((name, urn or at, message))

                policy.validate(arguments(each, plain[policy.name]), of_one)
    for policy in policies:
        if isinstance(policy, OfStack):

            def of_all(message: str, urn: str | None = None, name: str = policy.name) -> None:
                said.append((name, urn or "", message))

            policy.validate(StackValidationArgs(whole(stack), plain[policy.name]), of_all)
    return said


def by(policy: str, said: Said) -> list[str]:
    return [message for name, _, message in said if name == policy]


def same(pack: Pack, stack: RecordedGraph, config: Mapping[str, Any] | None = None) -> Said:
    pack.configure({"scope": "always"} if config is None else config)
    served = [(d.policy, d.urn, d.message.partition("\n")[2]) for d in pack.judge(stack)]
    answer = told(stack, config)
    assert sorted(answer) == sorted(served)
    return answer


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_fixture_gets_the_same_findings(plain_pack: Pack, path: Path) -> None:
    config, resources = flat.read(path)
    same(plain_pack, flat.build(resources), config)


def test_a_recorded_stack_with_one_endpoint_less_gets_the_same_findings(
    plain_pack: Pack, dev: RecordedGraph
) -> None:
    assert same(plain_pack, dev) == []
    dev.drop("ssm-ec2")
    ((policy, _, message),) = same(plain_pack, dev)
    assert policy == "ssm-endpoints-complete"
    assert "com.amazonaws.eu-west-1.ec2 " in message


@pytest.mark.parametrize("unknown", [UNKNOWN_BOOL, UNKNOWN_STRING])
def test_an_unknown_property_is_a_finding_and_no_exception(unknown: str) -> None:
    stack = flat.build([{**NET, "enableDnsHostnames": unknown}])
    (said,) = by("vpc-dns-enabled", told(stack))
    assert "enableDnsHostnames is not known in the preview" in said
    assert by("vpc-dns-enabled", told(stack, {"onUnknown": "warn"})) == []


def test_an_unknown_value_deep_inside_of_a_property_leaves_the_others_readable() -> None:
    """One rule from an unknown block, one from everywhere: the second is seen in spite of the first."""
    https = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
    rules = [{**https, "cidrBlocks": [UNKNOWN_STRING]}, {**https, "cidrBlocks": ["0.0.0.0/0"]}]
    group = {"SecurityGroup": "https", "vpcId": "${net}", "ingress": rules}
    said = by(
        "endpoint-ingress-https",
        told(flat.build([NET, group, {**SSM, "securityGroupIds": ["${https}"]}])),
    )
    assert any("ingress[1] of 'https' admits every address" in each for each in said)
    assert any("ingress[0] of 'https' admits a source that is not known" in each for each in said)


def test_a_null_is_not_given_and_an_unknown_value_is() -> None:
    """What the program did not give is computed, and off; what it gave and nobody knows is unproven."""
    off = {key: value for key, value in SSM.items() if key != "privateDnsEnabled"}
    for given, expected in ((None, "is off"), (UNKNOWN_BOOL, "is not known in the preview")):
        stack = flat.build([NET, off])
        stack.input("ssm")["properties"]["privateDnsEnabled"] = given
        stack.resource("ssm")["properties"]["privateDnsEnabled"] = UNKNOWN_BOOL
        (said,) = by("interface-private-dns", told(stack))
        assert f"private DNS of 'ssm' (com.amazonaws.eu-west-1.ssm) {expected}" in said


def test_the_region_is_the_providers_and_none_without_one() -> None:
    stack = flat.build([{**SSM, "vpcId": "vpc-0123456789abcdef0"}], region="us-east-1")
    (said,) = by("endpoint-service-in-region", told(stack))
    assert "is created in us-east-1 (partition aws)" in said
    for each in (*stack.inputs, *stack.resources):
        each.pop("provider", None)
    (said,) = by("endpoint-service-in-region", told(stack))
    assert "its Region is not given" in said


def test_a_list_that_is_not_known_is_no_empty_list() -> None:
    stack = flat.build([NET, {**SSM, "subnetIds": UNKNOWN_LIST}])
    (said,) = [each for each in by("ssm-endpoints-complete", told(stack)) if "'ssm'" in each]
    assert "'ssm' has subnets that the preview does not know" in said


def test_a_rule_is_told_which_properties_the_program_gave() -> None:
    of_one: list[Resource] = []
    of_all: list[Graph] = []
    policies = (of_vpcs("one", seen=of_one), of_stacks("whole", seen=of_all))
    told(flat.build([NET]), policies=policies)
    (own,), (graph,) = of_one, of_all
    (whole,) = graph.of_type(tokens.VPC)
    assert own.given == whole.given == frozenset(("cidrBlock", "enableDnsHostnames"))
    assert own.props == {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}
    assert whole.props["id"] is UNKNOWN
