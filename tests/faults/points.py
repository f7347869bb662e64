"""What is tried: at which call, with the call done or not, and who is killed."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

BEFORE, AFTER = "before commit", "answer lost"
ENGINE, PROGRAM, PLUGIN = "engine", "program", "plugin"
MODES: Final = (BEFORE, AFTER)
# A destroy runs no program.
VICTIMS: Final[dict[str, tuple[str, ...]]] = {"up": (ENGINE, PLUGIN, PROGRAM), "destroy": (ENGINE, PLUGIN)}
# What is put into the dev stack's file, by the name of the variant.
VARIANTS: Final[dict[str, dict[str, Any]]] = {
    "dev": {},
    "everything": {
        "ssm-vpc-endpoints:nodes": {"instanceRole": True, "securityGroup": True},
        "ssm-vpc-endpoints:topology": {
            "kind": "hub",
            "spokes": [{"vpcId": "vpc-0a1b2c3d4e5f60718", "cidrs": ["10.9.0.0/16"]}],
        },
        "ssm-vpc-endpoints:preflight": "off",
    },
}
# What is put into the pack's configuration of each policy: that the hub's zones answer for its endpoints.
PACK: Final[dict[str, dict[str, Any]]] = {
    "dev": {},
    "everything": {
        "hostedZones": [
            {
                "vpc": "urn:pulumi:dev::ssm-vpc-endpoints::ssm-vpc-endpoints:index:PrivateNetwork$aws:ec2/vpc:Vpc::private",
                "services": ["ssm", "ssmmessages", "ec2messages", "ec2"],
                "where": "this stack",
            }
        ]
    },
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
