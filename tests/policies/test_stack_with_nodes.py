"""A flat program with nodes, recorded with the real provider: role, launch template, Auto Scaling group, security groups by
reference, a Session document with a key. In its first preview no id is known, in the other every one is."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.policies.conftest import GRAPHS
from tests.support.graph import UNKNOWN_STRING, JsonObject, RecordedGraph, load
from tests.support.pack import Pack

Mutate = Callable[[RecordedGraph], object]


@pytest.fixture(params=["nodes-preview", "nodes-unchanged"])
def stack(request: pytest.FixtureRequest) -> RecordedGraph:
    return load(GRAPHS / f"{request.param}.json")


def drop(name: str, type_: str = "") -> Mutate:
    return lambda graph: graph.drop(name, type_)


def put(name: str, type_: str = "", **props: object) -> Mutate:
    def change(properties: JsonObject) -> None:
        for key, value in props.items():
            properties.pop(key, None)
            if value is not None:
                properties[key] = value

    return lambda graph: graph.edit(name, change, type_)


def role_policy(change: Callable[[JsonObject], object]) -> Mutate:
    def edit(properties: JsonObject) -> None:
        document = json.loads(properties["policy"])
        change(document["Statement"][0])
        properties["policy"] = json.dumps(document)

    return lambda graph: graph.edit("buckets", edit)


MUTANTS: dict[str, tuple[Mutate, set[str]]] = {
    "no way out to the endpoints": (drop("to-endpoints"), {"node-egress-to-endpoints"}),
    "no way out to S3": (drop("to-s3"), {"node-egress-to-endpoints"}),
    "the way out on another port": (
        put("to-endpoints", fromPort=80, toPort=80),
        {"node-egress-to-endpoints"},
    ),
    "the way out is not known": (
        put("to-endpoints", ipProtocol=UNKNOWN_STRING),
        {"node-egress-to-endpoints"},
    ),
    "the nodes' group is not admitted": (drop("in"), {"endpoint-ingress-https"}),
    "the role reads no bucket": (drop("buckets"), {"node-role-reads-ssm-buckets"}),
    "the role reads one bucket less": (
        role_policy(lambda s: s["Resource"].remove("arn:aws:s3:::aws-patch-manager-eu-west-1-5522fb710/*")),
        {"node-role-reads-ssm-buckets"},
    ),
    "the role writes instead": (
        role_policy(lambda s: s.update(Action="s3:PutObject")),
        {"node-role-reads-ssm-buckets"},
    ),
    "the role's policy is not known": (
        put("buckets", policy=UNKNOWN_STRING),
        {"node-role-reads-ssm-buckets"},
    ),
    "no kms endpoint for a session that is encrypted": (drop("kms"), {"ssm-endpoints-complete"}),
    "the document's content is not known": (
        lambda graph: [put("prefs", content=UNKNOWN_STRING)(graph), drop("kms")(graph)],
        {"ssm-endpoints-complete"},
    ),
    "a node subnet on another route table": (
        drop("a", "aws:ec2/routeTableAssociation:RouteTableAssociation"),
        {"s3-gateway-on-node-route-tables"},
    ),
    "no DNS hostnames": (put("net", enableDnsHostnames=None), {"vpc-dns-enabled"}),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_blocked_by_exactly_these_policies(
    plain_pack: Pack, stack: RecordedGraph, name: str
) -> None:
    mutate, expected = MUTANTS[name]
    mutate(stack)
    plain_pack.configure({})
    assert set(plain_pack.blocked_by(stack)) == expected


def test_the_good_stack_passes_without_a_word(plain_pack: Pack, stack: RecordedGraph) -> None:
    plain_pack.configure({})
    assert plain_pack.judge(stack) == []
