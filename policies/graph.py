"""What the engine saw: resources as plain values, joined by reference.

A reference is joined by the dependency's URN first and by the id second: in the preview of a new VPC every id is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal, TypeVar

from policies import telling, tokens

T = TypeVar("T")


class _Unknown(Enum):
    UNKNOWN = "a value that is not known in the preview"


UNKNOWN: Final = _Unknown.UNKNOWN
Maybe = str | None | Literal[_Unknown.UNKNOWN]


@dataclass(frozen=True)
class Resource:
    """A resource as plain values. `references` holds, by property, the URNs that the property's value came from."""

    urn: str
    type: str
    name: str
    props: Mapping[str, Any]
    region: Maybe
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # The properties that the program gave; None where nobody saw the inputs.
    given: frozenset[str] | None = None

    def text(self, key: str) -> Maybe:
        """A string property; None where it is absent, UNKNOWN where it is not known or not a string."""
        value = self.props.get(key)
        return value if value is None or isinstance(value, str) else UNKNOWN


@dataclass(frozen=True)
class References:
    """What a property refers to: URNs of this stack or ids, and whether there may be more that cannot be read."""

    keys: tuple[str, ...] = ()
    more: bool = False

    def __add__(self, other: References) -> References:
        return References(tuple(dict.fromkeys((*self.keys, *other.keys))), self.more or other.more)


@dataclass
class Satellites:
    """Resources that point at others: by the URN or id that they point at, and those whose target cannot be told."""

    of: dict[str, list[Resource]] = field(default_factory=dict)
    untold: list[Resource] = field(default_factory=list)


