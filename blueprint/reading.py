"""From the stack's configuration, as the program gets it, to data that the models of `settings.py` can check.

Pulumi hands over strings, structured values as JSON text; a test may hand over plain Python values. A
misspelt key is reported and then read as the key it resembles, so that one report also holds what is wrong
below it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from blueprint.names import ShapeError, beginning, nearest
from blueprint.ownership import own_keys
from blueprint.problems import NAMESPACE, REGION_KEY, SECRET, Loc, Report, allowed, shown, too_large

UNTRANSLATED: Final = "is not accepted here"

# From this likeness on, a misspelt key is not only reported but also read as the one it resembles.
_SURE: Final = 0.75
_TEXT_KEYS = frozenset({REGION_KEY, "minimumAgentVersion", "accountId", "preflight"})
_PLAIN_KEYS = _TEXT_KEYS | {"protect"}
_NO_KEYS: Mapping[str, FieldInfo] = MappingProxyType({})


def read(
    config: Mapping[str, object], model: type[BaseModel], report: Report, project: str = NAMESPACE
) -> dict[str, Any]:
    """The program's part of the configuration, as plain data under the names that `model` knows.

    Shape: {"aws:region": ..., "network": {...}, ...}; every dict and list that a model describes is a fresh
    copy, without unknown keys. What cannot be read is missing.
    """
    known = keys_of(model)
    found = _spelt(_said(own_keys(config, report, project), known), known, (), report)
    data: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, str) and name not in _TEXT_KEYS:
            try:
                value = json.loads(value)
            except (ValueError, RecursionError) as error:
                report.add((name,), _not_json(value, error, known[name]), value=shown(value))
                value = None
        if why := too_large(value):
            report.add((name,), why, value=shown(value))
            value = None
        data[name] = _copied(value, known[name].annotation, (name,), report)
    data = _said(data, known)
    report.raw = data
    return data


def plain(value: Any, model: type[BaseModel], report: Report) -> Any:
    """Data of another file than a stack's, as `read` leaves it: misspelt keys at any depth are reported and spelt right."""
    return _copied(value, model, (), report)


def keys_of(annotation: Any) -> Mapping[str, FieldInfo]:
    """Every key that an object of this type may have, by its YAML name; none where the owner names them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {str(field.alias): field for field in annotation.model_fields.values()}
    if get_origin(annotation) is Mapping:
        return _NO_KEYS
    return {key: field for argument in get_args(annotation) for key, field in keys_of(argument).items()}


def key_order(annotation: Any) -> Iterator[str]:
    """Every key at any depth, in the order of the documentation."""
    for key, field in (keys_of(annotation) or keys_of(_of_values(annotation))).items():
        yield key
        yield from key_order(field.annotation)


def field_at(loc: Loc, model: type[BaseModel]) -> FieldInfo | None:
    """The field that describes the value at `loc`, or the list or mapping it stands in."""
    field: FieldInfo | None = None
    annotation: Any = model
    for part in loc:
        if not isinstance(part, str):
            continue
        if keys := keys_of(annotation):
            field = keys.get(part)
            if field is None:
                return None
            annotation = field.annotation
        else:
            annotation = _of_values(annotation)
    return field


def _of_values(annotation: Any) -> Any:
    """The type of a mapping's values, whose keys are the owner's; None for anything else."""
    return get_args(annotation)[1] if get_origin(annotation) is Mapping else None


def translate(error: ValidationError, model: type[BaseModel], report: Report) -> list[Loc]:
    """Report what pydantic found, in the project's own words. Returns the places that hold nothing valid."""
    bad = []
    for detail in error.errors(include_url=False):
        # The union's tag stands after "network"; "[key]" marks a mapping's key instead of its value.
        parts = tuple(part for part in detail["loc"] if part != "[key]")
        loc: Loc = (*parts[:1], *parts[2:]) if parts[0] == "network" else parts
        bad.append(loc)
        # A key whose JSON text could not be read was reported then.
        if detail["type"] == "default_factory_not_called" or (len(loc) == 1 and report.has(loc)):
            continue
        field = field_at(loc, model)
        refused = detail.get("ctx", {}).get("error")
        if isinstance(refused, ShapeError):
            report.add(loc, refused.message, nearest=refused.nearest)
        elif loc == ("network", "create") and detail["type"] == "missing":
            report.add(
                loc[:1], "needs vpcId and nodeSubnets, for a VPC that is there, or create, for a new one"
            )
        else:
            report.add(loc, _message(detail, loc, field), nearest=_choice(detail))
    return bad


