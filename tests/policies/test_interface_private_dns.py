from tests.policies.conftest import Judge


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
