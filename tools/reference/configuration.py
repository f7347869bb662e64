"""docs/reference/configuration.md: every key of a stack file, out of the same schema that editors read."""

from __future__ import annotations

from textwrap import fill

from blueprint.catalog import load
from blueprint.problems import NAMESPACE, REGION_KEY
from blueprint.stack_schema import Schema, settings_schema
from sandbox import provider_settings
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
    return page(
        "Configuration of a stack", "the models in blueprint/settings", _HEAD, *parts, _provider(), _regions()
    )


def _region(schema: Schema) -> str:
    told = _sentence(schema["description"])
    return f"## {REGION_KEY}\n\n{told} Required: {type_of(schema, 'one of the {} Regions at the end')}."


def _provider() -> str:
    allowed = [f"aws:{name}" for name in provider_settings.ALLOWED if f"aws:{name}" != REGION_KEY]
    elsewhere = [
        (code(f"aws:{name}"), ", ".join(map(code, where.split(" and "))))
        for name, where in provider_settings.ELSEWHERE.items()
        if where
    ]
    told = (
        f"Of the provider's other settings a stack file, and `settings` of an inventory, may have "
        f"{', '.join(map(code, allowed))}. `aws:assumeRoles` is a list of mappings with "
        f"{', '.join(map(code, provider_settings.OF_ROLE))}. An inventory says accounts and roles by its own keys.",
        "Whoever opens a pull request writes these files, and the provider does what they say before any policy is asked. "
        "So all else is refused before the engine starts, also what a later provider may bring "
        "([why](../security.md#who-can-switch-a-policy-off)). It is said in the environment of the machine that runs `make` "
        "([provider](https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration), "
        "[addresses](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html); read 2026-11-30):",
        table(("not in a stack file", "in the environment"), elsewhere),
        "A stack of the sandbox has `aws:endpoints` that are all on loopback, and `test` for `aws:accessKey` and "
        "`aws:secretKey`, as `Pulumi.dev.yaml` has. Beside `config:`, `environment:` is a list of names of Pulumi ESC "
        "environments, never one that is written out, and `secretsprovider:` names a key, never an address.",
    )
    plain = (each if each.startswith("|") else fill(each, 125, break_on_hyphens=False) for each in told)
    return "\n\n".join(("## Other keys of aws", *plain))


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
