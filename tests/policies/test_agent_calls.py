"""What an interface endpoint's policy keeps from SSM Agent, asked as the agent asks."""

from typing import Any

import pytest

from blueprint.catalog import load
from policies.agent_calls import Blocked, blocked, services
from policies.iam import parse
from tests.policies.iam_documents import text

OURS, THEIRS = "444455556666", "777788889999"
ALL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def of(service: str, *statements: Any, region: str = "eu-west-1", hybrid: bool = False) -> list[Blocked]:
    return list(blocked(parse(text(*statements)), service, load().regions[region], hybrid=hybrid))


def test_the_services_whose_calls_are_known() -> None:
    assert services() == {"ssm", "ssmmessages", "ec2messages", "kms", "logs"}


# Of every call, of signed ones, and of those that a node makes without a signature.
EVERY: list[dict[str, Any]] = [
    {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
    {"Bool": {"aws:SecureTransport": "true", "aws:ViaAWSService": "false"}},
    {"Null": {"aws:SourceVpce": "false", "aws:SourceIp": "true", "aws:CalledVia": "true"}},
    {"Null": {"ssm:NodeAccountId": "false", "ssm:NodeOrgId": "false"}},
    {"StringEquals": {"ssm:NodeOrgId": "o-1234567890"}},
]
SIGNED: list[dict[str, Any]] = [
    {"Null": {"aws:PrincipalArn": "false", "aws:PrincipalAccount": "false", "aws:username": "true"}},
    {"Bool": {"aws:PrincipalIsAWSService": "false"}},
    {"StringEquals": {"aws:PrincipalType": "AssumedRole"}},
    {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}},
]
UNSIGNED: list[dict[str, Any]] = [
    {"Null": {"aws:PrincipalArn": "true", "aws:PrincipalOrgID": "true", "aws:PrincipalTag/team": "true"}},
]


@pytest.mark.parametrize("condition", [*EVERY, *SIGNED, *UNSIGNED], ids=str)
def test_a_condition_is_met_by_signed_calls_or_by_unsigned_ones_or_by_both(condition: Any) -> None:
    found = of("ssm", ALL | {"Condition": condition}, hybrid=True)
    assert {each.signed for each in found} == {
        *([True] if condition in UNSIGNED else []),
        *([False] if condition in SIGNED else []),
    }
    # What an unsigned call has for a type of principal, no page of AWS's says.
    assert all(each.surely for each in found) is ("aws:PrincipalType" not in str(condition))


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
        {"Bool": {"aws:SecureTransport": "false"}},
        {"Null": {"aws:SourceVpce": "true"}},
        {"StringEquals": {"aws:SourceAccount": OURS}},
    ],
    ids=str,
)
def test_a_condition_that_no_call_meets_blocks_them_all(condition: Any) -> None:
    assert {each.signed for each in of("ssm", ALL | {"Condition": condition}, hybrid=True)} == {True, False}
    assert of("ssm", ALL, ALL | {"Effect": "Deny", "Condition": condition}, hybrid=True) == []


def test_calls_come_from_the_account_that_the_policy_names() -> None:
    ours = ALL | {"Condition": {"StringEquals": {"aws:PrincipalAccount": OURS}}}
    for principal in (THEIRS, f"arn:aws:iam::{THEIRS}:root"):
        assert of("ssmmessages", ours, ALL | {"Effect": "Deny", "Principal": {"AWS": principal}}) == []
    for principal in (OURS, f"arn:aws:iam::{OURS}:root"):
        (found,) = of("ssmmessages", ours, ALL | {"Effect": "Deny", "Principal": {"AWS": principal}})
        assert found.surely
        assert found.reason == "Statement[1] denies it"


def test_an_account_is_nobody_who_does_not_sign() -> None:
    (found,) = of("ssm", ALL | {"Principal": {"AWS": OURS}}, hybrid=True)
    assert (found.signed, found.hybrid, found.surely) == (False, True, True)
    assert "(without a signature, so with no AWS identity)" in found.text


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_resources_are_those_of_the_endpoints_region_and_partition(region: str, partition: str) -> None:
    documents = {"Action": ["ssm:GetDocument", "ssm:DescribeDocument"]}
    rest = {key: value for key, value in ALL.items() if key != "Action"} | {"NotAction": documents["Action"]}
    both = [f"arn:{partition}:ssm:{region}:{account}:document/*" for account in ("", OURS)]
    assert of("ssm", rest, ALL | documents | {"Resource": both}, region=region) == []
    for missing in both:
        (found,) = of("ssm", rest, ALL | documents | {"Resource": [missing]}, region=region)
        assert found.actions == ("ssm:DescribeDocument", "ssm:GetDocument")
    elsewhere = [each.replace(partition, "aws-iso") for each in both]
    assert len(of("ssm", rest, ALL | documents | {"Resource": elsewhere}, region=region)) == 1


@pytest.mark.parametrize("key", ["aws:ResourceAccount", "aws:ResourceOrgID"])
def test_documents_of_aws_are_somebody_elses_and_those_of_the_account_are_the_owners(key: str) -> None:
    own = ALL | {"Condition": {"StringEquals": {key: OURS}}}
    (found,) = of("ssm", own)
    assert found.actions == ("ssm:DescribeDocument", "ssm:GetDocument")
    aws = ALL | {"Resource": "arn:aws:ssm:eu-west-1::document/*"}
    assert of("ssm", own, aws) == []
    assert of("kms", own) == of("logs", own) == []


