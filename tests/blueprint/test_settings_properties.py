"""Claims about every configuration, tried on generated ones."""

import json
from collections.abc import Collection
from ipaddress import IPv4Network
from time import process_time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blueprint.catalog import load
from blueprint.problems import printable, shown
from blueprint.reading import key_order
from blueprint.settings import NAMESPACE, ExistingNetwork, NewNetwork, Settings, SettingsError, parse
from tests.blueprint.right_settings import NODE, RIGHT, changed

KEYS = [*key_order(Settings), "aws-ssm", "secure", "vpc_id", "\ud800", "\x1b[2J"]
SURROGATES: Any = st.text(st.characters(exclude_categories=()), max_size=8)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    SURROGATES,
    st.binary(max_size=3),
    st.sampled_from(
        ["eu-west-1", "eu-west-1a", "10.0.0.0/16", "10.0.1.0/24", "acme-logs", "read", "3.3.40.0"]
    ),
    st.sampled_from([NODE, RIGHT["network"], RIGHT["network"]["nodeSubnets"][0]["id"], 10**4000, object()]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), SURROGATES, st.integers()), inner, max_size=4),
    ),
    max_leaves=12,
)
CONFIGS = st.dictionaries(
    st.one_of(
        st.sampled_from([key if ":" in key else f"{NAMESPACE}:{key}" for key in KEYS]),
        st.sampled_from(["ssm-vpc-endpoint:network", "SSM_VPC_endpoints:\ud800", "aws:regoin", "aws:"]),
        SURROGATES,
    ),
    VALUES,
    max_size=6,
)
REGIONS = [region.id for region in load().regions.values() if region.partition.id == "aws"]


def told(config: Any, secret: Collection[str] = ()) -> Settings | SettingsError:
    try:
        return parse(config, stack_file="Pulumi.x.yaml", secret_keys=secret)
    except SettingsError as error:
        return error


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [{"create": value}]
    return value


def circle() -> Any:
    value: Any = {}
    value["create"] = value["nodeSubnets"] = [value]
    value["nodeSubnets"].append(value["nodeSubnets"])
    return value


def assert_answered(answer: Settings | SettingsError) -> None:
    """Never a control character, a bare surrogate or a long line of the owner's."""
    if isinstance(answer, SettingsError):
        assert answer.problems
        assert all(line.isprintable() for line in str(answer).split("\n"))
        assert all(len(problem.value) <= 80 for problem in answer.problems)


@given(CONFIGS, st.lists(st.sampled_from([f"{NAMESPACE}:{key}" for key in KEYS])))
@settings(max_examples=300, deadline=None)
def test_whatever_is_given_is_told_in_a_printable_report(config: Any, secret: list[str]) -> None:
    assert_answered(told(config, secret))


# What a generator cannot print when it fails.
STRANGE = {
    "nested 3000 deep": {"network": nested(3000)},
    "its own part": {"network": circle(), "tags": circle()},
    "nested JSON": {"features": "[" * 100_000},
    "endless JSON": {"buckets": '{"own": [' + "9" * 10_000 + "]}"},
    "endless number": {"minimumAgentVersion": 10**5000},
    "a model": {
        "network": parse(changed({}), stack_file="x").network,
        "tags": parse(changed({}), stack_file="x"),
    },
}


@pytest.mark.parametrize("config", STRANGE.values(), ids=STRANGE.keys())
def test_strange_values_are_answered_like_any_other(config: dict[str, Any]) -> None:
    assert_answered(told({f"{NAMESPACE}:{key}": value for key, value in config.items()} | {1: 2, None: 3}))


def test_long_lists_take_time_in_proportion() -> None:
    """Three thousand of everything, each wrong; comparing each with each would take minutes."""
    many = range(3000)
    network = {
        "vpcCidrs": [f"10.{n % 256}.0.0/16" for n in many],
        "nodeSubnets": [{**NODE, "id": f"subnet-{n:017x}"} for n in many],
        "endpointSubnets": [f"subnet-{n + 3000:017x}" for n in many],
    }
    started = process_time()
    answer = told(changed({"network": network, "features": {f"windo{n}": True for n in many}}))
    assert isinstance(answer, SettingsError)
    # No VPC id; all VPC blocks but 256 and all nodes but one repeat or overlap; no endpoint subnet or feature exists.
    assert len(answer.problems) == 1 + (3000 - 256) + 2999 + 3000 + 3000
    assert process_time() - started < 10


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("endpointPolicies.statements", {"ssm": [{"effect": "Allow", "actions": ["10.0.0.0/24"] * 25_000}]}),
        (
            "endpointPolicies.statements",
            {"ssm": [{"effect": "Allow", "actions": [f"ssm:Get{n}" for n in range(2500)]}]},
        ),
        ("endpointPolicies.statements", {"ec2": [{"effect": "Deny", "actions": ["ec2:Descrbe"]}] * 5_000}),
        ("network.nodeSubnets", [NODE] * 100_000),
        ("tags", {f"key{n}": "x" for n in range(100_000)}),
        ("features", json.dumps([[]] * 100_000)),
    ],
    ids=["actions", "misspelt actions", "statements", "subnets", "tags", "text"],
)
def test_what_is_endless_is_told_soon_and_short(key: str, value: Any) -> None:
    """Each action would be compared with every action that AWS has."""
    began = process_time()
    answer = told(changed({key: value}))
    assert process_time() - began < 2
    assert isinstance(answer, SettingsError)
    assert f"{NAMESPACE}:{key.partition('.')[0]}" in str(answer)
    assert len(str(answer)) < 30_000


