"""The stand-in for the `aws` plugin against moto: every type is created, read, updated and deleted."""

import json
from collections.abc import Iterator

import pytest

from sandbox.aws_plugin import resources
from sandbox.aws_plugin.types import TYPES
from sandbox.aws_plugin.values import Values
from tests.sandbox.plugin import AbortedError, Plugin, filled, on_moto, round_trip

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
TABLE = "aws:ec2/routeTable:RouteTable"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
LEGACY = "aws:ec2/securityGroupRule:SecurityGroupRule"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Action": ["s3:GetObject"], "Effect": "Allow"}]})
S3, SSM = "com.amazonaws.eu-west-1.s3", "com.amazonaws.eu-west-1.ssm"


@pytest.fixture(scope="module")
def plugin() -> Iterator[Plugin]:
    """Configured for a moto server of its own."""
    with on_moto() as made:
        yield made


@pytest.fixture(scope="module")
def world(plugin: Plugin) -> dict[str, str]:
    """What the resources under test refer to, by short names: two of each."""
    vpc = plugin.make(VPC, {"cidrBlock": "10.0.0.0/16"})["id"]
    ids = {"vpc": vpc}
    for n, zone in (("1", "a"), ("2", "b")):
        place = {"vpcId": vpc, "cidrBlock": f"10.0.{n}.0/24", "availabilityZone": f"eu-west-1{zone}"}
        ids[f"subnet{n}"] = plugin.make(SUBNET, place)["id"]
        ids[f"table{n}"] = plugin.make(TABLE, {"vpcId": vpc})["id"]
        ids[f"group{n}"] = plugin.make(GROUP, {"vpcId": vpc, "name": f"group{n}"})["id"]
    ids["gateway"] = plugin.make(ENDPOINT, {"vpcId": vpc, "serviceName": S3})["id"]
    interface = {"vpcId": vpc, "serviceName": SSM, "vpcEndpointType": "Interface"}
    return ids | {"interface": plugin.make(ENDPOINT, interface)["id"]}


RULE = {"securityGroupId": "@group1", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "tags": {"a": "b"}}
INLINE = {
    "protocol": "tcp",
    "fromPort": 443,
    "toPort": 443,
    "cidrBlocks": ["10.0.0.0/8"],
    "description": "https",
}
LEGACY_RULE = {
    "type": "ingress",
    "securityGroupId": "@group2",
    "protocol": "tcp",
    "fromPort": 80,
    "toPort": 81,
    "description": "one",
}
# token, inputs, what an update in place changes (None: nothing can be changed in place)
CASES: list[tuple[str, Values, Values | None]] = [
    (VPC, {"cidrBlock": "10.1.0.0/16", "tags": {"a": "b"}}, {"enableDnsHostnames": True, "tags": {"c": "d"}}),
    (
        SUBNET,
        {"vpcId": "@vpc", "cidrBlock": "10.0.9.0/24", "tags": {"a": "b"}},
        {"mapPublicIpOnLaunch": True, "tags": {}},
    ),
    (TABLE, {"vpcId": "@vpc"}, {"tags": {"a": "b"}}),
    (
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"subnetId": "@subnet1", "routeTableId": "@table1"},
        {"routeTableId": "@table2"},
    ),
    (
        GROUP,
        {"vpcId": "@vpc", "ingress": [INLINE]},
        {"ingress": [{**INLINE, "self": True, "cidrBlocks": []}]},
    ),
    (
        GROUP,
        {"vpcId": "@vpc", "egress": [INLINE], "revokeRulesOnDelete": True},
        {"egress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "securityGroups": ["@group1"]}]},
    ),
    (
        INGRESS,
        {**RULE, "cidrIpv4": "10.0.0.0/8", "description": "one"},
        {"cidrIpv4": "10.2.0.0/16", "toPort": 444},
    ),
    (INGRESS, {**RULE, "referencedSecurityGroupId": "@group2", "description": "one"}, {"tags": {"a": "c"}}),
    (
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {"securityGroupId": "@group1", "ipProtocol": "-1", "cidrIpv4": "10.3.0.0/16"},
        {"tags": {"a": "b"}},
    ),
    (LEGACY, {**LEGACY_RULE, "cidrBlocks": ["10.0.0.0/8", "10.9.0.0/16"]}, {"description": "two"}),
    (LEGACY, {**LEGACY_RULE, "type": "egress", "sourceSecurityGroupId": "@group1"}, None),
    (
        ENDPOINT,
        {
            "vpcId": "@vpc",
            "serviceName": S3,
            "routeTableIds": ["@table1"],
            "policy": POLICY,
            "tags": {"a": "b"},
        },
        {"routeTableIds": ["@table2"], "policy": POLICY.replace("Get", "Put"), "tags": {"a": "c"}},
    ),
    (
        ENDPOINT,
        {
            "vpcId": "@vpc",
            "serviceName": SSM,
            "vpcEndpointType": "Interface",
            "privateDnsEnabled": True,
            "subnetIds": ["@subnet1", "@subnet2"],
            "securityGroupIds": ["@group1"],
        },
        {"subnetIds": ["@subnet2"], "securityGroupIds": ["@group1", "@group2"]},
    ),
    (
        "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
        {"vpcEndpointId": "@interface", "policy": POLICY},
        {"policy": POLICY.replace("Get", "Put")},
    ),
    (
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        {"vpcEndpointId": "@gateway", "routeTableId": "@table1"},
        None,
    ),
    (
        "aws:ec2/vpcEndpointSubnetAssociation:VpcEndpointSubnetAssociation",
        {"vpcEndpointId": "@interface", "subnetId": "@subnet1"},
        None,
    ),
    (
        "aws:ec2/securityGroupAssociation:SecurityGroupAssociation",
        {"vpcEndpointId": "@interface", "securityGroupId": "@group1"},
        None,
    ),
]


