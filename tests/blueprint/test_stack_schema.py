"""What editors know of a stack file: the schema takes every right one, and of the wrong ones refuses all that it can see."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from blueprint import patterns
from blueprint.catalog import load
from blueprint.reading import key_order
from blueprint.settings import NAMESPACE, Settings, SettingsError, parse
from blueprint.stack_schema import stack_schema
from tests.blueprint.right_settings import NODE, RIGHT, changed
from tests.blueprint.wrong_settings import ROWS
from tests.support.json_schema import accepts
from tools.settings_schema import FILE, main

ROOT = Path(__file__).parents[2]
STACK_FILES = sorted(ROOT.glob("Pulumi.*.yaml"))
SCHEMA = stack_schema()
FIRST_LINE = "# yaml-language-server: $schema=schema/stack.schema.json"

# What only the program sees: how keys fit together, and letters beyond ASCII. A row that the schema comes to refuse has to
# leave this list, and none may join it unless no schema can say it.
UNSEEN = {
    # host bits, and blocks in, over or beside each other
    "host bits",
    "client with host bits",
    "inside the other",
    "around the other",
    "outside the VPC",
    "larger than the VPC",
    "clients are nodes",
    "clients are new nodes",
    # one of several keys of an object that is there again in another
    "same subnet twice",
    "own bucket twice",
    "spoke twice",
    "one endpoint for two services",
    # the stack's Region
    "another Region's zone",
    "another Region's Local Zone",
    "two zones of another Region",
    "the same proposal for two",
    "the proposal is there already",
    "two nodes in one zone of another Region",
    "another Region's bucket",
    "other in another Region",
    # subnets and their zones
    "endpoint subnet elsewhere",
    "endpoint subnets in one zone",
    "resolver in one zone",
    # names of AWS's, by Region
    "AWS's bucket as own",
    "AWS's far bucket as own",
    "own and AWS's other",
    "published family",
    "statement with a misspelt action",
    # characters
    "an accent alone",
    "surrogate in a key",
    # what one key means for another
    "spokes of no hub",
    "zones of no spoke",
    "hub is its own spoke",
    "spoke of another account, hub of none",
    "spoke without a zone",
    "zone that no feature needs",
    "the hub's and existing",
    "existing without need",
    "S3 across peering",
    "FIPS without need",
    "FIPS in a spoke",
    "blocks of endpoints for nobody",
    "hybrid role of no account",
    "boundary of another partition",
    "boundary of another account",
    "boundary of no role",
    "group of a spoke that knows no endpoint",
    "group beside an existing endpoint",
    "account preset of no account",
    "organization preset of none",
    "organization for full access",
    "keys for full access",
    "IPv6 answers of an IPv4 endpoint",
    "dual-stack without the nodes' blocks",
    "dual-stack in a VPC to create",
}


def stack_file(config: dict[str, Any]) -> Any:
    """The configuration as an editor reads it in a stack file."""
    return json.loads(json.dumps({"config": config}))


def test_the_committed_file_is_what_the_models_say(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(check=True) == 0, "run `make schema`"
    assert json.loads(FILE.read_text(encoding="utf-8")) == SCHEMA
    assert capsys.readouterr().out == "stack.schema.json is right\n"


def test_a_stale_file_is_told_and_written_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "schema" / "stack.schema.json"
    assert main(file, check=True) == 1
    assert "run `make schema`" in capsys.readouterr().err
    assert not file.exists()
    assert main(file) == 0
    assert file.read_text(encoding="utf-8") == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", STACK_FILES, ids=lambda path: path.name)
def test_every_stack_file_names_the_schema_and_is_right_by_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.splitlines()[0] == FIRST_LINE
    assert (path.parent / FIRST_LINE.partition("=")[2]).samefile(FILE)
    assert accepts(SCHEMA, yaml.safe_load(text))


@pytest.mark.parametrize(("what", "changes"), [row[:2] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_the_schema_can_see_it_refuses(what: str, changes: dict[str, Any]) -> None:
    assert accepts(SCHEMA, stack_file(changed(changes))) is (what in UNSEEN)


def test_the_list_of_what_it_cannot_see_has_no_row_that_is_gone() -> None:
    assert {row[0] for row in ROWS} >= UNSEEN
    # If the schema became blind, the list would have to grow past this.
    assert len(UNSEEN) <= 55


@pytest.mark.parametrize(
    "wrong",
    [
        {"confg": {}},
        {"config": []},
        {"encryptionsalt": 1},
        {"config": {"aws:region": "eu-west-1"}},
        {"config": {**changed({}), "network": RIGHT["network"]}},
        {"config": {**changed({}), f"{NAMESPACE}:config:tags": {}}},
    ],
    ids=[
        "misspelt",
        "config in a list",
        "salt is a number",
        "no network",
        "a key without its namespace",
        "an old spelling",
    ],
)
def test_the_frame_of_a_stack_file_is_checked(wrong: dict[str, Any]) -> None:
    assert not accepts(SCHEMA, {**stack_file(changed({})), **wrong})


def test_keys_of_pulumi_and_of_other_namespaces_are_theirs() -> None:
    file = stack_file({**changed({}), "aws:profile": "prod", "aws:endpoints": [{"ec2": "x"}], "acme:x": 1})
    assert accepts(SCHEMA, {**file, "encryptionsalt": "v1:x", "secretsprovider": "awskms://x"})


def test_what_an_environment_holds_need_not_stand_in_the_file() -> None:
    assert accepts(SCHEMA, {"environment": ["prod"]})
    assert not accepts(SCHEMA, {})


def at(path: list[str], schema: Any) -> Any:
    """The schema of a key; "[]" for the items of a list, "*" for the values of a mapping."""
    for part in path:
        while "oneOf" in schema:
            schema = next(each for each in schema["oneOf"] if part in each["properties"])
        if part in ("[]", "*"):
            schema = schema["items"] if part == "[]" else next(iter(schema["patternProperties"].values()))
        else:
            schema = schema["properties"][part]
    return schema


def described(schema: Any, path: str) -> list[str]:
    """The paths of all keys that have no description."""
    found = []
    for key, inner in schema.get("properties", {}).items():
        found += [f"{path}.{key}"] * (not inner.get("description")) + described(inner, f"{path}.{key}")
    inside = [schema["items"]] if "items" in schema else []
    for inner in (*inside, *schema.get("oneOf", ()), *schema.get("patternProperties", {}).values()):
        found += described(inner, path)
    return found


def test_every_key_is_there_and_described() -> None:
    keys = set(key_order(Settings))
    text = json.dumps(SCHEMA)
    assert all(f'"{NAMESPACE}:{key}"' in text or f'"{key}"' in text for key in keys)
    # Families and services describe themselves by their names.
    mappings = ("awsManaged", "zones", "existing", "statements")
    bare = described(SCHEMA, "")
    assert {path.split(".")[-2] for path in bare} <= {*mappings}, bare


def test_choices_are_those_of_the_facts() -> None:
    config = SCHEMA["properties"]["config"]
    assert at(["aws:region"], config)["enum"] == list(load().regions)
    families = at([f"{NAMESPACE}:buckets", "awsManaged"], config)["properties"]
    assert list(families) == [id for id, family in load().buckets.items() if not family.legacy]
    assert at([f"{NAMESPACE}:topology", "fips", "[]"], config)["enum"] == ["ec2", "kms"]
    assert set(at([f"{NAMESPACE}:features"], config)["properties"]) == set(load().features)


# Where a value stands, and text of its kind or nearly so.
NEARLY = {
    "network.vpcId": patterns.aws_id("vpc"),
    "network.nodeSubnets.0.id": patterns.aws_id("subnet"),
    "network.nodeSubnets.0.cidr": patterns.cidr(14, 30),
    "network.nodeSubnets.0.ipv6Cidr": patterns.ipv6_cidr(range(40, 68, 4)),
    "network.nodeSubnets.0.availabilityZone": patterns.nameless(patterns.ZONE),
    "network.clientCidrs": patterns.cidr(0, 32),
    "minimumAgentVersion": patterns.VERSION,
    "accountId": patterns.ACCOUNT,
    "buckets.otherAwsManaged": patterns.bucket(),
    "nodes.existingRoles": patterns.ROLE,
    "nodes.permissionsBoundary": patterns.POLICY_ARN,
    "topology.existing.ssm": patterns.aws_id("vpce"),
    "tags.a": patterns.tag(0, 260),
}


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_what_the_schema_refuses_the_program_refuses(data: st.DataObject) -> None:
    """An editor that marks what is right would teach people to look away."""
    path, pattern = data.draw(st.sampled_from(sorted(NEARLY.items())))
    text = data.draw(
        st.one_of(
            st.from_regex(f"^{pattern}$"), st.from_regex(f"^{pattern}"), st.text(max_size=9), st.just("::/64")
        )
    )
    # Nothing said, which a file may as well leave out.
    assume(text)
    listed = path.rpartition(".")[2] in ("clientCidrs", "otherAwsManaged", "existingRoles")
    config = changed({path: [text] if listed else text})
    assume("\\u" not in json.dumps(config))
    if not accepts(SCHEMA, stack_file(config)):
        with pytest.raises(SettingsError):
            parse(copy.deepcopy(config), stack_file="Pulumi.x.yaml")


def test_every_kind_of_right_value_is_taken() -> None:
    right = changed(
        {
            "network.vpcId": "vpc-0a1b2c3d",
            "network.nodeSubnets.0": {**NODE, "ipv6Cidr": "2001:db8:0:1::/64"},
            "network.nodeSubnets.1.availabilityZone": "eu-west-1-wl1-dub-wlz-1",
            "network.clientCidrs": ["10.8.0.0/16", "192.0.2.1/32"],
            "topology.kind": "private",
            "buckets.own": [{"name": "acme.logs", "access": "read", "region": "eu-west-1"}],
            "endpointPolicies.statements": {"ssm": [{"effect": "Allow", "actions": ["ssm:GetParameter"]}]},
            "protect": "true",
            "preflight": "off",
            "tags": {"team:é": "a b"},
        }
    )
    parse(copy.deepcopy(right), stack_file="Pulumi.x.yaml")
    assert accepts(SCHEMA, stack_file(right))
