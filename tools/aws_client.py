"""What every client of ours that reads AWS holds to: it never waits without end, and takes only AWS's answers for such."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ConnectTimeoutError, ReadTimeoutError
from botocore.parsers import ResponseParserError

# Throttled calls are tried again, with growing pauses, before AWS's refusal is told.
PATIENT = Config(
    retries={"mode": "standard", "max_attempts": 6},
    connect_timeout=5,
    read_timeout=30,
    max_pool_connections=4,
)
# Who did not answer twice will not: seven times would be minutes for each call.
_UNANSWERED = 2
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_XML = ("ec2", "query", "rest-xml")
_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?<(?:\w+:)?(\w+)")
_SAID = 60


class NotAwsError(BotoCoreError):
    """What answered is not AWS, or its answer was cut off: it proves nothing, not even that something is not there."""

    fmt = (
        "{call} was answered by something that is not AWS, or by a part of an answer: {said}\n"
        "  fix: look at proxies, AWS_ENDPOINT_URL and the stack file's aws:endpoints, then ask again"
    )


# What botocore raises for an answer that it cannot read is none of its own errors.
UNREADABLE = (ResponseParserError, NotAwsError)


class Answer(dict[str, Any]):
    """A part of an answer. What the caller takes for granted (`answer[key]`) and AWS did not say is a NotAwsError."""

    def __init__(self, call: str, said: dict[str, Any]) -> None:
        super().__init__({key: answer(call, value) for key, value in said.items()})
        self._call = call

    def __missing__(self, key: str) -> Any:
        raise NotAwsError(call=self._call, said=f"it does not say {key}")


def answer(call: str, said: Any) -> Any:
    """What AWS answered to a call such as ec2:DescribeVpcs, with an Answer for each structure."""
    if isinstance(said, list):
        return [answer(call, each) for each in said]
    return Answer(call, said) if isinstance(said, dict) else said


def of_keys(access_key: str, secret_key: str, token: str = "", region: str | None = None) -> boto3.Session:
    """A session with these keys, whatever profile the environment names."""
    bare = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    return boto3.Session(access_key, secret_key, token or None, region_name=region, botocore_session=bare)


def patient(url: str | None) -> Config:
    """How long a client of the API at this URL waits; None: AWS itself. No proxy stands between this machine and itself."""
    return PATIENT.merge(Config(proxies={})) if url and urlsplit(url).hostname in _LOOPBACK else PATIENT


def guard(client: Any) -> Any:
    """The client, held to that."""
    client.meta.events.register_first("needs-retry", _give_up)
    client.meta.events.register_first("before-parse", _is_aws)
    return client


def _give_up(attempts: int, caught_exception: Exception | None = None, **_: Any) -> None:
    if attempts >= _UNANSWERED and isinstance(caught_exception, ConnectTimeoutError | ReadTimeoutError):
        raise caught_exception


def _is_aws(operation_model: Any, response_dict: Any, **_: Any) -> None:
    """An answer that is well has its operation's name in its first element: a page of a proxy would be an empty list."""
    service, body = operation_model.service_model, bytes(response_dict.get("body") or b"")
    if response_dict["status_code"] != 200 or service.protocol not in _XML:
        return
    root = _ROOT.match(body)
    shape = operation_model.output_shape
    inside = (shape.serialization.get("resultWrapper") or "") if shape else ""
    if root is None or root[1].decode() != f"{operation_model.name}Response" or inside.encode() not in body:
        said = body[:_SAID].decode("utf-8", "replace") or "nothing"
        raise NotAwsError(call=f"{service.service_name}:{operation_model.name}", said=repr(said))
