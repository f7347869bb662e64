"""Endpoints, with everything that is attached to them by a resource of its own."""

from __future__ import annotations

import pytest

from policies.endpoints import Endpoint, endpoints
from policies.graph import UNKNOWN, References
from tests.policies.seen import named, seen, seen_of
from tests.support import flat
from tests.support.graph import JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16"}
SUBNETS = tuple({"Subnet": name, "vpcId": "${net}", "cidrBlock": "10.0.1.0/24"} for name in ("a", "b"))
ENDPOINT: JsonObject = {"VpcEndpoint": "e", "vpcId": "${net}", "serviceName": "com.amazonaws.eu-west-1.ssm"}
NEIGHBOUR: JsonObject = {**ENDPOINT, "VpcEndpoint": "neighbour"}


def read(*items: JsonObject, **props: object) -> Endpoint:
    """The endpoint `e` of a stack."""
    graph = seen(VPC, *SUBNETS, {**ENDPOINT, **props}, NEIGHBOUR, *items)
    return next(each for each in endpoints(graph) if each.name == "e")


def names(references: References) -> tuple[set[str], bool]:
    keys = {key.rpartition("::")[2] for key in references.keys}
    return keys, references.more


def test_endpoints_are_found_by_vpc_and_by_their_whole_service_name() -> None:
    elsewhere = {**ENDPOINT, "VpcEndpoint": "elsewhere", "vpcId": "vpc-1"}
    other = {**ENDPOINT, "VpcEndpoint": "other", "serviceName": "com.amazonaws.eu-west-1.ssmmessages"}
    graph = seen(VPC, ENDPOINT, elsewhere, other, NEIGHBOUR)
    found, name = endpoints(graph), "com.amazonaws.eu-west-1.ssm"
    net = next(each.urn for each in graph.resources.values() if each.name == "net")
    assert [each.name for each in found] == ["e", "elsewhere", "neighbour", "other"]
    assert [each.name for each in found.of(net, name)] == ["e", "neighbour"]
    assert [each.name for each in found.of("vpc-1", name)] == ["elsewhere"]
    assert found.of("vpc-2", name) == found.of(net, "com.amazonaws.eu-west-1.s") == found.of(None, name) == []


