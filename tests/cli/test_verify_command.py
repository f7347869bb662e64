"""`ssm-endpoints verify` on a recorded state: whatever keeps it from an answer ends with 2 and nothing on stdout."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli import app, stacks, verify
from policies.registry import POLICIES
from sandbox.layout import Layout
from tests.support.aws_api import provider_keys
from tests.support.pack import ROOT
from tests.verification.test_access import refusing
from verification import probes
from verification.endpoints import State
from verification.look import Found, Named
from verification.probes import NO, YES, Probe
from verification.state import Gone

STATE = ROOT / "tests" / "fixtures" / "states" / "dev-0.1.0.json"
NETWORK = {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path, moto: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    config = {**provider_keys(moto), "ssm-vpc-endpoints:network": NETWORK}
    (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump({"config": config}), encoding="utf-8")
    monkeypatch.setattr(verify, "Layout", lambda: Layout(tmp_path, tmp_path / "sandbox"))
    return tmp_path


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*more: str, state: Path = STATE) -> tuple[int, str, str]:
        assert project.exists()
        code = app.main(["verify", "--stack", "dev", "--state", str(state), *more])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def redirect(project: Path, service: str, port: int) -> None:
    """Have one service answered on another port."""
    path = project / "Pulumi.dev.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in document["config"]["aws:endpoints"]:
        entry[service] = f"http://127.0.0.1:{port}"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")


def test_a_stack_of_which_everything_was_deleted(run: Run) -> None:
    code, out, _ = run("--no-network", "--json")
    found = json.loads(out)
    assert code == 1
    told = [each["what"] for each in found["deleted"]]
    assert any(each.startswith("VPC vpc-") for each in told)
    for service in ("ssm", "ssmmessages", "ec2messages", "ec2", "s3"):
        assert any(f"(com.amazonaws.eu-west-1.{service})" in each for each in told)
    assert found["endpoints"] == []


def test_a_missing_permission_names_it_and_nothing_is_half_said(run: Run, project: Path) -> None:
    with refusing(403, "UnauthorizedOperation", "You are not authorized") as port:
        redirect(project, "ec2", port)
        code, out, err = run("--no-network", "--json")
    assert (code, out) == (2, "")
    assert "allow them ec2:DescribeSubnets; ssm-endpoints permissions --for verifier prints the policy" in err
    assert "Traceback" not in err


def test_no_way_to_aws_is_a_message(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    redirect(project, "sts", 1)
    code, out, err = run()
    assert (code, out) == (2, "")
    assert "sts:GetCallerIdentity was not answered" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "this is not JSON"),
        ('{"version": 3, "deployment": {"resources": []}}', "stack dev was never up, or was taken down"),
        ('{"version": 9, "deployment": {}}', "the export has version 9"),
    ],
)
def test_a_state_that_cannot_be_used_is_a_message(run: Run, tmp_path: Path, text: str, said: str) -> None:
    state = tmp_path / "export.json"
    state.write_text(text, encoding="utf-8")
    code, out, err = run("--json", state=state)
    assert (code, out) == (2, "")
    assert said in err
    code, out, err = run("--json", state=tmp_path / "none.json")
    assert (code, out) == (2, "")
    assert "No such file" in err


@pytest.mark.parametrize("command", ["plan", "verify"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"config: {a: \xff}", "this is not text in UTF-8"),
        (None, "Is a directory"),
        (b"? [a]\n: b", "line 1 has a key that is not text"),
    ],
)
def test_a_stack_file_that_cannot_be_read_is_a_message(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    content: bytes | None,
    said: str,
) -> None:
    monkeypatch.setattr(stacks, "Layout", lambda: Layout(project, project / "sandbox"))
    file = project / "Pulumi.odd.yaml"
    file.write_bytes(content) if content else file.mkdir()
    assert app.main([command, "--stack", "odd"]) == 2
    answer = capsys.readouterr()
    assert answer.out == ""
    assert said in answer.err
    assert "Pulumi.odd.yaml" in answer.err


@pytest.mark.parametrize("value", [5, "http://127.0.0.1:1", [5], [{"ec2": 5}], [{"ec2": "nowhere"}]])
def test_endpoints_that_are_none_are_a_message_and_aws_itself_is_not_asked(
    run: Run, project: Path, value: object
) -> None:
    path, shared = project / "Pulumi.dev.yaml", project / "Pulumi.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["config"]["aws:endpoints"] = value
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    code, out, err = run("--no-network")
    assert (code, out) == (2, "")
    assert "Pulumi.dev.yaml: 3 settings that no stack file may have" in err
    # What holds for all stacks is no stack file's, and is looked at here.
    for key in ("aws:endpoints", "aws:accessKey", "aws:secretKey"):
        del document["config"][key]
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    for_all = yaml.safe_load(shared.read_text(encoding="utf-8"))
    for_all["config"]["aws:endpoints"] = {"value": value}
    shared.write_text(yaml.safe_dump(for_all), encoding="utf-8")
    code, out, err = run("--no-network")
    assert (code, out) == (2, "")
    assert "Pulumi.dev.yaml: aws:endpoints is a list of mappings" in err


def test_a_sandbox_stack_with_its_state_in_a_file_is_asked_about_where_the_sandbox_is(
    run: Run, project: Path, moto: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project / "Pulumi.dev.yaml"
    text = path.read_text(encoding="utf-8").replace(f":{moto}", ":5577")
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("SANDBOX_PORT", str(moto))
    assert run("--json")[0] == 1
    monkeypatch.setenv("SANDBOX_PORT", "many")
    code, _, err = run("--json")
    assert code == 2
    assert "SANDBOX_PORT=many: a port is a number" in err


def test_a_wrong_configuration_of_the_pack_is_a_message(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "pack.json"
    config.write_text('{"ssm-endpoint-complete": "mandatory"}', encoding="utf-8")
    code, out, err = run("--config", str(config))
    assert (code, out) == (2, "")
    assert "did you mean ssm-endpoints-complete?" in err


@pytest.mark.parametrize(("inside", "answer", "code"), [(False, NO, 0), (True, NO, 1), (True, YES, 0)])
def test_what_does_not_answer_counts_only_where_a_node_would_be(
    run: Run, monkeypatch: pytest.MonkeyPatch, inside: bool, answer: str, code: int
) -> None:
    def look(overlay: Any, *_: object) -> Any:
        found = State(
            "vpce-1",
            "com.amazonaws.eu-west-1.ssm",
            "Interface",
            "available",
            "ssm",
            "eu-west-1",
            "",
            True,
            (),
        )
        return Found(overlay, "123456789012", [found])

    said = Probe(
        "dns",
        "ssm.eu-west-1.amazonaws.com",
        "com.amazonaws.eu-west-1.ssm",
        answer,
        "203.0.113.7: not its own",
    )
    monkeypatch.setattr(verify, "look", look)
    monkeypatch.setattr(probes, "probe", lambda *_: [said])
    ended, out, _ = run(*(["--inside"] if inside else []))
    assert ended == code
    assert answer in out
    assert "203.0.113.7" in out
    assert ("it proves something only where nodes are" in out) is not inside


@pytest.mark.parametrize("state", ["pending", "rejected"])
def test_an_endpoint_that_cannot_be_used_blocks(
    run: Run, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    def look(overlay: Any, *_: object) -> Any:
        found = State(
            "vpce-1", "com.amazonaws.eu-west-1.ssm", "Interface", state, "ssm", "eu-west-1", "", True, ()
        )
        return Found(overlay, "123456789012", [found])

    monkeypatch.setattr(verify, "look", look)
    code, out, _ = run("--no-network")
    assert code == 1
    assert f"{state}: nodes cannot use it" in out
    assert "unusable endpoints: 1" in out


@pytest.mark.parametrize(("kind", "code"), [("gone", 1), ("lost", 1), ("drift", 0)])
def test_what_was_deleted_or_taken_away_blocks_by_itself_and_a_mere_difference_does_not(
    run: Run, monkeypatch: pytest.MonkeyPatch, kind: str, code: int
) -> None:
    def look(overlay: Any, *_: object) -> Found:
        (group,) = [each for each in overlay.resources if each["urn"].endswith("::ssm-https")]
        if kind == "gone":
            overlay.gone.append(Gone(group["urn"], group["type"], "ssm-https", "sg-1", "security group sg-1"))
        else:
            lost = kind == "lost"
            overlay.differs(group, "ingress", "no such rule", "tcp 443 from 10.9.0.0/16", blocks=lost)
        return Found(overlay, "123456789012", [])

    monkeypatch.setattr(verify, "look", look)
    ended, out, _ = run("--no-network")
    assert ended == code
    assert ("security group sg-1" if kind == "gone" else "no such rule -> tcp 443 from 10.9.0.0/16") in out
    assert ("[counts as found]" in out) is (kind == "lost")


def test_node_subnets_of_the_stack_file_are_said_to_every_policy_that_has_none() -> None:
    named = Named((("vpc-1", "subnet-1"),))
    own = [{"vpcId": "vpc-2", "id": "subnet-2"}]
    config = {"all": "advisory", "vpc-dns-enabled": {"nodeSubnets": own}, "waivers-in-use": "disabled"}
    said = verify.with_node_subnets(config, named)
    assert set(said) == {policy.name for policy in POLICIES}
    assert said.pop("vpc-dns-enabled") == {"nodeSubnets": own}
    assert all(each["nodeSubnets"] == [{"vpcId": "vpc-1", "id": "subnet-1"}] for each in said.values())
    assert {each["enforcementLevel"] for each in said.values()} == {"advisory", "disabled"}
    assert verify.with_node_subnets({}, Named())["vpc-dns-enabled"] == {}
