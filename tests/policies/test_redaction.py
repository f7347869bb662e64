"""What a program marks as secret is judged like everything else, and never told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from policies.redaction import hidden, texts
from tests.support.graph import RecordedGraph
from tests.support.pack import Pack

SID = "OnlyForOperationBluebird"


def secret(value: Any) -> Any:
    return {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": value}


def document(**elements: Any) -> str:
    statement = {"Sid": SID, "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **elements}]})


@pytest.mark.parametrize(
    "policy",
    [
        document(Resources="*"),
        document(Resource="arn:aws:s3:::bluebird-payroll-archive/*"),
        document(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-bluebird123"}}),
        document(Principal={"AWS": "arn:aws:iam::210987654321:role/bluebird"}),
        "bluebird, which is no JSON",
    ],
)
def test_a_secret_policy_is_blocked_and_not_quoted(pack: Pack, dev: RecordedGraph, policy: str) -> None:
    open_ = dev.copy()
    open_.edit("ssm-s3", lambda properties: properties.update(policy=policy))
    blocked = pack.blocked_by(open_)
    assert blocked
    dev.edit("ssm-s3", lambda properties: properties.update(policy=secret(policy)))
    assert pack.blocked_by(dev) == blocked
    told = " ".join(finding.message for finding in pack.judge(dev))
    assert "luebird" not in told
    assert "210987654321" not in told


def test_what_was_secret_in_one_run_is_no_secret_of_the_next(pack: Pack, dev: RecordedGraph) -> None:
    plain = dev.copy()
    dev.edit("ssm-s3", lambda properties: properties.update(policy=secret(document(Resources="*"))))
    pack.judge(dev)
    plain.edit("ssm-s3", lambda properties: properties.update(policy=document(Resources="*")))
    assert any("'Resources'" in finding.message for finding in pack.judge(plain))
    plain.edit("ssm-s3", lambda properties: properties.update(policy=f"{SID}, and no JSON"))
    assert not any("[secret]" in finding.message for finding in pack.judge(plain))


def test_words_of_every_policy_are_no_secrets() -> None:
    assert set(texts(json.loads(document()))) == {SID}
    assert set(texts(["ec2:*", "Deny", "2008-10-17", "abc", 7, None])) == set()


def test_a_document_and_all_texts_in_it_are_secret() -> None:
    text = document()
    assert set(texts({"policy": text})) == {text, SID}
    assert set(texts("[not JSON")) == {"[not JSON"}
    assert set(texts(' ["abcd"]')) == {' ["abcd"]', "abcd"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the Sid swordfish-and-chips is odd", "the Sid [secret] is odd"),
        ("twice: swordfish-and-chips, swordfish-and-chips", "twice: [secret], [secret]"),
        ("cut: 'swordfish-and-c...", "cut: '[secret]..."),
        ("ends with swordfish-an", "ends with [secret]"),
        ("swordfish alone is no secret", "swordfish alone is no secret"),
        ("pike is short", "[secret] is short"),
    ],
)
def test_secrets_are_taken_out_whole_and_cut(text: str, told: str) -> None:
    assert hidden(text, {"swordfish-and-chips", "pike"}) == told


def test_the_longer_secret_goes_first() -> None:
    assert hidden("a pike-perch swims", {"pike", "pike-perch"}) == "a [secret] swims"
    assert hidden("say abcdefgh", {"efgh", "abcdefgh"}) == "say [secret]"


def test_a_secret_that_is_the_word_for_it_is_taken_out_once() -> None:
    assert hidden("the secret is a secret", {"secret"}) == "the [secret] is a [secret]"
