"""`ssm-endpoints permissions`: documents as JSON, and what cannot be answered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli import app


def printed(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[dict[str, Any], str]:
    assert app.main(["permissions", "--stack", "dev", *more]) == 0
    said = capsys.readouterr()
    return json.loads(said.out), said.err


def resources(document: dict[str, Any], sid: str) -> list[str]:
    (found,) = [each["Resource"] for each in document["Statement"] if each.get("Sid") == sid]
    return list(found)


@pytest.mark.parametrize("who", ["deployer", "previewer", "drift", "recoverer", "verifier"])
def test_each_has_a_document_by_name(who: str, capsys: pytest.CaptureFixture[str]) -> None:
    found, _ = printed(capsys, "--for", who, "--account", "123456789012")
    assert list(found) == [f"dev-{who}"]
    assert found[f"dev-{who}"]["Version"] == "2012-10-17"


def test_an_account_narrows_and_none_is_said_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    found, said = printed(capsys, "--for", "deployer", "--account", "111122223333")
    assert said == ""
    assert "arn:aws:ec2:*:111122223333:vpc-endpoint/*" in json.dumps(found)
    found, said = printed(capsys, "--for", "deployer")
    assert "--account 123456789012 narrows them" in said
    assert "arn:aws:ec2:*:*:vpc-endpoint/*" in json.dumps(found)


def test_a_state_in_s3_and_a_key_are_the_engines_to_reach(capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--backend", "s3://acme-state/team?region=eu-west-1", "--secrets-provider", "awskms://alias/p")
    written = {"s3:DeleteObject", "s3:GetObject", "s3:PutObject"}
    for who, actions, keys in (
        ("deployer", written, ["kms:Decrypt", "kms:Encrypt"]),
        ("previewer", {"s3:GetObject"}, ["kms:Decrypt"]),
        ("drift", {"s3:GetObject"}, ["kms:Decrypt"]),
        ("recoverer", written, ["kms:Decrypt", "kms:Encrypt"]),
        ("verifier", {"s3:GetObject"}, ["kms:Decrypt"]),
    ):
        found, _ = printed(capsys, "--for", who, *where)
        document = found[f"dev-{who}"]
        by = {each.get("Sid"): each for each in document["Statement"]}
        assert resources(document, "StateNames") == ["arn:aws:s3:::acme-state"]
        assert resources(document, "State") == ["arn:aws:s3:::acme-state/team/*"]
        assert set(by["State"]["Action"]) == actions
        assert by["Secrets"]["Action"] == keys
        locks = ["arn:aws:s3:::acme-state/team/.pulumi/locks/*"]
        assert by.get("Locks", {}).get("Resource") == (locks if who == "drift" else None)


def test_a_backend_elsewhere_takes_nothing_of_aws(capsys: pytest.CaptureFixture[str]) -> None:
    found, _ = printed(capsys, "--for", "deployer", "--backend", "https://api.pulumi.com")
    assert not {each.get("Sid") for each in found["dev-deployer"]["Statement"]} - {None}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--account", "1234"), "--account 1234: an account has 12 digits"),
        (("--backend", "acme-state"), "--backend: this is not the URL of a Pulumi backend"),
        (("--backend", "s3://"), "--backend: this is not the URL of a Pulumi backend"),
    ],
)
def test_what_cannot_be_answered_ends_with_2(
    more: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["permissions", "--stack", "dev", "--for", "deployer", *more]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert "fix:" in told.err
    assert told.out == ""


def test_an_unknown_role_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["permissions", "--stack", "dev", "--for", "admin"]) == 2
    assert "previewer" in capsys.readouterr().err
