"""fleet.yaml: what the fleet's owner says, typed. `inventory.read` is the way in, `expansion.expand` what it becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from blueprint.fields import AccountId, Items, RegionId, SomeItems
from blueprint.names import ShapeError
from blueprint.settings.base import Keys
from fleet.shapes import Wave

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}", re.ASCII)
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
PASSWORD = re.compile(r"://[^/@]*:[^/@]*@")
"""A URL that holds one."""
_BACKENDS = ("file://", "s3://", "gs://", "azblob://", "https://", "http://")
_SECRETS = ("passphrase", "default", "awskms://", "azurekeyvault://", "gcpkms://", "hashivault://")


def _role(text: str) -> str:
    if not _ROLE.fullmatch(text):
        raise ShapeError("is not a role's ARN, such as arn:aws:iam::123456789012:role/ssm-endpoints-deployer")
    return text


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ShapeError(
            "is not a name: small letters, digits and hyphens, at most 40, a letter or digit at both ends"
        )
    return text


def _backend(text: str) -> str:
    if not text.startswith(_BACKENDS):
        raise ShapeError(f"is not the URL of a Pulumi backend\nallowed: {', '.join(_BACKENDS)}")
    if PASSWORD.search(text):
        raise ShapeError(
            "holds a password: a backend's credentials come from the environment, never from here"
        )
    return text


def _secrets(text: str) -> str:
    if not text.startswith(_SECRETS):
        raise ShapeError(f"is not a Pulumi secrets provider\nallowed: {', '.join(_SECRETS)}")
    return text


def _within(value: int, *, least: int, most: int, what: str = "") -> int:
    if not least <= value <= most:
        raise ShapeError(f"must be from {least} to {most}{what}")
    return value


def _some(value: Mapping[str, str]) -> Mapping[str, str]:
    if not value:
        raise ShapeError("is empty, which would mean all there are: give at least one tag")
    return value


Name = Annotated[str, AfterValidator(_name)]
Tags = Annotated[Mapping[str, str], AfterValidator(_some)]
RoleArn = Annotated[str, AfterValidator(_role)]
BackendUrl = Annotated[str, AfterValidator(_backend)]
SecretsProvider = Annotated[str, AfterValidator(_secrets)]
Percent = Annotated[int, AfterValidator(partial(_within, least=0, most=100, what=": per cent"))]
Count = Annotated[int, AfterValidator(partial(_within, least=1, most=1000))]
Some = Annotated[int, AfterValidator(partial(_within, least=0, most=1000))]


class Level(Keys):
    """What every level of the inventory may say for all below it; the innermost says it last.

    `settings`: the program's, by their names in a stack file without the namespace. `requirements`: the policy pack's, by
    their names in stacks.toml. In their texts {account}, {accountId}, {region} and {stack} stand for the stack's own.
    """

    settings: Mapping[str, Any] = Field(
        default_factory=dict, description="keys of the stack file, without the namespace"
    )
    requirements: Mapping[str, Any] = Field(
        default_factory=dict,
        description="what the policy pack requires: keys of a table in policies/config/stacks.toml",
    )
    wave: Wave | None = Field(default=None, description="canary, early or rest: when it is due")


class Discovery(Keys):
    """Which VPCs of the account and Region are meant, by tags that all have to be there; "*" is any value."""

    vpc_tags: Tags = Field(description="tags of the VPCs, name and value; * is any value")
    node_subnet_tags: Tags = Field(description="tags of the private subnets that nodes run in")


class Vpc(Level):
    """A VPC. With no `name` it is the only one of its Region: the stack is <account>-<region>."""

    name: Name = Field(default="", description="the end of the stack's name, where a Region has several VPCs")
    discover: Discovery | None = Field(default=None, description="VPCs that are there, found by their tags")


class RegionLevel(Level):
    """A Region of an account; with no `vpcs`, one stack of the settings that hold here."""

    region: RegionId = Field(description="a Region, such as eu-west-1")
    vpcs: Items[Vpc] = Field(
        default=(), description="the VPCs, where there are several or their tags tell which"
    )


class Account(Level):
    """An account. Without `role_arn` the runner's own credentials have to be the account's."""

    name: Name = Field(description="the account's name here, which its stacks' names begin with")
    account_id: AccountId = Field(description="12 digits, in quotes")
    role_arn: RoleArn = Field(default="", description="the role that the AWS provider assumes")
    external_id: str = Field(
        default="", description="what the role's trust policy wants to hear, if anything"
    )
    secrets_provider: SecretsProvider = Field(
        default="", description="this account's, in place of the backend's"
    )
    regions: SomeItems[RegionLevel] = Field(description="the Regions, and what differs in each")


class Backend(Keys):
    """Where states are kept and who encrypts their secrets."""

    url: BackendUrl = Field(description="file://, s3://, ... or https://api.pulumi.com")
    secrets_provider: SecretsProvider = Field(
        default="passphrase", description="such as awskms://alias/pulumi"
    )


class Concurrency(Keys):
    """How many stacks run at once. AWS throttles PrivateLink's calls per account and per organisation."""

    overall: Count = Field(default=8, description="stacks at once")
    per_account: Count = Field(default=4, description="stacks of one account at once")
    per_region: Count = Field(default=4, description="stacks of one Region at once, over all accounts")


class Retries(Keys):
    """How often a stack is tried again, after a pause that grows and is drawn by lot."""

    throttled: Some = Field(default=5, description="when AWS says that calls are too many")
    locked: Some = Field(default=10, description="when another run holds the stack")
    lost: Some = Field(default=2, description="when the worker that had it is gone")


class Rollout(Keys):
    """Who goes first, and how much may go wrong."""

    canaries: Count = Field(default=1, description="how many stacks are canaries, where no wave says it")
    early_percent: Percent = Field(default=10, description="how many of the others come next")
    failure_budget_percent: Percent = Field(
        default=0,
        description="of all stacks, how many may fail before no further one is started; no canary may",
    )


class Fleet(Level):
    """All of fleet.yaml."""

    name: Name = Field(description="the fleet's name: where its results are kept")
    backend: Backend = Field(description="where states are kept")
    concurrency: Concurrency = Field(default_factory=Concurrency, description="how many stacks run at once")
    retries: Retries = Field(default_factory=Retries, description="how often a stack is tried again")
    rollout: Rollout = Field(default_factory=Rollout, description="who goes first")
    timeout_minutes: Count = Field(default=60, description="after which a run of one stack is stopped")
    accounts: SomeItems[Account] = Field(description="the accounts")
