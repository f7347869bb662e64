"""`up` with the real engine behind an AWS that throttles, fails, drops connections, is slow and lags: it converges, and what
it made is there once. Where it cannot, it ends with a message that says what to do."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.e2e.house import Answer
from tests.e2e.own_stack import Network, OwnStack
from tests.support.aws_api import client
from tests.support.aws_proxy import LOST, Reply
from tests.support.hostile_api import Answers, Lag, Shares, Weather, hostile, throttled

SETTINGS = {"network": {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}}}
BAD = Shares(throttled=0.2, errors=0.1, resets=0.05, slow=0.1, seconds=0.2)


def in_aws(port: int, vpc: str) -> Counter[str]:
    """What the stack's VPC has in AWS: endpoints by service, groups by name, rules by what they admit."""
    ec2 = client(port, "ec2")
    mine = [{"Name": "vpc-id", "Values": [vpc]}]
    groups = [
        each
        for each in ec2.describe_security_groups(Filters=mine)["SecurityGroups"]
        if each["GroupName"] != "default"
    ]
    wanted = [{"Name": "group-id", "Values": [each["GroupId"] for each in groups]}]
    rules = ec2.describe_security_group_rules(Filters=wanted)["SecurityGroupRules"] if groups else []
    return Counter(
        [
            *(
                each["ServiceName"]
                for each in ec2.describe_vpc_endpoints(Filters=mine)["VpcEndpoints"]
                if each["State"] != "deleted"
            ),
            *("group" for _ in groups),
            *(f"from {each['CidrIpv4']}" for each in rules),
            *(f"subnet {each['CidrBlock']}" for each in ec2.describe_subnets(Filters=mine)["Subnets"]),
        ]
    )


# Typed from what the stack's settings ask for.
THERE_ONCE = {
    *(f"com.amazonaws.eu-west-1.{service}" for service in ("ssm", "ssmmessages", "ec2messages", "ec2", "s3")),
    "group",
    *("from 10.0.0.0/19", "from 10.0.32.0/19", "subnet 10.0.0.0/19", "subnet 10.0.32.0/19"),
}


def ids_in_state(stack: OwnStack) -> set[str]:
    """The endpoints that the state has."""
    latest = json.loads(stack.state.read_text(encoding="utf-8"))["checkpoint"]["latest"]
    assert not latest.get("pending_operations")
    return {each["id"] for each in latest["resources"] if each["type"] == "aws:ec2/vpcEndpoint:VpcEndpoint"}


def is_as_asked(stack: OwnStack, port: int) -> None:
    """State and AWS hold the same, everything once."""
    vpc = str(stack.outputs()["vpcId"])
    found = in_aws(port, vpc)
    assert set(found.values()) == {1}, found
    assert set(found) == THERE_ONCE
    listed = client(port, "ec2").describe_vpc_endpoints(Filters=[{"Name": "vpc-id", "Values": [vpc]}])[
        "VpcEndpoints"
    ]
    assert {each["VpcEndpointId"] for each in listed if each["State"] != "deleted"} == ids_in_state(stack)


def again(stack: OwnStack, settings: dict[str, Any]) -> Answer:
    """A second `up`, which has nothing to do."""
    answer = stack.run("up", settings, "--yes", "--skip-preview")
    assert answer.code == 0, answer.text
    assert "18 unchanged" in answer.text
    return answer


def test_throttling_errors_resets_and_slow_answers_are_got_over(tmp_path: Path, moto: int) -> None:
    weather = Weather(BAD, seed=20261130)
    with hostile(moto, weather) as port:
        stack = OwnStack(tmp_path, port)
        up = stack.run("up", SETTINGS, "--yes", "--skip-preview")
        assert up.code == 0, up.text
        assert all(weather.seen[name] for name in ("throttled", "errors", "resets", "slow")), weather.seen
        is_as_asked(stack, moto)
        again(stack, SETTINGS)


def test_reads_that_lag_behind_what_was_made_and_changed_are_waited_for(tmp_path: Path, moto: int) -> None:
    lag = Lag(reads=2)
    with hostile(moto, lag) as port:
        stack = OwnStack(tmp_path, port)
        up = stack.run("up", SETTINGS, "--yes", "--skip-preview")
        assert up.code == 0, up.text
        assert lag.seen["not there"] >= 10
        is_as_asked(stack, moto)
        again(stack, SETTINGS)
        lag.seen.clear()
        changed = {**SETTINGS, "buckets": {"otherAwsManaged": ["amazoncloudwatch-agent-eu-west-1"]}}
        up = stack.run("up", changed, "--yes", "--skip-preview")
        assert up.code == 0, up.text
        assert lag.seen["as before"]
        assert "~ 2 updated" in up.text, "the gateway and its component"
        again(stack, changed)


def test_what_aws_refuses_for_good_ends_with_its_words_and_the_next_up_makes_the_rest(
    tmp_path: Path, moto: int
) -> None:
    unkind = Answers({"CreateVpcEndpoint": throttled("ec2")})
    with hostile(moto, unkind) as port:
        stack = OwnStack(tmp_path, port)
        up = stack.run("up", SETTINGS, "--yes", "--skip-preview", maxRetries=1)
        assert up.code != 0
        assert "RequestLimitExceeded" in up.text
        assert "Traceback" not in up.text
        # Four interface endpoints and the gateway, each asked for twice: aws:maxRetries is heeded.
        assert unkind.calls["CreateVpcEndpoint"] == 10
        unkind.replies.clear()
        assert stack.run("up", SETTINGS, "--yes", "--skip-preview").code == 0
        is_as_asked(stack, moto)


GARBAGE = Reply(200, (("Content-Type", "text/xml"),), b"<html>garbage")


def test_a_preflight_that_gets_no_answers_says_which_and_why_and_refuses(tmp_path: Path, moto: int) -> None:
    network = Network(moto, "10.61.0.0/16")
    # The report has three reasons at most.
    unkind = Answers(
        {
            "DescribeVpcs": throttled("ec2"),
            "DescribeVpcEndpointServices": GARBAGE,
            "DescribeRouteTables": LOST,
        }
    )
    with hostile(moto, unkind) as port:
        answer = OwnStack(tmp_path, port).run("preview", network.settings, maxRetries=1)
    assert answer.code != 0
    assert "Traceback" not in answer.text
    for said in (
        "could not ask AWS for getVpc(",
        "api error RequestLimitExceeded",
        "could not ask AWS for getVpcEndpointService(com.amazonaws.eu-west-1.",
        "could not ask AWS for getRouteTable(",
        "Connection was closed before we received a valid response",
        "try again once that is mended, or set ssm-vpc-endpoints:preflight: off",
    ):
        assert said in answer.text, f"{said!r} is not in {answer.text}"
    assert network.endpoints() == []
