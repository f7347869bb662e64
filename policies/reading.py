"""A resource as the rules read it, from what the engine tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policies import native
from policies.graph import UNKNOWN, Resource


def read(
    urn: str,
    type_: str,
    name: str,
    props: Mapping[str, Any],
    provider: Mapping[str, Any] | None,
    given: frozenset[str] | None,
    references: Mapping[str, tuple[str, ...]] | None = None,
) -> Resource:
    """The resource, under its classic token. `provider` holds the properties of its provider, where it has one; `given`
    names the properties that the program gave, where somebody saw them."""
    region = props.get("region")
    computed = region is UNKNOWN and given is not None and "region" not in given
    if provider is not None and (computed or not region):
        # In a preview the resource's own `region` is computed unless it was given; the provider's is what it will be.
        region = provider.get("region")
    known = region if region is None or (isinstance(region, str) and region) else UNKNOWN
    resource = Resource(urn, type_, name, props, known, references or {}, given)
    return native.as_classic(resource) if type_ in native.TYPES else resource
