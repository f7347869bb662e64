"""An AWS that is as unkind as the real one may be: it throttles, has errors of its own, drops connections, takes its time,
and tells for a while what was so before a change. What it does is drawn from a seed."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree import ElementTree

from tests.support.aws_proxy import LOST, Behaviour, Call, Reply, proxy

# The codes, and which API answers with which and in which form:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (EC2),
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html (IAM; STS and Route 53 alike),
# https://docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html (JSON). All read 2026-11-30.
_JSON = ("ssm", "servicequotas", "kms", "ram", "route53resolver")
NOT_FOUND = {
    "vpc": "InvalidVpcID.NotFound",
    "subnet": "InvalidSubnetID.NotFound",
    "rtb": "InvalidRouteTableID.NotFound",
    "sg": "InvalidGroup.NotFound",
    "sgr": "InvalidSecurityGroupRuleId.NotFound",
    "vpce": "InvalidVpcEndpointId.NotFound",
}
# What a call makes: the first id of this kind in its answer.
_MAKES = {
    "CreateVpc": "vpc",
    "CreateSubnet": "subnet",
    "CreateRouteTable": "rtb",
    "CreateSecurityGroup": "sg",
    "CreateVpcEndpoint": "vpce",
    "AuthorizeSecurityGroupIngress": "sgr",
    "AuthorizeSecurityGroupEgress": "sgr",
}
_ID = re.compile(r"\b(?:vpce|vpc|subnet|rtbassoc|rtb|sgr|sg)-[0-9a-f]{8,17}\b")
_READS = ("Describe", "Get", "List")


def refused(service: str, status: int, code: str, message: str) -> Reply:
    """An error in the form that the service's API has for it."""
    if service in _JSON:
        body = f'{{"__type": "{code}", "message": "{message}"}}'
        return Reply(status, (("Content-Type", "application/x-amz-json-1.1"),), body.encode())
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    body = (
        f"<Response><Errors>{error}</Errors><RequestID>0</RequestID></Response>"
        if service == "ec2"
        else f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>"
    )
    return Reply(status, (("Content-Type", "text/xml"),), body.encode())


def throttled(service: str) -> Reply:
    """What a call is told that is one too many."""
    if service == "ec2":
        return refused(service, 503, "RequestLimitExceeded", "Request limit exceeded.")
    if service == "s3":
        return refused(service, 503, "SlowDown", "Please reduce your request rate.")
    code = "ThrottlingException" if service in _JSON else "Throttling"
    return refused(service, 400, code, "Rate exceeded")


@dataclass(frozen=True)
class Shares:
    """Of all calls, the share that is throttled, gets a 5xx, loses its connection before AWS has it, and is `slow`, by
    `seconds`."""

    throttled: float = 0.0
    errors: float = 0.0
    resets: float = 0.0
    slow: float = 0.0
    seconds: float = 1.0


class Weather(Behaviour):
    """Draws what becomes of each call. `seen`: how often what happened; `calls`: the operations that came, as often."""

    def __init__(self, shares: Shares, seed: int = 1, only: str = "") -> None:
        self.shares, self.seed, self.only = shares, seed, only
        self.seen: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def before(self, call: Call) -> Reply | None:
        """Refuse, wait, or let it go on."""
        with self._lock:
            self.calls[call.operation] += 1
        if self.only and not call.operation.startswith(self.only):
            return None
        draw = random.Random(f"{self.seed}:{call.number}")
        if draw.random() < self.shares.slow:
            self._note("slow")
            time.sleep(self.shares.seconds)
        at = draw.random()
        for name, share in (
            ("throttled", self.shares.throttled),
            ("errors", self.shares.errors),
            ("resets", self.shares.resets),
        ):
            if at < share:
                self._note(name)
                return self._refusal(name, call, draw)
            at -= share
        return None

    def _refusal(self, name: str, call: Call, draw: random.Random) -> Reply:
        if name == "throttled":
            return throttled(call.service)
        if name == "resets":
            return LOST
        status, code = draw.choice(((500, "InternalError"), (503, "Unavailable")))
        return refused(call.service, status, code, "An internal error has occurred")

    def _note(self, what: str) -> None:
        with self._lock:
            self.seen[what] += 1


