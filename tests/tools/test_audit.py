"""A state that was exported, replayed to the pack: what already runs is judged as a preview of it would be."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format

from tests.support.pack import ROOT
from tools import audit
from tools.analyzer import AnalyzerError, read_config
from tools.policy_config import of_policies
from tools.state import SIGNATURE, UNKNOWN, StateError, replay

# The dev stack's state with AWS's real provider.
EXPORTED = json.loads(
    (ROOT / "tests" / "fixtures" / "real-provider" / "dev-export.json").read_text(encoding="utf-8")
)
CONFIG = ROOT / "policies" / "config" / "dev.json"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
Resource = dict[str, Any]


def export(change: Callable[[list[Resource]], object] = lambda _: None, **top: object) -> str:
    """The dev stack's export as `pulumi stack export` writes it, with a change to its resources."""
    document = {"version": 3, **copy.deepcopy(EXPORTED), **top}
    change(document["deployment"]["resources"])
    return json.dumps(document)


def named(resources: list[Resource], name: str) -> Resource:
    found = [each for each in resources if each["urn"].endswith(f"::{name}")]
    assert len(found) == 1
    return found[0]


class Said:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def audited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def run(text: str, *options: str, config: Path | None = CONFIG) -> Said:
        path = tmp_path / "export.json"
        path.write_text(text, encoding="utf-8")
        given = ["--config", str(config)] if config else []
        code = audit.main(["--state", str(path), *given, *options])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


def test_the_dev_stack_as_it_runs_is_good(audited: Callable[..., Said]) -> None:
    said = audited(export())
    assert said.code == 0, said.out
    assert "15 resources" in said.out
    assert "0 mandatory and 0 advisory findings" in said.out


def test_an_endpoint_that_is_gone_is_named_in_full(audited: Callable[..., Said]) -> None:
    said = audited(export(lambda resources: resources.remove(named(resources, "ssm-ssmmessages"))))
    assert said.code == 1
    assert "[mandatory] [severity: high]  ssm-endpoints-complete  (aws:ec2/vpc:Vpc: private)" in said.out
    assert "no Interface endpoint for com.amazonaws.eu-west-1.ssmmessages " in said.out
    assert "fix: aws.ec2.VpcEndpoint(" in said.out


def test_a_bucket_that_was_taken_out_of_the_policy_is_named_in_full(audited: Callable[..., Said]) -> None:
    bucket = "aws-patch-manager-eu-west-1-5522fb710"

    def change(resources: list[Resource]) -> None:
        endpoint = named(resources, "ssm-s3")
        for side in ("inputs", "outputs"):
            endpoint[side]["policy"] = endpoint[side]["policy"].replace(bucket, "somebody-elses-bucket")

    said = audited(export(change), "--json")
    assert said.code == 1
    document = json.loads(said.out)
    assert document["blocked"] is True
    about = [each for each in document["findings"] if bucket in each["message"]]
    assert {each["policy"] for each in about} >= {"s3-gateway-buckets-complete", "s3-gateway-policy-complete"}
    assert {each["resourceName"] for each in about if each["policy"] == "s3-gateway-policy-complete"} == {
        "ssm-s3"
    }


def test_an_encrypted_policy_proves_nothing(audited: Callable[..., Said]) -> None:
    def change(resources: list[Resource]) -> None:
        for side in ("inputs", "outputs"):
            named(resources, "ssm-s3")[side]["policy"] = {SIGNATURE: SECRET, "ciphertext": "v1:abc:def"}

    said = audited(export(change))
    assert said.code == 1
    assert "s3-gateway-policy-complete" in said.out


def test_a_decrypted_policy_is_judged_and_never_shown(audited: Callable[..., Said]) -> None:
    def change(resources: list[Resource], old: str = "", new: str = "") -> None:
        for side in ("inputs", "outputs"):
            properties = named(resources, "ssm-s3")[side]
            shown = json.dumps(properties["policy"].replace(old, new) if old else properties["policy"])
            properties["policy"] = {SIGNATURE: SECRET, "plaintext": shown}

    assert audited(export(change)).code == 0

    def hide(resources: list[Resource]) -> None:
        service = {SIGNATURE: SECRET, "plaintext": json.dumps("com.amazonaws.eu-west-1.hidden.ssm")}
        for side in ("inputs", "outputs"):
            named(resources, "ssm-ssm")[side]["serviceName"] = service

    said = audited(export(hide))
    assert said.code == 1
    assert "[secret]" in said.out
    assert "hidden" not in said.out


