"""What a run that was interrupted left in a stack's state, and what the program would make that the state does not have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Entry = dict[str, Any]

CREATING = "creating"
# How a preview's steps that make something are called.
# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/display/events.go (read 2026-11-30)
_MAKES = ("create", "create-replacement")
_OF_AWS = "aws:"
# What stands for a value that only an update knows, and for one that is not shown.
_UNKNOWN = ("04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[secret]")


@dataclass(frozen=True)
class Wanted:
    """A resource that may have been made and is not recorded.

    `entry` is what the state would hold of it, but for its id and outputs. `exact`: its inputs are those that the
    interrupted run sent, names that Pulumi draws included; else they are those of a preview, which draws others.
    `instead`: the id of another one that the state has in its place already, and that the program keeps; "" if none.
    """

    entry: Entry = field(hash=False)
    exact: bool
    instead: str = ""

    @property
    def urn(self) -> str:
        return str(self.entry["urn"])

    @property
    def type(self) -> str:
        return str(self.entry["type"])

    @property
    def name(self) -> str:
        """Its name in the program."""
        return name_of(self.urn)

    @property
    def inputs(self) -> dict[str, Any]:
        return dict(self.entry.get("inputs") or {})

    def text(self, key: str) -> str:
        """An input that is a text; "" where it is not there."""
        value = self.inputs.get(key)
        return value if isinstance(value, str) else ""

    @property
    def drawn(self) -> bool:
        """Whether Pulumi drew its name."""
        return "name" in (self.inputs.get("__defaults") or [])


@dataclass(frozen=True)
class Left:
    """`wanted`: what may be in AWS. `pending`: URN and kind of every operation whose end the state does not know."""

    wanted: tuple[Wanted, ...]
    pending: tuple[tuple[str, str], ...]


def name_of(urn: str) -> str:
    """A resource's name in the program."""
    return urn.split("::", 3)[-1]


def resources_of(export: Mapping[str, Any]) -> list[Entry]:
    """The resources of an export."""
    return list((export.get("deployment") or {}).get("resources") or [])


def pending_of(export: Mapping[str, Any]) -> list[tuple[Entry, str]]:
    """The operations that were under way: the resource, and which kind."""
    listed = (export.get("deployment") or {}).get("pending_operations") or []
    return [(dict(each["resource"]), str(each["type"])) for each in listed]


def left(export: Mapping[str, Any], steps: Iterable[Mapping[str, Any]]) -> Left:
    """What an export and the steps of a preview (`pulumi preview --json`) say.

    What was under way counts as it was sent; of the preview's steps, those of AWS that make something of which every input
    is known. One that needs what is not there yet cannot have been made: the engine tells a program an id after it wrote it
    down.
    """
    pending = pending_of(export)
    made = [dict(step.get("newState") or {}) for step in steps if step.get("op") in _MAKES]
    # An engine that went on after a warning made it anew, and carries the old operation along in every state.
    anew = {entry.get("urn") for entry in made}
    instead = {urn: id for urn, id in _living(resources_of(export)).items() if urn not in anew}
    sent = [entry for entry, kind in pending if kind == CREATING]
    wanted = [Wanted(entry, exact=True, instead=instead.get(str(entry["urn"]), "")) for entry in sent]
    under_way = {str(entry["urn"]) for entry in sent}
    for entry in made:
        if not str(entry.get("type", "")).startswith(_OF_AWS) or entry["urn"] in under_way:
            continue
        if not _has_unknown([entry.get("inputs"), entry.get("provider")]):
            wanted.append(Wanted(entry, exact=False))
    return Left(tuple(wanted), tuple((str(entry["urn"]), kind) for entry, kind in pending))


def _living(resources: Sequence[Entry]) -> dict[str, str]:
    """URN to id of what the state has and neither the last run nor the next one takes away."""
    return {
        str(each["urn"]): str(each["id"])
        for each in resources
        if each.get("id") and not each.get("delete") and not each.get("pendingReplacement")
    }


def ids_of(resources: Sequence[Entry]) -> frozenset[tuple[str, str]]:
    """(type, id) of everything that is recorded."""
    return frozenset((str(each["type"]), str(each["id"])) for each in resources if each.get("id"))


def owners_of(resources: Sequence[Entry]) -> set[str]:
    """The accounts that the state's resources are in, as far as their ARNs tell."""
    found = (account_of(str((each.get("outputs") or {}).get("arn") or "")) for each in resources)
    return {account for account in found if account}


def account_of(arn: str) -> str:
    """The account of what an ARN names, its fifth part; "" where there is none, as with what is AWS's own."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 and parts[4].isdecimal() else ""


def _has_unknown(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(_has_unknown, value))
    return isinstance(value, str) and any(each in value for each in _UNKNOWN)
