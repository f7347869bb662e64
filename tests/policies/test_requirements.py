"""What nodes of a Region need: endpoints and buckets, by AWS's lists and by the pack's configuration."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from blueprint.catalog import Region, load
from policies.graph import UNKNOWN
from policies.pack_config import PackConfig, read
from policies.requirements import (
    RequiredBucket,
    buckets,
    facts_of,
    gateway,
    region_of,
    services,
    undecided,
    unpublished,
    unverified,
)
from policies.rule import Finding

IRELAND, BAHRAIN, MEXICO = (load().region(id) for id in ("eu-west-1", "me-south-1", "mx-central-1"))
CHINA, GOVCLOUD, SECRET = (load().region(id) for id in ("cn-north-1", "us-gov-west-1", "us-iso-east-1"))

Signs = Mapping[str, Mapping[str, str]]


def read_with(config: dict[str, Any] | None = None, *, seen: Signs = {}, perhaps: Signs = {}) -> PackConfig:  # noqa: B006
    """A configuration with what the stack itself shows."""
    return replace(read(config or {}), seen=seen, perhaps=perhaps)


@pytest.mark.parametrize(
    ("region", "config", "expected"),
    [
        (IRELAND, {}, "ssm ssmmessages ec2messages ec2 s3"),
        (IRELAND, {"features": {"vssSnapshots": False}}, "ssm ssmmessages ec2messages s3"),
        (
            IRELAND,
            {"features": {"kmsEncryption": True, "cloudwatchLogs": True}},
            "ssm ssmmessages ec2messages ec2 kms logs s3",
        ),
        # The agent of 3.3.40.0 and later uses ssmmessages alone; as numbers, 3.10 is later than 3.3.
        (IRELAND, {"minimumAgentVersion": "3.3.39.9999"}, "ssm ssmmessages ec2messages ec2 s3"),
        (IRELAND, {"minimumAgentVersion": "3.3.40.0"}, "ssm ssmmessages ec2 s3"),
        (IRELAND, {"minimumAgentVersion": "3.10.0.0"}, "ssm ssmmessages ec2 s3"),
        # Launched since 2024, without the older message service.
        (MEXICO, {}, "ssm ssmmessages ec2 s3"),
        # Whether there is one, nobody could verify.
        (SECRET, {}, "ssm ssmmessages ec2 s3"),
        # AWS's page until 2023, to the letter.
        (IRELAND, {"profile": "seed"}, "ssm ec2messages ec2 s3"),
        (
            IRELAND,
            {"profile": "seed", "features": {"vssSnapshots": False}, "minimumAgentVersion": "3.3.40.0"},
            "ssm ec2messages ec2 s3",
        ),
        (
            IRELAND,
            {"profile": "seed", "features": {"kmsEncryption": True}},
            "ssm ec2messages ec2 kms s3",
        ),
        # What is needed anyway is not required twice.
        (IRELAND, {"requiredServices": ["ssm", "kms"]}, "ssm ssmmessages ec2messages ec2 s3 kms"),
    ],
)
def test_which_endpoints_nodes_need(region: Region, config: dict[str, Any], expected: str) -> None:
    found = list(services(region, read(config)))
    assert [each.id for each in found] == expected.split()
    for each in found:
        assert each.type == ("Gateway" if each.id == "s3" else "Interface")
        assert each.name == region.service_name(each.id)


def test_names_are_those_of_the_regions_partition() -> None:
    assert [each.name for each in services(CHINA, read({"minimumAgentVersion": "3.3.40.0"}))] == [
        "com.amazonaws.cn-north-1.ssm",
        "com.amazonaws.cn-north-1.ssmmessages",
        "cn.com.amazonaws.cn-north-1.ec2",
        "com.amazonaws.cn-north-1.s3",
    ]


def test_services_that_the_owner_requires_by_full_name_count_in_their_own_region_alone() -> None:
    config = read(
        {"requiredServices": ["com.amazonaws.eu-west-1.ecr.api", "com.amazonaws.me-south-1.sts", "kms"]}
    )
    (ecr, kms) = [each for each in services(IRELAND, config) if "configuration" in each.why]
    assert (ecr.id, ecr.name) == ("api", "com.amazonaws.eu-west-1.ecr.api")
    assert (kms.id, kms.name) == ("kms", "com.amazonaws.eu-west-1.kms")
    for each in (ecr, kms):
        assert (each.type, each.why) == ("Interface", "the pack's configuration requires it")
        assert (each.way_out, each.control) == ("", "")
    (sts, kms) = [each for each in services(BAHRAIN, config) if "configuration" in each.why]
    assert (sts.name, kms.name) == ("com.amazonaws.me-south-1.sts", "com.amazonaws.me-south-1.kms")


def test_each_endpoint_says_what_else_may_be_done_about_it() -> None:
    config = read({"features": {"kmsEncryption": True}})
    found = {each.id: each for each in services(IRELAND, config)}
    assert found["ssm"].way_out == ""
    assert found["ec2messages"].way_out == (
        '\n  or, if no node runs an older agent: "minimumAgentVersion": "3.3.40.0" in the pack\'s configuration'
    )
    assert found["kms"].way_out == (
        '\n  or, if the nodes do not use it: "features": {"kmsEncryption": false} in the pack\'s configuration'
    )
    # https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
    assert (found["ssm"].control, found["ec2"].control, found["kms"].control) == ("EC2.57", "EC2.10", "")
    assert found["kms"].code == (
        'aws.ec2.VpcEndpoint("kms", vpc_id=<the VPC>, service_name="com.amazonaws.eu-west-1.kms", '
        'vpc_endpoint_type="Interface", private_dns_enabled=True, subnet_ids=[<one per zone>], '
        "security_group_ids=[<admits 443 from the nodes>])" + found["kms"].way_out
    )
    assert found["s3"] == gateway(IRELAND)
    assert found["s3"].code == (
        'aws.ec2.VpcEndpoint("s3", vpc_id=<the VPC>, service_name="com.amazonaws.eu-west-1.s3", '
        "vpc_endpoint_type=\"Gateway\", route_table_ids=[<the nodes' route tables>], policy=<the Region's buckets>)"
    )


@pytest.mark.parametrize(
    ("region", "config", "expected"),
    [
        # docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
        (
            BAHRAIN,
            {},
            [
                "aws-ssm-me-south-1",
                "amazon-ssm-me-south-1",
                "aws-windows-downloads-me-south-1",
                "patch-baseline-snapshot-me-south-1-uduvl7q8",
                "aws-patch-manager-me-south-1-a53fc9dce",
                "me-south-1-birdwatcher-prod",
            ],
        ),
        # Buckets of macOS nodes are patching's: both features have to be on.
        (
            IRELAND,
            {"features": {"windows": False, "distributor": False, "patchManager": False, "macos": True}},
            [
                "aws-ssm-eu-west-1",
                "amazon-ssm-eu-west-1",
            ],
        ),
        # Of 2023's page: "For this Region only, use the following two buckets instead".
        (IRELAND, {"profile": "seed"}, ["aws-ssm-eu-west-1", "patch-baseline-snapshot-eu-west-1"]),
        (
            BAHRAIN,
            {"profile": "seed"},
            ["patch-baseline-snapshot-me-south-1-uduvl7q8", "aws-patch-manager-me-south-1-a53fc9dce"],
        ),
        (
            GOVCLOUD,
            {
                "features": {"windows": False, "distributor": False},
                "awsManaged": {"aws-ssm": "found-by-acme"},
            },
            ["found-by-acme", "amazon-ssm-us-gov-west-1", None, None],
        ),
        # A name that AWS publishes is not the owner's to change.
        (
            IRELAND,
            {
                "profile": "seed",
                "awsManaged": {"aws-ssm": "found-by-acme"},
                "requiredBuckets": ["acme-agents"],
            },
            ["aws-ssm-eu-west-1", "patch-baseline-snapshot-eu-west-1", "acme-agents"],
        ),
    ],
)
def test_which_buckets_nodes_read(region: Region, config: dict[str, Any], expected: list[str | None]) -> None:
    assert [each.name for each in buckets(region, read(config))] == expected


def test_a_bucket_says_what_it_is_for() -> None:
    first, *_, last = buckets(IRELAND, read({"requiredBuckets": ["acme-agents"]}))
    assert first == RequiredBucket(
        "aws-ssm", "aws-ssm-eu-west-1", "modules for Command documents, patching and other"
    )
    assert last == RequiredBucket("", "acme-agents", "the pack's configuration requires it")


def test_a_name_that_aws_does_not_publish_is_asked_for() -> None:
    said = unpublished(RequiredBucket("aws-ssm", None, "modules"), GOVCLOUD)
    assert said == Finding(
        "us-gov-west-1: AWS does not publish the name of the aws-ssm bucket (modules) for partition aws-us-gov, and a guess "
        "would admit a stranger's bucket.\nfix: find out the name, and give it to this policy in the pack's configuration: "
        '{"awsManaged": {"aws-ssm": "<the exact bucket name>"}}'
    )


def test_what_nobody_could_verify_is_asked_for_unless_no_node_needs_it() -> None:
    (said,) = unverified(SECRET, read({}))
    assert said == Finding(
        "us-iso-east-1: nobody could verify whether AWS offers an endpoint for ec2messages here, and SSM Agent before "
        '3.3.40.0 would need it.\nfix: "minimumAgentVersion": "3.3.40.0" in the pack\'s configuration, if no node runs an '
        "older agent."
    )
    assert list(unverified(SECRET, read({"minimumAgentVersion": "3.3.40.0"}))) == []
    assert list(unverified(IRELAND, read({}))) == []
    assert list(unverified(MEXICO, read({}))) == []


def test_a_region_has_facts_or_is_a_finding() -> None:
    assert region_of("eu-west-1", "VPC 'net'") is IRELAND
    assert facts_of("eu-west-1") is IRELAND
    assert (facts_of("eu-wst-1"), facts_of(UNKNOWN), facts_of(None)) == (None, None, None)
    assert region_of("eu-wst-1", "VPC 'net'") == Finding(
        "VPC 'net': 'eu-wst-1' is not a Region with known names (blueprint/facts/regions.toml); did you mean eu-west-1?\n"
        "fix: correct the Region, or, if AWS has a new one of that name, add its row from AWS's pages"
    )
    way_out = (
        "so nothing about it can be proven.\n"
        "fix: set it in plain text: `pulumi config set aws:region <region>`, or `region` of an explicit aws.Provider."
    )
    assert region_of(UNKNOWN, "VPC 'net'") == Finding(
        f"VPC 'net': its Region cannot be read in the preview, {way_out}", unproven=True
    )
    assert region_of(None, "VPC 'net'") == Finding(
        f"VPC 'net': its Region is not given, {way_out}", unproven=True
    )


def test_what_the_stack_shows_is_needed_unless_the_owner_turned_it_off() -> None:
    shown = {"kmsEncryption": {"eu-west-1": "'prefs' is a Session document with kmsKeyId"}}
    config = read_with(seen=shown)
    (kms,) = [each for each in services(IRELAND, config) if each.id == "kms"]
    assert kms.why == (
        "AWS KMS encryption for Session Manager or for Parameter Store parameters; "
        "'prefs' is a Session document with kmsKeyId"
    )
    assert "kms" not in [each.id for each in services(BAHRAIN, config)]
    assert "kms" in [each.id for each in services(IRELAND, read_with({"profile": "seed"}, seen=shown))]
    off = read_with({"features": {"kmsEncryption": False}}, seen=shown)
    assert "kms" not in [each.id for each in services(IRELAND, off)]


def test_what_cannot_be_told_is_asked_for_once_and_only_where_it_decides() -> None:
    perhaps = {
        "kmsEncryption": {"eu-west-1": "'p' is a parameter of a type that is not known in the preview"}
    }
    (said,) = undecided(IRELAND, read_with(perhaps=perhaps))
    assert said == Finding(
        "eu-west-1: 'p' is a parameter of a type that is not known in the preview, so whether nodes need the endpoint kms "
        'cannot be proven.\nfix: give it in plain text, or decide "features": {"kmsEncryption": true or false} in the '
        "pack's configuration",
        unproven=True,
    )
    assert list(undecided(BAHRAIN, read_with(perhaps=perhaps))) == []
    assert list(undecided(IRELAND, read_with(perhaps=perhaps, seen=perhaps))) == []
    for decided in (True, False):
        config = read_with({"features": {"kmsEncryption": decided}}, perhaps=perhaps)
        assert list(undecided(IRELAND, config)) == []