def without(value: Any, locs: Sequence[Loc]) -> Any:
    """A copy of the data with None in the places that hold nothing valid. Untouched parts are shared."""
    if () in locs:
        return None
    below: dict[str | int, list[Loc]] = defaultdict(list)
    for loc in locs:
        below[loc[0]].append(loc[1:])
    copy: Any = dict(value) if isinstance(value, Mapping) else list(value)
    for part, rest in below.items():
        if isinstance(part, int) or part in copy:
            copy[part] = without(copy[part], rest)
    return copy


def _said(values: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """Without what says nothing: the values in Pulumi.yaml, through which every stack has every key."""
    nothing: dict[str, tuple[object, ...]] = {
        name: ("", None) if name in _PLAIN_KEYS else ("{}", {}) for name in known
    }
    return {name: value for name, value in values.items() if value not in nothing.get(name, ())}


def _copied(value: Any, annotation: Any, loc: Loc, report: Report) -> Any:
    keys = keys_of(annotation)
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True)
    if isinstance(value, list | tuple) and keys:
        return [
            # A list in a list has no keys to check, however deep it goes.
            _copied(item, annotation, (*loc, position), report)
            if isinstance(item, dict | BaseModel)
            else item
            for position, item in enumerate(value)
        ]
    if isinstance(value, dict) and keys:
        spelt = _spelt(value, keys, loc, report)
        return {key: _copied(item, keys[key].annotation, (*loc, key), report) for key, item in spelt.items()}
    if isinstance(value, dict) and get_origin(annotation) is Mapping:
        return {
            key: _copied(item, _of_values(annotation), (*loc, key), report)
            for key, item in value.items()
            if _is_text(key, item, loc, report)
        }
    return value


def _is_text(key: object, item: object, loc: Loc, report: Report) -> bool:
    """Whether a key of the owner's is text at all: pydantic would silently replace half a surrogate pair."""
    good = isinstance(key, str) and not any("\ud800" <= character <= "\udfff" for character in key)
    if not good:
        report.add((*loc, _name(key)), "has a key that is not text: put it in quotes", value=shown(item))
    return good


def _name(key: object) -> str:
    return key if isinstance(key, str) else shown(key)


def _spelt(
    value: Mapping[Any, Any], keys: Mapping[str, FieldInfo], loc: Loc, report: Report
) -> dict[str, Any]:
    spelt = {key: item for key, item in value.items() if key in keys}
    for key, item in value.items():
        if key in keys:
            continue
        name = _name(key)
        message = f"is not a key here\n{allowed(known for known in keys if known != REGION_KEY)}"
        shown_item = SECRET if key == "secure" else shown(item)
        if not loc and name.partition(".")[0] in keys:
            message = (
                "is not a key here: to Pulumi, a dot is part of the name; write nested YAML, or use --path"
            )
            report.add((name,), message, value=shown_item)
            continue
        right = nearest(key, keys) or beginning(key, keys)
        report.add((*loc, name), message, value=shown_item, nearest=right)
        if right not in spelt and nearest(key, [right], _SURE):
            spelt[right] = item
            report.renamed((*loc, name), (*loc, right))
    return spelt


def _not_json(text: str, error: Exception, field: FieldInfo) -> str:
    if isinstance(error, json.JSONDecodeError) and text.lstrip()[:1] in ("{", "["):
        return f"is JSON text that does not parse: {error.msg} at character {error.pos + 1}"
    if isinstance(error, json.JSONDecodeError):
        return f"must be an object{_keys_line(field)}"
    too = "it is nested too deep" if isinstance(error, RecursionError) else "a number in it is too long"
    return f"is JSON text that cannot be read: {too}"


def _message(detail: ErrorDetails, loc: Loc, field: FieldInfo | None) -> str:
    what = f": {field.description}" if field and field.description else ""
    match detail["type"]:
        case "missing":
            return f"is required{what}"
        case "string_type":
            quotes = ", in quotes" if isinstance(detail["input"], bool | int | float) else ""
            return f"must be text{quotes}{what}"
        case "string_unicode":
            return "has a character that no text may have (half of a surrogate pair)"
        case "int_type":
            return f"must be a whole number, without quotes{what}"
        case "bool_type":
            return "must be true or false, without quotes"
        case "literal_error":
            return f"must be one of {detail['ctx']['expected'].replace(chr(39), '')}"
        case "model_type" | "dict_type":
            return f"must be an object{_keys_line(field)}"
    return f"{UNTRANSLATED}: see {NAMESPACE}:{loc[0]} in Pulumi.yaml"


def _keys_line(field: FieldInfo | None) -> str:
    keys = keys_of(field.annotation) if field else _NO_KEYS
    return f"\n{allowed(keys)}" if keys else f": {field.description}" if field and field.description else ""


def _choice(detail: ErrorDetails) -> str:
    if detail["type"] != "literal_error":
        return ""
    choices = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
    return nearest(detail["input"], choices.split(", "))
