"""The stand-in in other accounts: roles that it assumes on loopback, and accounts that it does not work in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import struct_pb2
from moto.sts.exceptions import STSValidationError
from moto.sts.models import STSBackend
from pulumi.runtime.proto import provider_pb2 as pb

from sandbox.aws_plugin.account_settings import requests, seconds
from sandbox.aws_plugin.guard import Target
from tests.sandbox.plugin import SANDBOX, SERVICES, AbortedError, Plugin
from tests.support.aws_api import client, serving

OWN, HOP, HOME = "123456789012", "111122223333", "210987654321"
ROLE = f"arn:aws:iam::{HOME}:role/deploy"
VPC = "aws:ec2/vpc:Vpc"
IDENTITY = "aws:index/getCallerIdentity:getCallerIdentity"
EVERYTHING = {
    "roleArn": ROLE,
    "sessionName": "fleet",
    "externalId": "fleet:1",
    "duration": "1h30m",
    "policy": '{"Version": "2012-10-17"}',
    "policyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    "sourceIdentity": "ci@example",
    "tags": {"team": "platform", "cost": "1"},
    "transitiveTagKeys": ["team"],
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as port:
        yield port


def config(port: int, **more: Any) -> dict[str, Any]:
    """The sandbox's configuration for this port, with the lists as JSON text, as the engine hands them over."""
    endpoints = [dict.fromkeys(SERVICES, f"http://127.0.0.1:{port}")]
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in more.items()}
    return {**SANDBOX, "endpoints": json.dumps(endpoints), **texts}


def as_role(port: int, arn: str = ROLE) -> Plugin:
    return Plugin(config(port, assumeRoles=[{"roleArn": arn, "sessionName": "fleet"}]))


def test_the_role_s_account_is_where_everything_happens(port: int) -> None:
    plugin = as_role(port)
    found = plugin.call(IDENTITY)
    assert (found["accountId"], found["arn"]) == (HOME, f"arn:aws:sts::{HOME}:assumed-role/deploy/fleet")
    vpc = plugin.make(VPC, {"cidrBlock": "10.0.0.0/16"})
    assert vpc["arn"] == f"arn:aws:ec2:eu-west-1:{HOME}:vpc/{vpc['id']}"
    assert vpc["ownerId"] == HOME
    assert Plugin(config(port)).read(VPC, vpc["id"], vpc, {}) is None
    assert as_role(port, f"arn:aws:iam::{HOP}:role/x").read(VPC, vpc["id"], vpc, {}) is None
    assert vpc["id"] not in {v["VpcId"] for v in client(port, "ec2").describe_vpcs()["Vpcs"]}
    plugin.delete(VPC, vpc)


def test_each_role_is_assumed_with_the_keys_of_the_one_before(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Target] = []
    make = Target.client

    def noted(target: Target, service: str, region: str) -> Any:
        assert service == "sts"
        asked.append(target)
        return make(target, service, region)

    with monkeypatch.context() as patch:
        patch.setattr(Target, "client", noted)
        hop = {"roleArn": f"arn:aws:iam::{HOP}:role/hop", "sessionName": "hop"}
        plugin = Plugin(config(port, assumeRoles=[hop, {"roleArn": ROLE}]))
    whose = [target.client("sts", "eu-west-1").get_caller_identity()["Account"] for target in asked]
    assert whose == [OWN, HOP]
    assert plugin.call(IDENTITY)["accountId"] == HOME
    backwards = Plugin(config(port, assumeRoles=[{"roleArn": ROLE}, hop]))
    assert backwards.call(IDENTITY)["arn"] == f"arn:aws:sts::{HOP}:assumed-role/hop/hop"


def test_calls_carry_the_session_of_the_role(port: int) -> None:
    """Without its token AWS takes no keys of a role; the sandbox's does."""
    plugin = as_role(port)
    assert plugin.servicer.target is not None
    sent: list[Any] = []  # botocore has texts or bytes
    sts = plugin.api("sts")
    sts.meta.events.register(
        "before-send", lambda request, **_: sent.append(request.headers["X-Amz-Security-Token"])
    )
    sts.get_caller_identity()
    assert [token.decode() if isinstance(token, bytes) else token for token in sent] == [
        plugin.servicer.target.keys.session
    ]


def test_no_roles_is_the_sandbox_s_own_account(port: int) -> None:
    assert Plugin(config(port, assumeRoles=[])).call(IDENTITY)["accountId"] == OWN


