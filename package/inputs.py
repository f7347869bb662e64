"""The component's inputs as a program gives them, and what of them is known before an update.

A program in another language hands over Outputs. What decides names and policies has to be known in a preview (see
docs/adr/0001); the ids of the network alone may be promises. They are checked as far as they are known: in place of an id
that AWS has yet to give, the settings' rules see one of the right shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi
from pulumi.output import Unknown, contains_unknowns

from blueprint.problems import Loc

_ID_PREFIXES: Final = {"vpcId": "vpc", "id": "subnet", "routeTableId": "rtb"}


@dataclass
class Given:
    """What a program gave.

    `values` are plain, by the inputs' names. `ids` maps each id in them, or what stands for it, to the id as it was given:
    plain, or an Output. `not_known` are the places of further values that the preview does not know, `secrets` the names of
    inputs that hold a secret.
    """

    values: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, pulumi.Input[str]] = field(default_factory=dict)
    not_known: list[Loc] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    _stand_ins: dict[str, str] = field(default_factory=dict)

    def words(self, id: str) -> str:
        """The id, or the name of the input that will have it."""
        return self._stand_ins.get(id, id)

    async def _plain(self, value: Any, loc: Loc, source: Any) -> Any:
        """The value without Outputs. `source` is the Output that it came out of, or None."""
        if isinstance(value, pulumi.Output):
            if await value.is_secret():
                self.secrets.add(str(loc[0]))
            inner = await value.future(with_unknowns=True)
            if not await value.is_known() and not contains_unknowns(inner):
                inner = pulumi.UNKNOWN
            return await self._plain(inner, loc, value if source is None else source)
        if isinstance(value, Mapping):
            return {
                key: await self._plain(each, (*loc, key), None if source is None else source[key])
                for key, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [
                await self._plain(each, (*loc, position), None if source is None else source[position])
                for position, each in enumerate(value)
            ]
        known = not isinstance(value, Unknown)
        if is_id(loc) and (isinstance(value, str) or not known):
            text = str(value) if known else self._stand_in(loc)
            self.ids.setdefault(text, value if source is None else source)
            return text
        if not known:
            self.not_known.append(loc)
        return value if known else None

    def _stand_in(self, loc: Loc) -> str:
        text = f"{_ID_PREFIXES[str(loc[-1])]}-{len(self._stand_ins):017x}"
        self._stand_ins[text] = path(loc)
        return text


async def read(inputs: Mapping[str, pulumi.Input[Any]]) -> Given:
    """What a program gave, as the engine hands it over."""
    given = Given()
    for name, value in inputs.items():
        given.values[name] = await given._plain(value, (name,), None)
    return given


def is_id(loc: Loc) -> bool:
    """Whether an id of the network stands here, which may be an Output that nobody knows yet."""
    keys = tuple(part for part in loc if isinstance(part, str))
    return keys in (
        ("network", "vpcId"),
        ("network", "nodeSubnets", "id"),
        ("network", "nodeSubnets", "routeTableId"),
    )


def path(loc: Loc) -> str:
    """A place as a report names it: network.nodeSubnets[1].cidr."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc]
    return "".join(parts).removeprefix(".")
