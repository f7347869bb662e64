"""What findings tell of somebody else's text: no terminal escape, nothing endless, and the pack survives what it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2

from policies import telling
from policies.graph import UNKNOWN
from policies.iam_json import clipped, shown
from policies.memory import Memory
from policies.rule import Finding
from policies.wire import resource
from tests.fuzz import process, raw
from tests.fuzz.junk import CONTROL, nested
from tests.policies.asking import NET, asked, of_stacks, of_vpcs
from tests.support import flat
from tests.support.graph import RecordedGraph
from tests.support.pack import Pack

# Half of a surrogate pair is in no message of protobuf's.
SENT = CONTROL[:-1]


@pytest.mark.parametrize("bad", SENT, ids=ascii)
def test_no_control_character_of_a_stack_reaches_a_message(plain_pack: Pack, bad: str) -> None:
    """In names, in ids and in what is quoted, and in the values of a configuration that cannot be used."""
    endpoint: dict[str, Any] = {
        "VpcEndpoint": "ssm",
        "vpcId": f"vpc-0{bad}",
        "serviceName": f"com.amazonaws{bad}.eu-west-2.ssm",
        "vpcEndpointType": f"Interface{bad}",
        "subnetIds": [f"subnet-{bad}"],
        "policy": f'{{"Statement": "{bad}"}}',
    }
    stack = flat.build([NET, endpoint])
    stack.resource("ssm")["name"] = stack.input("ssm")["name"] = f"ssm{bad}"
    for config in ({"scope": "always"}, {"scope": bad}, {f"scope{bad}": 1}, {"features": {bad: True}}):
        plain_pack.set_up({"all": config})
        said = plain_pack.judge(stack)
        assert "MANDATORY" in {each.level for each in said}
        for each in said:
            assert all(line.isprintable() for line in each.message.split("\n")), each


def test_what_a_rule_says_is_shown_escaped_and_cut() -> None:
    told = Finding("a\x1b[2J\u202eb\nfix: c" + "x" * 60_000)
    stack = flat.build([NET])
    for policy in (of_vpcs("one", told), of_stacks("two", told)):
        (found,) = asked(stack, policy)
        assert found.message.startswith("Something is so\na\\x1b[2J\\u202eb\nfix: cxxx")
        assert "characters more)" in found.message
        assert len(found.message) < 51_000


def test_a_warning_is_shown_like_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    told = Finding("is \x1b[2J", unproven=True)
    assert asked(flat.build([NET]), of_vpcs("one", told), onUnknown="warn") == []
    assert capsys.readouterr().err == "warning: one: is \\x1b[2J\n"


def test_a_name_keeps_its_letters_and_an_id_shows_look_alikes() -> None:
    assert telling.name("Größe\x1b") == r"'Größe\x1b'"
    assert telling.word("vpc-0a1b2c3d") == "vpc-0a1b2c3d"
    assert telling.word("vрс-1\n") == r"v\u0440\u0441-1\n"
    assert len(telling.word("x" * 1000)) < 130
    assert len(telling.shown("x" * 1_000_000)) == 120
    assert telling.shown(10**5000) == "(a value of type int)"
    assert telling.shown(nested(100_000)) == "(a value of type list)"


def test_of_what_is_endless_the_first_is_told() -> None:
    assert list(telling.some(["a"] * 50)) == ["a"] * 50
    assert list(telling.some("a" for _ in iter(int, 1))) == [*["a"] * 50, "and more"]


def test_of_a_policy_of_megabytes_little_is_looked_at() -> None:
    assert clipped("\x1b" * 10**8, 50) == (r"\x1b" * 13)[:49] + "…"
    assert shown("x" * 10**8) == "'" + "x" * 48 + "…"


def test_what_is_nested_deeper_than_any_rule_reads_is_unknown() -> None:
    read: Any = resource(analyzer_pb2.AnalyzeRequest.FromString(raw.deep(400)), Memory()).props["serviceName"]
    for _ in range(101):
        assert isinstance(read, dict)
        read = read["a"]
    assert read is UNKNOWN
    shallow: Any = resource(analyzer_pb2.AnalyzeRequest.FromString(raw.deep(100)), Memory()).props[
        "serviceName"
    ]
    for _ in range(100):
        shallow = shallow["a"]
    assert shallow == "x"


@pytest.mark.parametrize("depth", [5_000, 12_000])
def test_no_depth_ends_the_packs_process(depth: int) -> None:
    """At 5,000 it ended by SIGSEGV, in protobuf's reader: the engine saw a pack that is gone."""
    with process.running() as running:
        for method in ("Analyze", "AnalyzeStack", "Remediate"):
            running.send(method, raw.deep(depth))
        assert running.pack.stub.GetPluginInfo(empty_pb2.Empty()).version == "0.0.1"
        assert running.send("Analyze", raw.deep(101)) is not None


def test_after_garbage_a_good_stack_is_judged_as_ever(dev: RecordedGraph) -> None:
    with process.running() as running:
        running.pack.configure({"scope": "always"})
        for method in raw.METHODS:
            for content in (b"\xff" * 100, raw.deep(50), b""):
                running.send(method, content)
        running.pack.configure({"scope": "always"})
        assert running.refused > 10
        assert running.pack.judge(dev) == []
        dev.drop("ssm-ssm", "aws:ec2/vpcEndpoint:VpcEndpoint")
        assert running.pack.blocked_by(dev)["ssm-endpoints-complete"] == 1
