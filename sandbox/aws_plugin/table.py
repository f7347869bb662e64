"""How the table of resource types is written; the rows are in types.py and the modules that it names.

One property a line: name, kind, flags.
    kind      str bool int map list; a set is a list without order; json is an IAM document, policy one with its
              version first; blocks is a set of objects of which the program may say less than AWS knows; dns is a
              domain name; alias is the target of a DNS record
    required  must be given            output   never an input here: AWS fills it in, it is unknown at preview
    replace   a change replaces        refused  never an input here, though the official plugin takes it as one
    computed  AWS fills it in when it is not given: unknown at preview then
    =value    the default
    null      no output while it has no value (others are "", [], 0)
    +field    what AWS fills in inside an object when it is not given there
    kept      moto takes it and forgets it: it stays in the state as it was given, and nothing more is claimed
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ZERO: dict[str, Any] = {
    **dict.fromkeys(("str", "json", "policy", "dns"), ""),
    **{kind: [] for kind in ("set", "list", "blocks", "alias")},
    **{"bool": False, "int": 0, "map": {}},
}
TAGS = "tags map null\n tagsAll map output\n arn str output\n"


@dataclass(frozen=True)
class Property:
    """One row of the table; the words are explained at the top of the module."""

    kind: str
    required: bool = False
    computed: bool = False
    replace: bool = False
    output: bool = False
    refused: bool = False
    null: bool = False
    kept: bool = False
    filled: tuple[str, ...] = ()
    default: Any = None


@dataclass(frozen=True)
class ResourceType:
    """A type token with its properties and the few traits that are not a property's."""

    token: str
    properties: Mapping[str, Property]
    autoname: bool = False
    delete_before_replace: bool = False
    # The newer half of the official plugin keeps no record of the defaults it set.
    bridged_defaults: bool = True
    inputs: Mapping[str, Property] = field(init=False)

    def __post_init__(self) -> None:
        inputs = {name: prop for name, prop in self.properties.items() if not (prop.output or prop.refused)}
        object.__setattr__(self, "inputs", inputs)


def resource_type(token: str, rows: str, *, regional: bool = True, **traits: bool) -> ResourceType:
    """A type from its rows; all but the global services' have a Region of their own."""
    parsed = {}
    region = "region str computed replace\n" if regional else ""
    for row in filter(str.strip, (region + rows).splitlines()):
        name, kind, *flags = row.split()
        options: dict[str, Any] = {flag: True for flag in flags if flag[0] not in "=+"}
        options["filled"] = tuple(flag[1:] for flag in flags if flag.startswith("+"))
        for text in (flag[1:] for flag in flags if flag.startswith("=")):
            options["default"] = _default(kind, text)
        parsed[name] = Property(kind, **options)
    return ResourceType(token, parsed, **traits)


def _default(kind: str, text: str) -> Any:
    return {"bool": text == "true", "int": int(text) if kind == "int" else 0}.get(
        kind, text.replace("_", " ")
    )
