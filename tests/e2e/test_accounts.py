"""A fleet's stacks in several accounts: one AWS API on loopback plays all of them, and each stack ends up in its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import leftovers
from tests.e2e.own_stack import OwnStack
from tests.support.aws_api import REGION, client, serving

OWN, HUB, SPOKE = "123456789012", "111122223333", "210987654321"
ROLES = {account: f"arn:aws:iam::{account}:role/deploy" for account in (HUB, SPOKE)}
SERVICES = {f"com.amazonaws.{REGION}.{each}" for each in ("ssm", "ssmmessages", "ec2messages", "ec2", "s3")}


@pytest.fixture(scope="module")
def aws() -> Iterator[int]:
    """The port of an AWS API of this module's own: it counts what is in each account."""
    with serving() as port:
        yield port


class Stack:
    """The dev stack's network in one account, from the sandbox's keys by way of roles."""

    def __init__(self, folder: Path, port: int, account: str, *hops: str) -> None:
        self.own = OwnStack(folder, port)
        self.settings: dict[str, Any] = {
            "network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}},
            "accountId": account,
        }
        chain = [{"roleArn": ROLES[each], "sessionName": "fleet"} for each in (*hops, account)]
        self.provider = {
            "assumeRoles": chain,
            "allowedAccountIds": [account],
            # The official provider does not know whose account it is with this on, and allows none.
            "skipRequestingAccountId": False,
        }

    def run(self, verb: str, **other: Any) -> str:
        yes = [] if verb == "preview" else ["--yes"]
        answer = self.own.run(verb, self.settings, *yes, **{**self.provider, **other})
        assert answer.code == 0, answer.text
        return answer.text

    def refused(self, **other: Any) -> str:
        answer = self.own.run("preview", self.settings, **{**self.provider, **other})
        assert answer.code != 0, answer.text
        return answer.text


def endpoints(port: int, role: str = "") -> dict[str, str]:
    """An account's endpoints: the service of each and its owner."""
    listed = client(port, "ec2", role=role).describe_vpc_endpoints()["VpcEndpoints"]
    return {each["ServiceName"]: each["OwnerId"] for each in listed if each["State"] != "deleted"}


def test_two_accounts_have_their_own_endpoints_and_the_keys_account_none(tmp_path: Path, aws: int) -> None:
    hub = Stack(tmp_path / "hub", aws, HUB)
    spoke = Stack(tmp_path / "spoke", aws, SPOKE, HUB)
    for stack in (hub, spoke):
        assert "errored" not in stack.run("up")
    for account, role in ROLES.items():
        assert endpoints(aws, role) == dict.fromkeys(SERVICES, account)
    assert endpoints(aws) == {}
    assert leftovers.find(aws, [REGION]) == []
    assert hub.own.outputs()["endpointIds"] != spoke.own.outputs()["endpointIds"]
    for stack in (hub, spoke):
        assert "unchanged" in stack.run("preview")

    hub.run("destroy")
    assert endpoints(aws, ROLES[HUB]) == {}
    assert endpoints(aws, ROLES[SPOKE]) == dict.fromkeys(SERVICES, SPOKE)
    spoke.run("destroy")
    assert leftovers.find(aws, [REGION], ROLES.values()) == []


def test_a_role_of_another_account_than_the_stack_s_stops_the_preview(tmp_path: Path, aws: int) -> None:
    stack = Stack(tmp_path, aws, SPOKE)
    elsewhere = [{"roleArn": ROLES[HUB]}]
    assert f"AWS account ID not allowed: {HUB}" in stack.refused(assumeRoles=elsewhere)
    # The preflight asks with the role's credentials, and says the same of the project's own key.
    said = stack.refused(assumeRoles=elsewhere, allowedAccountIds=[HUB])
    assert f"is not the account of the credentials in use, {HUB}" in said
    assert f"is not the account of the credentials in use, {OWN}" in stack.refused(
        assumeRoles=[], allowedAccountIds=[]
    )
