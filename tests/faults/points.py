"""What is tried: at which call, with the call done or not, and who is killed."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

BEFORE, AFTER = "before commit", "answer lost"
ENGINE, PROGRAM, PLUGIN = "engine", "program", "plugin"
MODES: Final = (BEFORE, AFTER)
# A first `up`; an `up` of the stack that is there, after a change of its file, or after one for which all is replaced.
UP, CHANGE, REPLACE, DESTROY = "up", "change", "replace", "destroy"
# A destroy runs no program.
VICTIMS: Final[dict[str, tuple[str, ...]]] = {
    UP: (ENGINE, PLUGIN, PROGRAM),
    CHANGE: (ENGINE, PLUGIN, PROGRAM),
    REPLACE: (ENGINE, PLUGIN, PROGRAM),
    DESTROY: (ENGINE, PLUGIN),
}
_NAMESPACE = "ssm-vpc-endpoints"
# Endpoints, subnets, rules, roles and zones come, go and change; every tag is another.
_CHANGED: Final[dict[str, Any]] = {
    f"{_NAMESPACE}:features": {"kmsEncryption": True, "vssSnapshots": False},
    f"{_NAMESPACE}:buckets": {"own": [{"name": "acme-session-logs", "access": "readWrite"}]},
    f"{_NAMESPACE}:tags": {"environment": "test", "team": "platform"},
}
_ANOTHER_ZONE: Final[dict[str, Any]] = {
    f"{_NAMESPACE}:network": {
        "create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1c"]},
        "clientCidrs": ["192.168.0.0/16"],
    },
}
_ANOTHER_VPC: Final[dict[str, Any]] = {
    f"{_NAMESPACE}:network": {
        "create": {"cidr": "10.1.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}
    },
}
_HUB: Final[dict[str, Any]] = {
    f"{_NAMESPACE}:accountId": "123456789012",
    f"{_NAMESPACE}:nodes": {"instanceRole": True, "securityGroup": True},
    f"{_NAMESPACE}:topology": {
        "kind": "hub",
        "spokes": [{"vpcId": "vpc-0a1b2c3d4e5f60718", "cidrs": ["10.9.0.0/16"]}],
    },
    f"{_NAMESPACE}:preflight": "off",
}
_OTHER_NODES: Final[dict[str, Any]] = {
    f"{_NAMESPACE}:nodes": {"instanceRole": True, "hybridRole": True, "securityGroup": False}
}
# What the nodes may do without after a change.
_PACK: Final[dict[str, Any]] = {"features": {"vssSnapshots": False}}
_ZONES = ["ssm", "ssmmessages", "ec2messages", "ec2", "kms"]
_VPC = f"urn:pulumi:dev::{_NAMESPACE}::{_NAMESPACE}:index:PrivateNetwork$aws:ec2/vpc:Vpc::private"


@dataclass(frozen=True)
class Variant:
    """A stack. `config`: what is put into the dev stack's file, by verb. `pack`: into the pack's configuration of each
    policy. `new_alone`: only operations that the variant before it does not have are of interest."""

    config: Mapping[str, Mapping[str, Any]]
    pack: Mapping[str, Any]
    new_alone: bool = False

    @property
    def verbs(self) -> tuple[str, ...]:
        return tuple(self.config)


VARIANTS: Final[dict[str, Variant]] = {
    "dev": Variant({UP: {}, CHANGE: _CHANGED | _ANOTHER_ZONE, REPLACE: _ANOTHER_VPC, DESTROY: {}}, _PACK),
    "everything": Variant(
        {
            UP: _HUB,
            CHANGE: _HUB | _CHANGED | _ANOTHER_ZONE | _OTHER_NODES,
            REPLACE: _HUB | _ANOTHER_VPC,
            DESTROY: _HUB,
        },
        {**_PACK, "hostedZones": [{"vpc": _VPC, "services": _ZONES, "where": "this stack"}]},
        new_alone=True,
    ),
    # What these two find there is in neighbours.py. `make down` of the sandbox wants an account in which nothing is left.
    "existing": Variant({UP: {}, CHANGE: _CHANGED}, _PACK),
    "spoke": Variant(
        {UP: {}, CHANGE: _CHANGED | {f"{_NAMESPACE}:features": {"vssSnapshots": False}}},
        {**_PACK, "sharedEndpoints": [{"vpc": "*", "services": _ZONES, "where": "the hub"}]},
    ),
}


@dataclass(frozen=True)
class Point:
    """The nth call of an operation (from 1) in a verb of a variant's stack."""

    variant: str
    verb: str
    operation: str
    nth: int

    def __str__(self) -> str:
        return f"{self.operation} #{self.nth}"


@dataclass(frozen=True)
class Fault:
    """A run to spoil: `mode` says whether AWS did the call, `victim` who is killed at that moment."""

    point: Point
    mode: str
    victim: str


def points(variant: str, verb: str, operations: Iterable[str]) -> list[Point]:
    """A point for each call, as they came."""
    seen: Counter[str] = Counter()
    found = []
    for operation in operations:
        seen[operation] += 1
        found.append(Point(variant, verb, operation, seen[operation]))
    return found


def faults(listed: Iterable[Point], *, everyone: bool) -> Iterator[Fault]:
    """Every point in both modes: with every victim, or with one of them in turn, so that each mode meets all of them."""
    turn = itertools.count()
    for point in listed:
        victims = VICTIMS[point.verb]
        first = next(turn)
        for number, mode in enumerate(MODES):
            one = victims[(first + number) % len(victims)]
            for victim in victims if everyone else (one,):
                yield Fault(point, mode, victim)