@pytest.mark.parametrize("mark", ["delete", "pendingReplacement"])
def test_what_is_about_to_go_does_not_count_and_is_said(audited: Callable[..., Said], mark: str) -> None:
    said = audited(export(lambda resources: named(resources, "ssm-ec2").update({mark: True})))
    assert said.code == 1
    assert "no Interface endpoint for com.amazonaws.eu-west-1.ec2 " in said.out
    assert "left out: urn:pulumi:dev::ssm-vpc-endpoints::" in said.out


def test_an_operation_that_was_interrupted_is_said(audited: Callable[..., Said]) -> None:
    deployment = copy.deepcopy(EXPORTED["deployment"])
    deployment["pending_operations"] = [{"resource": deployment["resources"][0], "type": "updating"}]
    said = audited(export(deployment=deployment))
    assert "an interrupted updating, whose end nobody knows" in said.out


def test_an_old_copy_beside_its_replacement_is_no_second_resource() -> None:
    def change(resources: list[Resource]) -> None:
        resources.append({**named(resources, "ssm-ec2"), "delete": True})

    state = replay(export(change))
    assert len(state.stack.resources) == 15
    assert len(state.left_out) == 1


def test_the_pack_sees_provider_parent_and_dependencies_as_in_the_engine() -> None:
    provider = "urn:pulumi:dev::ssm-vpc-endpoints::pulumi:providers:aws::default_7"
    vpc = "urn:pulumi:dev::ssm-vpc-endpoints::aws:ec2/vpc:Vpc::net"
    resources: list[Resource] = [
        {"urn": provider, "type": "pulumi:providers:aws", "id": "1-2", "inputs": {"region": "eu-west-3"}},
        {"urn": vpc, "type": "aws:ec2/vpc:Vpc", "id": "vpc-1", "external": True, "outputs": {}},
        {
            "urn": "urn:pulumi:dev::ssm-vpc-endpoints::a:b:C$aws:ec2/subnet:Subnet::a::b",
            "type": "aws:ec2/subnet:Subnet",
            "id": "subnet-1",
            "parent": vpc,
            "provider": f"{provider}::1-2",
            "inputs": {"vpcId": "vpc-1", "__defaults": []},
            "outputs": {"vpcId": "vpc-1", "tags": {"a": {SIGNATURE: "another mark"}}},
            "dependencies": [vpc],
            "propertyDependencies": {"vpcId": [vpc], "cidrBlock": None},
        },
    ]
    state = replay(json.dumps({"version": 3, "deployment": {"resources": resources}}))
    # What the program only reads is in the stack and not judged on its own.
    assert [each.urn for each in state.inputs] == [provider, resources[2]["urn"]]
    given, whole = state.inputs[1], state.stack.resources[2]
    assert (whole.name, whole.parent, list(whole.dependencies)) == ("a::b", vpc, [vpc])
    assert {key: list(value.urns) for key, value in whole.propertyDependencies.items()} == {"vpcId": [vpc]}
    assert dict(given.properties) == {"vpcId": "vpc-1"}
    assert given.provider.urn == provider
    assert given.provider.properties["region"] == "eu-west-3"
    assert whole.properties["id"] == "subnet-1"
    assert json_format.MessageToDict(whole.properties)["tags"] == {"a": UNKNOWN}


