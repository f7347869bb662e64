"""The way to AWS: clients by Region that read and can do nothing else, and what AWS refuses as one message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError

from tools.aws_client import NotAwsError, answer, guard, of_keys, patient
from verification.permissions import ACTIONS

READS = ("Describe", "Get", "List")
PRINTED = "ssm-endpoints permissions --for verifier prints the policy with all that is read"
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")
_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
_INVALID = ("InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "SignatureDoesNotMatch")
_THROTTLED = (
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "PriorRequestNotComplete",
    "SlowDown",
)


class AccessError(Exception):
    """AWS did not answer, so nothing is known; the text says which call, why, and how to go on."""


class NotReadOnlyError(RuntimeError):
    """A call that is not a read was about to be made. It is a bug of this package, and was not made."""


@dataclass(frozen=True)
class Login:
    """How to reach AWS: a profile and keys ("" for those of the environment), URLs by service instead of AWS's own, and the
    token of temporary keys."""

    profile: str = ""
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    session_token: str = field(default="", repr=False)


class Access:
    """Clients by service and Region. `calls` are the operations that were called, as ("ec2", "DescribeVpcs"); `actions` all
    that may be, by service; `printed`: where people find the policy with them."""

    def __init__(
        self, login: Login, actions: Mapping[str, tuple[str, ...]] = ACTIONS, printed: str = PRINTED
    ) -> None:
        self._login, self._actions, self._printed = login, actions, printed
        self._clients: dict[tuple[str, str], Any] = {}
        self.calls: list[tuple[str, str]] = []
        try:
            self._session = (
                of_keys(login.access_key, login.secret_key, login.session_token)
                if login.access_key
                else boto3.Session(profile_name=login.profile or None)
            )
        except ProfileNotFound as error:
            raise AccessError(f"{error}\n  fix: aws configure, or AWS_PROFILE=<one of yours>") from None

    def read(self, service: str, region: str, operation: str, **parameters: Any) -> Any:
        """One answer. Raises: AccessError; NotAwsError; ClientError for something that is not there."""
        with told(service, operation, self._printed):
            said = getattr(self._client(service, region), client_method(operation))(**parameters)
            return answer(f"{service}:{operation}", said)

    def pages(self, service: str, region: str, operation: str, key: str, **parameters: Any) -> list[Any]:
        """All of a list, over all its pages."""
        name = client_method(operation)
        with told(service, operation, self._printed):
            client = self._client(service, region)
            pages = (
                client.get_paginator(name).paginate(**parameters)
                if client.can_paginate(name)
                else [getattr(client, name)(**parameters)]
            )
            return [answer(f"{service}:{operation}", each) for page in pages for each in page.get(key) or []]

    def account(self, region: str) -> str:
        """The account that the credentials are of."""
        return str(self.read("sts", region, "GetCallerIdentity")["Account"])

    def close(self) -> None:
        """Let go of all connections."""
        for client in self._clients.values():
            client.close()

    def _client(self, service: str, region: str) -> Any:
        if (service, region) not in self._clients:
            make: Any = self._session.client
            url = self._login.endpoints.get(service)
            client = make(service, region_name=region, endpoint_url=url, config=patient(url))
            guard(client).meta.events.register("before-call", self._only_reads)
            self._clients[service, region] = client
        return self._clients[service, region]

    def _only_reads(self, model: Any, **_: Any) -> None:
        service, operation = str(model.service_model.service_name), str(model.name)
        if not operation.startswith(READS) or operation not in self._actions.get(service, ()):
            raise NotReadOnlyError(f"{service}:{operation} is not among the reads that were declared")
        self.calls.append((service, operation))


def client_method(operation: str) -> str:
    """ "DescribeVpcs" -> "describe_vpcs"; boto3 writes "VPC" in one word."""
    text = operation.replace("VPC", "Vpc")
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in text).removeprefix("_")


def code_of(error: ClientError) -> str:
    """AWS's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def told(service: str, operation: str, printed: str = PRINTED) -> Iterator[None]:
    """Turns what keeps AWS from answering into an AccessError or a NotAwsError. That something is not there is an answer."""
    call = f"{service}:{operation}"
    try:
        yield
    except ClientError as error:
        code, said = code_of(error), str(error.response.get("Error", {}).get("Message", ""))
        if code in _DENIED:
            why, fix = "the credentials may not", f"allow them {call}; {printed}"
        elif code in _EXPIRED:
            why, fix = (
                "the credentials have expired",
                "renew them (aws sso login, or new keys), then ask again",
            )
        elif code in _INVALID:
            why, fix = "AWS does not know the credentials", "aws sts get-caller-identity shows whose they are"
        elif code in _THROTTLED:
            why, fix = "AWS throttles the account's calls, also after several tries", "ask again later"
        elif error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:
            why, fix = "AWS had an error of its own", "ask again later"
        else:
            raise
        raise AccessError(f"{call} was not answered: {why} ({code}: {said})\n  fix: {fix}") from None
    except (NoCredentialsError, PartialCredentialsError, TokenRetrievalError) as error:
        fix = "aws sso login, or AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        raise AccessError(
            f"{call} was not asked: there are no usable credentials ({error})\n  fix: {fix}"
        ) from None
    except HTTPClientError as error:
        raise AccessError(
            f"{call} was not answered: no connection ({error})\n  fix: check network and proxy"
        ) from None
    except ResponseParserError as error:
        raise NotAwsError(call=call, said=str(error).splitlines()[0]) from None
    except NotAwsError:
        raise
    except BotoCoreError as error:
        raise AccessError(
            f"{call} was not answered: {error}\n  fix: check the AWS settings of this shell"
        ) from None


@contextmanager
def opened(
    login: Login, actions: Mapping[str, tuple[str, ...]] = ACTIONS, printed: str = PRINTED
) -> Iterator[Access]:
    """Access that lets go of its connections."""
    access = Access(login, actions, printed)
    try:
        yield access
    finally:
        with suppress(Exception):
            access.close()
