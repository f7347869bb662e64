"""Which names and patterns mean a bucket of AWS's, and what is wrong with them in a Region."""

import pytest

from blueprint.catalog import Region, load
from policies.bucket_names import (
    family_of,
    is_of_aws,
    is_pattern,
    opens_up,
    owner_of,
    without_variables,
    wrong_with,
)

IRELAND, GOVCLOUD = load().region("eu-west-1"), load().region("us-gov-west-1")
GIVEN = {"aws-patch-manager": "aws-patch-manager-us-gov-west-1-0a1b2c3d4"}


@pytest.mark.parametrize(
    ("bucket", "family"),
    [
        # As AWS publishes them.
        ("aws-ssm-eu-west-1", "aws-ssm"),
        ("patch-baseline-snapshot-me-south-1-uduvl7q8", "patch-baseline-snapshot"),
        ("eu-west-1-birdwatcher-prod", "birdwatcher"),
        ("amazonlinux.eu-west-1.amazonaws.com", "amazonlinux"),
        ("al2023-repos-eu-west-1-de612dc2", "al2023-repos"),
        ("amazon-ssm-packages-eu-west-1", "amazon-ssm-packages"),
        # Of a Region that is not one (yet), or goes on in another way.
        ("aws-ssm-eu-west-9", "aws-ssm"),
        ("aws-ssm-eu-west-1-evil", "aws-ssm"),
        ("il-central-9-birdwatcher-prod", "birdwatcher"),
        ("packages.eu-west-9.amazonaws.com", "amazonlinux-packages"),
        # Patterns.
        ("aws-ssm-*", "aws-ssm"),
        ("aws-ssm-eu-west-?", "aws-ssm"),
        ("?ws-ssm-*", "aws-ssm"),
        ("*-birdwatcher-prod", "birdwatcher"),
        ("aws-windows-*", "aws-windows-downloads"),
        ("*windows-downloads*", "aws-windows-downloads"),
        # Somebody else's, and everything.
        ("", None),
        ("*", None),
        ("?*", None),
        ("*e*", None),
        ("*-prod", None),
        ("*-prod-*", None),
        ("*-1", None),
        ("?*-1", None),
        ("acme-*", None),
        ("*acme*", None),
        ("aws-ssm-logs", None),
        ("my-aws-ssm-eu-west-1", None),
        ("repo.eu-west-1.emr.amazonaws.com", None),
    ],
)
def test_a_name_or_pattern_is_of_the_family_that_it_resembles(bucket: str, family: str | None) -> None:
    assert family_of(bucket) == family
    assert is_of_aws(f"arn:aws:s3:::{bucket}/*") is (family is not None)
    assert not is_of_aws(f"arn:aws:s3:eu-west-1:111122223333:{bucket}/*")


def test_every_published_name_is_of_its_own_family() -> None:
    for family in load().buckets.values():
        for region in load().regions.values():
            name = region.bucket(family)
            assert name is None or family_of(name) == family.id


def test_only_an_exact_published_name_has_an_owner() -> None:
    assert owner_of("aws-ssm-us-east-1") == "us-east-1"
    assert owner_of("patch-baseline-snapshot-me-south-1-uduvl7q8") == "me-south-1"
    assert owner_of("patch-baseline-snapshot-me-south-1") is None
    assert owner_of("aws-ssm-*") is None


@pytest.mark.parametrize(
    ("text", "pattern"),
    [("a*", True), ("a?b", True), ("*?", True), ("a", False), ("", False), ("${a}", False)],
)
def test_wildcards_are_the_star_and_the_question_mark(text: str, pattern: bool) -> None:
    assert is_pattern(text) is pattern


def test_a_variable_may_turn_out_to_be_anything() -> None:
    assert without_variables("arn:aws:s3:::a-${aws:x}-${b}/*") == "arn:aws:s3:::a-*-*/*"
    assert without_variables("arn:aws:s3:::$a{b}") == "arn:aws:s3:::$a{b}"


