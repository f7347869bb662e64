"""The pack judges any program: ten lines in another folder, previewed with `--policy-pack` on this pack."""

from __future__ import annotations

from tests.e2e.elsewhere import ALL, Elsewhere
from tests.support.aws_names import BUCKETS
from tests.support.graph import RecordedGraph, from_recording, load
from tests.support.pack import ROOT


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


def test_the_engine_shows_the_pack_what_the_recorded_graph_holds(elsewhere: Elsewhere) -> None:
    """The mutants' graph is what the engine showed with AWS's real provider: the sandbox has to show the same."""
    recording = elsewhere.folder / "recording.jsonl"
    for name in ("Pulumi.yaml", "Pulumi.README.md", "__main__.py"):
        (elsewhere.folder / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("blueprint", "components"):
        (elsewhere.folder / name).symlink_to(ROOT / name)
    endpoints = (elsewhere.folder / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    ours = (ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8").partition("  ssm-vpc-endpoints:network")
    (elsewhere.folder / "Pulumi.dev.yaml").write_text(
        endpoints.partition("encryptionsalt")[0] + ours[1] + ours[2], encoding="utf-8"
    )
    answer = elsewhere.pulumi("stack", "init", "dev")
    answer = elsewhere.preview(ROOT / "review" / "recorder", GRAPH_RECORDING=str(recording))
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


def test_what_a_program_marks_as_secret_is_judged_and_not_told(elsewhere: Elsewhere) -> None:
    secret = """
import pulumi
gateway = aws.ec2.VpcEndpoint("more", service_name="com.amazonaws.eu-west-1.s3", vpc_id=vpc.id)
statement = {"Sid": "OnlyForOperationBluebird", "Effect": "Allow", "Principal": "*", "Resources": "bluebird"}
document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
aws.ec2.VpcEndpointPolicy("hidden", vpc_endpoint_id=gateway.id, policy=pulumi.Output.secret(document))
"""
    elsewhere.program(more=secret)
    answer = elsewhere.preview()
    assert answer.code != 0
    assert "endpoint policy 'hidden': its policy is not one" in answer.text
    assert "luebird" not in answer.text
