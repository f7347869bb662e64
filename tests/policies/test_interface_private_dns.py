"""Private DNS of the endpoints that nodes need is on, or a hosted zone answers in its place."""

import pytest

from tests.policies.conftest import Judge
from tests.support.graph import UNKNOWN_STRING, JsonObject


def test_private_dns_that_is_off_is_named_with_its_endpoint(judge: Judge) -> None:
    (said,) = judge.fixture("fail-off")
    assert "VPC 'net': private DNS of 'ssm' (com.amazonaws.eu-west-1.ssm) is off" in said
    assert "fix: private_dns_enabled=True on 'ssm'" in said


def test_private_dns_that_nobody_gave_is_off_and_not_merely_unknown(judge: Judge) -> None:
    endpoint = {
        "VpcEndpoint": "ssm",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-1.ssm",
        "vpcEndpointType": "Interface",
        "subnetIds": ["subnet-0123456789abcdef0"],
    }
    (said,) = judge.resources({"Vpc": "net"}, endpoint, config={"onUnknown": "warn"})
    assert "is off" in said


def test_unknown_private_dns_cannot_be_proven(judge: Judge) -> None:
    (said,) = judge.fixture("fail-unknown")
    assert "is not known in the preview" in said
    assert judge.fixture("fail-unknown", {"onUnknown": "warn"}) == []


def test_an_endpoint_that_nodes_do_not_need_may_have_it_off(judge: Judge) -> None:
    assert judge.fixture("fail-off", {"features": {"patchManager": False}}) != []
    kms = {
        "VpcEndpoint": "kms",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-1.kms",
        "privateDnsEnabled": False,
    }
    assert (
        judge.resources(
            {"Vpc": "net"}, kms | {"vpcEndpointType": "Interface", "subnetIds": ["subnet-00000000"]}
        )
        == []
    )


# --- A hosted zone in its place ---------------------------------------------------------------------------------------
HERE = {"hostedZones": [{"vpc": "*", "services": ["ssm"], "where": "this stack"}]}
NET: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}
OFF: JsonObject = {
    "VpcEndpoint": "ssm",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.ssm",
    "vpcEndpointType": "Interface",
    "subnetIds": ["subnet-0123456789abcdef0"],
}
ZONE: JsonObject = {"Zone": "z", "name": "ssm.eu-west-1.amazonaws.com", "vpcs": [{"vpcId": "${net}"}]}
RECORD: JsonObject = {
    "Record": "r",
    "zoneId": "${z}",
    "name": "ssm.eu-west-1.amazonaws.com",
    "type": "A",
    "aliases": [
        {"name": "${VpcEndpoint.ssm}", "zoneId": "${VpcEndpoint.ssm}", "evaluateTargetHealth": False}
    ],
}


def with_zone(judge: Judge, zone: JsonObject, record: JsonObject, *more: JsonObject) -> list[str]:
    return judge.resources(NET, OFF, {**ZONE, **zone}, {**RECORD, **record}, *more, config=HERE)


@pytest.mark.parametrize(
    ("zone", "record"),
    [
        ({}, {}),
        ({"name": "ssm.eu-west-1.amazonaws.com."}, {"name": "ssm.eu-west-1.amazonaws.com."}),
        ({"name": "SSM.eu-west-1.amazonaws.com"}, {"name": "SSM.eu-west-1.amazonaws.com"}),
        ({}, {"name": ""}),
        ({"vpcs": [{"vpcId": "vpc-0123456789abcdef0"}, {"vpcId": "${net}"}]}, {}),
        ({"vpcs": "${net}"}, {}),
    ],
    ids=["as it is", "with the root's dot", "in capitals", "at the apex", "in two VPCs", "of unknown form"],
)
def test_a_zone_that_answers_in_the_vpc_stands_in(judge: Judge, zone: JsonObject, record: JsonObject) -> None:
    said = with_zone(judge, zone, record)
    assert bool(said) is (zone.get("vpcs") == "${net}")


