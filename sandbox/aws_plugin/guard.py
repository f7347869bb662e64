"""Which provider configuration is accepted: loopback endpoints and the credentials test/test, no other.

The credentials of a role come from the STS on loopback, by way of the same clients: see accounts.py.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from sandbox.aws_plugin import account_settings
from sandbox.aws_plugin.values import has_unknown
from sandbox.loopback import is_loopback

IGNORED = {
    "skipCredentialsValidation",
    "skipRequestingAccountId",
    "skipMetadataApiCheck",
    "skipRegionValidation",
    "version",
}
KNOWN = IGNORED | account_settings.KEYS | {"region", "accessKey", "secretKey", "endpoints", "maxRetries"}
# How often the official plugin tries a call again that AWS throttles or answers with an error of its own.
# https://registry.terraform.io/providers/hashicorp/aws/latest/docs#max_retries (read 2026-11-30)
RETRIES = 25
WAY_OUT = (
    "This is the sandbox's stand-in for the aws plugin (a test double), not the official one. "
    "For anything but the sandbox install the official plugin: pulumi plugin install resource aws {version}"
)


CONNECT_SECONDS, READ_SECONDS = 5, 30
_UNANSWERED = 2
_NOBODY = (EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError)


class RefusedError(Exception):
    """The stand-in does not do this; the message says what, where and the way out."""


@dataclass(frozen=True)
class Keys:
    """What calls are signed with: the sandbox's own keys, or those that the STS on loopback gave for a role."""

    access: str = "test"
    secret: str = field(default="test", repr=False)
    session: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Target:
    """The AWS API on loopback that a configured plugin talks to. Every call goes through a client of it."""

    region: str
    endpoints: Mapping[str, str]
    keys: Keys = Keys()
    retries: int = RETRIES

    def client(self, service: str, region: str) -> Any:
        """A boto3 client that reads nothing of the user's: no profile, no environment variables, no proxy."""
        nowhere = (None, None, os.devnull, None)
        session = botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": nowhere,
                "credentials_file": nowhere,
            }
        )
        client = boto3.Session(botocore_session=session).client(
            service,
            region_name=region,
            endpoint_url=self._url(service),
            aws_access_key_id=self.keys.access,
            aws_secret_access_key=self.keys.secret,
            aws_session_token=self.keys.session,
            config=Config(
                proxies={},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": self.retries + 1},
            ),
        )
        client.meta.events.register_first("needs-retry", _give_up)
        return client

    def _url(self, service: str) -> str:
        """Where the service is, which is never left to boto3."""
        name = service.replace("-", "")
        if name not in self.endpoints:
            raise RefusedError(
                f"aws:endpoints names no {name} URL: only an AWS API on a loopback address is ever called. "
                "Pulumi.dev.yaml has the whole list"
            )
        return self.endpoints[name]


def _give_up(attempts: int, caught_exception: Exception | None = None, **_: Any) -> None:
    """Where nobody listens or nobody answers, a second try is the last: 26 of them would take half an hour."""
    if attempts >= _UNANSWERED and isinstance(caught_exception, _NOBODY):
        raise caught_exception


def problems(config: Mapping[str, Any]) -> dict[str, str]:
    """Why this provider configuration is refused, by property; empty when it is the sandbox's."""
    config = {key: parsed(value) for key, value in config.items()}
    found = {
        key: f"the stand-in does not know the provider setting {key}; known: {', '.join(sorted(KNOWN))}"
        for key in config.keys() - KNOWN
        if not key.startswith("__")
    }
    found |= {
        key: f"the stand-in needs {key} at preview" for key, value in config.items() if has_unknown(value)
    }
    for key in ("accessKey", "secretKey"):
        if key not in found and config.get(key) != "test":
            given = "nothing" if config.get(key) is None else "another value (not shown)"
            found[key] = f'aws:{key} must be "test", the sandbox\'s; it got {given}. Never give it a real key'
    if "maxRetries" not in found and not str(config.get("maxRetries") or "0").isdecimal():
        found["maxRetries"] = f"aws:maxRetries must be a whole number; it got {config['maxRetries']!r}"
    if "region" not in found and not config.get("region"):
        found["region"] = "aws:region is missing: set it to the Region to play, such as eu-west-1"
    services = ("ec2", "sts") if account_settings.are_used(config) else ("ec2",)
    if "endpoints" not in found and (reason := _endpoint_problem(config.get("endpoints"), services)):
        found["endpoints"] = reason
    return account_settings.problems(config) | found


def refusal(config: Mapping[str, Any], version: str) -> str | None:
    """Why this provider configuration is refused, and the way out; None when it is the sandbox's."""
    reasons = "".join(f"\n  - {reason}" for _, reason in sorted(problems(config).items()))
    return f"refuses this configuration:{reasons}\n{WAY_OUT.format(version=version)}" if reasons else None


def target(config: Mapping[str, Any], version: str) -> Target:
    """The loopback API that this configuration names; raises RefusedError for every other configuration."""
    if found := refusal(config, version):
        raise RefusedError(f"it {found}")
    blocks = parsed(config["endpoints"])
    return Target(
        region=config["region"],
        endpoints={k: v for block in blocks for k, v in block.items() if v},
        retries=int(config.get("maxRetries") or RETRIES),
    )


def parsed(value: Any) -> Any:
    """The engine hands lists and objects of the configuration over as JSON text."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _endpoint_problem(blocks: Any, needed: Iterable[str]) -> str | None:
    if blocks is None:
        return "aws:endpoints is missing: only an AWS API on a loopback address is ever called"
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return f"aws:endpoints must be a list such as [{{ec2: http://127.0.0.1:5577}}]; it got {blocks!r}"
    urls = {service: url for block in blocks for service, url in block.items() if url}
    for service, url in sorted(urls.items()):
        if not is_loopback(str(url)):
            return f"aws:endpoints.{service} must be a URL on a loopback address; it got {url!r}"
    for service in needed:
        if service not in urls:
            return (
                f"aws:endpoints names no {service} URL: only an AWS API on a loopback address is ever called"
            )
    return None
