"""docs/reference/configuration.md: every key of a stack file, out of the same schema that editors read."""

from __future__ import annotations

from blueprint.catalog import load
from blueprint.problems import NAMESPACE, REGION_KEY
from blueprint.stack_schema import Schema, settings_schema
from tools.reference.markdown import Row, code, inner, mapped, page, rows_table, table, type_of

_HEAD = f"""\
Every key of a stack file, `Pulumi.<stack>.yaml`. All but `{REGION_KEY}` stand under `config:` with the namespace
`{NAMESPACE}:`, whatever your Pulumi project is called:

```yaml
# yaml-language-server: $schema=schema/stack.schema.json
config:
  {REGION_KEY}: eu-west-1
  {NAMESPACE}:network:
    create: {{cidr: 10.0.0.0/16, availabilityZones: [eu-west-1a, eu-west-1b]}}
  {NAMESPACE}:features:
    kmsEncryption: true
```

What several stacks share stands in `Pulumi.yaml`, as the `value` of the key; a stack file that has the key replaces all of
it. Values are never converted: `"true"` is not `true`. What several keys have to be for each other (a subnet inside its VPC,
a zone of the stack's Region, what a feature or a topology needs) the program checks in every preview, and says all of it in
one report. From the command line: [configure-from-the-command-line.md](../how-to/configure-from-the-command-line.md).

In the tables, `[]` stands for each item of a list and `*` for each name. An empty default means that nothing is said, and
AWS's own default or none holds.
"""


def text() -> str:
    """The page."""
    keys = settings_schema()
    region = keys["properties"].pop(REGION_KEY)
    parts = [_region(region)]
    plain = {name: schema for name, schema in keys["properties"].items() if not _has_keys(schema)}
    grouped = {name: schema for name, schema in keys["properties"].items() if _has_keys(schema)}
    for name, schema in grouped.items():
        parts += [f"## {name}", f"{_sentence(schema['description'])}", *_tables(name, schema)]
        if name in keys["required"]:
            parts[-len(_tables(name, schema)) - 1] += " Required."
    single = [
        Row(name, type_of(schema), _said(schema), schema["description"]) for name, schema in plain.items()
    ]
    parts += ["## Single keys", rows_table(single)]
    return page("Configuration of a stack", "the models in blueprint/settings", _HEAD, *parts, _regions())


def _region(schema: Schema) -> str:
    told = _sentence(schema["description"])
    return f"## {REGION_KEY}\n\n{told} Required: {type_of(schema, 'one of the {} Regions at the end')}."


def _tables(name: str, schema: Schema) -> list[str]:
    if "oneOf" not in schema:
        return [rows_table(inner(schema, name))]
    return [
        part
        for kind in schema["oneOf"]
        for part in (f"**{_sentence(kind['description'])}**", rows_table(inner(kind, name)))
    ]


def _has_keys(schema: Schema) -> bool:
    return "oneOf" in schema or ("properties" in schema and mapped(schema) is None)


def _said(schema: Schema) -> str:
    default = schema.get("default")
    return "" if default is None else code(str(default).lower())


def _sentence(words: str) -> str:
    # A word that begins a sentence may be a key.
    first = words.partition(" ")[0]
    return f"{words[:1].upper() if first.islower() else words[:1]}{words[1:]}."


def _regions() -> str:
    regions = load().regions.values()
    partitions = dict.fromkeys(region.partition.id for region in regions)
    listed = [
        (code(each), ", ".join(code(region.id) for region in regions if region.partition.id == each))
        for each in partitions
    ]
    return "## Regions\n\n" + table(("partition", "Regions"), listed)
