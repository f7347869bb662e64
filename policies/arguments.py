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

from pulumi_policy import PolicyResource, ResourceValidationArgs, StackValidationArgs
from pulumi_policy.proxy import UnknownValueError

from policies import native
from policies.graph import UNKNOWN, Graph, Resource

# Outputs that no program gives and that say where a resource is, not how it is set up.
_COMPUTED_AND_MEANT = (
    *("id", "region", "vpcId", "availabilityZone", "availabilityZoneId", "cidrBlock", "ipv6CidrBlock"),
    *("mainRouteTableId", "defaultRouteTableId", "defaultNetworkAclId", "defaultSecurityGroupId"),
    *("arn", "name", "prefixListId"),
)


class _Run:
    """One run of the engine: which properties each resource was given, as the resource policies saw them, and the graph
    that its stack policies share."""

    def __init__(self) -> None:
        self.number = 0
        self.keys: dict[str, frozenset[str]] = {}
        self.judged = False
        self._graph: Graph | None = None
        self._readers: set[str] = set()

    def remember(self, args: ResourceValidationArgs) -> None:
        if self.judged:
            # The stack policies come last: what follows them is another run.
            self.number += 1
            self.keys, self.judged, self._graph = {}, False, None
        # Keys may be read of a proxy, values not: an unknown one is not null.
        self.keys[args.urn] = frozenset(key for key in args.props if not _is_null(args.props, key))

    def graph(self, resources: Sequence[PolicyResource], reader: str) -> Graph:
        """The graph of these resources. The SDK decodes them anew for each policy; they are read once. A policy that asks
        again is asked by another request of the engine."""
        self.judged = True
        known = self._graph
        if (
            known is None
            or reader in self._readers
            or known.resources.keys() != {resource.urn for resource in resources}
        ):
            self._graph, self._readers = known, _ = _graph(resources), set()
        self._readers.add(reader)
        return known

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


_run = _Run()


def run() -> int:
    """The number of the engine's run that is under way."""
    return _run.number


def type_of(token: str) -> str:
    """The token that a resource is judged under: AWS Cloud Control's resources are read as the classic ones."""
    return native.TYPES.get(token, token)


def remember(args: ResourceValidationArgs) -> None:
    """Note which properties the program gave a resource. Every resource policy is shown every resource."""
    _run.remember(args)


def from_resource(args: ResourceValidationArgs) -> Resource:
    """The one resource that a resource policy is given: its inputs."""
    return _resource(args, _plain(args.props), {}, frozenset(args.props))


def from_stack(args: StackValidationArgs, reader: str) -> Graph:
    """All resources that the stack policy `reader` is given: their outputs, and what each property was computed from."""
    return _run.graph(args.resources, reader)


def _graph(resources: Iterable[PolicyResource]) -> Graph:
    return Graph(
        _resource(
            resource,
            _run.without_computed(resource.urn, _plain(resource.props)),
            {key: tuple(s.urn for s in sources) for key, sources in resource.property_dependencies.items()},
            _run.keys.get(resource.urn),
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
    resource = Resource(args.urn, args.resource_type, args.name, props, known, references, given)
    return native.as_classic(resource) if args.resource_type in native.TYPES else resource


def _plain(value: Any) -> Any:
    """Dicts, lists and scalars in place of the SDK's proxies, UNKNOWN in place of each unknown value.

    Iterating the keys of a proxy is safe; touching a value is not.
    """
    if isinstance(value, Mapping):
        return {key: _touch(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_touch(value, index) for index in range(len(value))]
    return value


def _is_null(container: Any, key: Any) -> bool:
    return _touch(container, key) is None


def _touch(container: Any, key: Any) -> Any:
    try:
        return _plain(container[key])
    except UnknownValueError:
        return UNKNOWN