@pytest.mark.parametrize(
    ("pattern", "region", "partition"),
    [
        ("*", IRELAND, "aws"),
        ("arn:aws:s3:*", IRELAND, "aws"),
        ("arn:*", IRELAND, "aws"),
        ("arn:aws-us-gov:s3:*", GOVCLOUD, "aws-us-gov"),
        ("arn:aws-us-gov:*", GOVCLOUD, "aws-us-gov"),
        ("arn:aws:sqs:*:*:aws-ssm", IRELAND, "aws"),
    ],
)
def test_full_access_and_what_admits_none_of_aws_buckets_are_left_alone(
    pattern: str, region: Region, partition: str
) -> None:
    assert opens_up(pattern, partition) is None
    assert wrong_with(pattern, region, {}) is None


@pytest.mark.parametrize(
    ("pattern", "region"),
    [
        ("arn:aws:s3:*:*:aws-ssm-us-east-1/*", IRELAND),
        ("arn:aws:s3*aws-ssm-*", IRELAND),
        ("*aws-ssm-*", IRELAND),
        ("arn:aws-us-gov:*amazon-ssm-us-gov-west-1/*", GOVCLOUD),
    ],
)
def test_a_pattern_of_another_shape_is_shown_a_bucket_that_it_admits(pattern: str, region: Region) -> None:
    here = region.partition.id
    admitted = opens_up(pattern, here)
    assert admitted
    assert owner_of(admitted.removeprefix(f"arn:{here}:s3:::"))
    said = f"a pattern that also admits {admitted}.\nfix: arn:{here}:s3:::<the exact name>/*"
    assert wrong_with(pattern, region, {}) == said


FIX = "\nfix: arn:aws:s3:::aws-ssm-eu-west-1/*"


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        ("arn:aws:s3:::aws-ssm-eu-west-1/*", None),
        ("arn:aws:s3:::aws-ssm-eu-west-1", None),
        ("arn:*:s3:::aws-ssm-eu-west-1/agent/*", None),
        ("arn:aws:s3:::acme/*", None),
        ("arn:aws-cn:s3:::aws-ssm-eu-west-1/*", f"partition 'aws-cn' is not 'aws'.{FIX}"),
        (
            "arn:aws:s3:::aws-ssm-us-east-1/*",
            f"the bucket of us-east-1, which a gateway endpoint in eu-west-1 does not reach.{FIX}",
        ),
        (
            "arn:aws:s3:::aws-ssm-*/*",
            f"a wildcard in the name of an AWS-owned bucket (aws-ssm) also admits buckets of strangers.{FIX}",
        ),
        (
            "arn:aws:s3:::aws-ssm-eu-west-9/*",
            f"AWS publishes no bucket (aws-ssm) of that name for eu-west-1.{FIX}",
        ),
    ],
)
def test_what_is_wrong_is_said_with_the_name_to_write(pattern: str, wrong: str | None) -> None:
    assert wrong_with(pattern, IRELAND, {}) == wrong


@pytest.mark.parametrize(
    ("pattern", "wrong"),
    [
        ("arn:aws-us-gov:s3:::aws-patch-manager-us-gov-west-1-0a1b2c3d4/*", None),
        (
            "arn:aws:s3:::aws-patch-manager-us-gov-west-1-0a1b2c3d4/*",
            "partition 'aws' is not 'aws-us-gov'.\n"
            "fix: arn:aws-us-gov:s3:::aws-patch-manager-us-gov-west-1-0a1b2c3d4/*",
        ),
        (
            "arn:aws-us-gov:s3:::aws-patch-manager-us-gov-west-1-ffffffff/*",
            "AWS publishes no bucket (aws-patch-manager) of that name for us-gov-west-1.\n"
            "fix: arn:aws-us-gov:s3:::aws-patch-manager-us-gov-west-1-0a1b2c3d4/*",
        ),
        (
            "arn:aws-us-gov:s3:::aws-ssm-us-gov-west-1/*",
            "AWS publishes no bucket (aws-ssm) of that name for us-gov-west-1.\n"
            "fix: arn:aws-us-gov:s3:::<the exact name>/*",
        ),
    ],
)
def test_a_name_that_aws_does_not_publish_is_the_owners_to_give(pattern: str, wrong: str | None) -> None:
    assert wrong_with(pattern, GOVCLOUD, GIVEN) == wrong


def test_a_given_name_makes_no_other_regions_bucket_right() -> None:
    said = wrong_with("arn:aws:s3:::aws-ssm-us-east-1/*", IRELAND, {"birdwatcher": "aws-ssm-us-east-1"})
    assert said
    assert said.startswith("the bucket of us-east-1")
