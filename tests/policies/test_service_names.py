"""Which endpoint service a name means, however wrong its Region or prefix."""

import pytest

from policies.service_names import is_s3_interface, service_meant


@pytest.mark.parametrize(
    ("name", "service"),
    [
        ("com.amazonaws.eu-west-1.ssm", "ssm"),
        ("com.amazonaws.eu-wst-1.ssm", "ssm"),
        ("com.amazonaws.ssm", "ssm"),
        ("amazonaws.ssm", "ssm"),
        ("aws.amazonaws.eu-west-1.kms", "kms"),
        ("cn.com.amazonaws.cn-north-1.ec2", "ec2"),
        # Secret Regions name EC2 without "amazonaws".
        ("gov.ic.c2s.us-iso-east-1.ec2", "ec2"),
        ("gov.sgov.sc2s.us-isob-east-1.ec2", "ec2"),
        # Whole labels only.
        ("com.amazonaws.eu-west-1.ssm-contacts", None),
        ("com.amazonaws.eu-west-1.ecr.api", None),
        ("com.amazonaws.eu-west-1.dynamodb", None),
        ("com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0", None),
        ("com.acme.eu-west-1.ssm", None),
        ("com.notamazonaws.eu-west-1.ssm", None),
        ("ssm", None),
        ("", None),
    ],
)
def test_a_name_means_a_service_of_ours_by_its_last_label(name: str, service: str | None) -> None:
    assert service_meant(name) == service


@pytest.mark.parametrize(
    ("name", "region", "type_", "is_one"),
    [
        ("com.amazonaws.eu-west-1.s3", "eu-west-1", "Interface", True),
        ("cn.com.amazonaws.cn-north-1.s3", "cn-north-1", "Interface", True),
        ("cn.com.amazonaws.cn-north-1.s3", "cn-north-1", "Gateway", False),
        ("cn.com.amazonaws.cn-north-1.s3", "cn-north-1", None, False),
        ("com.amazonaws.us-east-1.s3", "eu-west-1", "Interface", False),
        ("com.amazonaws.eu-west-1.s3-outposts", "eu-west-1", "Interface", False),
        ("com.amazonaws.my-eu-west-1.s3", "eu-west-1", "Interface", False),
    ],
)
def test_s3_has_interface_endpoints_too(name: str, region: str, type_: str | None, is_one: bool) -> None:
    assert is_s3_interface(name, region, type_) is is_one
