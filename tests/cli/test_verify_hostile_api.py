"""`ssm-endpoints verify` against an AWS that throttles, fails, hangs or is none: the same answer as otherwise, or a message
and exit code 2. Never a traceback, and never an answer out of something that is not AWS's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.config import Config

from cli import app, verify
from sandbox.layout import Layout
from tests.support.aws_api import provider_keys
from tests.support.aws_proxy import Behaviour, Reply
from tests.support.hostile_api import Answers, Shares, Weather, hostile, refused, throttled
from tests.support.pack import ROOT
from tools import aws_client

STATE = ROOT / "tests" / "fixtures" / "states" / "dev-0.1.0.json"
NETWORK = {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}}
Run = Callable[[Behaviour], tuple[int, str, str]]


@pytest.fixture
def run(
    tmp_path: Path, moto: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    def run(behaviour: Behaviour) -> tuple[int, str, str]:
        with hostile(moto, behaviour) as port:
            config = {**provider_keys(port), "ssm-vpc-endpoints:network": NETWORK}
            (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}), encoding="utf-8")
            code = app.main(["verify", "--stack", "dev", "--state", str(STATE), "--no-network", "--json"])
        said = capsys.readouterr()
        return code, said.out, said.err

    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(verify, "Layout", lambda: Layout(tmp_path, tmp_path / "sandbox"))
    return run


def xml(text: str, status: int = 200) -> Reply:
    return Reply(status, (("Content-Type", "text/xml"),), text.encode())


def test_throttling_errors_and_resets_change_nothing_in_the_answer(run: Run) -> None:
    code, calm, _ = run(Behaviour())
    assert code == 1
    assert len(json.loads(calm)["deleted"]) > 5
    # Few calls are made of a stack that has nothing left: so the shares are greater than any AWS's.
    weather = Weather(Shares(throttled=0.3, errors=0.2, resets=0.1), seed=7)
    code, out, err = run(weather)
    assert (code, err) == (1, "")
    assert json.loads(out) == json.loads(calm)
    assert weather.seen.total() >= 2, weather.seen


CASES: dict[str, tuple[dict[str, Reply], str, str]] = {
    "throttled for good": (
        {"DescribeVpcs": throttled("ec2")},
        "ec2:DescribeVpcs was not answered: AWS throttles the account's calls, also after several tries",
        "ask again later",
    ),
    "5xx for good": (
        {"DescribeVpcs": refused("ec2", 503, "Unavailable", "no")},
        "ec2:DescribeVpcs was not answered: AWS had an error of its own",
        "ask again later",
    ),
    "the login page of a proxy": (
        {"*": xml("<html><body>Please log in</body></html>")},
        "sts:GetCallerIdentity was answered by something that is not AWS",
        "look at proxies",
    ),
    "nothing at all": ({"DescribeVpcs": xml("")}, "ec2:DescribeVpcs was answered by", "look at proxies"),
    "no XML": ({"DescribeVpcs": xml("garbage")}, "ec2:DescribeVpcs was answered by", "look at proxies"),
    "no XML, and an error": (
        {"DescribeVpcs": xml("garbage", 500)},
        "ec2:DescribeVpcs was answered by",
        "look at proxies",
    ),
    "half an answer": (
        {"DescribeVpcs": xml("<DescribeVpcsResponse><vpcSet><item>")},
        "ec2:DescribeVpcs was answered by",
        "look at proxies",
    ),
    "another call's answer": (
        {"DescribeVpcs": xml("<DescribeSubnetsResponse/>")},
        "ec2:DescribeVpcs was answered by",
        "look at proxies",
    ),
    "an endpoint without its id": (
        {
            "DescribeVpcs": xml(
                "<DescribeVpcsResponse><vpcSet><item><state>available</state></item></vpcSet></DescribeVpcsResponse>"
            )
        },
        "ec2:DescribeVpcs was answered by something that is not AWS, or by a part of an answer: it does not say VpcId",
        "look at proxies",
    ),
    "no account": (
        {"GetCallerIdentity": xml("<GetCallerIdentityResponse/>")},
        "sts:GetCallerIdentity was answered by something that is not AWS",
        "look at proxies",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_answer_is_a_message_and_no_finding(run: Run, case: str) -> None:
    replies, said, fix = CASES[case]
    behaviour = Answers(replies)
    code, out, err = run(behaviour)
    assert (code, out) == (2, "")
    assert said in err
    assert f"fix: {fix}" in err
    assert "Traceback" not in err
    assert sum(behaviour.calls[name] for name in replies) or "*" in replies


def test_who_never_answers_is_given_up_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_client, "PATIENT", aws_client.PATIENT.merge(Config(read_timeout=0.3)))
    behaviour = Answers(hang="DescribeVpcs")
    try:
        code, out, err = run(behaviour)
    finally:
        behaviour.release.set()
    assert (code, out) == (2, "")
    assert "ec2:DescribeVpcs was not answered: no connection (Read timeout" in err
    assert behaviour.calls["DescribeVpcs"] == 2


def test_the_longest_wait_for_one_call_is_about_a_minute() -> None:
    """Twice the time that an answer may take, and a pause."""
    patient: Any = aws_client.PATIENT
    assert 2 * (patient.connect_timeout + patient.read_timeout) <= 70