def test_an_endpoint_without_a_type_is_a_gateway() -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html: default Gateway"""
    assert read().type == "Gateway"
    assert read(vpcEndpointType="Interface").type == "Interface"
    assert read(vpcEndpointType="${?}").type is UNKNOWN


def test_what_an_endpoint_says_itself_is_read() -> None:
    own = read(
        vpcEndpointType="Interface", privateDnsEnabled=True, securityGroupIds=["sg-1"], subnetIds=["${a}"]
    )
    assert (own.service_name, own.private_dns) == ("com.amazonaws.eu-west-1.ssm", True)
    assert str(own.vpc).endswith("::net")
    assert names(own.subnets) == ({"a"}, False)
    assert names(own.security_groups) == ({"sg-1"}, False)
    assert names(own.route_tables) == (set(), False)
    assert read(serviceName="${?}").service_name is UNKNOWN
    assert read(vpcId="${?}").vpc is UNKNOWN


@pytest.mark.parametrize("type_", ["Gateway", "Interface", "GatewayLoadBalancer", None, "${?}"])
def test_a_gateway_is_reached_from_route_tables_and_any_other_from_subnets(type_: str | None) -> None:
    own = read(vpcEndpointType=type_, subnetIds=["${a}"], routeTableIds=["rtb-1"])
    expected = {"rtb-1"} if type_ in ("Gateway", None) else {"a"}
    assert names(own.attachments()) == (expected, False)


# --- Associations -----------------------------------------------------------------------------------------------------
ASSOCIATIONS = pytest.mark.parametrize(
    ("inline", "kind", "key", "field"),
    [
        ("subnetIds", "VpcEndpointSubnetAssociation", "subnetId", "subnets"),
        ("routeTableIds", "VpcEndpointRouteTableAssociation", "routeTableId", "route_tables"),
        ("securityGroupIds", "SecurityGroupAssociation", "securityGroupId", "security_groups"),
    ],
)
TARGETS: tuple[JsonObject, ...] = (
    *({"RouteTable": name, "vpcId": "${net}"} for name in ("routeTableId", "other-routeTableId")),
    *({"SecurityGroup": name, "vpcId": "${net}"} for name in ("securityGroupId", "other-securityGroupId")),
    *({"Subnet": name, "vpcId": "${net}"} for name in ("subnetId", "other-subnetId")),
)


@ASSOCIATIONS
def test_associations_join_what_is_given_inline(inline: str, kind: str, key: str, field: str) -> None:
    joined = {kind: "one", "vpcEndpointId": "${e}", key: f"${{{key}}}"}
    more = {**joined, kind: "two", key: f"${{other-{key}}}"}
    own = read(*TARGETS, joined, more, **{inline: ["by-id-1"]})
    assert names(getattr(own, field)) == ({key, f"other-{key}", "by-id-1"}, False)


@ASSOCIATIONS
def test_an_association_of_another_endpoint_does_not_count(
    inline: str, kind: str, key: str, field: str
) -> None:
    joined = {kind: "one", key: f"${{{key}}}"}
    for other in ("${neighbour}", "${?}"):
        own = read(*TARGETS, {**joined, "vpcEndpointId": other}, **{inline: ["by-id-1"]})
        assert names(getattr(own, field)) == ({"by-id-1"}, False)


@ASSOCIATIONS
def test_an_association_with_something_unread_is_more_than_can_be_read(
    inline: str, kind: str, key: str, field: str
) -> None:
    own = read(*TARGETS, {kind: "one", "vpcEndpointId": "${e}", key: "${?}"}, **{inline: ["by-id-1"]})
    assert names(getattr(own, field)) == ({"by-id-1"}, True)


# --- Policies ---------------------------------------------------------------------------------------------------------
def policy(of: str, text: str = "detached") -> JsonObject:
    return {"VpcEndpointPolicy": f"policy-{of}", "vpcEndpointId": of, "policy": text}


def test_a_policy_is_inline_or_detached_and_none_is_awss_default() -> None:
    assert read().policies == (None,)
    assert read(policy="inline").policies == ("inline",)
    assert read(policy="${?}").policies == (UNKNOWN,)
    assert read(policy("${e}")).policies == ("detached",)
    assert read(policy("${e}", "${?}")).policies == (UNKNOWN,)
    assert set(read(policy("${e}"), policy="inline").policies) == {"inline", "detached"}


def test_a_policy_of_another_endpoint_is_not_its_own() -> None:
    assert read(policy("${neighbour}")).policies == (None,)


def test_a_policy_of_an_endpoint_that_cannot_be_told_may_be_its_own() -> None:
    assert read(policy("${?}")).policies == (UNKNOWN,)
    assert set(read(policy("${?}"), policy="inline").policies) == {"inline", UNKNOWN}
    either = {**policy("${?}"), "vpcEndpointId": ["${e}", "${neighbour}"]}
    assert read(either).policies == (UNKNOWN,)
    third = {**ENDPOINT, "VpcEndpoint": "third"}
    others = {**policy("${?}"), "vpcEndpointId": ["${third}", "${neighbour}"]}
    assert read(third, others).policies == (None,)


def test_an_endpoint_with_a_detached_policy_only_reads_back_what_was_attached_before() -> None:
    recorded = flat.build([VPC, ENDPOINT, policy("${e}")])
    recorded.resource("e")["properties"]["policy"] = "from an earlier run"
    (own,) = endpoints(seen_of(recorded))
    assert own.policies == ("detached",)


# --- Private DNS --------------------------------------------------------------------------------------------------------
def dns(of: str, on: object, name: str = "dns") -> JsonObject:
    return {"EndpointPrivateDns": name, "vpcEndpointId": of, "privateDnsEnabled": on}


def test_private_dns_is_said_by_its_own_resource_first() -> None:
    assert read().private_dns is None
    assert read(privateDnsEnabled=False).private_dns is False
    assert read(privateDnsEnabled="${?}").private_dns is UNKNOWN
    assert read(dns("${e}", True), privateDnsEnabled=False).private_dns is True
    assert read(dns("${neighbour}", True), privateDnsEnabled=False).private_dns is False


def test_private_dns_that_is_said_twice_is_known_if_both_say_the_same() -> None:
    assert read(dns("${e}", True), dns("${e}", True, "again")).private_dns is True
    assert read(dns("${e}", True), dns("${e}", False, "again")).private_dns is UNKNOWN


def test_private_dns_of_an_endpoint_that_cannot_be_told_may_be_its_own() -> None:
    assert read(dns("${?}", True), privateDnsEnabled=True).private_dns is UNKNOWN
    assert read(dns("${?}", True), dns("${e}", True, "own")).private_dns is UNKNOWN


def test_an_endpoint_goes_by_its_own_name() -> None:
    graph = seen(VPC, ENDPOINT)
    (own,) = endpoints(graph)
    assert named(graph, [own.resource.urn]) == [own.name] == ["e"]
