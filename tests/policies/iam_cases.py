"""Documents and requests from a small vocabulary, in which every element often matches and often does not."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

from policies.iam import ABSENT, UNSIGNED, Request, Signed, Value

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/nodes"
ACTION = "s3:GetObject"
OBJECT = "arn:aws:s3:::a/red/c"
ACTIONS = [
    "s3:GetObject",
    "S3:getOBJECT",
    "s3:Get*",
    "s3:Get?bject",
    "s3:*",
    "*",
    "s3:PutObject",
    "s3:Get",
    "ssm:*",
]
PLAIN_RESOURCES = [
    OBJECT,
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::a/???/c",
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::a",
]
RESOURCES = [
    *PLAIN_RESOURCES,
    "arn:aws:s3:::a/${aws:username}/c",
    "arn:aws:s3:::a/${aws:PrincipalTag/team, 'red'}/*",
]
NAMED: list[Any] = [
    {"AWS": ACCOUNT},
    {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    {"AWS": ROLE},
    {"AWS": [OTHER_ACCOUNT, f"arn:aws:iam::{OTHER_ACCOUNT}:user/x"]},
    {"Service": "ssm.amazonaws.com"},
]
PRINCIPALS: list[Any] = ["*", {"AWS": "*"}, {"AWS": [OTHER_ACCOUNT, "*"]}, *NAMED]

# Each key: the values that a request may hold, the operators for its type, the values that a policy may hold.
TEXT = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]
TEXT += ["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]
NUMBER = ["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"]
NUMBER += ["NumericGreaterThan", "NumericGreaterThanEquals"]
ARN = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"]
TOPIC = "arn:aws:sns:eu-west-1:111122223333:topic"
KEYS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "aws:username": (["red", "Red", "blue"], TEXT, ["red", "RED", "r*", "?lue", "*"]),
    "aws:PrincipalTag/team": (
        ["red", "green"],
        TEXT,
        ["red", "g*", "${aws:username}", "${aws:userid, 'green'}"],
    ),
    "aws:SecureTransport": (["true", "false"], ["Bool"], ["true", "false"]),
    "s3:max-keys": (["9", "10", "11"], NUMBER, ["10", "11"]),
    "aws:VpcSourceIp": (
        ["10.0.0.1", "10.1.0.1"],
        ["IpAddress", "NotIpAddress"],
        ["10.0.0.0/16", "10.1.0.1", "::/0"],
    ),
    "aws:SourceArn": (
        [TOPIC],
        ARN,
        [TOPIC, "arn:aws:sns:*:*:top?c", "arn:aws:sqs:*:*:*", "arn:*:sns:*:4*:*"],
    ),
}
MANY = "aws:TagKeys"
MANY_VALUES = ["team", "owner", "cost"]


@dataclass(frozen=True)
class Case:
    """A document, and a request with everything known about it."""

    statements: list[dict[str, Any]]
    # A role's ARN; None for an unsigned request.
    caller: str | None
    context: dict[str, list[str]]

    @property
    def text(self) -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": self.statements})

    @property
    def request(self) -> Request:
        known: dict[str, Value] = {key.lower(): ABSENT for key in (*KEYS, MANY, "aws:userid")}
        known |= {key.lower(): tuple(values) for key, values in self.context.items()}
        return Request(ACTION, OBJECT, Signed(ACCOUNT) if self.caller else UNSIGNED, known)


def some(random: Random, values: list[Any], most: int = 3) -> list[Any]:
    return random.choices(values, k=random.randint(1, most))


def condition(random: Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for _ in range(random.randint(1, 2)):
        if random.random() < 0.2:
            operator = random.choice(["ForAllValues:", "ForAnyValue:"]) + random.choice(TEXT[:4])
            key, values = MANY, some(random, [*MANY_VALUES, "t*"])
        else:
            key = random.choice(sorted(KEYS))
            operator = random.choice([*KEYS[key][1], "Null"])
            values = (
                [random.choice(["true", "false"])] if operator == "Null" else some(random, KEYS[key][2], 2)
            )
            operator += "IfExists" if operator != "Null" and random.random() < 0.4 else ""
        found.setdefault(operator, {})[key] = values if len(values) > 1 else values[0]
    return found


def statement(random: Random) -> dict[str, Any]:
    """Of an endpoint policy. NotPrincipal only where AWS supports it."""
    effect = random.choice(["Allow", "Allow", "Deny"])
    found: dict[str, Any] = {
        "Effect": effect,
        random.choice(["Action", "Action", "NotAction"]): some(random, ACTIONS),
        random.choice(["Resource", "Resource", "NotResource"]): some(random, RESOURCES),
    }
    if effect == "Deny" and random.random() < 0.2:
        found["NotPrincipal"] = random.choice(NAMED)
    else:
        found["Principal"] = random.choice(PRINCIPALS[:3] * 4 + NAMED)
    if random.random() < 0.6:
        found["Condition"] = condition(random)
    return found


def context(random: Random) -> dict[str, list[str]]:
    found = {key: [random.choice(values[0])] for key, values in KEYS.items() if random.random() < 0.6}
    if random.random() < 0.6:
        found[MANY] = random.sample(MANY_VALUES, random.randint(1, 3))
    return found


def case(seed: int) -> Case:
    """Hypothesis draws the seed alone: drawing each element takes ten times as long and repeats itself more."""
    random = Random(seed)
    written = [statement(random) for _ in range(random.randint(1, 4))]
    return Case(written, random.choice([None, ROLE]), context(random))


cases = st.integers(0, 2**32 - 1).map(case)
