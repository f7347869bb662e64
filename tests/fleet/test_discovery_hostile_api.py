"""Discovery of VPCs by an AWS that throttles, fails, hangs or is none: the same VPCs, or a message. Never an account that
seems to have none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.config import Config

from fleet import discovery
from fleet.discovery import DiscoveryError
from fleet.expansion import Found
from fleet.settings import Account, Discovery
from tests.support.aws_api import REGION, client, serving
from tests.support.aws_proxy import Behaviour, Reply
from tests.support.hostile_api import Answers, Shares, Weather, hostile, refused, throttled
from tools import aws_client

TAG = {"found": "by-tag"}
ROLE = "arn:aws:iam::123456789012:role/reader"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as port:
        ec2 = client(port, "ec2")
        for number in range(4):
            vpc = ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
            subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.{number}.0.0/24")["Subnet"]["SubnetId"]
            ec2.create_tags(Resources=[vpc, subnet], Tags=[{"Key": "found", "Value": "by-tag"}])
        yield port


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)


def find(port: int, behaviour: Behaviour) -> list[Found]:
    account = Account.model_validate(
        {"name": "prod", "accountId": "123456789012", "roleArn": ROLE, "regions": [{"region": REGION}]}
    )
    wanted = Discovery.model_validate({"vpcTags": TAG, "nodeSubnetTags": TAG})
    with hostile(port, behaviour) as free:
        return list(discovery.find(account, REGION, wanted, f"http://127.0.0.1:{free}"))


def test_throttling_errors_and_resets_change_nothing_in_what_is_found(port: int) -> None:
    calm = find(port, Behaviour())
    assert len(calm) == 4
    weather = Weather(Shares(throttled=0.2, errors=0.1, resets=0.1), seed=3)
    assert find(port, weather) == calm
    assert weather.seen.total() >= 3


def xml(text: str, status: int = 200) -> Reply:
    return Reply(status, (("Content-Type", "text/xml"),), text.encode())


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        ({"DescribeVpcs": throttled("ec2")}, "run it again later"),
        ({"AssumeRole": throttled("sts")}, "run it again later"),
        ({"DescribeSubnets": refused("ec2", 500, "InternalError", "no")}, "run it again later"),
        ({"DescribeVpcs": refused("ec2", 403, "UnauthorizedOperation", "no")}, "with ec2:DescribeVpcs"),
        ({"*": xml("<html><body>Please log in</body></html>")}, "look at the network, proxies"),
        ({"DescribeVpcs": xml("")}, "look at the network, proxies"),
        ({"DescribeVpcs": xml("garbage")}, "look at the network, proxies"),
        ({"DescribeVpcs": xml("<DescribeVpcsResponse><vpcSet>")}, "look at the network, proxies"),
        (
            {"DescribeVpcs": xml("<DescribeVpcsResponse><vpcSet><item/></vpcSet></DescribeVpcsResponse>")},
            "look at the network, proxies",
        ),
        ({"AssumeRole": xml("<AssumeRoleResponse/>")}, "look at the network, proxies"),
    ],
    ids=[
        *("throttled", "role throttled", "5xx", "denied", "login page", "nothing", "no XML", "half", "no id"),
        "no credentials in it",
    ],
)
def test_what_is_no_answer_is_a_message(port: int, replies: dict[str, Reply], said: str) -> None:
    with pytest.raises(DiscoveryError) as caught:
        find(port, Answers(replies))
    text = str(caught.value)
    assert text.startswith(f"account prod, {REGION}: which VPCs there are cannot be asked: ")
    assert said in text.split("\n  fix: ")[1]


def test_who_never_answers_is_given_up_on(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_client, "PATIENT", aws_client.PATIENT.merge(Config(read_timeout=0.3)))
    behaviour = Answers(hang="DescribeVpcs")
    try:
        with pytest.raises(DiscoveryError, match="Read timeout"):
            find(port, behaviour)
    finally:
        behaviour.release.set()
    assert behaviour.calls["DescribeVpcs"] == 2
