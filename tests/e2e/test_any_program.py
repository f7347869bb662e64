"""The pack judges any program: ten lines in another folder, previewed with `--policy-pack` on this pack."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from sandbox import environments
from sandbox.bootstrap import aws_plugin, engine
from sandbox.layout import Layout
from tests.e2e.house import Answer
from tests.support.aws_names import BUCKETS
from tests.support.graph import RecordedGraph, from_recording, load
from tests.support.pack import ROOT

PROGRAM = """
import json
import pulumi_aws as aws
vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", enable_dns_hostnames=True)
subnet = aws.ec2.Subnet("a", vpc_id=vpc.id, cidr_block="10.0.1.0/24", availability_zone="eu-west-1a")
table = aws.ec2.RouteTable("a", vpc_id=vpc.id)
https = {{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.1.0/24"]}}
group = aws.ec2.SecurityGroup("https", vpc_id=vpc.id, ingress=[https])
common = {{"vpc_id": vpc.id, "vpc_endpoint_type": "Interface", "private_dns_enabled": True,
          "subnet_ids": [subnet.id], "security_group_ids": [group.id]}}
for index, name in enumerate({services!r}):
    aws.ec2.VpcEndpoint(f"e{{index}}", service_name=f"com.amazonaws.eu-west-1.{{name}}", **common)
policy = {{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
          "Resource": [f"arn:aws:s3:::{{bucket}}/*" for bucket in {buckets!r}]}}]}}
