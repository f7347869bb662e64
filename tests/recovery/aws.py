"""An AWS API with nothing of a stack's in it, the way that finders reach it, and what they look for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from recovery.found import Asked, Found
from recovery.left import Wanted
from recovery.permissions import ACTIONS
from recovery.plan import FINDERS
from sandbox.layout import SERVICES
from tests.support.aws_api import REGION
from verification.access import Access, Login

TAGS = {"environment": "dev"}
PROVIDER = "urn:pulumi:dev::p::pulumi:providers:aws::default::7cae11bf-029c-4831-8b64-2545bff7f938"


@cache
def access(port: int) -> Access:
    return Access(Login("", "test", "test", dict.fromkeys(SERVICES, f"http://127.0.0.1:{port}")), ACTIONS)


def entry(type: str, name: str, /, **inputs: Any) -> dict[str, Any]:
    """What a state holds of a resource that was being created."""
    urn = f"urn:pulumi:dev::p::ssm-vpc-endpoints:index:SsmEndpoints${type}::{name}"
    return {"urn": urn, "custom": True, "type": type, "inputs": inputs, "provider": PROVIDER}


def wanted(type: str, name: str, /, **inputs: Any) -> Wanted:
    """As the interrupted run sent it."""
    return Wanted(entry(type, name, tags={"Name": name, **TAGS}, **inputs), exact=True)


def previewed(type: str, name: str, /, **inputs: Any) -> Wanted:
    """As a preview would make it."""
    return replace(wanted(type, name, **inputs), exact=False)


def found(port: int, what: Wanted, *recorded: str, state: Iterable[tuple[str, str]] = ()) -> list[Found]:
    """What the finder of a type finds. The state has `recorded`, ids of this type, and `state`, types and ids of others."""
    asked = Asked(access(port), REGION, frozenset([*((what.type, id) for id in recorded), *state]))
    return [each for each in FINDERS[what.type](what, asked) if asked.new(what, each.id)]


def specification(kind: str, name: str, **tags: str) -> list[dict[str, Any]]:
    """Tags as a create call takes them."""
    listed = {"Name": name, **TAGS, **tags}
    return [{"ResourceType": kind, "Tags": listing(listed)}]


def listing(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
