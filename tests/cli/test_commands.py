"""`ssm-endpoints facts`, `plan` and `forwarders`, and what all commands have in common: output, exit codes, completion."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from blueprint.catalog import load
from cli import app, errors, facts, forwarders, stacks
from sandbox import deployed
from sandbox.layout import Layout
from tests.support.pack import ROOT

EXAMPLES = sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml"))


class Said:
    """How a command ended and what it said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Said:
        code = app.main(arguments)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, Any]], None]:
    """A repository with one stack file, "mine"."""

    def write(config: dict[str, Any], shared: str = "") -> None:
        text = shared or (ROOT / "Pulumi.yaml").read_text(encoding="utf-8")
        (tmp_path / "Pulumi.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "Pulumi.mine.yaml").write_text(yaml.safe_dump({"config": config}), encoding="utf-8")

    for module in (stacks, forwarders):
        monkeypatch.setattr(module, "Layout", lambda: Layout(tmp_path, tmp_path / "sandbox"))
    return write


NETWORK = {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["eu-west-1a", "eu-west-1b"]}}


# facts


def test_each_fact_of_a_region_leads_to_a_url_and_a_date_in_one_hop(run: Run) -> None:
    found = run("facts", "eu-west-1", "--json").document
    assert (found["schemaVersion"], found["region"], found["partition"]["id"]) == (1, "eu-west-1", "aws")
    for each in (*found["services"], *found["buckets"], *found["limits"], found["partition"], found):
        assert each["source"]["url"].startswith("https://")
        assert each["source"]["read"].startswith("2026-")
    names = {each["family"]: each["name"] for each in found["buckets"]}
    assert names["aws-patch-manager"] == "aws-patch-manager-eu-west-1-5522fb710"


def test_what_aws_does_not_publish_is_said_and_not_guessed(run: Run) -> None:
    said = run("facts", "us-gov-west-1")
    assert said.code == 0
    assert "patch-baseline-snapshot: AWS does not publish it" in said.out
    assert "ssm-vpc-endpoints:buckets.awsManaged.patch-baseline-snapshot" in said.out
    assert run("facts", "us-gov-west-1", "--json").document["buckets"][0]["name"] is None


def test_a_service_that_a_region_lacks_and_one_that_nobody_could_verify(run: Run) -> None:
    offered = {
        region: {e["service"]: e["offered"] for e in run("facts", region, "--json").document["services"]}[
            "ec2messages"
        ]
        for region in ("eu-west-1", "eusc-de-east-1", "us-iso-east-1")
    }
    assert offered == {"eu-west-1": True, "eusc-de-east-1": False, "us-iso-east-1": None}
    assert "com.amazonaws.cn-north-1.ssm " in run("facts", "cn-north-1").out


def test_a_price_that_is_verified_and_one_that_is_not(run: Run) -> None:
    # https://aws.amazon.com/privatelink/pricing/
    price = run("facts", "us-east-1", "--json").document["price"]
    assert (price["usd"], price["source"]["url"].startswith("https://")) == ("0.010", True)
    assert run("facts", "sa-east-1", "--json").document["price"] is None
    assert "nobody could verify it for this Region" in run("facts", "sa-east-1").out


def test_an_unknown_region_names_the_nearest_spellings(run: Run) -> None:
    said = run("facts", "eu-wets-1", "--json")
    assert (said.code, said.out) == (2, "")
    assert "did you mean eu-west-1 or" in said.err


@pytest.mark.parametrize("region", list(load().regions))
def test_every_region_can_be_shown(run: Run, region: str) -> None:
    assert region in run("facts", region).out


# plan


@pytest.mark.parametrize("stack", EXAMPLES)
def test_every_example_stack_has_a_plan(run: Run, stack: str) -> None:
    found = run("plan", "--stack", stack, "--json").document
    shown = run("plan", "--stack", stack)
    assert (shown.code, found["stack"]) == (0, stack)
    for each in found["endpoints"]:
        assert each["name"] in shown.out
    for name in (*found["buckets"]["aws"], *found["buckets"]["own"], *found["admitted"]):
        assert name in shown.out
    assert len(found["notices"]) > 0


def test_the_plan_of_the_dev_stack(run: Run) -> None:
    found = run("plan", "--stack", "dev", "--json").document
    assert [each["service"] for each in found["endpoints"]] == [
        "ssm",
        "ssmmessages",
        "ec2messages",
        "ec2",
        "s3",
    ]
    assert found["network"]["create"]["subnets"][1] == {
        "availabilityZone": "eu-west-1b",
        "cidr": "10.0.32.0/19",
    }
    assert found["admitted"] == ["10.0.0.0/19", "10.0.32.0/19"]
    assert (found["resolver"]["vpc"], found["s3PolicyCharactersAllowed"]) == ("10.0.0.2", 20480)


