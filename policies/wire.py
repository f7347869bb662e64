"""The engine's messages as plain values: each property is decoded once, whatever number of policies reads it.

https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto, and for the signatures
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go (read 2026-11-25)
"""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import deserialize, proxy

from policies import redaction
from policies.graph import UNKNOWN, Graph, Resource
from policies.memory import Memory
from policies.reading import read

# A property of a resource of AWS's goes down a dozen levels at most; nobody reads what Python cannot.
_DEEPEST = 100
_UNKNOWN = frozenset(
    (
        *(proxy.UNKNOWN_BOOLEAN_VALUE, proxy.UNKNOWN_NUMBER_VALUE, proxy.UNKNOWN_STRING_VALUE),
        *(proxy.UNKNOWN_ARRAY_VALUE, proxy.UNKNOWN_OBJECT_VALUE),
        *(proxy.UNKNOWN_ASSET_VALUE, proxy.UNKNOWN_ARCHIVE_VALUE),
    )
)


def keys(request: analyzer_pb2.AnalyzeRequest) -> frozenset[str]:
    """The properties that a program gave: those that are not null."""
    return frozenset(
        key for key, value in request.properties.fields.items() if not value.HasField("null_value")
    )


def resource(request: analyzer_pb2.AnalyzeRequest, memory: Memory) -> Resource:
    """The inputs of one resource."""
    props = properties(request.properties, memory)
    return read(request.urn, request.type, request.name, props, _provider(request, memory), frozenset(props))


def graph(request: analyzer_pb2.AnalyzeStackRequest, memory: Memory) -> Graph:
    """All resources of a stack: their outputs, and what each property was computed from."""
    here = {each.urn for each in request.resources}
    return Graph(_output(each, here, memory) for each in request.resources)


def properties(struct: struct_pb2.Struct, memory: Memory, depth: int = 0) -> dict[str, Any]:
    """Properties as dicts, lists and scalars, with UNKNOWN in place of each unknown value, and of what is nested deeper than
    any rule reads. Secrets are noted in `memory`."""
    return {key: _plain(value, memory, depth) for key, value in struct.fields.items()}


def _output(each: analyzer_pb2.AnalyzerResource, here: set[str], memory: Memory) -> Resource:
    references = {
        key: tuple(urn for urn in value.urns if urn in here)
        for key, value in each.propertyDependencies.items()
    }
    fields = each.properties.fields
    props = memory.without_computed(each.urn, fields, lambda key: _plain(fields[key], memory))
    return read(
        each.urn, each.type, each.name, props, _provider(each, memory), memory.given(each.urn), references
    )


def _provider(
    of: analyzer_pb2.AnalyzeRequest | analyzer_pb2.AnalyzerResource, memory: Memory
) -> dict[str, Any] | None:
    """What is read of a resource's provider."""
    if not of.HasField("provider"):
        return None
    fields = of.provider.properties.fields
    return {"region": _plain(fields["region"], memory)} if "region" in fields else {}


def _plain(value: struct_pb2.Value, memory: Memory, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        return UNKNOWN
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value in _UNKNOWN else value.string_value
    if kind == "list_value":
        return [_plain(each, memory, depth + 1) for each in value.list_value.values]
    if kind == "struct_value":
        return _signed(value.struct_value, memory, depth + 1)
    if kind == "number_value":
        return value.number_value
    return value.bool_value if kind == "bool_value" else None


def _signed(struct: struct_pb2.Struct, memory: Memory, depth: int) -> Any:
    """An object. A secret is what it holds; what else is signed (an asset, an archive) is nothing that a rule reads."""
    fields = struct.fields
    if deserialize.SPECIAL_SIG_KEY not in fields:
        return properties(struct, memory, depth)
    if (
        fields[deserialize.SPECIAL_SIG_KEY].string_value != deserialize.SPECIAL_SECRET_SIG
        or "value" not in fields
    ):
        return UNKNOWN
    secret = _plain(fields["value"], memory, depth)
    memory.secrets.update(redaction.texts(secret))
    return secret
