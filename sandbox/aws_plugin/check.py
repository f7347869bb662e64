"""Inputs -> checked inputs; state and inputs -> what changes, and the outputs a preview can promise."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.aws_plugin.table import Property, ResourceType
from sandbox.aws_plugin.values import JSON, UNKNOWN, Values, has_unknown, normal, same

DEFAULTS = "__defaults"
CONSEQUENCES = {"tags": "tagsAll", "subnetIds": "networkInterfaceIds"}  # outputs that change with an input


@dataclass(frozen=True)
class Change:
    """One property that differs between the state and the new inputs."""

    name: str
    verb: str  # ADD, UPDATE or DELETE
    replace: bool


def check(
    rtype: ResourceType, news: Values, olds: Values, urn: str, seed: bytes, region: str
) -> tuple[Values, dict[str, str]]:
    """The inputs with Region, defaults and automatic name, and what is wrong with them by property."""
    inputs = {key: value for key, value in news.items() if not key.startswith("__")}
    failures = {
        key: f"the sandbox's stand-in for the aws plugin does not know property {key} of {rtype.token}; "
        f"known: {', '.join(sorted(rtype.inputs))}"
        for key in inputs.keys() - rtype.inputs.keys()
    }
    if "region" in rtype.inputs:
        inputs.setdefault("region", region)
    given = set(inputs)
    if rtype.autoname and "name" not in given:
        inputs["name"] = olds["name"] if "name" in olds.get(DEFAULTS, []) else _autoname(urn, seed)
    for name, prop in rtype.inputs.items():
        if prop.default is not None:
            inputs.setdefault(name, prop.default)
        if prop.required and name not in inputs:
            failures[name] = f"missing required property {name} of {rtype.token}"
        elif prop.kind in JSON and not has_unknown(inputs.get(name)) and not _is_json(inputs.get(name)):
            failures[name] = f"property {name} of {rtype.token} contains invalid JSON: {inputs[name]!r}"
    if rtype.token.endswith(":SecurityGroup") and str(inputs["name"]).startswith("sg-"):
        failures["name"] = f'invalid value for name (cannot begin with sg-): "{inputs["name"]}"'
    if rtype.bridged_defaults:
        inputs[DEFAULTS] = sorted(inputs.keys() - given)
    return inputs, failures


def _autoname(urn: str, seed: bytes) -> str:
    digest = hashlib.sha256(seed + urn.encode()).hexdigest() if seed else secrets.token_hex(4)
    return f"{urn.rsplit('::', 1)[-1]}-{digest[:7]}"


def _is_json(text: object) -> bool:
    try:
        return not text or isinstance(json.loads(str(text)), dict)
    except ValueError:
        return False


def changes(rtype: ResourceType, state: Values, old_inputs: Values, news: Values) -> list[Change]:
    """What an update has to change, with the official provider's rules for what it replaces."""
    found = []
    for name, prop in rtype.inputs.items():
        old, new = state.get(name), news.get(name)
        if name in news:
            if not same(prop.kind, old, new):
                found.append(Change(name, "UPDATE" if name in state else "ADD", prop.replace))
        elif not prop.computed and old and (name in old_inputs or name == "tags"):
            # An optional and computed property that is no longer given keeps its value: no change.
            found.append(Change(name, "DELETE", prop.replace))
    forced = _forced(rtype, state, news)
    return [Change(each.name, each.verb, each.replace or each.name in forced) for each in found]


def _forced(rtype: ResourceType, state: Values, news: Values) -> set[str]:
    """The properties whose change replaces because of what others say."""
    if "privateDnsEnabled" in rtype.inputs and news.get("vpcEndpointType") != "Interface":
        return {"privateDnsEnabled"}
    if "instanceTenancy" in rtype.inputs:  # only `dedicated` can be changed in place, and only to `default`
        return {"instanceTenancy"} if state.get("instanceTenancy") != "dedicated" else set()
    sources = {"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"} & rtype.inputs.keys()
    return sources if {name for name in sources if state.get(name)} != sources & news.keys() else set()


def delete_first(rtype: ResourceType, news: Values) -> bool:
    """Whether a replacement deletes first: some types always, others when their name is given and not drawn, also where the
    new one's is another (https://github.com/pulumi/pulumi-terraform-bridge/blob/v3.116.0/pkg/tfbridge/schema.go,
    nameRequiresDeleteBeforeReplace, read 2026-11-30)."""
    named = rtype.autoname and "name" in news and "name" not in news.get(DEFAULTS, ["name"])
    return rtype.delete_before_replace or named


def _opened(prop: Property, value: Any) -> Any:
    """A value with unknowns for what AWS fills in inside its objects."""
    if not prop.filled:
        return value
    gaps = dict.fromkeys(prop.filled, UNKNOWN)
    return [gaps | each for each in value] if isinstance(value, list) else gaps | value


def promised(rtype: ResourceType, news: Values, state: Values | None = None) -> Values:
    """The outputs a preview knows: inputs, the rest of the state, unknowns for what AWS will fill in."""
    before = dict.fromkeys((*rtype.properties, "id"), UNKNOWN) if state is None else state
    outputs: Values = {"id": before.get("id")}
    for name, prop in rtype.properties.items():
        value = news.get(name)
        if value is None:
            kept = prop.computed or prop.output or (prop.refused and state is not None)
            value = before.get(name) if kept else None
        elif prop.kind == "set" and has_unknown(value):
            value = UNKNOWN  # the bridge cannot say which member of a set is the unknown one
        elif state is not None and same(prop.kind, state.get(name), value):
            # An equivalent document stays as it stands in the state, and so does what AWS filled in.
            value = normal(prop.kind, state.get(name, value) if prop.kind in JSON or prop.filled else value)
        elif value != UNKNOWN:
            value = _opened(prop, value if has_unknown(value) else normal(prop.kind, value))
        outputs[name] = value
    known = "tags" in news or not rtype.bridged_defaults or (state or {}).get("tags")
    if "tagsAll" in outputs and known:
        outputs["tagsAll"] = news.get("tags", {})
    if (
        state is not None
        and "subnetIds" in news
        and not same("set", state.get("subnetIds"), news["subnetIds"])
    ):
        outputs["networkInterfaceIds"] = UNKNOWN
    return outputs
