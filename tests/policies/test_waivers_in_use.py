"""Waivers excuse what they name, until they expire, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from policies.pack_config import PackConfigError
from policies.waivers import read
from tests.policies.conftest import Judge
from tests.support import flat
from tests.support.graph import JsonObject, RecordedGraph
from tests.support.pack import Pack

NET: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16"}
POLICY = "vpc-dns-enabled"


def waiver(urn: str = "urn:pulumi:dev::flat::*::net", days: int = 30, **more: object) -> JsonObject:
    expires = (datetime.now(UTC).date() + timedelta(days=days)).isoformat()
    own = {"urn": urn, "reason": "moves to the hub this quarter", "owner": "platform@example.com"}
    return {"policy": POLICY, **own, "expires": expires, **more}


def said_by(pack: Pack, graph: RecordedGraph, *waivers: JsonObject) -> dict[str, list[str]]:
    pack.configure({"waivers": list(waivers)})
    found: dict[str, list[str]] = {}
    for finding in pack.judge(graph):
        found.setdefault(finding.policy, []).append(finding.message)
    return found


def test_a_waiver_that_nothing_needs_is_said_with_its_policy(judge: Judge) -> None:
    (said,) = judge.fixture("fail-nothing-to-excuse")
    assert "excuses no finding of vpc-dns-enabled" in said
    assert "platform@example.com" in said


def test_only_the_stack_and_project_that_it_names_complain(judge: Judge) -> None:
    good: JsonObject = {**NET, "enableDnsHostnames": True}
    for urn, count in (
        ("urn:pulumi:dev::flat::*::net", 1),
        ("urn:pulumi:prod::flat::*::net", 0),
        ("urn:pulumi:dev::other::*::net", 0),
        ("urn:pulumi:*::flat::*::net", 0),
    ):
        assert len(judge.resources(good, config={"waivers": [waiver(urn)]})) == count, urn


def test_a_waiver_excuses_its_policy_alone_and_is_seen(plain_pack: Pack) -> None:
    graph = flat.build([NET])
    before = said_by(plain_pack, graph)
    after = said_by(plain_pack, graph, waiver())
    (seen,) = after.pop("nothing-waived")
    assert "vpc-dns-enabled, excused until" in seen
    assert "enableDnsHostnames is not given" in seen
    before.pop(POLICY)
    assert after == before
    assert "ssm-endpoints-complete" in after


def test_it_excuses_in_every_preview_anew(plain_pack: Pack) -> None:
    for _ in range(3):
        assert POLICY not in said_by(plain_pack, flat.build([NET]), waiver())
        assert POLICY in said_by(plain_pack, flat.build([NET]))


def test_an_expired_waiver_turns_a_green_preview_red(plain_pack: Pack, dev: RecordedGraph) -> None:
    assert said_by(plain_pack, dev) == {}
    home = dev.resources[0]["urn"].split("::")
    for policy in (POLICY, "ssm-endpoints-complete"):
        past = waiver(f"{home[0]}::{home[1]}::*::private", days=-1, policy=policy)
        said = said_by(plain_pack, dev, past)
        assert said.keys() == {policy}
        assert "has expired and excuses nothing" in said[policy][0]


def test_an_expired_waiver_of_another_stack_is_theirs(plain_pack: Pack, dev: RecordedGraph) -> None:
    assert said_by(plain_pack, dev, waiver("urn:pulumi:prod::flat::*::net", days=-1)) == {}


def test_a_finding_without_a_resource_is_the_stacks(plain_pack: Pack) -> None:
    endpoint = {"VpcEndpoint": "x", "vpcId": "vpc-0123456789abcdef0", "serviceName": "com.acme.x"}
    graph = flat.build([endpoint])
    complete = "ssm-endpoints-complete"
    assert complete in said_by(plain_pack, graph)
    excuse = waiver("urn:pulumi:dev::flat::pulumi:pulumi:Stack::flat-dev", policy=complete)
    assert complete not in said_by(plain_pack, graph, excuse)


@pytest.mark.parametrize(
    ("expires", "said"),
    [
        ((datetime.now(UTC).date() + timedelta(days=92)).isoformat(), "a waiver lasts at most 90 days"),
        ("2026-02-30", "which is no day"),
    ],
)
def test_a_wrong_day_is_refused(expires: str, said: str) -> None:
    with pytest.raises(PackConfigError, match=said):
        read({"waivers": [{**waiver(), "expires": expires}]})