def test_all_keys_of_a_role_become_parameters_of_the_call(port: int) -> None:
    assert requests({"assumeRoles": [EVERYTHING]}) == [
        {
            "RoleArn": ROLE,
            "RoleSessionName": "fleet",
            "ExternalId": "fleet:1",
            "DurationSeconds": 5400,
            "Policy": '{"Version": "2012-10-17"}',
            "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
            "SourceIdentity": "ci@example",
            "Tags": [{"Key": "cost", "Value": "1"}, {"Key": "team", "Value": "platform"}],
            "TransitiveTagKeys": ["team"],
        }
    ]
    assert Plugin(config(port, assumeRoles=[EVERYTHING])).call(IDENTITY)["accountId"] == HOME


def test_a_session_without_a_name_gets_one_as_from_the_official_plugin(port: int) -> None:
    plugin = Plugin(config(port, assumeRoles=[{"roleArn": ROLE, "sessionName": None}]))
    assert plugin.call(IDENTITY)["arn"].startswith(f"arn:aws:sts::{HOME}:assumed-role/deploy/aws-go-sdk-")


@pytest.mark.parametrize(
    ("text", "number"),
    [("15m", 900), ("12h", 43200), ("1h30m", 5400), ("1.5h", 5400), ("900s", 900), ("1", None), ("h", None)],
)
def test_durations_are_written_as_in_go(text: str, number: float | None) -> None:
    assert seconds(text) == number


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ("nonsense", "aws:assumeRoles must be a list such as"),
        ({"roleArn": ROLE}, "aws:assumeRoles must be a list such as"),
        ([ROLE], "aws:assumeRoles must be a list such as"),
        ([{}], "aws:assumeRoles[0].roleArn is missing"),
        ([{"roleArn": ROLE}, {"sessionName": "x1"}], "aws:assumeRoles[1].roleArn is missing"),
        (
            [{"roleArn": ROLE, "role_arn": ROLE}],
            "aws:assumeRoles[0]: the stand-in does not know role_arn; known",
        ),
        ([{"roleArn": "deploy"}], "aws:assumeRoles[0].roleArn must be the ARN of a role"),
        ([{"roleArn": "arn:aws:iam::1:role/x"}], "aws:assumeRoles[0].roleArn must be"),
        ([{"roleArn": f"arn:aws:iam::{HOME}:user/x"}], "aws:assumeRoles[0].roleArn must be"),
        ([{"roleArn": ROLE, "sessionName": "a b"}], "aws:assumeRoles[0].sessionName must be 2 to 64"),
        ([{"roleArn": ROLE, "sessionName": 12}], "aws:assumeRoles[0].sessionName must be"),
        ([{"roleArn": ROLE, "externalId": "!"}], "aws:assumeRoles[0].externalId must be 2 to 1224"),
        ([{"roleArn": ROLE, "duration": "14m"}], "aws:assumeRoles[0].duration must be from 15m to 12h"),
        ([{"roleArn": ROLE, "duration": 3600}], "aws:assumeRoles[0].duration must be"),
        ([{"roleArn": ROLE, "duration": "12h1s"}], "aws:assumeRoles[0].duration must be"),
        ([{"roleArn": ROLE, "policy": "all"}], "aws:assumeRoles[0].policy must be a policy as JSON"),
        ([{"roleArn": ROLE, "policyArns": "x"}], "aws:assumeRoles[0].policyArns must be a list"),
        ([{"roleArn": ROLE, "tags": ["x"]}], "aws:assumeRoles[0].tags must be a mapping"),
        ([{"roleArn": ROLE, "tags": {"x": 1}}], "aws:assumeRoles[0].tags must be a mapping"),
        ([{"roleArn": ROLE, "transitiveTagKeys": [1]}], "aws:assumeRoles[0].transitiveTagKeys must be"),
    ],
)
def test_a_role_of_another_shape_is_refused(roles: Any, said: str) -> None:
    wrong = config(1, assumeRoles=roles)
    refused = Plugin().check_config(wrong)
    assert said in refused
    assert refused.count("\n  - ") == 1
    with pytest.raises(AbortedError, match="stand-in"):
        Plugin(wrong)


@pytest.mark.parametrize("key", ["assumeRole", "assumeRoleWithWebIdentity", "assume_roles"])
def test_the_names_of_other_releases_are_refused_and_not_overlooked(key: str) -> None:
    assert f"does not know the provider setting {key}" in Plugin().check_config(config(1, **{key: [{}]}))


def test_a_refusal_does_not_repeat_an_external_id() -> None:
    assert "s3cret" not in Plugin().check_config(
        config(1, assumeRoles=[{"roleArn": ROLE, "externalId": "s3cret "}])
    )


