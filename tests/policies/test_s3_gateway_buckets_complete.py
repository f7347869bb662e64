from typing import Any

from tests.policies.conftest import Judge


def test_a_missing_gateway_is_one_finding(judge: Judge) -> None:
    (said,) = judge.fixture("fail-no-gateway")
    assert "VPC 'net' has no Gateway endpoint for com.amazonaws.eu-west-1.s3" in said


def test_a_policy_of_its_own_counts_as_the_endpoints(judge: Judge) -> None:
    (said,) = judge.fixture("fail-detached-policy")
    assert (
        "VPC 'net': S3 gateway endpoint 's3': its policy does not admit aws-patch-manager-eu-west-1-5522fb710"
        in said
    )


def test_full_access_is_enough_said_or_unsaid(judge: Judge) -> None:
    assert judge.fixture("pass-full-access") == []


def test_names_given_by_the_packs_owner_are_required(judge: Judge) -> None:
    given = {
        family: f"given-{family}" for family in ("aws-ssm", "patch-baseline-snapshot", "aws-patch-manager")
    }
    config: dict[str, Any] = {
        "awsManaged": {**given, "birdwatcher": "given-birdwatcher"},
        "features": {"windows": False},
        "minimumAgentVersion": "3.3.40.0",
    }
    resources = (
        {"Vpc": "net"},
        {"RouteTable": "a", "vpcId": "${net}"},
        {
            "VpcEndpoint": "s3",
            "vpcId": "${net}",
            "serviceName": "com.amazonaws.us-gov-west-1.s3",
            "routeTableIds": ["${a}"],
            "policy": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",'
            '"Resource":["arn:aws-us-gov:s3:::given-aws-ssm/*","arn:aws-us-gov:s3:::amazon-ssm-us-gov-west-1/*"]}]}',
        },
    )
    said = judge.resources(*resources, config=config, region="us-gov-west-1")
    assert sorted(
        name for name in config["awsManaged"].values() for text in said if f"admit {name} " in text
    ) == [
        "given-aws-patch-manager",
        "given-birdwatcher",
        "given-patch-baseline-snapshot",
    ]
    unnamed = judge.resources(*resources, config={"minimumAgentVersion": "3.3.40.0"}, region="us-gov-west-1")
    assert sum("does not publish the name" in text for text in unnamed) == 5
