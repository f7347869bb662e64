"""A fixed sample of `make fuzz`: nothing goes wrong in it, and the harness sees what would."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from pulumi.runtime.proto import analyzer_pb2

from blueprint.problems import Problem
from blueprint.settings import SettingsError, parse
from tests.fuzz import __main__ as fuzz
from tests.fuzz import configs, graphs, stacks, tally
from tests.fuzz.requirements import requirements
from tests.fuzz.tally import Tally, WrongError, check_message, explore, table
from tests.support.pack import Pack, here
from tests.support.regions import graph

SEED = 20261130


@pytest.mark.parametrize(
    ("part", "cases"),
    [("stacks", 100), ("pack configurations", 60), ("graphs", 40), ("messages", 120)],
)
def test_the_fixed_sample_has_nothing_wrong(part: str, cases: int, tmp_path: Path) -> None:
    found = fuzz.PARTS[part](cases, SEED, tmp_path)
    assert found.cases == cases
    assert not found.examples, "\n".join(found.examples)
    assert not found.wrong
    # Both sides of the fence: what is refused or blocked, and what is right.
    assert found.outcomes["error"] + found.outcomes["blocked"] > cases // 10
    assert found.outcomes["valid"] > 0


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (RecursionError("deep"), tally.TRACEBACK),
        (WrongError(tally.FALSE_BLOCK, "why"), tally.FALSE_BLOCK),
        (WrongError(tally.PASSED, "why"), tally.PASSED),
    ],
)
def test_a_case_that_goes_wrong_is_counted_and_shown_at_its_smallest(raised: Exception, kind: str) -> None:
    def judge(case: int, _found: Tally) -> None:
        if case > 41:
            raise raised

    found = explore(Tally("numbers"), st.integers(0, 10_000), judge, str, count=200, seed=SEED)
    assert found.wrong == {kind: 1}
    (example,) = found.examples
    assert example.endswith("\n42")
    assert kind in example


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "SLOWEST", 0.05)
    monkeypatch.setattr(tally, "_STOPPED", 0.1)
    found = Tally("slow")
    with pytest.raises(WrongError, match="was stopped after"), tally.timed(found, "endless"):
        spin(60)
    with pytest.raises(WrongError, match="took 0"), tally.timed(found, "slow"):
        spin(0.07)
    assert found.slowest[0] >= 0.05


def spin(seconds: float) -> None:
    began = time.process_time()
    while time.process_time() < began + seconds:
        pass


@pytest.mark.parametrize(
    ("text", "keys"), [("a\x1b[2J", ()), ("a\u202e", ()), ("x" * 100_001, ()), ("network: x", ("features",))]
)
def test_a_message_that_is_none_is_seen(text: str, keys: tuple[str, ...]) -> None:
    with pytest.raises(WrongError, match="bad messages"):
        check_message(text, keys=keys)
    check_message("network: is required\n  fix: x", keys=("network",))


def test_a_secret_in_a_report_is_seen() -> None:
    error = SettingsError([Problem("network", f'"{stacks.MARKER}"', "is wrong")], stack_file="x")
    with pytest.raises(WrongError, match="a secret is in"):
        stacks.check_report(error, Tally("x"))


CONFIG: dict[str, Any] = {
    "aws:region": "eu-west-1",
    "network": {
        "vpcId": configs.VPC,
        "nodeSubnets": [
            {
                "id": f"subnet-{number:017x}",
                "cidr": f"10.20.{number}.0/24",
                "availabilityZone": f"eu-west-1{letter}",
                "routeTableId": "rtb-00000000",
            }
            for number, letter in enumerate("ab")
        ],
    },
}


def settings(**changed: Any) -> Any:
    return parse(configs.full({**CONFIG, **changed}), stack_file="x")


def test_a_false_block_and_a_wrong_pass_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    pack: Pack = here()
    assert stacks.play(settings(), pack) is False
    # A zone with nodes and no endpoint is the owner's decision, and the pack's to block.
    one = {**CONFIG["network"], "endpointSubnets": ["subnet-00000000000000000"]}
    assert stacks.play(settings(network=one), pack) is True
    monkeypatch.setattr(stacks, "requirements", lambda s: {**requirements(s), "requiredServices": ["kms"]})
    with pytest.raises(WrongError, match=r"false blocks: ssm-endpoints-declared: "):
        stacks.play(settings(), pack)
    monkeypatch.setattr(stacks, "requirements", lambda s: {**requirements(s), "internetAccess": "x"})
    with pytest.raises(WrongError, match="the pack does not take what the settings say"):
        stacks.play(settings(), pack)
    monkeypatch.undo()
    monkeypatch.setattr(stacks, "rightly_blocked_by", lambda _: {"endpoint-spans-node-zones"})
    with pytest.raises(WrongError, match="passed wrongly"):
        stacks.play(settings(), pack)


def test_a_spokes_endpoint_subnets_are_its_resolvers_and_need_no_zone_of_nodes() -> None:
    network = {
        **CONFIG["network"],
        "endpointSubnets": ["subnet-00000000000000000", "subnet-00000000000000001"],
    }
    third = {
        **network["nodeSubnets"][0],
        "id": "subnet-00000000000000002",
        "cidr": "10.20.2.0/24",
        "availabilityZone": "eu-west-1c",
    }
    zones = {service: f"Z{service.upper()}00000" for service in ("ssm", "ssmmessages", "ec2messages", "ec2")}
    spoke = settings(
        network={**network, "nodeSubnets": [*network["nodeSubnets"], third]},
        topology={"kind": "spoke", "zones": zones},
        dns={"inboundResolver": {"clientCidrs": ["192.168.53.0/28"]}},
    )
    assert stacks.play(spoke, here()) is False


@pytest.mark.parametrize(
    ("value", "lacking"), [(True, ""), (1.0, "ssm-ssm: privateDnsEnabled is 1.0"), ("true", "ssm-ssm: ")]
)
def test_a_value_that_is_right_spoils_nothing(value: Any, lacking: str) -> None:
    case = graphs.Case(graph("dev-preview", graphs.HERE))
    graphs.spoil(case, "ssm-ssm", "privateDnsEnabled", value)
    assert case.lacking.startswith(lacking)
    assert bool(case.lacking) is bool(lacking)


def test_a_stack_that_lacks_something_and_passes_is_seen() -> None:
    class Silent:
        """A pack that says nothing."""

        pack = here()

        def ask(self, *_: object) -> Any:
            return analyzer_pb2.AnalyzeResponse()

    judge = graphs.Judge(Silent())  # type: ignore[arg-type]
    case = graphs.Case(graph("dev-preview", graphs.HERE), "no endpoint of ssm", ["x is 7"])
    with pytest.raises(WrongError, match=r"passed wrongly: no endpoint of ssm passed, with \['x is 7'\]"):
        judge(case, Tally("x"))


def test_the_table_has_a_row_for_each_part_and_a_key_that_nobody_tried_is_told() -> None:
    one, two = Tally("stacks", cases=3), Tally("graphs", cases=4)
    one.wrong[tally.HANG] += 1
    one.refused, one.valid = {"a"}, {"b"}
    lines = table([one, two]).splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["stacks", "3"], ["graphs", "4"]]
    assert fuzz.never_met(one, frozenset("ab")) == [
        "stacks: b was never refused",
        "stacks: a was never right",
    ]
