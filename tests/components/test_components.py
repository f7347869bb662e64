"""What the components register, and that the policy pack has nothing to say about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

import components
from blueprint.plan import GivenNetwork, Plan
from tests.blueprint.aws_table import TABLE
from tests.blueprint.test_plan import make
from tests.support.graph import UNKNOWN_STRING
from tests.support.mocks import Recording, record
from tests.support.pack import Pack, running

GIVEN: dict[str, Any] = {
    "vpcId": "vpc-00000000",
    "nodeSubnets": [
        {
            "id": "subnet-0000000a",
            "cidr": "10.0.1.0/24",
            "availabilityZone": "eu-west-1a",
            "routeTableId": "rtb-0000000a",
        },
        {
            "id": "subnet-0000000b",
            "cidr": "10.0.2.0/24",
            "availabilityZone": "eu-west-1b",
            "routeTableId": "rtb-0000000b",
        },
    ],
}


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    with running() as process:
        process.configure({"scope": "always"})
        yield process


def build(plan: Plan) -> Recording:
    """What `__main__.py` does with a plan."""
    return record(lambda: components.build(plan))


def of_type(recording: Recording, leaf: str) -> dict[str, Any]:
    return {i["name"]: i["properties"] for i in recording.registered if i["type"].endswith(f":{leaf}")}


def test_the_names_of_all_resources_are_the_reviewed_ones(snapshot: SnapshotAssertion) -> None:
    assert "\n".join(build(make("eu-west-1")).lines()) == snapshot


@pytest.mark.parametrize("region", ["us-east-1", "me-south-1", "ap-northeast-1"])
def test_moving_to_another_region_renames_nothing(region: str) -> None:
    assert build(make(region)).lines() == build(make("eu-west-1")).lines()


def test_tags_and_the_order_of_zones_rename_nothing() -> None:
    zones = {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1b", "eu-west-1a"]}
    other = build(make("eu-west-1", network={"create": zones}, tags={"team": "platform"}))
    assert other.lines() == build(make("eu-west-1")).lines()


@pytest.mark.parametrize("region", TABLE)
def test_the_pack_has_nothing_to_say_about_the_components_in_any_region(pack: Pack, region: str) -> None:
    assert pack.judge(build(make(region)).graph(region)) == []


def test_the_pack_has_nothing_to_say_about_an_existing_network(pack: Pack) -> None:
    assert pack.judge(build(make("eu-west-1", network=GIVEN)).graph("eu-west-1")) == []


def test_every_resource_that_takes_tags_has_them() -> None:
    recording = build(make("eu-west-1", tags={"team": "platform"}))
    untagged = {
        item["name"]
        for item in recording.registered
        if item["type"].startswith("aws:") and item["properties"].get("tags", {}).get("team") != "platform"
    }
    # An association takes no tags.
    assert untagged == set(of_type(recording, "RouteTableAssociation"))


def test_interface_endpoints_say_private_dns_and_policy_aloud() -> None:
    endpoints = of_type(build(make("eu-west-1")), "VpcEndpoint")
    interfaces = {name: e for name, e in endpoints.items() if e["vpcEndpointType"] == "Interface"}
    assert set(interfaces) == {"ssm-ssm", "ssm-ssmmessages", "ssm-ec2messages", "ssm-ec2"}
    for endpoint in interfaces.values():
        assert endpoint["privateDnsEnabled"] is True
        assert endpoint["policy"].startswith('{"Version":"2012-10-17"')
        assert len(endpoint["subnetIds"]) == 2
        assert len(endpoint["securityGroupIds"]) == 1


def test_everything_a_policy_reads_is_plain_in_a_preview() -> None:
    for endpoint in of_type(build(make("eu-west-1")), "VpcEndpoint").values():
        for key in ("serviceName", "vpcEndpointType", "policy"):
            assert endpoint[key] != UNKNOWN_STRING
        assert endpoint["vpcId"] == UNKNOWN_STRING


def test_the_security_group_admits_https_from_each_client_block_and_lets_nothing_out() -> None:
    recording = build(make("eu-west-1", network={**GIVEN, "clientCidrs": ["10.9.0.0/16"]}))
    (group,) = of_type(recording, "SecurityGroup").values()
    assert group.keys().isdisjoint({"ingress", "egress", "name"})
    rules = of_type(recording, "SecurityGroupIngressRule")
    assert set(rules) == {f"ssm-https-{block}" for block in ("10.0.1.0-24", "10.0.2.0-24", "10.9.0.0-16")}
    for name, rule in rules.items():
        assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 443, 443)
        assert rule["cidrIpv4"].replace("/", "-") in name
        assert rule["description"]
    assert of_type(recording, "SecurityGroupEgressRule") == {}


def test_the_private_network_has_dns_and_no_way_out() -> None:
    recording = build(make("eu-west-1"))
    (vpc,) = of_type(recording, "Vpc").values()
    assert vpc["enableDnsSupport"] is True
    assert vpc["enableDnsHostnames"] is True
    kinds = {item["type"].split(":")[-1] for item in recording.registered}
    assert kinds.isdisjoint({"InternetGateway", "NatGateway", "Route", "EgressOnlyInternetGateway"})
    assert (
        set(of_type(recording, "Subnet"))
        == {"private-a", "private-b"}
        == set(of_type(recording, "RouteTable"))
    )


def test_the_gateway_is_on_every_node_route_table() -> None:
    plan = make("eu-west-1", network=GIVEN)
    assert isinstance(plan.network, GivenNetwork)
    gateway = of_type(build(plan), "VpcEndpoint")["ssm-s3"]
    assert gateway["routeTableIds"] == ["rtb-0000000a", "rtb-0000000b"]
    assert gateway["policy"] == plan.gateway_endpoint.policy


def test_a_preview_says_what_reaches_beyond_the_nodes(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        build(make("eu-west-1", network=GIVEN))
    assert "all S3 traffic of route table(s) rtb-0000000a, rtb-0000000b" in caplog.text
    assert "private DNS will send every client of ssm, ssmmessages, ec2messages, ec2" in caplog.text