def test_a_list_that_no_policy_has_room_for_is_told_once() -> None:
    statement = {"effect": "Allow", "actions": ["ssm:*"] * 2561}
    answer = told(changed({"endpointPolicies.statements": {"ssm": [statement]}}))
    assert isinstance(answer, SettingsError)
    assert [problem.key for problem in answer.problems] == [
        f"{NAMESPACE}:endpointPolicies.statements.ssm[0].actions"
    ]
    assert "has more than 2560 entries, which no endpoint policy has room for" in str(answer)


def test_a_spelling_that_nobody_could_read_is_not_proposed() -> None:
    arn = "arn:aws-cn:ssm:eu-west-1:123456789012:parameter/" + "x" * 100_000
    statement = {"effect": "Allow", "actions": ["ssm:*"], "resources": [arn]}
    answer = told(changed({"endpointPolicies.statements": {"ssm": [statement]}}))
    assert isinstance(answer, SettingsError)
    assert "is of another partition than the endpoint's, aws" in str(answer)
    assert "did you mean" not in str(answer)
    assert len(str(answer)) < 1000


@given(CONFIGS)
@settings(max_examples=100, deadline=None)
def test_the_same_configuration_is_told_the_same(config: Any) -> None:
    # The order of keys in a file is not the owner's meaning, and parsing changes nothing of what it was given.
    before = repr(config)
    assert repr(told(config)) == repr(told(dict(reversed(config.items()))))
    assert repr(config) == before


@given(SURROGATES)
@example("\x7f")
def test_shown_text_is_short_ascii_without_control_characters(text: str) -> None:
    assert shown(text).isascii()
    assert shown(text).isprintable()
    assert len(shown(text)) <= 80
    assert printable(text).isprintable() or not text


@given(
    region=st.sampled_from(REGIONS),
    letters=st.lists(st.sampled_from("abcdefgh"), min_size=1, unique=True),
    added=st.sampled_from("abcdefgh"),
    prefix=st.integers(16, 25),
    address=st.integers(0, 2**32 - 1),
)
def test_new_subnets_lie_in_the_vpc_apart_and_never_move(
    region: str, letters: list[str], added: str, prefix: int, address: int
) -> None:
    block = IPv4Network((address >> (32 - prefix) << (32 - prefix), prefix))

    def cidrs(wanted: list[str]) -> dict[str, IPv4Network]:
        create = {"cidr": str(block), "availabilityZones": [f"{region}{letter}" for letter in wanted]}
        config = {"aws:region": region, f"{NAMESPACE}:network": json.dumps({"create": create})}
        network = parse(config, stack_file="Pulumi.x.yaml").network
        assert isinstance(network, NewNetwork)
        return {subnet.letter: IPv4Network(subnet.cidr) for subnet in network.subnets}

    found = cidrs(letters)
    assert list(found) == letters
    assert all(subnet.subnet_of(block) and 19 <= subnet.prefixlen <= 28 for subnet in found.values())
    assert not any(found[a].overlaps(found[b]) for a in letters for b in letters if a != b)
    more = cidrs([added, *(letter for letter in reversed(letters) if letter != added)])
    assert found.items() <= more.items()


@given(
    st.lists(
        st.tuples(st.integers(0, 63), st.integers(22, 28), st.sampled_from("abc")), min_size=1, max_size=8
    )
)
@settings(max_examples=100)
def test_subnets_are_refused_exactly_when_two_overlap(rows: list[tuple[int, int, str]]) -> None:
    blocks = [IPv4Network(((10 << 24) + (place << 8), prefix), strict=False) for place, prefix, _ in rows]
    nodes = [
        {**NODE, "id": f"subnet-{n:017x}", "cidr": str(block), "availabilityZone": f"eu-west-1{zone}"}
        for n, (block, (_, _, zone)) in enumerate(zip(blocks, rows, strict=True))
    ]
    overlap = any(a.overlaps(b) for n, a in enumerate(blocks) for b in blocks[:n])
    answer = told(changed({"network.nodeSubnets": nodes}))
    assert isinstance(answer, SettingsError) is overlap
    if isinstance(answer, SettingsError):
        assert all("overlaps" in problem.message for problem in answer.problems)
        return
    assert isinstance(answer.network, ExistingNetwork)
    zones = {node["id"]: node["availabilityZone"] for node in nodes}
    chosen = [zones[id] for id in answer.network.endpoint_subnets]
    assert sorted(chosen) == sorted(set(zones.values()))
