"""An endpoint's type is its service's."""

import pytest

from tests.policies.conftest import Judge
from tests.support.graph import UNKNOWN_STRING, JsonObject

SSM: JsonObject = {"VpcEndpoint": "ssm", "vpcId": "${?}", "serviceName": "com.amazonaws.eu-west-1.ssm"}


def test_an_endpoint_without_a_type_is_a_gateway_and_said_so(judge: Judge) -> None:
    (said,) = judge.fixture("fail-no-type")
    assert "says no type, which means Gateway, but the service has Interface endpoints" in said
    assert 'fix: vpc_endpoint_type="Interface"' in said


@pytest.mark.parametrize("type_", ["Gateway", "GatewayLoadBalancer", "interface", ""])
def test_any_other_type_is_wrong(judge: Judge, type_: str) -> None:
    assert len(judge.resources({**SSM, "vpcEndpointType": type_})) == 1


def test_an_unknown_type_is_not_proven(judge: Judge) -> None:
    (said,) = judge.resources({**SSM, "vpcEndpointType": UNKNOWN_STRING})
    assert "a type that is not known in the preview" in said
    assert judge.resources({**SSM, "vpcEndpointType": UNKNOWN_STRING}, config={"onUnknown": "warn"}) == []


def test_a_gateway_with_subnets_is_refused_by_aws(judge: Judge) -> None:
    s3 = {"VpcEndpoint": "s3", "vpcId": "${?}", "serviceName": "com.amazonaws.eu-west-1.s3"}
    (said,) = judge.resources({**s3, "subnetIds": ["subnet-0123456789abcdef0"]})
    assert "is of type Gateway and has subnetIds, which AWS refuses" in said
    assert judge.resources({**s3, "routeTableIds": ["rtb-0123456789abcdef0"], "subnetIds": []}) == []


def test_an_interface_with_route_tables_is_refused_by_aws(judge: Judge) -> None:
    (said,) = judge.resources(
        {**SSM, "vpcEndpointType": "Interface", "routeTableIds": ["rtb-0123456789abcdef0"]}
    )
    assert "has routeTableIds" in said


def test_other_services_and_look_alikes_are_left_alone(judge: Judge) -> None:
    for name in (
        "com.amazonaws.eu-west-1.dynamodb",
        "com.amazonaws.vpce.eu-west-1.vpce-svc-0123",
        UNKNOWN_STRING,
    ):
        assert judge.resources({**SSM, "serviceName": name}) == []


def test_chinas_ec2_and_its_s3_interface_are_known(judge: Judge) -> None:
    ec2 = {"VpcEndpoint": "ec2", "vpcId": "${?}", "serviceName": "cn.com.amazonaws.cn-north-1.ec2"}
    assert judge.resources(ec2, region="cn-north-1")
    assert judge.resources({**ec2, "vpcEndpointType": "Interface"}, region="cn-north-1") == []