def test_the_plans_cost_is_that_of_its_endpoints_in_its_zones(run: Run, own: Any) -> None:
    network = {"create": {"cidr": "10.0.0.0/16", "availabilityZones": ["us-east-1a", "us-east-1b"]}}
    own({"aws:region": "us-east-1", "network": network})
    # ssm, ssmmessages, ec2messages, ec2 in two zones, 730 hours, 0.010 USD.
    assert run("plan", "--stack", "mine", "--json").document["monthlyUsd"] == "58.40"
    assert "58.40 USD" in run("plan", "--stack", "mine").out


def test_a_wrong_stack_file_is_the_settings_own_report(run: Run, own: Any) -> None:
    own({"aws:region": "eu-west-1", "network": NETWORK, "featurs": {}, "tags": {"a": 1}})
    said = run("plan", "--stack", "mine", "--json")
    assert (said.code, said.out) == (2, "")
    assert "Pulumi.mine.yaml: 2 problems, nothing was created." in said.err
    assert "ssm-vpc-endpoints:featurs" in said.err
    assert "did you mean features?" in said.err
    assert "ssm-vpc-endpoints:tags.a" in said.err


def test_what_pulumi_yaml_gives_every_stack_counts_unless_the_stack_says_it_itself(
    run: Run, own: Any
) -> None:
    shared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    shared["config"]["ssm-vpc-endpoints:minimumAgentVersion"]["value"] = "3.3.40.0"
    config = {"aws:region": "eu-west-1", "network": NETWORK}
    for more, has in (({}, False), ({"minimumAgentVersion": "3.2.0.0"}, True)):
        own({**config, **more}, yaml.safe_dump(shared))
        services = [
            each["service"] for each in run("plan", "--stack", "mine", "--json").document["endpoints"]
        ]
        assert ("ec2messages" in services) is has


def test_an_encrypted_value_is_refused_and_not_shown(run: Run, own: Any) -> None:
    own({"aws:region": "eu-west-1", "network": {"secure": "v1:abcdef"}})
    said = run("plan", "--stack", "mine")
    assert said.code == 2
    assert "v1:abcdef" not in said.err


def test_no_terminal_escape_reaches_the_message(run: Run, own: Any, tmp_path: Path) -> None:
    own({})
    for text in (
        'config: {"a": "\\e[2J", b: !<\\e> 1}\n',
        'config: {? ["\\e[2J"] : 1}\n',
        "config: {a: *\u202e}\n",
    ):
        (tmp_path / "Pulumi.mine.yaml").write_text(text, encoding="utf-8")
        said = run("plan", "--stack=mine")
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith("ssm-endpoints: Pulumi.mine.yaml: ")
        assert all(line.isprintable() for line in said.err.split("\n"))
    assert errors.message(errors.CannotAnswerError("\x1b[2J\nfix: \u202e")) == "\\x1b[2J\nfix: \\u202e"


def test_a_project_file_with_keys_of_another_form_is_no_traceback(run: Run, own: Any) -> None:
    """Pulumi takes a value alone as well."""
    own(
        {"aws:region": "eu-west-1", "network": NETWORK},
        "name: ssm-vpc-endpoints\nruntime: python\nconfig: {a: 7, b: [1], c: null}\n",
    )
    assert run("plan", "--stack=mine").code == 0
    own({"aws:region": "eu-west-1", "network": NETWORK}, "name: ssm-vpc-endpoints\nruntime: python\n")
    assert run("plan", "--stack=mine").code == 0


def test_a_stack_without_a_file_names_the_nearest(run: Run) -> None:
    said = run("plan", "--stack", "prod-eu-west1")
    assert said.code == 2
    assert "did you mean prod-eu-west-1?" in said.err


# forwarders


def test_forwarders_lead_to_the_vpcs_own_resolver(run: Run) -> None:
    for format, line in (
        ("bind", "    forwarders { 10.0.0.2; };"),
        ("unbound", "    forward-addr: 10.0.0.2"),
        ("windows", "    'amazonaws.com' = @('10.0.0.2')"),
    ):
        said = run("forwarders", "--stack", "dev", "--format", format)
        assert said.code == 0
        assert line in said.out.splitlines()
        assert "forwards to 10.0.0.2" in said.err


def test_forwarders_as_json_have_the_zones_and_all_three_texts(run: Run) -> None:
    found = run("forwarders", "--stack", "dev", "--json").document
    assert found == run("forwarders", "--stack", "dev", "--format", "json").document
    assert found["forwarders"] == [{"zone": "amazonaws.com", "targets": ["10.0.0.2"]}]
    assert set(found["dnsSnippets"]) == {"bind", "unbound", "windows"}


def test_given_targets_come_first(run: Run) -> None:
    said = run(
        "forwarders", "--stack", "hybrid-eu-central-1", "--target", "10.60.1.10", "--target", "10.60.2.10"
    )
    assert "forwarders { 10.60.1.10; 10.60.2.10; };" in said.out


@pytest.mark.parametrize(
    "targets", [("10.0.0.300",), ("10.0.0.2; }; evil",), ("10.0.0.2", "10.0.0.2"), ("127.0.0.1",)]
)
def test_a_target_that_is_no_address_to_forward_to_is_refused(run: Run, targets: tuple[str, ...]) -> None:
    said = run("forwarders", "--stack", "dev", *(word for each in targets for word in ("--target", each)))
    assert (said.code, said.out) == (2, "")
    assert "--target" in said.err


