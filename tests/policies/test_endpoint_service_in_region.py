import pytest

from tests.policies.conftest import Judge


def endpoint(name: str, **props: object) -> dict[str, object]:
    return {"VpcEndpoint": "e", "serviceName": name, "vpcEndpointType": "Interface", **props}


def test_another_regions_service_is_named_with_the_right_one(judge: Judge) -> None:
    (said,) = judge.fixture("fail-another-region")
    assert "names 'com.amazonaws.us-east-1.ssm'" in said
    assert 'fix: service_name="com.amazonaws.eu-west-1.ssm"' in said


@pytest.mark.parametrize(
    ("region", "wrong", "right"),
    [
        ("cn-north-1", "com.amazonaws.cn-north-1.ec2", "cn.com.amazonaws.cn-north-1.ec2"),
        ("cn-north-1", "cn.com.amazonaws.cn-north-1.ssm", "com.amazonaws.cn-north-1.ssm"),
        ("eu-west-1", "cn.com.amazonaws.eu-west-1.ec2", "com.amazonaws.eu-west-1.ec2"),
        ("us-iso-east-1", "com.amazonaws.us-iso-east-1.ec2", "gov.ic.c2s.us-iso-east-1.ec2"),
        ("us-gov-west-1", "com.amazonaws.us-west-1.ssm", "com.amazonaws.us-gov-west-1.ssm"),
        ("eu-west-1", "com.amazonaws.eu-wst-1.ssm", "com.amazonaws.eu-west-1.ssm"),
        ("eu-west-1", "com.amazonaws.ssm", "com.amazonaws.eu-west-1.ssm"),
    ],
)
def test_a_name_of_another_partition_or_of_none_is_blocked(
    judge: Judge, region: str, wrong: str, right: str
) -> None:
    (said,) = judge.resources(endpoint(wrong), region=region)
    assert f'fix: service_name="{right}"' in said
    assert judge.resources(endpoint(right), region=region) == []


@pytest.mark.parametrize(
    "name",
    [
        "com.amazonaws.us-east-1.ssm-contacts",
        "com.amazonaws.us-east-1.ecr.api",
        "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
        "com.acme.us-east-1.kms",
    ],
)
def test_services_that_nodes_do_not_need_are_left_alone(judge: Judge, name: str) -> None:
    assert judge.resources(endpoint(name)) == []


def test_cross_region_privatelink_is_fine_where_aws_offers_it(judge: Judge) -> None:
    assert judge.resources(endpoint("com.amazonaws.us-east-1.kms", serviceRegion="us-east-1")) == []
    assert len(judge.resources(endpoint("com.amazonaws.us-east-1.ssm", serviceRegion="us-east-1"))) == 1


def test_the_resources_own_region_wins_over_the_providers(judge: Judge) -> None:
    assert judge.resources(endpoint("com.amazonaws.us-east-1.ssm", region="us-east-1")) == []
    assert len(judge.resources(endpoint("com.amazonaws.eu-west-1.ssm", region="us-east-1"))) == 1


def test_an_unknown_name_is_no_violation(judge: Judge) -> None:
    assert judge.resources(endpoint("${?}")) == []


def test_s3_also_has_interface_endpoints(judge: Judge) -> None:
    assert judge.resources(endpoint("cn.com.amazonaws.cn-north-1.s3"), region="cn-north-1") == []
    assert (
        len(
            judge.resources(
                endpoint("cn.com.amazonaws.cn-north-1.s3", vpcEndpointType="Gateway"), region="cn-north-1"
            )
        )
        == 1
    )
