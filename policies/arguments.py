"""What the SDK's own server hands to a policy, as plain values: the only module that touches the SDK's proxies.

The SDK raises on the touch of an unknown property and then downgrades the whole policy to a warning. Here an unknown value
becomes UNKNOWN, once. The pack's own server (`server`) reads the engine's messages instead; both give the same resources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_policy import PolicyResource, ResourceValidationArgs, StackValidationArgs
from pulumi_policy.proxy import UnknownValueError

from policies.graph import UNKNOWN, Graph, Resource
from policies.memory import MEMORY
from policies.reading import read


def keys(args: ResourceValidationArgs) -> frozenset[str]:
    """The properties that a program gave: those that are not null."""
    # Keys may be read of a proxy, values not: an unknown one is not null.
    return frozenset(key for key in args.props if _touch(args.props, key) is not None)


def resource(args: ResourceValidationArgs) -> Resource:
    """The one resource that a resource policy is given: its inputs."""
    return read(
        args.urn, args.resource_type, args.name, _plain(args.props), _provider(args), frozenset(args.props)
    )


def graph(args: StackValidationArgs) -> Graph:
    """All resources that a stack policy is given: their outputs, and what each property was computed from."""
    return Graph(_output(each) for each in args.resources)


def _output(each: PolicyResource) -> Resource:
    references = {key: tuple(s.urn for s in sources) for key, sources in each.property_dependencies.items()}
    props = MEMORY.without_computed(each.urn, each.props, lambda key: _touch(each.props, key))
    return read(
        each.urn, each.resource_type, each.name, props, _provider(each), MEMORY.given(each.urn), references
    )


def _provider(of: ResourceValidationArgs | PolicyResource) -> Any:
    return None if of.provider is None else _plain(of.provider.props)


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
