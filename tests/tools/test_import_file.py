"""The file for `pulumi import`: names and parents are the program's, and every problem is said at once."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprint.plan import Plan
from tests.blueprint.test_plan import make
from tests.components.test_components import GIVEN, build
from tests.components.test_shapes import ACCOUNT, HUB, HYBRID, SPOKE
from tests.support.pack import ROOT
from tools.import_file import FOLDER, ImportFileError, adopted, endpoints_of, import_file, main

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
SSM, S3 = "vpce-0a1b2c3d4e5f60718", "vpce-0a1b2c3d4e5f60719"


def plan(**config: Any) -> Plan:
    return make("eu-west-1", **{"network": GIVEN, **config})


def refused(text: str, found: Plan | None = None) -> str:
    with pytest.raises(ImportFileError) as caught:
        adopted(text, found or plan(), "Pulumi.test.yaml")
    return str(caught.value)


@pytest.mark.parametrize("config", [{}, HUB, SPOKE, HYBRID], ids=["private", "hub", "spoke", "hybrid"])
def test_names_and_parent_are_those_of_the_program(config: dict[str, Any]) -> None:
    found = plan(accountId=ACCOUNT, **{k: v for k, v in config.items() if k not in ("accountId", "network")})
    lines = [line for line in build(found).lines() if line.startswith(ENDPOINT)]
    assert lines == sorted(f"{ENDPOINT} {name} <- ssm" for name in endpoints_of(found).values())


def test_the_file_makes_the_component_and_puts_the_endpoints_under_it() -> None:
    document = import_file(plan(), {"ssm": SSM, "s3": S3}, "org/project/prod")
    version = metadata.version("pulumi-aws")
    assert document == {
        "resources": [
            {"type": "ssm-vpc-endpoints:index:SsmEndpoints", "name": "ssm", "component": True},
            {"type": ENDPOINT, "name": "ssm-ssm", "id": SSM, "parent": "ssm", "version": version},
            {"type": ENDPOINT, "name": "ssm-s3", "id": S3, "parent": "ssm", "version": version},
        ]
    }


def test_a_component_that_is_there_is_referred_to() -> None:
    document = import_file(plan(), {"ssm": SSM}, "org/project/prod", known=True)
    urn = "urn:pulumi:prod::ssm-vpc-endpoints::ssm-vpc-endpoints:index:SsmEndpoints::ssm"
    assert document["nameTable"] == {"ssm": urn}
    assert [each["name"] for each in document["resources"]] == ["ssm-ssm"]


def test_every_problem_is_said_at_once() -> None:
    told = refused(f"ssm={SSM} ssm={S3} kms={S3} ec2={SSM} ssmmessages group=sg-0a1b2c3d ec2messages=vpc-1")
    lines = told.splitlines()
    for line, said in zip(
        lines,
        [
            f"ssm={S3}: ssm is {SSM} already",
            f"kms={S3}: Pulumi.test.yaml makes no endpoint of 'kms'; it makes ssm, ssmmessages, ec2messages, ec2, s3",
            f"ec2={SSM}: that id is given for another service, too",
            "ssmmessages: is not <service>=<endpoint id>, such as ssm=vpce-0a1b2c3d4e5f60718",
            "group=sg-0a1b2c3d: a security group cannot be taken over",
            "ec2messages=vpc-1: is not an id of this kind: vpce- and 17 (or 8) digits 0-9 a-f",
        ],
        strict=True,
    ):
        assert line.startswith(said)


def test_nothing_to_adopt_shows_what_to_write() -> None:
    assert 'ADOPT="ssm=vpce-... ssmmessages=vpce-... ' in refused("  ")


def test_what_is_left_alone_is_not_taken_over() -> None:
    found = plan(topology={"existing": {"ssm": SSM, "s3": S3}})
    told = refused(f"ssm={SSM} s3={S3}", found)
    assert told.count("take it out of Pulumi.test.yaml first") == 2


def test_the_command_writes_the_file_and_says_what_comes_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("Pulumi.yaml", "Pulumi.prod-eu-west-1.yaml"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["--stack", "prod-eu-west-1", "--adopt", f"ssm={SSM}, s3={S3}"], tmp_path) == 0
    document = json.loads((tmp_path / FOLDER / "prod-eu-west-1.json").read_text(encoding="utf-8"))
    assert len(document["resources"]) == 3
    told = capsys.readouterr().out
    assert "pulumi import --stack prod-eu-west-1 --file dist/import/prod-eu-west-1.json" in told
    assert "--protect=false" in told


def test_a_wrong_stack_is_reported_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "Pulumi.yaml").write_text(
        (ROOT / "Pulumi.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    assert main(["--stack", "nowhere", "--adopt", f"ssm={SSM}"], tmp_path) == 1
    assert "Pulumi.nowhere.yaml: No such file" in capsys.readouterr().err
    wrong = {"config": {"aws:region": "eu-west-1", "ssm-vpc-endpoints:tags": {"secure": "v1:x"}}}
    (tmp_path / "Pulumi.wrong.yaml").write_text(yaml.safe_dump(wrong), encoding="utf-8")
    assert main(["--stack", "wrong", "--adopt", f"ssm={SSM}"], tmp_path) == 1
    told = capsys.readouterr().err
    assert "network" in told
    assert "v1:x" not in told
    assert not (tmp_path / FOLDER).exists()
