"""Endpoint policies for tests of `policies/iam.py`, and what it says of them."""

import json
from typing import Any

from policies.iam import UNSIGNED, Kind, Request, Signed, Value, decide, decide_every, parse

ACTION = "s3:GetObject"
BUCKET = "arn:aws:s3:::aws-ssm-eu-west-1/*"
OBJECT = "arn:aws:s3:::aws-ssm-eu-west-1/agent/amazon-ssm-agent.rpm"
OTHER = "arn:aws:s3:::somebody-else/*"
ACCOUNT = {"AWS": "arn:aws:iam::111122223333:root"}
IN_ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}


def statement(effect: str, **elements: Any) -> dict[str, Any]:
    """One for everybody's GetObject on the bucket; an element given as None is left out."""
    plain = {"Effect": effect, "Principal": "*", "Action": ACTION, "Resource": BUCKET}
    return {key: value for key, value in (plain | elements).items() if value is not None}


def allow(**elements: Any) -> dict[str, Any]:
    return statement("Allow", **elements)


def deny(**elements: Any) -> dict[str, Any]:
    return statement("Deny", **elements)


def text(*statements: Any, version: str | None = "2012-10-17") -> str:
    return json.dumps({"Statement": list(statements)} | ({"Version": version} if version else {}))


def anybody(action: str = ACTION, resource: str = OBJECT) -> list[Request]:
    """Whoever asks, signed or not, and nothing else is known."""
    return [Request(action, resource, UNSIGNED), Request(action, resource, Signed())]


def verdict(
    *statements: Any, action: str = ACTION, resource: str = OBJECT, version: str | None = "2012-10-17"
) -> str:
    """What is said to anybody."""
    return decide_every(parse(text(*statements, version=version)), anybody(action, resource)).verdict.value


def reason(*statements: Any) -> str:
    return decide_every(parse(text(*statements)), anybody()).reason


def verdict_on(request: Request, *statements: Any, kind: Kind = "endpoint") -> str:
    return decide(parse(text(*statements), kind), request).verdict.value


def holds(condition: dict[str, Any], context: dict[str, Value], version: str = "2012-10-17") -> bool | None:
    """Whether a Condition holds in a context; None if nobody can tell."""
    request = Request(ACTION, OBJECT, UNSIGNED, context)
    decision = decide(parse(text(allow(Condition=condition), version=version)), request)
    return {"allowed": True, "denied": False, "undecidable": None}[decision.verdict.value]
