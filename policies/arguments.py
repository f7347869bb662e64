"""Policy arguments as plain values: the only module that touches the SDK's proxies.

The SDK raises on the touch of an unknown property and then downgrades the whole policy to a warning. Here an unknown value
becomes UNKNOWN, once.

The outputs that a stack policy sees cannot tell what the program gave from what the provider computes or read back in an
earlier run. The inputs can, and the engine shows them to the resource policies first, in the same process, so they are
remembered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pulumi_policy import PolicyResource, ResourceValidationArgs
from pulumi_policy.proxy import UnknownValueError

from policies.graph import UNKNOWN, Graph, Resource

# Outputs that no program gives and that say where a resource is, not how it is set up.
_COMPUTED_AND_MEANT = ("id", "region", "vpcId")


class _Given:
    """Which properties each resource was given, as the resource policies of this run saw them."""

    def __init__(self) -> None:
        self.keys: dict[str, frozenset[str]] = {}
        self.judged = False

    def remember(self, resource: Resource) -> None:
        if self.judged:
            # The stack policies come last: what follows them is another run.
            self.keys, self.judged = {}, False
        self.keys[resource.urn] = frozenset(key for key, value in resource.props.items() if value is not None)

    def without_computed(self, urn: str, props: dict[str, Any]) -> dict[str, Any]:
        """The properties that the program gave, with what is computed and always meant, and a known policy: taking it out
        of the program leaves it attached. With no memory of the inputs nothing is taken out, and what is unknown stays
        unproven."""
        given = self.keys.get(urn)
        if given is None:
            return props
        return {
            key: v
            for key, v in props.items()
            if key in given or key in _COMPUTED_AND_MEANT or (key == "policy" and v is not UNKNOWN)
        }


_given = _Given()


def from_resource(args: ResourceValidationArgs) -> Resource:
    """The one resource that a resource policy is given: its inputs."""
    resource = _resource(args, _plain(args.props), {}, frozenset(args.props))
    _given.remember(resource)
    return resource


def from_stack(resources: Iterable[PolicyResource]) -> Graph:
    """All resources that a stack policy is given: their outputs, and what each property was computed from."""
    _given.judged = True
    return Graph(
        _resource(
            resource,
            _given.without_computed(resource.urn, _plain(resource.props)),
            {key: tuple(s.urn for s in sources) for key, sources in resource.property_dependencies.items()},
            _given.keys.get(resource.urn),
        )
        for resource in resources
    )


def _resource(
    args: ResourceValidationArgs | PolicyResource,
    props: Mapping[str, Any],
    references: Mapping[str, tuple[str, ...]],
    given: frozenset[str] | None = None,
) -> Resource:
    region = props.get("region")
    computed = region is UNKNOWN and given is not None and "region" not in given
    if args.provider is not None and (computed or not region):
        # In a preview the resource's own `region` is computed unless it was given; the provider's is what it will be.
        region = _plain(args.provider.props).get("region")
    known = region if region is None or (isinstance(region, str) and region) else UNKNOWN
    return Resource(args.urn, args.resource_type, args.name, props, known, references, given)


def _plain(value: Any) -> Any:
    """Dicts, lists and scalars in place of the SDK's proxies, UNKNOWN in place of each unknown value.

    Iterating the keys of a proxy is safe; touching a value is not.
    """
    if isinstance(value, Mapping):
        return {key: _touch(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_touch(value, index) for index in range(len(value))]
    return value


def _touch(container: Any, key: Any) -> Any:
    try:
        return _plain(container[key])
    except UnknownValueError:
        return UNKNOWN