class Lag(Behaviour):
    """Eventual consistency: the first `reads` reads of what was just made say that it is not there, and as many of what was
    just changed say what was so before. https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html (read
    2026-11-30). `seen`: how often either happened."""

    def __init__(self, reads: int) -> None:
        self.reads = reads
        self.seen: Counter[str] = Counter()
        self._young: dict[str, int] = {}
        self._told: dict[bytes, Reply] = {}
        self._old: dict[bytes, tuple[Reply, int]] = {}
        self._lock = threading.Lock()

    def before(self, call: Call) -> Reply | None:
        """What a read is told in place of the truth."""
        if not call.operation.startswith(_READS):
            return None
        with self._lock:
            for id in _explicit(call):
                if self._is_young(id):
                    self.seen["not there"] += 1
                    kind = id.partition("-")[0]
                    return refused(call.service, 400, NOT_FOUND[kind], f"The ID '{id}' does not exist")
            reply, left = self._old.get(call.body, (LOST, 0))
            if left:
                self._old[call.body] = (reply, left - 1)
                self.seen["as before"] += 1
                return reply
        return None

    def after(self, call: Call, reply: Reply) -> Reply:
        """Remember what was told, made and changed; take out of a list what is too young to be in it."""
        if reply.status != 200 or call.service != "ec2":
            return reply
        with self._lock:
            if call.operation.startswith(_READS):
                reply = self._without_the_young(reply)
                self._told[call.body] = reply
            else:
                self._changed(call, reply)
        return reply

    def _changed(self, call: Call, reply: Reply) -> None:
        named = set(_ID.findall(call.body.decode("utf-8", "replace")))
        for body, told in self._told.items():
            if named & set(_ID.findall(body.decode("utf-8", "replace"))):
                self._old[body] = (told, self.reads)
        if kind := _MAKES.get(call.operation):
            made = re.search(rf"\b{kind}-[0-9a-f]{{8,17}}\b", reply.content.decode("utf-8", "replace"))
            assert made, f"{call.operation} has made nothing"
            self._young[made[0]] = self.reads

    def _is_young(self, id: str) -> bool:
        left = self._young.get(id, 0)
        self._young[id] = max(left - 1, 0)
        return left > 0

    def _without_the_young(self, reply: Reply) -> Reply:
        text = reply.content.decode("utf-8", "replace")
        if not any(id in text for id, left in self._young.items() if left):
            return reply
        root = ElementTree.fromstring(text)
        cut = [
            (listed, item)
            for listed in root
            for item in listed.findall("{*}item")
            if self._names_young(ElementTree.tostring(item, encoding="unicode"))
        ]
        for listed, item in cut:
            listed.remove(item)
            self.seen["not listed"] += 1
        return Reply(reply.status, reply.headers, ElementTree.tostring(root)) if cut else reply

    def _names_young(self, text: str) -> bool:
        found = [id for id in set(_ID.findall(text)) if self._young.get(id)]
        for id in found:
            self._young[id] -= 1
        return bool(found)


class Answers(Behaviour):
    """Answers operations with the replies that it is given, whatever AWS would say. `hang`: those that get no answer at all
    before `release` is set."""

    def __init__(self, replies: dict[str, Reply] | None = None, hang: str = "") -> None:
        self.replies, self.hang = replies or {}, hang
        self.release = threading.Event()
        self.calls: Counter[str] = Counter()

    def before(self, call: Call) -> Reply | None:
        """The reply for the operation, or for all as "*"."""
        self.calls[call.operation] += 1
        if self.hang and call.operation.startswith(self.hang):
            self.release.wait()
            return LOST
        return self.replies.get(call.operation) or self.replies.get("*")


class Held(Behaviour):
    """Keeps calls of an operation until they may `go`; then AWS gets them, whether anybody still waits or not. `come`:
    one has come. `calls`: how many came, of any operation."""

    def __init__(self, operation: str, seconds: float = 120.0) -> None:
        self.operation, self.seconds = operation, seconds
        self.come, self.go = threading.Event(), threading.Event()
        self.calls = 0

    def before(self, call: Call) -> Reply | None:
        """Count, and wait."""
        self.calls = max(self.calls, call.number)
        if call.operation == self.operation:
            self.come.set()
            self.go.wait(self.seconds)
        return None


class Together(Behaviour):
    """Several behaviours: the first that has an answer gives it, and all hear what was answered."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = behaviours

    def before(self, call: Call) -> Reply | None:
        """The first answer."""
        return next((reply for each in self.behaviours if (reply := each.before(call)) is not None), None)

    def after(self, call: Call, reply: Reply) -> Reply:
        """One after the other."""
        for each in self.behaviours:
            reply = each.after(call, reply)
        return reply


@contextmanager
def hostile(port: int, *behaviours: Behaviour) -> Iterator[int]:
    """Serve at a free port of loopback, before the AWS API at `port`; yields the free port."""
    with proxy(port, Together(*behaviours)) as free:
        yield free


def _explicit(call: Call) -> list[str]:
    """The ids that a read asks about by name, and not by a filter."""
    text = call.body.decode("utf-8", "replace")
    return [
        match[1]
        for match in re.finditer(rf"(?:^|&)\w*Id(?:\.\d+)?=({_ID.pattern})(?=&|$)", text)
        if match[1].partition("-")[0] in NOT_FOUND
    ]
