"""The benchmark compares the same stack in three languages: here they are the same, and the verdicts are not by luck."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import peer_tools
from benchmarks.formats import cloudformation, terraform
from benchmarks.graph import FRAME, PER_VPC, stack, without
from benchmarks.process import Requests, running

ROOT = Path(__file__).parents[2]
SERVICES = [
    "com.amazonaws.eu-west-1.ec2",
    "com.amazonaws.eu-west-1.ec2messages",
    "com.amazonaws.eu-west-1.s3",
    "com.amazonaws.eu-west-1.ssm",
    "com.amazonaws.eu-west-1.ssmmessages",
]


@pytest.mark.parametrize("resources", [28, 700])
def test_a_stack_has_as_many_aws_resources_as_asked_for_in_every_language(resources: int) -> None:
    graph = stack(resources)
    assert len({item["urn"] for item in graph.resources}) == resources + FRAME == len(graph.inputs)
    assert len(cloudformation(graph)["Resources"]) == resources
    assert len(terraform(graph)["planned_values"]["root_module"]["resources"]) == resources


def test_a_number_that_is_no_whole_vpc_is_refused() -> None:
    with pytest.raises(ValueError, match="30 is no multiple of 14"):
        stack(2 * PER_VPC + 2)


def test_every_dependency_of_a_cloned_vpc_is_in_that_vpc() -> None:
    for item in stack(28).resources:
        number = item["name"].rpartition("-")[2]
        urns = [urn for found in item.get("propertyDependencies", {}).values() for urn in found["urns"]]
        assert {urn.rpartition("-")[2] for urn in (*urns, *item.get("dependencies", ()))} <= {number}


def test_each_vpc_has_the_five_endpoints_in_the_template() -> None:
    resources = cloudformation(stack(28))["Resources"]
    by_vpc: dict[str, list[str]] = {}
    for resource in resources.values():
        if resource["Type"] == "AWS::EC2::VPCEndpoint":
            vpc = resource["Properties"]["VpcId"]["Ref"]
            by_vpc.setdefault(vpc, []).append(resource["Properties"]["ServiceName"])
    assert {vpc: sorted(names) for vpc, names in by_vpc.items()} == {
        "VpcPrivate0": SERVICES,
        "VpcPrivate1": SERVICES,
    }


def test_each_vpc_has_the_five_endpoints_in_the_plan() -> None:
    plan = terraform(stack(28))
    named = {
        item["address"]: item["values"].get("service_name")
        for item in plan["planned_values"]["root_module"]["resources"]
    }
    by_vpc: dict[str, list[str]] = {}
    for item in plan["configuration"]["root_module"]["resources"]:
        if item["type"] == "aws_vpc_endpoint":
            vpc = item["expressions"]["vpc_id"]["references"][1]
            by_vpc.setdefault(vpc, []).append(named[item["address"]])
    assert {vpc: sorted(names) for vpc, names in by_vpc.items()} == {
        "aws_vpc.private-0": SERVICES,
        "aws_vpc.private-1": SERVICES,
    }


def test_no_unknown_value_is_written_as_if_it_were_one() -> None:
    graph = stack(14)
    assert "04da6b54" not in json.dumps([cloudformation(graph), terraform(graph)])


def test_the_pack_passes_the_good_stack_and_names_the_endpoint_that_was_dropped() -> None:
    good = stack(28)
    with running(ROOT / "policies") as pack:
        assert pack.play(Requests.of(good, 28)).findings == {}
    with running(ROOT / "policies") as pack:
        bad = pack.play(Requests.of(without(good, "ssm-ssmmessages-1"), 28))
    assert "ssm-endpoints-complete" in bad.findings


def test_the_pack_process_has_a_clock_of_its_own() -> None:
    with running(ROOT / "policies") as pack:
        played = pack.play(Requests.of(stack(28), 28))
    assert 0 < played.analyze.cpu < 60
    assert played.start_rss_mb <= played.analyze_rss_mb <= played.peak_rss_mb


def test_every_peer_is_pinned_to_one_version() -> None:
    lines = peer_tools.REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith(("#", " ")) and "==" not in line] == []
    assert all(peer_tools.version(peer) for peer in peer_tools.PEERS)


def test_a_peer_that_cannot_be_installed_says_why(monkeypatch: Any, tmp_path: Path) -> None:
    missing = tmp_path / "requirements.txt"
    missing.write_text("-r no-such-file.txt\n", encoding="utf-8")
    monkeypatch.setattr(peer_tools, "REQUIREMENTS", missing)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(peer_tools.PeerError, match=r"cannot be installed: .*no-such-file\.txt"):
        peer_tools.environment()