def test_an_inbound_resolvers_addresses_are_those_of_the_deployed_stack(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs: dict[str, Any] = {"resolverAddresses": ["10.60.1.10", "10.60.2.10"]}
    stack = {"type": "pulumi:pulumi:Stack", "outputs": outputs}
    export = {"version": 3, "deployment": {"resources": [stack]}}
    monkeypatch.setattr(deployed, "of_stack", lambda *_: deployed.Deployed(json.dumps(export), ""))
    said = run("forwarders", "--stack", "hybrid-eu-central-1", "--json")
    assert said.document["targets"] == ["10.60.1.10", "10.60.2.10"]
    outputs.clear()
    said = run("forwarders", "--stack", "hybrid-eu-central-1")
    assert (said.code, said.out) == (2, "")
    assert "no output resolverAddresses yet" in said.err
    assert "--target" in said.err


# all of them


@pytest.mark.parametrize(
    "arguments",
    [
        ("fact",),
        ("facts",),
        ("facts", "eu-west-1", "--jsn"),
        ("forwarders", "--stack", "dev", "--format", "bnd"),
        ("plan",),
    ],
)
def test_wrong_usage_ends_with_2_and_says_so_on_stderr(run: Run, arguments: tuple[str, ...]) -> None:
    said = run(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Usage" in said.err


@pytest.mark.parametrize("error", errors.EXPECTED)
def test_whatever_is_expected_to_go_wrong_is_a_message_and_2(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    by_name: dict[str, dict[str, Any]] = {
        "SettingsError": {"problems": [], "stack_file": "Pulumi.x.yaml"},
        "UnknownRegionError": {"region": "xx", "known": {}},
        "ClientError": {"error_response": {"Error": {"Code": "Odd"}}, "operation_name": "DescribeVpcs"},
    }
    in_order = ("utf-8", b"\xff", 0, 1, "invalid start byte") if error is UnicodeDecodeError else ()
    arguments = by_name.get(error.__name__, {})

    def fail(*_: object) -> None:
        raise error(*in_order, **arguments)

    monkeypatch.setattr(facts, "describe", fail)
    said = run("facts", "eu-west-1", "--json")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("ssm-endpoints: ")
    assert "Traceback" not in said.err


def test_interrupted_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(facts, "describe", interrupt)
    assert run("facts", "eu-west-1").code == 130


def test_regions_and_stacks_complete() -> None:
    assert facts.complete("eu-we") == ["eu-west-1", "eu-west-2", "eu-west-3"]
    assert stacks.complete("prod-c") == ["prod-cn-north-1"]


def test_a_shell_is_told_what_completes() -> None:
    words = {
        "_SSM_ENDPOINTS_COMPLETE": "complete_bash",
        "COMP_WORDS": "ssm-endpoints plan --stack prod-c",
        "COMP_CWORD": "3",
    }
    done = subprocess.run(
        [sys.executable, "-m", "cli"],
        cwd=ROOT,
        env={**os.environ, **words},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["prod-cn-north-1"]


def on_terminal(columns: int, *arguments: str) -> list[str]:
    """What a terminal of so many columns shows, line by line."""
    main, side = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=side,
        stderr=side,
        stdin=side,
    ) as process:
        os.close(side)
        shown = b""
        while True:
            try:
                part = os.read(main, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
        process.wait()
    os.close(main)
    return shown.decode().replace("\r", "").split("\n")


def test_a_terminal_of_80_columns_shows_no_longer_lines_but_for_what_cannot_be_broken() -> None:
    for arguments in (("plan", "--stack", "prod-eu-west-1"), ("facts", "eu-west-1")):
        shown = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in on_terminal(80, *arguments)]
        assert len(shown) > 20
        long = [line for line in shown if len(line) > 80]
        # A URL or a list of names without blanks stays whole, to be copied.
        assert all(len(line.split()) == 1 for line in long), long


def test_what_is_piped_has_no_escape_codes_and_whole_names(run: Run) -> None:
    said = run("plan", "--stack", "prod-eusc-de-east-1")
    assert "\x1b" not in said.out
    assert any("com.amazonaws.eusc-de-east-1.ssmmessages" in line for line in said.out.splitlines())


def test_a_file_that_cannot_be_read_is_no_finding(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "graph.jsonl"
    bad.write_bytes(b"\xff\xfe\x00")
    events = tmp_path / "events.jsonl"
    events.write_text("[1]\n", encoding="utf-8")
    said = run("report", "--events", str(events), "--graph", str(bad), "--output", str(tmp_path / "out"))
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    config = tmp_path / "folder.json"
    config.mkdir()
    graph = tmp_path / "none.jsonl"
    graph.write_text("", encoding="utf-8")
    said = run("report", "--events", str(events), "--graph", str(graph), "--pack-config", str(config))
    assert (said.code, said.out) == (2, "")
    assert "folder.json" in said.err
