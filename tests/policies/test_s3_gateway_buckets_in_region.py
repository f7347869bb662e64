import json

import pytest

from tests.policies.conftest import Judge


def named(bucket: str, partition: str = "aws", **statement: object) -> dict[str, object]:
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:{partition}:s3:::{bucket}/*",
                **statement,
            }
        ],
    }
    return {"VpcEndpoint": "s3", "serviceName": "com.amazonaws.eu-west-1.s3", "policy": json.dumps(document)}


def test_another_regions_bucket_is_named_with_its_region_and_the_right_name(judge: Judge) -> None:
    (said,) = judge.fixture("fail-another-region")
    assert "the bucket of me-south-1, which a gateway endpoint in eu-west-1 does not reach" in said
    assert "fix: arn:aws:s3:::patch-baseline-snapshot-eu-west-1/*" in said


def test_a_policy_of_its_own_is_read_as_well(judge: Judge) -> None:
    (said,) = judge.fixture("fail-wildcard")
    assert "a wildcard in the name of an AWS-owned bucket (aws-ssm) also admits buckets of strangers" in said


@pytest.mark.parametrize(
    "bucket",
    [
        "aws-ssm-*",
        "aws-ssm-eu-*",
        "aws-ssm-eu-west-?",
        "patch-baseline-snapshot-*",
        "aws-patch-manager-eu-west-1-*",
        "aws-patchmanager-macos-*",
        "*-birdwatcher-prod",
        "eu-west-1-*",
        "aws-*",
        "patch-baseline-snapshot-me-south-1",
        "aws-patch-manager-eu-west-1-a53fc9dce",
        "aws-ssm-eu-west-1-evil",
        "al2023-repos-us-east-1-de612dc2",
    ],
)
def test_a_name_that_looks_like_aws_and_is_not_this_regions_is_blocked(judge: Judge, bucket: str) -> None:
    assert len(judge.resources(named(bucket))) == 1


@pytest.mark.parametrize(
    "bucket",
    [
        "*",
        "acme-*",
        "acme-logs",
        "aws-ssm-logs",
        "my-aws-ssm-eu-west-2-copy",
        "*-prod",
        "acme-*-prod",
        "*logs*",
        "repo.eu-west-1.emr.amazonaws.com",
        "amazoncloudwatch-agent-eu-west-1",
    ],
)
def test_everybody_elses_buckets_and_full_access_are_left_alone(judge: Judge, bucket: str) -> None:
    assert judge.resources(named(bucket)) == []


def test_another_partition_is_named(judge: Judge) -> None:
    (said,) = judge.resources(named("aws-ssm-eu-west-1", partition="aws-cn"))
    assert "partition 'aws-cn' is not 'aws'" in said


def test_what_is_denied_admits_nobody(judge: Judge) -> None:
    assert judge.resources(named("aws-ssm-us-east-1", Effect="Deny")) == []


def test_a_name_given_by_the_packs_owner_is_right(judge: Judge) -> None:
    endpoint = named("aws-patch-manager-us-gov-west-1-0a1b2c3d4", partition="aws-us-gov")
    assert len(judge.resources(endpoint, region="us-gov-west-1")) == 1
    given = {"awsManaged": {"aws-patch-manager": "aws-patch-manager-us-gov-west-1-0a1b2c3d4"}}
    assert judge.resources(endpoint, region="us-gov-west-1", config=given) == []


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:s3::*:aws-ssm-*/*",
        "arn:aws:s3:*:*:aws-ssm-us-east-1/*",
        "arn:aws:*:::aws-ssm-*",
        "arn:aws:s?:::aws-ssm-*/*",
        "arn:aws:s3*aws-ssm-*",
        "*aws-ssm-*",
        "arn:aws:s3:::?ws-ssm-*",
        "arn:aws:s3:::${aws:x}ssm-*",
        "arn:aws:s3:::aws-ssm-eu-west-1*",
    ],
)
def test_a_pattern_of_any_shape_is_seen_through(judge: Judge, arn: str) -> None:
    assert len(judge.resources(named("", Resource=arn))) == 1


@pytest.mark.parametrize(
    "arn", ["*", "arn:aws:s3:::*", "arn:*:s3:::*/*", "arn:aws:s3:*", "arn:aws:s3:::acme-*"]
)
def test_full_access_and_own_patterns_are_left_alone(judge: Judge, arn: str) -> None:
    assert judge.resources(named("", Resource=arn)) == []


def test_a_given_name_excuses_no_other_regions_bucket(judge: Judge) -> None:
    given = {"awsManaged": {"birdwatcher": "aws-ssm-us-east-1"}}
    assert len(judge.resources(named("aws-ssm-us-east-1"), config=given)) == 1
