"""Programs that are not Python: the component from YAML, and a flat TypeScript program, under the policy pack."""

from __future__ import annotations

import json
import subprocess

import pytest
from yaml import safe_dump, safe_load

from package import schema, words
from sandbox.aws_plugin import schema as aws_plugin_schema
from tests.e2e import foreign
from tests.e2e.elsewhere import Elsewhere
from tests.e2e.house import Answer
from tests.e2e.own_stack import flat
from tests.support.aws_api import provider_keys
from tests.support.aws_names import BUCKETS
from tests.support.pack import ROOT

SERVICES = [f"com.amazonaws.eu-west-1.{id}" for id in ("ssm", "ssmmessages", "ec2messages", "ec2", "s3")]


@pytest.fixture
def yaml(elsewhere: Elsewhere) -> Elsewhere:
    foreign.add_host(elsewhere, "pulumi-language-yaml")
    foreign.write_yaml(elsewhere)
    return elsewhere


def test_a_yaml_program_brings_the_endpoints_up_in_a_vpc_that_it_makes(yaml: Elsewhere) -> None:
    """In the preview no id is known: the pack judges what is plain and what the ids depend on."""
    preview = yaml.preview()
    assert preview.code == 0, preview.text
    assert "will pass the gateway endpoint and reach only 6 bucket(s)" in flat(preview.text)
    up = yaml.pulumi(
        "up", "--stack", "dev", "--yes", "--skip-preview", "--policy-pack", str(ROOT / "policies")
    )
    assert up.code == 0, up.text
    outputs = json.loads(yaml.pulumi("stack", "output", "--stack", "dev", "--json").text)
    assert outputs.keys() == words.OUTPUTS.keys()
    assert outputs["services"] == SERVICES
    assert outputs["buckets"] == [*BUCKETS]
    assert outputs["endpointIds"].keys() == {"ssm", "ssmmessages", "ec2messages", "ec2", "s3"}
    assert all(id.startswith("vpce-") for id in outputs["endpointIds"].values())
    assert outputs["securityGroupId"].startswith("sg-")
    assert outputs["s3PrefixListId"].startswith("pl-")
    again = yaml.pulumi("preview", "--stack", "dev", "--expect-no-changes")
    assert again.code == 0, again.text


def test_a_yaml_program_without_a_feature_that_the_packs_owner_requires_is_blocked(yaml: Elsewhere) -> None:
    foreign.write_yaml(yaml, ("vssSnapshots: true", "vssSnapshots: false"))
    answer = yaml.preview()
    assert answer.code != 0
    assert "VPC 'net' has no Interface endpoint for com.amazonaws.eu-west-1.ec2 " in flat(answer.text)
    assert "[mandatory]" in answer.text


def test_wrong_inputs_end_a_yaml_program_with_one_report_and_no_traceback(yaml: Elsewhere) -> None:
    foreign.write_yaml(
        yaml,
        (
            "availabilityZone: eu-west-1b\n            route",
            "availabilityZone: eu-west-2b\n            route",
        ),
        ("cidr: ${a.cidrBlock}", "cidr: ${net.id}"),
        ("team: platform", "'aws:team': platform"),
    )
    answer = yaml.preview()
    assert answer.code != 0
    assert "inputs of 'ssm': 3 problems, nothing was created." in answer.text
    for place in (
        "network.nodeSubnets[0].cidr: (not known)",
        "network.nodeSubnets[1].availabilityZone:",
        "tags",
    ):
        assert place in answer.text
    assert "Traceback" not in answer.text
    assert ".py" not in answer.text


def test_another_region_is_the_explicit_providers(yaml: Elsewhere) -> None:
    """The component's children take the provider that the program gives the component."""
    keys = provider_keys(yaml.port)
    settings = {key.removeprefix("aws:"): value for key, value in keys.items()} | {"region": "eu-central-1"}
    file = yaml.folder / "Pulumi.yaml"
    program = safe_load(file.read_text(encoding="utf-8").replace("eu-west-1", "eu-central-1"))
    program["resources"]["central"] = {"type": "pulumi:providers:aws", "properties": settings}
    for name, resource in program["resources"].items():
        if name == "ssm":
            resource["properties"]["region"] = "eu-central-1"
            resource["options"] = {"providers": ["${central}"]}
        elif name != "central":
            resource["options"] = {"provider": "${central}"}
    file.write_text(safe_dump(program), encoding="utf-8")
    answer = yaml.preview()
    assert answer.code == 0, answer.text
    assert "com.amazonaws.eu-central-1.ssmmessages" in answer.text
    del program["resources"]["ssm"]["options"]
    file.write_text(safe_dump(program), encoding="utf-8")
    answer = yaml.preview()
    assert answer.code != 0
    assert 'region: "eu-central-1"' in answer.text
    assert "is not eu-west-1, the stack's aws:region" in flat(answer.text)


def test_the_engine_reads_the_schema_that_is_committed(yaml: Elsewhere) -> None:
    """`pulumi package get-schema` starts the package's executable, as the engine does for a program."""
    asked = subprocess.run(
        ["pulumi", "package", "get-schema", str(foreign.PACKAGE / "pulumi-resource-ssm-vpc-endpoints")],
        cwd=yaml.folder,
        env=yaml.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    told, committed = json.loads(asked.stdout), json.loads(schema.FILE.read_text(encoding="utf-8"))
    for part in ("name", "version", "resources", "types"):
        assert told[part] == committed[part]
    checked = yaml.pulumi("schema", "check", str(schema.FILE))
    assert checked.code == 0, checked.text


def test_the_stand_in_tells_a_schema_that_the_engine_accepts(elsewhere: Elsewhere) -> None:
    file = elsewhere.folder / "aws.json"
    file.write_text(aws_plugin_schema.schema("7.0.0"), encoding="utf-8")
    checked = elsewhere.pulumi("schema", "check", str(file))
    assert checked.code == 0, checked.text


@pytest.fixture
def typescript(elsewhere: Elsewhere) -> Elsewhere:
    foreign.add_host(elsewhere, "pulumi-language-nodejs")
    foreign.write_typescript(elsewhere)
    return elsewhere


def preview(project: Elsewhere) -> Answer:
    """Without checking the types of 84 MB of SDK, which takes three times as long as the preview."""
    return project.preview(PULUMI_NODEJS_TRANSPILE_ONLY="true")


def test_a_flat_typescript_program_with_every_endpoint_passes(typescript: Elsewhere) -> None:
    answer = preview(typescript)
    assert answer.code == 0, answer.text


@pytest.mark.parametrize(
    ("gone", "named"),
    [
        ('"ssmmessages", ', "VPC 'net' has no Interface endpoint for com.amazonaws.eu-west-1.ssmmessages "),
        ('    "eu-west-1-birdwatcher-prod",\n', "eu-west-1-birdwatcher-prod"),
    ],
)
def test_a_flat_typescript_program_that_leaves_something_out_is_blocked(
    typescript: Elsewhere, gone: str, named: str
) -> None:
    foreign.write_typescript(typescript, (gone, ""))
    answer = preview(typescript)
    assert answer.code != 0
    assert named in flat(answer.text)
    assert "[mandatory]" in answer.text
