"""A gateway endpoint's policy with conditions: which reads of the agent does it admit?"""

import json
from typing import Any

import pytest

from blueprint.catalog import load
from policies.gateway_policy import findings
from policies.pack_config import PackConfig
from tests.policies.iam_documents import text

REGION = load().regions["eu-west-1"]
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def said(*statements: dict[str, Any]) -> list[str]:
    return [each.message for each in findings(text(*statements), REGION, PackConfig(), "endpoint", None)]


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        {"Null": {"aws:SourceVpce": "false"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    ],
)
def test_a_condition_that_every_read_meets_passes(condition: dict[str, Any]) -> None:
    assert said(EVERYTHING | {"Condition": condition}) == []


def test_a_condition_on_the_organisation_blocks_and_says_why() -> None:
    first = said(EVERYTHING | {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}})[0]
    assert "its policy does not admit " in first
    assert (
        "the Condition (StringEquals aws:PrincipalOrgID) of Statement[0] is false for unsigned callers"
        in first
    )
    assert '\nfix: add to "Statement": ' in first


def test_a_condition_that_an_unsigned_read_alone_meets_blocks() -> None:
    condition = {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1234567890"}}
    first = said(EVERYTHING | {"Condition": condition})[0]
    assert "does not surely admit" in first
    assert (
        "Statement[0] has a Condition (StringEqualsIfExists aws:PrincipalOrgID) that cannot be proven"
        in first
    )


def test_a_deny_that_no_read_meets_passes() -> None:
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    assert said(EVERYTHING, EVERYTHING | {"Effect": "Deny", "Condition": elsewhere}) == []


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-1234567890"}},
        {"StringNotEqualsIfExists": {"aws:ResourceOrgID": "o-1234567890"}},
    ],
)
def test_a_deny_that_some_read_may_meet_blocks(condition: dict[str, Any]) -> None:
    found = said(EVERYTHING, EVERYTHING | {"Effect": "Deny", "Condition": condition})
    assert found
    assert all("Statement[1] denies it, or may deny it" in message for message in found)
    assert all("\nfix: take out that Deny" in message for message in found)


def test_the_statement_to_paste_is_enough() -> None:
    pasted = [
        json.loads(message.partition('"Statement": ')[2].partition("\n")[0])
        for message in said(EVERYTHING | {"Action": "s3:PutObject"})
    ]
    assert said(*pasted) == []