def test_every_type_of_ec2_has_a_round_trip() -> None:
    assert {token for token, _, _ in CASES} == {
        each for each in TYPES if each[:8] in ("aws:ec2/", "aws:vpc/")
    }


@pytest.mark.parametrize(
    ("token", "news", "change"), CASES, ids=[f"{case[0].split(':')[2]}-{n}" for n, case in enumerate(CASES)]
)
def test_round_trip(
    plugin: Plugin, world: dict[str, str], token: str, news: Values, change: Values | None
) -> None:
    news = filled(news, world)
    round_trip(plugin, token, news, change and {**news, **filled(change, world)})


def test_what_moto_ignores_is_an_error_that_names_the_property(
    plugin: Plugin, world: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "AS_BEFORE_SECONDS", 0.0)
    news = {
        "vpcId": world["vpc"],
        "serviceName": SSM,
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
    }
    inputs = plugin.inputs(ENDPOINT, news)
    state = plugin.create(ENDPOINT, inputs)
    with pytest.raises(AbortedError, match=r"ignored property privateDnsEnabled: asked False, got True"):
        plugin.update(ENDPOINT, state, {**inputs, "privateDnsEnabled": False}, inputs)
    plugin.delete(ENDPOINT, state)


def test_what_moto_ignores_at_creation_leaves_nothing_behind(
    plugin: Plugin, world: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "AS_BEFORE_SECONDS", 0.0)
    ec2 = plugin.servicer.clients["eu-west-1"]("ec2")
    before = len(ec2.describe_subnets()["Subnets"])
    with pytest.raises(AbortedError, match="ignored property enableDns64"):
        plugin.make(SUBNET, {"vpcId": world["vpc"], "cidrBlock": "10.0.8.0/24", "enableDns64": True})
    assert len(ec2.describe_subnets()["Subnets"]) == before


def test_the_default_security_group_cannot_be_replaced(plugin: Plugin, world: dict[str, str]) -> None:
    token = "aws:ec2/securityGroupAssociation:SecurityGroupAssociation"
    news = {
        "vpcEndpointId": world["interface"],
        "securityGroupId": world["group1"],
        "replaceDefaultAssociation": True,
    }
    with pytest.raises(AbortedError, match="replaceDefaultAssociation"):
        plugin.make(token, news)


def test_an_endpoint_of_a_service_without_a_prefix_list_can_be_deleted(
    plugin: Plugin, world: dict[str, str]
) -> None:
    news = {
        "vpcId": world["vpc"],
        "serviceName": "com.amazonaws.eu-west-1.none",
        "routeTableIds": [world["table1"]],
    }
    state = plugin.make(ENDPOINT, news)
    assert "prefixListId" not in state
    plugin.delete(ENDPOINT, state)
    assert plugin.read(ENDPOINT, state["id"], state, {}) is None