class Graph:
    """The resources of a stack, by URN, joined by reference. The order of resources never matters."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = {resource.urn: resource for resource in sorted(resources, key=lambda r: r.urn)}
        self._by_type: dict[str, list[Resource]] = {}
        for resource in self.resources.values():
            self._by_type.setdefault(resource.type, []).append(resource)
        self._satellites: dict[tuple[str, str], Satellites] = {}
        self._vpcs: dict[str, Maybe] = {}
        self._made: dict[Hashable, Any] = {}
        # A VpcEndpointPolicy has the id of its endpoint, a component may show any id as its own: an id means a type too.
        ids = (
            (resource.text(key), resource.type, urn)
            for urn, resource in self.resources.items()
            for key in ("id", *(tokens.ALSO_KNOWN_BY if resource.type.startswith(tokens.NAMED) else ()))
        )
        self._urn_by_id = {(id, type_): urn for id, type_, urn in ids if isinstance(id, str) and id}

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these type tokens."""
        return (resource for type_ in types for resource in self._by_type.get(type_, ()))

    def get(self, key: str) -> Resource | None:
        """The resource that a reference's key names, if this stack has it."""
        return self.resources.get(key)

    def name_of(self, key: str) -> str:
        """The name of what a reference's key names; the key itself where this stack does not have it."""
        found = self.get(key)
        return found.name if found else telling.word(key)

    def label(self, key: str) -> str:
        """How messages call what a reference's key names: by its name in quotes, or the key as it is."""
        found = self.get(key)
        return telling.name(found.name) if found else telling.word(key)

    def once(self, what: Hashable, make: Callable[[], T]) -> T:
        """What several policies read out of the same graph, made by the first that asks."""
        if what not in self._made:
            self._made[what] = make()
        found: T = self._made[what]
        return found

    def canonical(self, resource: Resource) -> str:
        """The URN that stands for everything of this type with the resource's id."""
        id = resource.text("id")
        return self._urn_by_id.get((id, resource.type), resource.urn) if isinstance(id, str) else resource.urn

    def satellites(self, type_: str, key: str, targets: Sequence[str]) -> Satellites:
        """The resources of one type, by the resource that their property `key` points at."""
        if (type_, key) not in self._satellites:
            found = Satellites()
            for resource in self.of_type(type_):
                target = self.refers_to(resource, key, targets)
                if target is UNKNOWN:
                    found.untold.append(resource)
                elif target is not None:
                    found.of.setdefault(target, []).append(resource)
            self._satellites[type_, key] = found
        return self._satellites[type_, key]

    def vpc_of(self, resource: Resource) -> Maybe:
        """The VPC that a resource says it is in; followed through the subnet, group, route table or endpoint that the id
        was taken from."""
        if resource.urn not in self._vpcs:
            self._vpcs[resource.urn] = UNKNOWN  # what a circle leads to
            key = self.refers_to(resource, "vpcId", tokens.VPCS)
            if key is UNKNOWN:
                sources = (self.get(urn) for urn in resource.references.get("vpcId", ()))
                through = {
                    self.vpc_of(source) for source in sources if source and source.type in tokens.IN_A_VPC
                }
                key = through.pop() if len(through) == 1 else UNKNOWN
            self._vpcs[resource.urn] = key
        return self._vpcs[resource.urn]

    def refers_to(self, resource: Resource, key: str, types: Sequence[str]) -> Maybe:
        """What a property with one id refers to: a URN of this stack, an id, None if absent, or UNKNOWN."""
        value = resource.props.get(key)
        if value is None:
            return None
        found = self._resolve([value], resource.references.get(key, ()), types)
        return found.keys[0] if len(found.keys) == 1 else UNKNOWN

    def refer_to(self, resource: Resource, key: str, types: Sequence[str], within: Any = None) -> References:
        """What a property with a list of ids refers to. `within` is a value from inside of the property, where that is an
        object: what it was computed from is known of the whole property only."""
        value = resource.props.get(key) if within is None else within
        if value is None:
            return References()
        # A list that is known to have three items has no fourth, whatever else the items were computed from.
        counted = within is None and isinstance(value, list)
        return self._resolve(
            value if isinstance(value, list) else [value],
            resource.references.get(key, ()),
            types,
            counted=counted,
        )

    def _resolve(
        self, values: Sequence[Any], urns: Sequence[str], types: Sequence[str], *, counted: bool = False
    ) -> References:
        sources = [urn for urn in urns if (source := self.get(urn)) and source.type in types]
        ids = [value for value in values if isinstance(value, str) and value]
        named = {id: urn for id in ids if (urn := self._named(id, types))}
        # Sources that have not told their id: as many known ids computed from them can be nothing but theirs.
        nameless = [urn for urn in sources if self.resources[urn].props.get("id") is None]
        strangers = [id for id in dict.fromkeys(ids) if id not in named]
        if len(strangers) == len(nameless):
            named.update(zip(strangers, nameless, strict=True))
        keys = [named.get(id, id) for id in ids]
        unread = len(values) - len(ids)
        if not unread:
            return References(tuple(dict.fromkeys(keys)))
        # Ids that are not known yet are those of the other resources that the property was computed from.
        others, more = self._meant([urn for urn in sources if urn not in keys], unread, counted)
        return References(tuple(dict.fromkeys([*keys, *others])), more or unread > len(others))

    def _meant(self, sources: list[str], unread: int, counted: bool) -> tuple[list[str], bool]:
        """Which of these resources `unread` unknown ids surely are, and whether some may be others.

        What a component gives out was computed from more than the resources whose ids it holds: from its VPC as well, which
        stands for its main route table only where there is no route table to be meant.
        """
        direct = [urn for urn in sources if self.resources[urn].type not in tokens.VPCS]
        if direct and len(direct) < len(sources) and not (counted and unread > len(direct)):
            sources, may_be_main = direct, not counted
        else:
            may_be_main = False
        if counted and len(sources) > unread:
            return [], True
        return sources, may_be_main

    def _named(self, id: str, types: Sequence[str]) -> str | None:
        return next((urn for type_ in types if (urn := self._urn_by_id.get((id, type_)))), None)


def in_scope(resource: Resource) -> bool:
    """Whether the resource runs in a VPC or builds one."""
    return resource.type == tokens.COMPONENT or (
        resource.type.startswith(tokens.NETWORK_MODULES) and resource.type not in tokens.NOT_IN_A_VPC
    )
