"""The package's schema: complete, described, and the same as the settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from blueprint.problems import NAMESPACE
from package import checks, schema, words

FOUND = schema.package()
COMPONENT = FOUND["resources"][schema.TOKEN]


def described() -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that a reader of the generated documentation sees, by a name."""
    yield "package", FOUND
    yield "component", COMPONENT
    for kind in ("inputProperties", "properties"):
        yield from ((f"{kind}.{name}", found) for name, found in COMPONENT[kind].items())
    for token, found in FOUND["types"].items():
        yield token, found
        yield from ((f"{token}.{name}", each) for name, each in found["properties"].items())


def test_everything_has_a_description() -> None:
    missing = [name for name, found in described() if not found.get("description", "").strip()]
    assert missing == []
    assert len([*described()]) > 40


def test_the_component_has_the_token_that_the_policy_pack_knows() -> None:
    assert [*FOUND["resources"]] == ["ssm-vpc-endpoints:index:SsmEndpoints"]
    assert COMPONENT["isComponent"] is True


def test_the_inputs_are_those_that_are_accepted() -> None:
    inputs = "region network features minimumAgentVersion buckets accountId endpointPolicies dns tags"
    assert [*COMPONENT["inputProperties"]] == checks.names() == inputs.split()
    assert COMPONENT["requiredInputs"] == ["network"]
    subnet = FOUND["types"][f"{NAMESPACE}:index:NodeSubnet"]
    assert subnet["required"] == ["id", "cidr", "availabilityZone", "routeTableId"]
    network = FOUND["types"][f"{NAMESPACE}:index:Network"]["properties"]
    assert [*network] == ["vpcId", "vpcCidrs", "nodeSubnets", "clientCidrs"]


def test_every_reference_leads_to_a_type_and_every_type_is_used() -> None:
    led_to = set(re.findall(r'"#/types/([^"]+)"', json.dumps(FOUND)))
    assert led_to == FOUND["types"].keys()


def test_no_word_is_for_something_that_is_not_there() -> None:
    types = {token.split(":")[-1]: found["properties"] for token, found in FOUND["types"].items()}
    types["Settings"] = COMPONENT["inputProperties"]
    for place in words.KEYS:
        model, key = place.split(".")
        assert key in types[model], place
    assert words.TYPES.keys() == types.keys() - {"Settings"}


def test_what_is_committed_is_what_the_settings_say() -> None:
    committed = schema.FILE.read_text(encoding="utf-8")
    assert committed == schema.text(), "python -m package.schema writes package/schema.json anew"