aws.ec2.VpcEndpoint("s3", vpc_id=vpc.id, service_name="com.amazonaws.eu-west-1.s3", route_table_ids=[table.id],
                    policy=json.dumps(policy))
{more}
"""
ALL = ("ssm", "ssmmessages", "ec2messages", "ec2", "kms", "logs")


class Elsewhere:
    """A project in another folder, with a state of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        found = engine.find()
        assert found is not None
        layout = Layout(ROOT, folder / "sandbox")
        layout.state.mkdir(parents=True)
        stand_in = aws_plugin.sandbox_needs_stand_in()
        self.environment = environments.for_sandbox(layout, found, port, stand_in=stand_in)
        (folder / "Pulumi.yaml").write_text("name: elsewhere\nruntime: python\n", encoding="utf-8")
        dev = (ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8").split("  ssm-vpc-endpoints:")[0]
        (folder / "Pulumi.dev.yaml").write_text(dev.replace(":5577", f":{port}"), encoding="utf-8")
        assert self.pulumi("stack", "init", "dev").code == 0

    def program(
        self, services: tuple[str, ...] = ALL, buckets: tuple[str, ...] = BUCKETS, more: str = ""
    ) -> None:
        text = PROGRAM.format(services=services, buckets=buckets, more=more)
        (self.folder / "__main__.py").write_text(text, encoding="utf-8")

    def preview(self, pack: Path = ROOT / "policies", **environment: str) -> Answer:
        return self.pulumi("preview", "--stack", "dev", "--policy-pack", str(pack), **environment)

    def pulumi(self, *arguments: str, **environment: str) -> Answer:
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return Answer(done.returncode, done.stdout)


@pytest.fixture(scope="module")
def moto() -> Iterator[int]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield server.get_host_and_port()[1]
    server.stop()


@pytest.fixture
def elsewhere(tmp_path: Path, moto: int) -> Elsewhere:
    return Elsewhere(tmp_path, moto)


def test_a_good_program_passes(elsewhere: Elsewhere) -> None:
    elsewhere.program()
    answer = elsewhere.preview()
    assert answer.code == 0, answer.text


def test_six_of_seven_endpoints_are_blocked_with_the_seventh_by_name(elsewhere: Elsewhere) -> None:
    elsewhere.program(services=tuple(service for service in ALL if service != "ssmmessages"))
    answer = elsewhere.preview()
    assert answer.code != 0
    assert "VPC 'net' has no Interface endpoint for com.amazonaws.eu-west-1.ssmmessages " in answer.text


def test_ssmmessages_twice_is_not_ssm(elsewhere: Elsewhere) -> None:
    elsewhere.program(services=("ssmmessages", "ssmmessages", "ec2messages", "ec2", "kms", "logs"))
    answer = elsewhere.preview()
    assert answer.code != 0
    assert "VPC 'net' has no Interface endpoint for com.amazonaws.eu-west-1.ssm " in answer.text


def test_one_bucket_dropped_is_blocked_with_its_name(elsewhere: Elsewhere) -> None:
    elsewhere.program(buckets=tuple(bucket for bucket in BUCKETS if "patch-manager" not in bucket))
    answer = elsewhere.preview()
    assert answer.code != 0
    assert "its policy does not admit aws-patch-manager-eu-west-1-5522fb710 " in answer.text


def test_an_unrelated_endpoint_with_an_unknown_name_hides_nothing(elsewhere: Elsewhere) -> None:
    decoy = (
        'aws.ec2.VpcEndpoint("decoy", service_name=vpc.arn.apply(lambda arn: f"com.acme.{arn}"), **common)'
    )
    elsewhere.program(services=tuple(service for service in ALL if service != "ec2"), more=decoy)
    answer = elsewhere.preview()
    assert answer.code != 0
    assert "VPC 'net' has no Interface endpoint for com.amazonaws.eu-west-1.ec2 " in answer.text
    assert "'decoy' has a service name that is not known in the preview" in answer.text
    assert "can't run policy" not in answer.text


def test_a_program_with_no_endpoint_at_all_is_blocked(elsewhere: Elsewhere) -> None:
    text = 'import pulumi_aws as aws\naws.ec2.Vpc("net", cidr_block="10.0.0.0/16")\n'
    (elsewhere.folder / "__main__.py").write_text(text, encoding="utf-8")
    answer = elsewhere.preview()
    assert answer.code != 0
    for service in ("ssm", "ssmmessages", "ec2messages", "ec2", "s3"):
        assert f"endpoint for com.amazonaws.eu-west-1.{service} " in answer.text


def test_the_assembled_pack_works_from_anywhere(elsewhere: Elsewhere, tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; sys.path.insert(0, 'tools'); "
        "import policy_pack; policy_pack.assemble(pathlib.Path(sys.argv[1]))"
    )
    folder = tmp_path / "pack"
    subprocess.run([ROOT / ".venv" / "bin" / "python", "-c", code, str(folder)], cwd=ROOT, check=True)
    elsewhere.program(services=("ssm",))
    answer = elsewhere.preview(folder)
    assert answer.code != 0
    assert "com.amazonaws.eu-west-1.ssmmessages " in answer.text


def test_the_engine_shows_the_pack_what_the_recorded_graph_holds(elsewhere: Elsewhere) -> None:
    """The mutants' graph is what the engine showed with AWS's real provider: the sandbox has to show the same."""
    recording = elsewhere.folder / "recording.jsonl"
    for name in ("Pulumi.yaml", "__main__.py"):
        (elsewhere.folder / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("blueprint", "components"):
        (elsewhere.folder / name).symlink_to(ROOT / name)
    endpoints = (elsewhere.folder / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    ours = (ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8").partition("  ssm-vpc-endpoints:network")
    (elsewhere.folder / "Pulumi.dev.yaml").write_text(
        endpoints.partition("encryptionsalt")[0] + ours[1] + ours[2], encoding="utf-8"
    )
    answer = elsewhere.pulumi("stack", "init", "dev")
    answer = elsewhere.preview(ROOT / "tests" / "support" / "recorder_pack", GRAPH_RECORDING=str(recording))
    assert answer.code == 0, answer.text
    shown, recorded = (
        from_recording(recording),
        load(ROOT / "tests" / "fixtures" / "graphs" / "dev-preview.json"),
    )
    given, wanted = _inputs(shown), _inputs(recorded)
    assert given.keys() == wanted.keys()
    for urn, inputs in wanted.items():
        # The sandbox's plugin also fills in defaults and the Region, as pulumi-aws does.
        assert inputs.items() <= given[urn].items(), urn
    assert _sources(shown) == _sources(recorded)
    known = ("serviceName", "vpcEndpointType", "policy", "privateDnsEnabled", "cidrIpv4", "region")
    for resource in recorded.resources:
        other = shown.resource(resource["name"], resource["type"])["properties"]
        for key in known:
            assert _text(other.get(key)) == _text(resource["properties"].get(key)), (resource["urn"], key)


def _inputs(graph: RecordedGraph) -> dict[str, dict[str, object]]:
    own = (i for i in graph.inputs if i["type"].startswith(("aws:", "ssm-vpc-endpoints:")))
    # The engine's autonames end in random digits.
    return {i["urn"]: {k: v for k, v in i["properties"].items() if k != "name"} for i in own}


def _sources(graph: RecordedGraph) -> dict[str, object]:
    return {
        resource["urn"]: {
            key: sorted(value["urns"]) for key, value in resource["propertyDependencies"].items()
        }
        for resource in graph.resources
        if resource.get("propertyDependencies")
    }


def _text(value: object) -> object:
    """A policy with its keys in one order: the provider writes them in another than the program."""
    import json

    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value
