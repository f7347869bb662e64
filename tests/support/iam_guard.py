"""An AWS that lets nobody do what no document allows: a proxy that asks the pack's evaluator, and moto's own IAM behind it.

The proxy compares actions, ARNs and conditions, and who may become whom. moto compares the action alone: of conditions it
reads none, and ARNs it compares with "*", so that it gets every document with its ARNs and conditions taken out. Nobody
compares signatures: moto works out another than the callers do, for the calls of Route 53.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from xml.sax.saxutils import escape

from moto.core.authorization import enable_iam_authentication
from moto.iam.access_control import IAMRequestBase
from moto.iam.models import iam_backends

from policies.iam import Document, Request, Signed, Verdict, decide_all, parse
from tests.support.aws_proxy import Behaviour, Call, Reply, proxy
from tests.support.iam_requests import Asked, asked
from tests.support.iam_roles import as_it_is

OWN = "123456789012"
# The one key that the stand-in takes.
KEY = "test"
# What moto calls the actions of some S3 requests.
_OF_MOTO = {"s3:ListBucket": ("s3:HeadBucket",), "s3:GetObject": ("s3:HeadObject",)}
# What EC2 does itself when an endpoint gets or loses a route table; the stand-in does it for moto, with the caller's key.
_OF_EC2 = ("ec2:CreateRoute", "ec2:DeleteRoute")
_GIVEN = re.compile(rb"<AccessKeyId>([^<]+)</AccessKeyId>")
Policy = Mapping[str, Any]


@dataclass(frozen=True)
class Caller:
    """Somebody with documents: the holder of the sandbox's key, or a role. `trusts`: the ARN that may become it."""

    arn: str
    documents: tuple[Policy, ...]
    trusts: str = ""

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    @property
    def name(self) -> str:
        return self.arn.rpartition("/")[2]


@dataclass(frozen=True)
class Denied:
    """A call that was denied, and what of it nobody allows."""

    call: str
    asked: Asked


@dataclass
class Guard(Behaviour):
    """Callers by their keys. `asked`: every question to IAM of calls that went on, with whose documents answered it."""

    holder: Caller
    roles: tuple[Caller, ...] = ()
    kms_key: str = ""
    asked: list[tuple[str, Asked]] = field(default_factory=list)
    denied: list[Denied] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[str, Caller] = {KEY: self.holder}

    def before(self, call: Call) -> Reply | None:
        """A denial, or None."""
        caller = self._keys.get(call.access_key)
        if caller is None:
            return refusal(call, f"the key {call.access_key} is nobody's")
        questions = [
            as_it_is(each, caller.account)
            for each in asked(call, caller.account, kms_key=self.kms_key)
            if each.action not in _OF_EC2
        ]
        wrong = first_denied(caller.documents, questions, caller.account)
        if wrong is None and call.operation == "AssumeRole":
            wrong = next((each for each in questions if not self._trusted(caller, each.resource)), None)
        with self._lock:
            if wrong is None:
                self.asked += [(caller.name, each) for each in questions]
                return None
            self.denied.append(Denied(call.operation, wrong))
        words = (
            f"User: {caller.arn} is not authorized to perform: {wrong.action} on resource: {wrong.resource}"
        )
        return refusal(call, f"{words} because no identity-based policy allows the {wrong.action} action")

    def after(self, call: Call, reply: Reply) -> Reply:
        """Whose the keys are that STS gives."""
        if call.operation == "AssumeRole" and reply.status == 200 and (key := _GIVEN.search(reply.content)):
            (question,) = asked(call, self.holder.account)
            found = next(each for each in self.roles if each.arn == question.resource)
            with self._lock:
                self._keys[key[1].decode()] = found
        return reply

    def used(self, name: str) -> list[Asked]:
        """What a caller's documents were asked."""
        return [each for who, each in self.asked if who == name]

    def _trusted(self, caller: Caller, role: str) -> bool:
        return any(each.arn == role and each.trusts == caller.arn for each in self.roles)


