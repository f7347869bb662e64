"""What finders answer with, and what they compare by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recovery.left import Wanted
from verification.access import Access

# Pulumi appends a dash and seven hexadecimal digits to the names that it draws.
# https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming (read 2026-11-30)
_DRAWN = re.compile(r"-[0-9a-f]{7}")


@dataclass(frozen=True)
class Found:
    """Something in AWS that is what the program wanted. `name`: that of AWS, where Pulumi drew one. `half_made`: what the
    interrupted run had not done yet and no later update would; it has to go again."""

    id: str
    name: str = ""
    half_made: str = ""


@dataclass(frozen=True)
class Asked:
    """The way to AWS, and the Region of a resource. `recorded`: (type, id) of all that the state has already."""

    access: Access = field(hash=False)
    region: str
    recorded: frozenset[tuple[str, str]]

    def ec2(self, operation: str, key: str, **filters: str) -> list[Any]:
        """All that EC2 lists for filters, `vpc_id` for `vpc-id`."""
        listed = [
            {"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items() if value
        ]
        return self.access.pages("ec2", self.region, operation, key, Filters=listed)

    def has(self, type: str, id: str) -> bool:
        """Whether the state has something of a type: then it is this stack's, and no other's."""
        return (type, id) in self.recorded

    def new(self, wanted: Wanted, id: str) -> bool:
        """Whether the state does not have it."""
        return not self.has(wanted.type, id)


def tagged(tags: Iterable[Mapping[str, str]] | None, wanted: Wanted) -> bool:
    """Whether it has all the tags that the program gives it, its Name among them. AWS's may be more."""
    there = {each["Key"]: each["Value"] for each in tags or ()}
    asked = wanted.inputs.get("tags") or {}
    return bool(asked) and asked.items() <= there.items()


def says_whose(wanted: Wanted) -> bool:
    """Whether its Name ends in the project and the stack, as the program names what it puts into a thing that others use."""
    stack, project = wanted.urn.split("::")[0].rpartition(":")[2], wanted.urn.split("::")[1]
    name = (wanted.inputs.get("tags") or {}).get("Name")
    return isinstance(name, str) and name.endswith(f" {project}/{stack}")


def named(name: str, wanted: Wanted) -> bool:
    """Whether AWS's name is the one that was sent; where that is not known, one that Pulumi may have drawn."""
    if wanted.exact or not wanted.drawn:
        return name == wanted.text("name")
    return name.startswith(wanted.name) and bool(_DRAWN.fullmatch(name.removeprefix(wanted.name)))
