"""What becomes of a rule's findings: said once, excused, warned of; and what a rule that fails does to the run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from policies import tokens
from policies.graph import Graph, Resource
from policies.pack_config import PackConfig
from policies.rule import Finding, resource_policy, stack_policy
from tests.policies.asking import NET, NET_URN, about, asked, of_stacks, of_vpcs
from tests.support import flat
from tests.support.flat import STACK
from tests.support.graph import JsonObject, RecordedGraph
from tests.support.pack import Pack


def bad_vpc() -> RecordedGraph:
    return flat.build([{"Vpc": "net", "cidrBlock": "10.0.0.0/16"}])


def test_the_same_finding_twice_is_one_and_names_its_control() -> None:
    finding = Finding("it is not so", NET_URN, control="EC2.57")
    policy = of_stacks("twice", finding, finding, Finding("nor this", NET_URN))
    said = [(each.message, each.urn) for each in asked(bad_vpc(), policy)]
    assert said == [
        ("Something is so\nit is not so\ncontrol: EC2.57", NET_URN),
        ("Something is so\nnor this\ncontrol: none", NET_URN),
    ]


def test_what_is_unproven_may_be_a_warning_of_its_policy(capsys: pytest.CaptureFixture[str]) -> None:
    maybe = Finding("maybe", unproven=True)
    policy = of_stacks("unsure", Finding("perhaps", unproven=True), Finding("surely"), maybe)
    (said,) = asked(bad_vpc(), policy, onUnknown="warn")
    assert said.message == "Something is so\nsurely\ncontrol: none"
    written = capsys.readouterr()
    assert written.err == "warning: unsure: perhaps\nwarning: unsure: maybe\n"
    # The engine reads the port there.
    assert written.out == ""
    assert len(asked(bad_vpc(), policy, onUnknown="fail")) == 3
    assert capsys.readouterr().err == ""


def fails_half_way(_graph: Graph, _config: PackConfig) -> Iterator[Finding]:
    yield Finding("half a list")
    raise KeyError("x" * 50_000)


def test_a_rule_that_fails_ends_the_run_with_its_name_and_no_half_list() -> None:
    """gRPC refuses an answer that is too long: its end, where the cause stands, is kept."""
    policy = stack_policy(about("broken"), fails_half_way)
    with pytest.raises(RuntimeError) as caught:
        asked(bad_vpc(), policy)
    text = str(caught.value)
    what, _, where = text.partition("\n")
    assert what == "policy broken failed and proves nothing; this is a defect of the pack:"
    assert len(where) == 6_000
    assert text.endswith("xxx'\n")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_rule_that_fails_is_shown_where_it_failed() -> None:
    def deep(levels: int) -> list[Finding]:
        if levels:
            return deep(levels - 1)
        raise ValueError("here it is")

    def rule(_resource: Resource, _config: PackConfig) -> list[Finding]:
        return deep(30)

    policy = resource_policy(about("broken"), rule, tokens.VPC)
    with pytest.raises(RuntimeError) as caught:
        asked(bad_vpc(), policy)
    text = str(caught.value)
    assert 'raise ValueError("here it is")' in text
    # The last eight calls: three alike are shown, four counted, and the one that failed.
    assert "Previous line repeated 4 more times" in text


# --- Waivers and configurations ---------------------------------------------------------------------------------------
def waiver(urn: str, days: int = 30) -> JsonObject:
    expires = (datetime.now(UTC).date() + timedelta(days=days)).isoformat()
    return {"urn": urn, "reason": "moves to the hub", "owner": urn.rpartition(":")[2], "expires": expires}


def test_of_two_waivers_the_narrower_one_answers_for_the_finding(plain_pack: Pack) -> None:
    wide, narrow = waiver("urn:pulumi:dev::flat::*::n*"), waiver(NET_URN)
    for both in ([wide, narrow], [narrow, wide]):
        plain_pack.set_up({each: {"waivers": both} for each in ("vpc-dns-enabled", "waivers-in-use")})
        found = plain_pack.judge(bad_vpc())
        (excused,) = [each for each in found if each.policy == "nothing-waived"]
        assert (
            f"vpc-dns-enabled, excused until {narrow['expires']} by net (moves to the hub)" in excused.message
        )
        assert excused.urn == NET_URN
        (idle,) = [each for each in found if "excuses no finding of vpc-dns-enabled" in each.message]
        assert "The waiver of urn:pulumi:dev::flat::*::n* " in idle.message


def test_a_finding_of_one_resource_that_names_none_is_excused_as_that_resources() -> None:
    policy = of_vpcs("bad", Finding("no"))
    stack = flat.build([NET, {**NET, "Vpc": "other"}])
    (said,) = asked(stack, policy, waivers=[waiver(NET_URN)])
    assert said.message == "Something is so\nno\ncontrol: none"
    assert len(asked(stack, policy)) == 2


def test_an_expired_waiver_excuses_nothing_beside_one_that_counts() -> None:
    policy = of_stacks("bad", Finding("no", NET_URN), Finding("nor", STACK))
    (old, said) = asked(bad_vpc(), policy, waivers=[waiver(STACK, -1), waiver(NET_URN)])
    assert old.message.startswith(
        f"Something is so\nThe waiver of {STACK} (moves to the hub; flat-dev; until "
    )
    assert old.message.endswith(
        ") has expired and excuses nothing.\n"
        "fix: correct what it excused and take it out of the pack's configuration, or renew it by a decision"
    )
    assert old.urn == ""
    assert said.message == "Something is so\nnor\ncontrol: none"


def test_an_expired_waiver_is_said_once_a_run_where_there_is_nothing_to_judge_too() -> None:
    policy = of_vpcs("bad")
    for stack in (flat.build([NET, {**NET, "Vpc": "other"}]), flat.build([])):
        (said,) = asked(stack, policy, waivers=[waiver(NET_URN, -1)])
        assert "has expired and excuses nothing" in said.message


def test_a_configuration_that_cannot_be_used_is_said_once_by_each_policy_and_judges_nothing() -> None:
    one = of_vpcs("one", Finding("judged"))
    whole = of_stacks("whole", Finding("judged"))
    for stack in (flat.build([NET, {**NET, "Vpc": "other"}]), flat.build([])):
        for _ in range(2):
            said = asked(stack, one, whole, scope="sometimes")
            assert [each.policyName for each in said] == ["one", "whole"]
            for each in said:
                assert each.urn == ""
                assert each.message == (
                    "Something is so\nThe policy pack's configuration cannot be used: scope is 'sometimes'; "
                    "allowed: auto, always."
                )


def test_a_configuration_that_cannot_be_used_is_said_where_the_stack_itself_is_not_shown() -> None:
    policies = (of_vpcs("one"), of_vpcs("two"))
    stack = flat.build([NET, {**NET, "Vpc": "other"}])
    del stack.inputs[0]
    assert [each.policyName for each in asked(stack, *policies, scope="sometimes")] == ["one", "two"]