KEY = f"arn:aws:kms:eu-west-1:{OURS}:key/a"


@pytest.mark.parametrize(
    ("resource", "enough"),
    [
        ("*", True),
        (KEY, True),
        (f"arn:aws:kms:*:{OURS}:key/?", True),
        ("arn:aws:kms:eu-west-*", True),
        ([KEY.replace("eu-west-1", "us-east-1"), KEY], True),
        (f"arn:aws:kms:*:{THEIRS}:*", True),
        ("*:key/a", True),
        ("arn:aws:kms:*:key/?", True),
        ("arn:aws:kms:*:alias/a", False),
        (KEY.replace("eu-west-1", "us-east-1"), False),
        (KEY.replace("kms", "ssm"), False),
        (KEY.replace("aws", "aws-cn", 1), False),
    ],
)
def test_some_key_of_the_region_is_enough(resource: Any, enough: bool) -> None:
    assert (of("kms", ALL | {"Resource": resource}) == []) is enough


@pytest.mark.parametrize("allowed", [f"arn:aws:kms:*:{OURS}:key/*", "arn:aws:kms:*", "arn:*", "*", "*:key/a"])
@pytest.mark.parametrize(
    "denied", ["arn:aws:kms:eu-west-1:*", "arn:aws:kms:*:*:key/*", "arn:aws:kms:*:*:key/?*"]
)
def test_a_key_that_no_endpoint_here_ever_sees_is_not_enough(allowed: str, denied: str) -> None:
    """What is denied is every key of the Region, whatever else the Allow admits."""
    keys = ALL | {"Effect": "Deny", "Resource": denied}
    (found,) = of("kms", ALL | {"Resource": allowed}, keys)
    assert found.reason == "Statement[1] denies it"
    assert of("kms", ALL | {"Resource": allowed}, keys | {"Resource": "arn:aws:kms:us-east-1:*"}) == []


def test_a_key_of_no_account_in_particular_is_the_owners() -> None:
    allowed = [ALL | {"Resource": "*:key/a"}, ALL | {"Action": "ssm:*", "Principal": {"AWS": OURS}}]
    denied = ALL | {"Effect": "Deny", "Resource": f"arn:aws:kms:*:{OURS}:key/*"}
    (found,) = of("kms", *allowed, denied)
    assert found.reason == "Statement[2] denies it"


def test_a_log_group_may_be_named_with_colons_and_wildcards() -> None:
    for group in (
        "arn:aws:logs:*:*:log-group:/ssm/*:*",
        "arn:aws:logs:*:log-group:s*",
        f"arn:aws:logs:*:{THEIRS}:*",
    ):
        assert of("logs", ALL | {"Resource": group}) == []
    (found,) = of("logs", ALL | {"Resource": "arn:aws:logs:us-east-1:*:log-group:s*"})
    assert found.surely


def test_what_a_deny_takes_away_is_not_enough() -> None:
    keys = ALL | {"Effect": "Deny", "Resource": "arn:aws:kms:*:*:key/*"}
    (found,) = of("kms", ALL, keys)
    assert found.fix == "keep that Deny off kms:Decrypt, kms:GenerateDataKey"
    everything = ALL | {"Effect": "Deny", "Action": "kms:*"}
    (found,) = of("kms", ALL | {"Resource": KEY}, everything)
    assert found.fix == "keep that Deny off kms:Decrypt, kms:GenerateDataKey"
    # Without that Deny, the key of another Region would not be enough.
    (found,) = of("kms", ALL | {"Resource": KEY.replace("eu-west-1", "us-east-1")}, everything)
    both = 'keep that Deny off kms:Decrypt, kms:GenerateDataKey; and add to "Statement": {"Effect": "Allow", '
    assert found.fix.startswith(both)
    # That a Deny allows nothing does not make its resource one that is enough.
    assert len(of("kms", ALL | {"Action": "ssm:*"}, ALL | {"Effect": "Deny", "Resource": KEY})) == 1


def test_an_unproven_deny_is_said_to_be_unproven() -> None:
    unclear = ALL | {"Effect": "Deny", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}
    (found,) = of("ec2messages", ALL, unclear)
    assert not found.surely
    assert found.text.startswith("does not surely let SSM Agent call ec2messages:AcknowledgeMessage, ")
    assert found.fix.startswith("keep that Deny off ec2messages:AcknowledgeMessage, ")
    # Where nothing is allowed either, the Deny does not matter yet.
    (found,) = of("ec2messages", unclear)
    assert found.surely
    assert found.fix.startswith('add to "Statement": ')


def test_actions_with_one_reason_and_one_fix_are_one_finding() -> None:
    denies = [ALL | {"Effect": "Deny", "Action": f"ssmmessages:{each}"} for each in ("Open*", "Create*")]
    first, second = of("ssmmessages", ALL, *denies)
    assert first.actions == ("ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel")
    assert second.actions == ("ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel")
    assert [each.reason for each in (first, second)] == ["Statement[2] denies it", "Statement[1] denies it"]


def test_calls_of_some_uses_only_are_demanded_of_nobody() -> None:
    """Session Manager's four actions are enough for logs, and no policy of ec2 is judged."""
    session = [
        "logs:CreateLogStream",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    ]
    assert of("logs", ALL | {"Action": session}) == []
    assert of("ec2", ALL | {"Effect": "Deny"}) == []
