"""Values on the wire, unknowns, and when two values mean the same to AWS."""

import json
from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

UNKNOWN = rpc.UNKNOWN
__all__ = ["JSON", "UNKNOWN", "decode", "dns_name", "encode", "has_unknown", "normal", "normal_json", "same"]

Values = dict[str, Any]
JSON = ("json", "policy")  # the kinds of properties that hold a document
SPECIAL = rpc._special_sig_key  # marks an object on the wire that stands for another value


def decode(struct: struct_pb2.Struct) -> Values:
    """A protobuf struct as plain Python. Nulls are left out: to a provider they mean "not given"."""
    return {
        key: _plain(value) for key, value in struct.fields.items() if value.WhichOneof("kind") != "null_value"
    }


def _plain(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "struct_value":
            fields = decode(value.struct_value)
            if (
                SPECIAL in fields
            ):  # a secret, or an output that may not be known yet: what matters here is inside
                return fields.get("value", UNKNOWN)
            return fields
        case "list_value":
            return [_plain(item) for item in value.list_value.values]
        case "number_value":  # the wire has doubles only; ports must not become 443.0
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


def encode(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain Python as a protobuf struct, without the values that are None."""
    struct = struct_pb2.Struct()
    struct.update({key: value for key, value in values.items() if value is not None})
    return struct


def has_unknown(value: Any) -> bool:
    """Whether a value, or anything inside it, is known only after the update."""
    if isinstance(value, Mapping):
        return any(map(has_unknown, value.values()))
    return any(map(has_unknown, value)) if isinstance(value, list) else value == UNKNOWN


def normal_json(document: str) -> str:
    """The text the AWS provider keeps of a JSON document: sorted keys, no blanks."""
    return json.dumps(json.loads(document), sort_keys=True, separators=(",", ":")) if document else ""


def dns_name(name: str) -> str:
    """The text the AWS provider keeps of a domain name."""
    return name.removesuffix(".").lower()


def normal(kind: str, value: Any) -> Any:
    """What the AWS provider keeps of a known value."""
    if kind == "json":
        return normal_json(value)
    if kind == "policy":
        document = json.loads(value) if value else {}
        first = {"Version": document["Version"]} if "Version" in document else {}
        return json.dumps(first | _in_order(document), separators=(",", ":")) if document else ""
    if kind == "dns":
        return dns_name(value)
    if kind == "alias":
        return [{**each, "name": dns_name(each["name"]).removeprefix("dualstack.")} for each in value]
    return value


def same(kind: str, old: Any, new: Any) -> bool:
    """Whether two values of a property mean the same to AWS; an unknown one equals nothing."""
    if has_unknown(old) or has_unknown(new):
        return False
    if kind in ("dns", "alias"):
        return bool((old and normal(kind, old)) == (new and normal(kind, new)))
    if kind == "blocks":
        return not unmatched(old, new)[0] and not unmatched(old, new)[1]
    if kind in JSON:
        try:
            return bool(_policy(json.loads(old or "{}")) == _policy(json.loads(new or "{}")))
        except ValueError:
            return bool(old == new)
    if kind == "set":
        return _members(old) == _members(new)
    return bool((old or None) == (new or None)) if kind in ("list", "map") else bool(old == new)


def unmatched(old: list[Values] | None, new: list[Values] | None) -> tuple[list[Values], list[Values]]:
    """Which old objects no new one means, and which new ones mean no old one: what they do not say is open."""
    left, added = list(old or []), []
    for wanted in sorted(new or [], key=lambda each: -len(each)):
        said = {key: value for key, value in wanted.items() if value and key != "__defaults"}.items()
        if found := next((each for each in left if said <= each.items()), None):
            left.remove(found)
        else:
            added.append(wanted)
    return left, added


def _in_order(node: Any) -> Any:
    """A document with the keys of its objects in order."""
    if isinstance(node, dict):
        return {key: _in_order(node[key]) for key in sorted(node)}
    return [_in_order(item) for item in node] if isinstance(node, list) else node


def _members(values: list[Any] | None) -> set[str]:
    """A list without its order; a rule object in it without the fields that say nothing."""
    stripped = (
        {k: v for k, v in item.items() if v and k != "__defaults"} if isinstance(item, dict) else item
        for item in values or []
    )
    return {json.dumps(item, sort_keys=True) for item in stripped}


def _policy(node: Any) -> Any:
    """An IAM document without what IAM ignores: the order of a list, the brackets around a single element."""
    if isinstance(node, dict):
        return {key: _policy(value) for key, value in node.items()}
    if isinstance(node, list):
        members = sorted((_policy(item) for item in node), key=lambda item: json.dumps(item, sort_keys=True))
        return members[0] if len(members) == 1 else members
    return node