@pytest.mark.parametrize(
    ("zone", "record"),
    [
        ({"name": "eu-west-1.amazonaws.com"}, {}),
        ({"name": UNKNOWN_STRING}, {}),
        ({"vpcs": []}, {}),
        ({"vpcs": [UNKNOWN_STRING, {"vpcId": "vpc-0123456789abcdef1"}]}, {}),
        ({}, {"name": "www.ssm.eu-west-1.amazonaws.com"}),
        ({}, {"type": "TXT"}),
        ({}, {"aliases": [{"name": "${net}", "zoneId": "${net}", "evaluateTargetHealth": False}]}),
        ({}, {"zoneId": "Z0123456789ABCDEFGHIJ"}),
    ],
    ids=[
        *("a zone of more", "a zone of unknown name", "a zone of no VPC", "a zone of another VPC"),
        *("a record of another name", "a text", "an alias of something else", "a record of another zone"),
    ],
)
def test_a_zone_that_only_looks_alike_does_not(judge: Judge, zone: JsonObject, record: JsonObject) -> None:
    (said,) = with_zone(judge, zone, record)
    assert "is off and no hosted zone here stands in for it" in said


@pytest.mark.parametrize(
    ("address", "right", "wrong"),
    [("ipv6", "AAAA", "A"), ("dualstack", "A", "AAAA"), ("ipv4", "A", "AAAA")],
)
def test_the_record_is_of_the_type_that_the_endpoint_has_addresses_of(
    judge: Judge, address: str, right: str, wrong: str
) -> None:
    """A hub with IPv6 endpoints makes AAAA records alone: an A record would stand for nothing."""
    off = {**OFF, "ipAddressType": address}
    assert judge.resources(NET, off, ZONE, {**RECORD, "type": right}, config=HERE) == []
    (said,) = judge.resources(NET, off, ZONE, {**RECORD, "type": wrong}, config=HERE)
    assert f"for this VPC with an {right} record, alias of 'ssm'" in said


def test_a_zone_and_its_vpc_may_be_known_by_id(judge: Judge) -> None:
    vpc = "vpc-0123456789abcdef0"
    off = {**OFF, "vpcId": vpc}
    assert judge.resources(off, {**ZONE, "vpcs": [{"vpcId": vpc}]}, RECORD, config=HERE) == []
    apart = {"ZoneAssociation": "x", "zoneId": "${z}", "vpcId": vpc}
    of_another = {**ZONE, "vpcs": [{"vpcId": "vpc-0123456789abcdef1"}]}
    assert judge.resources(off, of_another, RECORD, apart, config=HERE) == []
    assert judge.resources(off, of_another, RECORD, config=HERE) != []


def test_a_zone_of_one_vpc_does_not_answer_in_another(judge: Judge) -> None:
    other = {**OFF, "VpcEndpoint": "ssm-too", "vpcId": "${other}"}
    (said,) = with_zone(judge, {}, {}, {**NET, "Vpc": "other"}, other)
    assert "VPC 'other': private DNS of 'ssm-too'" in said


def test_a_zone_answers_in_every_vpc_that_it_is_associated_with(judge: Judge) -> None:
    """Inline with one, by resources of their own with two more."""
    others: list[JsonObject] = [{**NET, "Vpc": name} for name in ("one", "two")]
    apart: list[JsonObject] = [
        {"ZoneAssociation": name, "zoneId": "${z}", "vpcId": f"${{Vpc.{name}}}"} for name in ("one", "two")
    ]
    assert with_zone(judge, {}, {}, *others, *apart) == []
    assert with_zone(judge, {"vpcs": [{"vpcId": "${Vpc.one}"}]}, {}, *others, *apart[:1]) != []


def test_a_zone_that_is_declared_for_another_vpc_or_service_is_no_way_out(judge: Judge) -> None:
    for entry in ({"vpc": "urn:*::other"}, {"services": ["ec2"]}, {}):
        config = {"hostedZones": [{"vpc": "*", "services": ["ssm"], "where": "the network stack", **entry}]}
        assert bool(judge.resources(NET, OFF, config=config)) is bool(entry), entry


def test_of_two_endpoints_either_may_be_the_one_that_the_zone_names(judge: Judge) -> None:
    second = {**OFF, "VpcEndpoint": "another"}
    assert with_zone(judge, {}, {}, second) == []