def test_routes_of_a_gateway_endpoint_follow_its_route_tables(plugin: Plugin, world: dict[str, str]) -> None:
    inputs = plugin.inputs(
        ENDPOINT, {"vpcId": world["vpc"], "serviceName": S3, "routeTableIds": [world["table1"]]}
    )
    state = plugin.create(ENDPOINT, inputs)

    def tables() -> set[str]:
        listed = plugin.servicer.clients["eu-west-1"]("ec2").describe_route_tables()["RouteTables"]
        return {
            table["RouteTableId"]
            for table in listed
            if any(route.get("GatewayId") == state["id"] for route in table["Routes"])
        }

    assert tables() == {world["table1"]}
    state = plugin.update(ENDPOINT, state, {**inputs, "routeTableIds": [world["table2"]]}, inputs)
    assert tables() == {world["table2"]}
    plugin.delete(ENDPOINT, state)
    assert tables() == set()


def test_a_route_that_is_missing_does_not_keep_an_endpoint(plugin: Plugin, world: dict[str, str]) -> None:
    """Seen: moto refused to delete the endpoint, and what was not found was not the endpoint."""
    news = {"vpcId": world["vpc"], "serviceName": S3, "routeTableIds": [world["table1"]]}
    state = plugin.make(ENDPOINT, news)
    ec2 = plugin.servicer.clients["eu-west-1"]("ec2")
    ec2.delete_route(RouteTableId=world["table1"], DestinationPrefixListId=state["prefixListId"])
    plugin.delete(ENDPOINT, state)
    assert plugin.read(ENDPOINT, state["id"], state, {}) is None


def test_a_delete_that_fails_is_an_error(plugin: Plugin, world: dict[str, str]) -> None:
    outputs, _ = plugin.read(VPC, world["vpc"], {}, {}) or ({}, {})
    with pytest.raises(AbortedError, match="DependencyViolation"):
        plugin.delete(VPC, outputs)


def test_a_refresh_sees_what_was_changed_behind_pulumi_s_back(plugin: Plugin, world: dict[str, str]) -> None:
    inputs = plugin.inputs(TABLE, {"vpcId": world["vpc"], "tags": {"a": "b"}})
    state = plugin.create(TABLE, inputs)
    ec2 = plugin.servicer.clients["eu-west-1"]("ec2")
    ec2.create_tags(Resources=[state["id"]], Tags=[{"Key": "a", "Value": "c"}])
    outputs, refreshed = plugin.read(TABLE, state["id"], state, inputs) or ({}, {})
    assert outputs["tags"] == refreshed["tags"] == {"a": "c"}
    assert list(plugin.diff(TABLE, outputs, inputs, refreshed).replaces) == []
    assert "tags" in plugin.diff(TABLE, outputs, inputs, refreshed).diffs


def test_an_import_by_id(plugin: Plugin, world: dict[str, str]) -> None:
    outputs, inputs = plugin.read(SUBNET, world["subnet1"], {}, {}) or ({}, {})
    assert outputs["vpcId"] == inputs["vpcId"] == world["vpc"]
    assert set(inputs) - {"__defaults"} <= set(TYPES[SUBNET].inputs)
    with pytest.raises(AbortedError, match=f"{LEGACY} cannot be imported by id alone"):
        plugin.read(LEGACY, "sgrule-1", {}, {})


def test_another_region_for_one_resource(plugin: Plugin) -> None:
    state = plugin.make(VPC, {"cidrBlock": "10.0.0.0/16", "region": "cn-north-1"})
    assert state["arn"].startswith("arn:aws-cn:ec2:cn-north-1:")
    plugin.delete(VPC, state)


def test_nothing_of_the_user_s_is_read(plugin: Plugin, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that does not exist and a proxy that does not answer would both fail, were they looked at."""
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert plugin.servicer.target is not None
    ec2 = plugin.servicer.target.client("ec2", "eu-west-3")
    assert ec2._request_signer._credentials.access_key == "test"
    assert ec2.describe_vpcs()["Vpcs"]