def one(**more: Any) -> str:
    """An export with one resource."""
    resource = {"urn": "urn:pulumi:a::b::c::d", "type": "c", **more}
    return json.dumps({"version": 3, "deployment": {"resources": [resource]}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "no `deployment`"),
        ('{"checkpoint": {}}', "no `deployment`"),
        ('{"deployment": {"resources": []}}', "version None"),
        ('{"version": 2, "deployment": {"resources": []}}', "version 2; this tool reads 3 and 4"),
        ('{"version": 3, "deployment": null}', "no resources"),
        ('{"version": 3, "deployment": {"resources": []}}', "no resources"),
        ('{"version": 3, "deployment": {"resources": 7}}', "cannot be read"),
        ('{"version": 3, "deployment": {"resources": ["x"]}}', "cannot be read"),
        ('{"version": 3, "deployment": {"resources": [{"urn": "u", "type": 1}]}}', "cannot be read"),
        ("[" * 100_000, "nested too deep"),
        ('{"version": "' + "9" * 100_000 + '", "deployment": {}}', "has version '999"),
        ('{"version": 3, "deployment": {"resources": [' + "9" * 5000 + "]}}", "not JSON"),
        (one(inputs={"size": 10**400}), "resource 'urn:pulumi:a::b::c::d' cannot be read"),
        (one(dependencies=7), "resource 'urn:pulumi:a::b::c::d' cannot be read"),
        (one(propertyDependencies={"vpcId": 7}), "resource 'urn:pulumi:a::b::c::d' cannot be read"),
        (one(parent=["x"]), "resource 'urn:pulumi:a::b::c::d' cannot be read"),
        (one(type="\x1b[2J", urn="urn:\x1b[2J", dependencies=7), r"resource 'urn:\x1b[2J' cannot be read"),
    ],
)
def test_what_is_no_export_is_one_message(audited: Callable[..., Said], text: str, said: str) -> None:
    answer = audited(text)
    assert answer.code == 2
    assert said in answer.err
    assert "pulumi stack export" in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
    assert len(answer.err) < 1000
    assert all(line.isprintable() for line in answer.err.split("\n"))


def test_no_terminal_escape_of_a_state_reaches_the_screen(audited: Callable[..., Said]) -> None:
    """Names and values are the state's; what is left out of it is told as well."""

    def change(resources: list[Any]) -> None:
        named(resources, "ssm-ec2")["inputs"]["serviceName"] = "com.amazonaws.eu-west-1.ec2\x1b]0;owned\x07"
        named(resources, "ssm-ec2")["outputs"]["serviceName"] = "com.amazonaws.eu-west-1.ec2\u202e"
        resources.append({"urn": "urn:pulumi:a::b::c::\x9b31m\x1b[2J", "type": "c", "delete": True})

    for arguments in ((), ("--json",)):
        answer = audited(export(change), *arguments)
        assert answer.code == 1
        assert all(line.isprintable() for line in answer.out.split("\n"))
        assert "1b" in answer.out


def test_a_damaged_state_is_refused() -> None:
    with pytest.raises(StateError, match="more than once"):
        replay(export(lambda resources: resources.append(resources[0])))


def test_a_missing_file_is_one_message(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert audit.main(["--state", str(tmp_path / "nowhere.json")]) == 2
    assert "No such file" in capsys.readouterr().err
    assert audit.main([]) == 2
    assert "make audit STATE=export.json" in capsys.readouterr().err


def test_the_configuration_counts(audited: Callable[..., Said], tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    without_vss = export(lambda resources: resources.remove(named(resources, "ssm-ec2")))
    lean = of_policies({"features": {"vssSnapshots": False}})
    config.write_text(json.dumps(lean), encoding="utf-8")
    assert audited(without_vss, config=config).code == 0
    config.write_text('{"ssm-endpoints-complete": "advisory"}', encoding="utf-8")
    said = audited(without_vss, config=config)
    assert said.code == 0
    assert "[advisory]" in said.out
    assert audited(without_vss, config=None).code == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read"),
        ("[]", "an object"),
        ('{"ssm-endpoint-complete": {}}', "did you mean ssm-endpoints-complete"),
        ('{"ssm-endpoints-complete": "off"}', "'off'"),
        ('{"ssm-endpoints-complete": {"scope": "sometimes"}}', "scope"),
    ],
)
def test_a_configuration_that_nothing_reads_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AnalyzerError, match=said):
        read_config(path)


def test_a_pack_that_does_not_start_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("raise SystemExit(1)", encoding="utf-8")
    state = tmp_path / "export.json"
    state.write_text(export(), encoding="utf-8")
    with pytest.raises(AnalyzerError, match="did not start"):
        audit.audit(state, None, tmp_path)