class Gate(Behaviour):
    """One address before moto, which a state remembers, and one guard after the other behind it; none: all may do all."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._guard: Guard | None = None

    @contextmanager
    def kept_by(self, guard: Guard) -> Iterator[Guard]:
        """While it holds, only those who have documents may do anything, and moto checks as well."""
        _made_known(guard)
        unsigned = patch.object(IAMRequestBase, "check_signature", lambda _: None)
        self._guard = guard
        try:
            with unsigned, enable_iam_authentication():
                yield guard
        finally:
            self._guard = None

    def before(self, call: Call) -> Reply | None:
        """The guard's."""
        return self._guard.before(call) if self._guard else None

    def after(self, call: Call, reply: Reply) -> Reply:
        """The guard's."""
        return self._guard.after(call, reply) if self._guard else reply


@contextmanager
def gate(port: int) -> Iterator[Gate]:
    """A gate before the moto of this process."""
    made = Gate(port)
    with proxy(port, made) as free:
        made.port = free
        yield made


def first_denied(documents: Iterable[Policy], questions: Iterable[Asked], account: str) -> Asked | None:
    """The first question that the documents do not surely answer with yes."""
    read = [_read(json.dumps(each)) for each in documents]
    for each in questions:
        # "No permissions are required to perform this operation"
        # (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html, read 2026-11-30).
        if each.action == "sts:GetCallerIdentity":
            continue
        request = Request(each.action, each.resource, Signed(account), each.context)
        if decide_all(read, request).verdict is not Verdict.ALLOWED:
            return each
    return None


def without(document: Policy, action: str) -> Policy:
    """The document with one action taken out, wherever it stands."""
    left = [
        {**each, "Action": [name for name in each["Action"] if name != action]}
        for each in document["Statement"]
    ]
    return {**document, "Statement": [each for each in left if each["Action"]]}


def actions(documents: Iterable[Policy]) -> set[str]:
    """Every action that they name."""
    return {action for each in documents for statement in each["Statement"] for action in statement["Action"]}


def _read(text: str) -> Document:
    found = parse(text, kind="identity")
    assert isinstance(found, Document), found
    return found


def _widened(document: Policy) -> str:
    named = sorted(actions([document]))
    more = [name for action in named for name in _OF_MOTO.get(action, ())]
    statement = {"Effect": "Allow", "Action": [*named, *more, *_OF_EC2], "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _made_known(guard: Guard) -> None:
    """Tell moto's IAM of the callers: a user whose key is the sandbox's, and the roles."""
    own = iam_backends[guard.holder.account]["aws"]
    name = guard.holder.name
    if name not in own.users:
        own.create_user("us-east-1", name)
    for user in own.users.values():
        user.access_keys = [each for each in user.access_keys if each.access_key_id != KEY]
    key = own.create_access_key(name)
    key.access_key_id, key.secret_access_key = KEY, KEY
    user = own.users[name]
    user.policies = {f"part-{n}": _widened(each) for n, each in enumerate(guard.holder.documents)}
    for role in guard.roles:
        backend = iam_backends[role.account]["aws"]
        found = next((each for each in backend.roles.values() if each.name == role.name), None)
        if found is None:
            trust = {"Effect": "Allow", "Principal": {"AWS": role.trusts}, "Action": "sts:AssumeRole"}
            found = backend.create_role(
                role_name=role.name,
                assume_role_policy_document=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
                path="/",
                permissions_boundary=None,
                description="",
                tags=[],
                max_session_duration="3600",
            )
        found.policies = {f"part-{n}": _widened(each) for n, each in enumerate(role.documents)}


def refusal(call: Call, words: str) -> Reply:
    """A denial as the service words it."""
    text = escape(words)
    if call.service == "ec2":
        said = f"You are not authorized to perform this operation. {text}"
        body = f"<Errors><Error><Code>UnauthorizedOperation</Code><Message>{said}</Message></Error></Errors>"
        return _xml(f"<Response>{body}<RequestID>denied</RequestID></Response>")
    if call.service == "s3":
        return _xml(f"<Error><Code>AccessDenied</Code><Message>{text}</Message></Error>")
    if call.service in ("iam", "sts", "route53"):
        error = f"<Type>Sender</Type><Code>AccessDenied</Code><Message>{text}</Message>"
        return _xml(f"<ErrorResponse><Error>{error}</Error><RequestId>denied</RequestId></ErrorResponse>")
    said = json.dumps({"__type": "AccessDeniedException", "Message": words, "message": words})
    return Reply(400, (("Content-Type", "application/x-amz-json-1.1"),), said.encode())


def _xml(text: str) -> Reply:
    return Reply(403, (("Content-Type", "text/xml"),), f'<?xml version="1.0"?>{text}'.encode())