@pytest.mark.parametrize("settings", [{"assumeRoles": [{"roleArn": ROLE}]}, {"allowedAccountIds": [OWN]}])
def test_without_an_sts_on_loopback_nothing_is_assumed_or_asked(settings: dict[str, Any]) -> None:
    for endpoints in (
        [{"ec2": "http://127.0.0.1:1"}],
        [{"ec2": "http://127.0.0.1:1", "sts": "https://sts.amazonaws.com"}],
    ):
        wrong = {**config(1, **settings), "endpoints": json.dumps(endpoints)}
        assert "sts" in Plugin().check_config(wrong)
        with pytest.raises(AbortedError, match="sts"):
            Plugin(wrong)


def test_clients_are_made_in_one_place_which_takes_loopback_only() -> None:
    folder = Path(__file__).parents[2] / "sandbox" / "aws_plugin"
    assert [file.name for file in sorted(folder.glob("*.py")) if "import boto3" in file.read_text()] == [
        "guard.py"
    ]
    assert (folder / "guard.py").read_text().count("boto3.Session(") == 1
    assert "endpoint_url=self._url(service)" in (folder / "guard.py").read_text()


def test_a_role_that_cannot_be_assumed_is_named(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: Any, **__: Any) -> None:
        raise STSValidationError("not you")

    monkeypatch.setattr(STSBackend, "assume_role", denied)
    with pytest.raises(AbortedError, match=rf"IAM Role \({ROLE}\) cannot be assumed: .*not you"):
        as_role(port)


def test_only_allowed_accounts_are_worked_in(port: int) -> None:
    role = [{"roleArn": ROLE}]
    assert Plugin(config(port, assumeRoles=role, allowedAccountIds=[HOP, HOME])).call(IDENTITY)
    assert Plugin(config(port, assumeRoles=role, forbiddenAccountIds=[OWN])).call(IDENTITY)
    assert Plugin(config(port, allowedAccountIds=[OWN])).call(IDENTITY)
    for settings, account in (
        ({"assumeRoles": role, "allowedAccountIds": [HOP, OWN]}, HOME),
        ({"assumeRoles": role, "forbiddenAccountIds": [HOME]}, HOME),
        ({"allowedAccountIds": [HOME]}, OWN),
        ({"forbiddenAccountIds": [OWN]}, OWN),
    ):
        with pytest.raises(AbortedError, match=rf"^AWS account ID not allowed: {account}$"):
            Plugin(config(port, **settings))


def test_an_account_that_is_not_asked_for_is_not_allowed(port: int) -> None:
    """With both settings the official provider does not know whose account it is, and refuses every one."""
    skips = {"skipCredentialsValidation": True, "skipRequestingAccountId": True}
    with pytest.raises(
        AbortedError, match=r"^AWS account ID not allowed: \. aws:skipRequestingAccountId kept"
    ):
        Plugin(config(port, allowedAccountIds=[OWN], **skips))
    for skip in skips:
        others = {**skips, skip: False}
        assert Plugin(config(port, allowedAccountIds=[OWN], **others)).call(IDENTITY)["accountId"] == OWN


@pytest.mark.parametrize("ids", [OWN, [int(OWN)], ["1"], {"a": OWN}])
@pytest.mark.parametrize("key", ["allowedAccountIds", "forbiddenAccountIds"])
def test_account_ids_are_a_list_of_texts(key: str, ids: Any) -> None:
    assert f"aws:{key} must be a list of account ids in quotes" in Plugin().check_config(
        config(1, **{key: ids})
    )


def test_allowed_and_forbidden_are_one_or_the_other() -> None:
    both = config(1, allowedAccountIds=[OWN], forbiddenAccountIds=[HOME])
    assert "aws:forbiddenAccountIds conflicts with aws:allowedAccountIds" in Plugin().check_config(both)


def test_another_role_replaces_nothing() -> None:
    plugin = Plugin()
    olds, news = struct_pb2.Struct(), struct_pb2.Struct()
    olds.update(config(1, assumeRoles=[{"roleArn": ROLE}], allowedAccountIds=[HOME]))
    news.update(config(1, assumeRoles=[{"roleArn": f"arn:aws:iam::{HOP}:role/x"}], allowedAccountIds=[HOP]))
    answer = plugin.servicer.DiffConfig(pb.DiffRequest(old_inputs=olds, news=news), plugin.context)
    assert (answer.changes, list(answer.replaces)) == (pb.DiffResponse.DIFF_NONE, [])
