"""One source of private DNS per service and VPC."""

from tests.policies.conftest import Judge
from tests.support.graph import UNKNOWN_BOOL, UNKNOWN_STRING, JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}


def endpoint(name: str, service: str = "com.amazonaws.eu-west-1.ssm", **more: object) -> JsonObject:
    return {
        "VpcEndpoint": name,
        "vpcId": "${net}",
        "serviceName": service,
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        **more,
    }


def test_two_endpoints_of_one_service_are_said_with_both_names(judge: Judge) -> None:
    (said,) = judge.fixture("fail-two")
    assert "'second', 'ssm' have private DNS for com.amazonaws.eu-west-1.ssm in one VPC" in said
    assert "already a conflicting DNS domain" in said


def test_it_holds_for_services_that_are_not_ours(judge: Judge) -> None:
    sqs = "com.amazonaws.eu-west-1.sqs"
    assert len(judge.resources(VPC, endpoint("one", sqs), endpoint("two", sqs))) == 1


def test_one_in_each_of_two_vpcs_is_right(judge: Judge) -> None:
    assert (
        judge.resources(VPC, {**VPC, "Vpc": "other"}, endpoint("one"), endpoint("two", vpcId="${other}"))
        == []
    )


def test_vpcs_known_by_id_count(judge: Judge) -> None:
    ids = {"vpcId": "vpc-0123456789abcdef0"}
    assert len(judge.resources(endpoint("one", **ids), endpoint("two", **ids))) == 1


def test_a_detached_setting_counts(judge: Judge) -> None:
    two = endpoint("two", privateDnsEnabled=None)
    del two["privateDnsEnabled"]
    on = {"EndpointPrivateDns": "on", "vpcEndpointId": "${two}", "privateDnsEnabled": True}
    assert judge.resources(VPC, endpoint("one"), two) == []
    assert len(judge.resources(VPC, endpoint("one"), two, on)) == 1


def test_a_hosted_zone_of_the_same_name_conflicts(judge: Judge) -> None:
    zone = {"Zone": "z", "name": "ssm.eu-west-1.amazonaws.com", "vpcs": [{"vpcId": "${net}"}]}
    (said,) = judge.resources(VPC, endpoint("one"), zone)
    assert "the hosted zone 'z' of that name is associated with the same VPC" in said
    assert judge.resources(VPC, endpoint("one"), {**zone, "name": "ssm.example.com"}) == []
    assert judge.resources(VPC, endpoint("one", privateDnsEnabled=False), zone) == []


def test_what_is_not_known_is_no_second_source(judge: Judge) -> None:
    """AWS refuses what is there twice; what the preview does not know may be anything."""
    for unknown in (
        {"serviceName": UNKNOWN_STRING},
        {"vpcId": UNKNOWN_STRING},
        {"privateDnsEnabled": UNKNOWN_BOOL},
    ):
        assert judge.resources(VPC, endpoint("one", **unknown), endpoint("two", **unknown)) == [], unknown


def test_two_are_two_in_whatever_region(judge: Judge) -> None:
    two = (endpoint("one"), endpoint("two"))
    assert len(judge.resources(VPC, *two, region="")) == 1
    zone = {"Zone": "z", "name": "ssm.eu-west-1.amazonaws.com", "vpcs": [{"vpcId": "${net}"}]}
    assert judge.resources(VPC, endpoint("one"), zone, region="us-east-1") == []


def test_every_service_that_is_there_twice_is_said(judge: Judge) -> None:
    services = ("com.amazonaws.eu-west-1.ssm", "com.amazonaws.eu-west-1.sqs")
    pairs = [endpoint(f"{service[-3:]}-{n}", service) for service in services for n in (1, 2)]
    said = judge.resources(VPC, *pairs)
    assert ["'sqs-1', 'sqs-2' have" in said[0], "'ssm-1', 'ssm-2' have" in said[1], len(said)] == [
        True,
        True,
        2,
    ]


def test_a_zone_for_a_feature_that_is_off_is_nobodys_duplicate(judge: Judge) -> None:
    """Which names a service has is known of the services that nodes need."""
    zone = {"Zone": "z", "name": "kms.eu-west-1.amazonaws.com", "vpcs": [{"vpcId": "${net}"}]}
    kms = endpoint("kms", "com.amazonaws.eu-west-1.kms")
    assert judge.resources(VPC, kms, zone) == []
    assert len(judge.resources(VPC, kms, zone, config={"features": {"kmsEncryption": True}})) == 1
