"""Two spellings of a policy: the same, or the words in which they differ."""

from __future__ import annotations

import json
from typing import Any

import pytest

from verification.documents import canonical, policy_words


def document(**more: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": ["a", "b"],
        **more,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize(
    "other",
    [
        document(Resource=["b", "a"]),
        document(Action=["s3:GetObject"]),
        json.dumps(json.loads(document()), indent=4),
        json.dumps({"Statement": json.loads(document())["Statement"][0]}),
    ],
)
def test_the_same_in_another_spelling_is_no_difference(other: str) -> None:
    assert canonical(other) == canonical(document())


@pytest.mark.parametrize("other", [document(Effect="Deny"), document(Resource="a"), "no JSON", ""])
def test_another_policy_is_one(other: str) -> None:
    assert canonical(other) != canonical(document())


def test_only_what_differs_within_a_statement_is_said() -> None:
    assert policy_words(document(), document(Resource=["a", "c"])) == (
        '{"Resource": ["b"]}',
        '{"Resource": ["c"]}',
    )


def test_a_policy_that_somebody_reset_is_full_access() -> None:
    state, aws = policy_words(document(), "")
    assert '"Resource": ["a", "b"]' in state
    assert aws == '{"Action": ["*"]}; {"Resource": ["*"]}'


def test_a_secret_is_not_shown() -> None:
    assert policy_words({"ciphertext": "v1"}, document()) == ("a secret", "another policy")
