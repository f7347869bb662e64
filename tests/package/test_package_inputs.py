"""What a program may give the packaged component, what it is told of wrong inputs, and what a preview has to know."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pulumi
import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.provider.server import ProviderServicer
from pulumi.runtime import proto, rpc

from blueprint.plan import GivenNetwork, Plan
from blueprint.problems import NAMESPACE, REGION_KEY, SECRET, Problem, SettingsError
from blueprint.reading import field_at
from blueprint.settings import Settings
from package import checks
from package.inputs import Given, read
from tests.blueprint.right_settings import RIGHT, Row, changed, problems
from tests.blueprint.wrong_settings import ROWS

T = TypeVar("T")

VPC = "urn:pulumi:dev::other::aws:ec2/vpc:Vpc::net"
SUBNET = "urn:pulumi:dev::other::aws:ec2/subnet:Subnet::a"


def finished(work: Coroutine[Any, Any, T]) -> T:
    """What comes of it, in a loop of its own: `asyncio.run` would leave the other tests of this process without one."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


def output(value: Any = None, *dependencies: str, secret: bool = False) -> dict[str, Any]:
    """An Output as the engine sends it; without a value, one that nobody knows yet."""
    sent = {rpc._special_sig_key: rpc._special_output_value_sig, "dependencies": list(dependencies)}
    return sent | ({} if value is None else {"value": value}) | ({"secret": True} if secret else {})


def given(inputs: dict[str, Any], **dependencies: list[str]) -> Given:
    """What the provider reads of inputs that the engine sends, by the SDK's own hand; `dependencies` are URNs by input."""

    async def reading() -> Given:
        message = json_format.ParseDict(inputs, struct_pb2.Struct())
        urns = {
            name: proto.ConstructRequest.PropertyDependencies(urns=urns)
            for name, urns in dependencies.items()
        }
        return await read(await ProviderServicer._construct_inputs(message, urns))

    return finished(reading())


def plan(inputs: dict[str, Any], *, stack_region: str = "eu-west-1", own_provider: bool = False) -> Plan:
    return checks.plan(given(inputs), name="ssm", stack_region=stack_region, own_provider=own_provider)


def refused(inputs: dict[str, Any], **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as told:
        plan(inputs, **options)
    return told.value.problems


def network(vpc: Any = "vpc-0000000a", subnet: Any = "subnet-0000000a", **more: Any) -> dict[str, Any]:
    node = {
        "id": subnet,
        "cidr": "10.0.1.0/24",
        "availabilityZone": "eu-west-1a",
        "routeTableId": "rtb-0000000a",
    }
    return {"vpcId": vpc, "nodeSubnets": [{**node, **more}]}


def of_inputs_alone(row: Row) -> bool:
    """Whether the row's settings are all inputs of the component."""
    values = as_inputs(row)
    deep = values.get("network")
    left_out = isinstance(deep, dict) and any(("network", key) in checks.LEFT_OUT for key in deep)
    dns = values.get("dns")
    left_out |= isinstance(dns, dict) and any(("dns", key) in checks.LEFT_OUT for key in dns)
    # A name that is no input has a report of its own, and what has no Region takes the stack's.
    shared = values.keys() <= set(checks.names()) and REGION_KEY in changed(row[1])
    return not left_out and shared and bool(values["region"])


def as_inputs(row: Row) -> dict[str, Any]:
    return {
        "region" if key == REGION_KEY else key.removeprefix(f"{NAMESPACE}:"): value
        for key, value in changed(row[1]).items()
    }


SHARED = [row for row in ROWS if of_inputs_alone(row)]


def test_most_wrong_settings_can_be_given_as_inputs() -> None:
    assert len(SHARED) > len(ROWS) / 3


@pytest.mark.parametrize("row", SHARED, ids=[row[0] for row in SHARED])
def test_wrong_inputs_are_told_the_same_as_a_stack_file(row: Row) -> None:
    values = as_inputs(row)
    with pytest.raises(SettingsError) as told:
        checks.plan(Given(values=values), name="ssm", stack_region="", own_provider=False)
    wanted = problems(changed(row[1]))
    strip: Callable[[str], str] = lambda text: text.replace(f"{NAMESPACE}:", "")  # noqa: E731
    assert [(p.key, p.value, p.message) for p in told.value.problems] == [
        (strip(p.key).replace(REGION_KEY, "region"), p.value, strip(p.message)) for p in wanted
    ]


def test_one_report_names_the_component_and_every_place_as_the_program_does() -> None:
    with pytest.raises(SettingsError) as told:
        plan({"network": network("vpc-1", cidr="10.0.1.5/24"), "features": {"windos": True}, "nodez": {}})
    head, *rest = str(told.value).split("\n\n")
    assert head == "inputs of 'ssm': 4 problems, nothing was created."
    assert [part.split(": ")[0].strip() for part in rest] == [
        "nodez",
        "network.vpcId",
        "network.nodeSubnets[0].cidr",
        "features.windos",
    ]
    assert NAMESPACE not in str(told.value)


def test_ids_that_aws_has_yet_to_give_are_promised_and_everything_else_is_planned() -> None:
    """Nothing but ids differs from the plan of a VPC that is there."""
    unknown = given(
        {"network": network(output(None, VPC), output(None, SUBNET), routeTableId=output(None, VPC))}
    )
    made = checks.plan(unknown, name="ssm", stack_region="eu-west-1", own_provider=False)
    known = plan({"network": network()})
    assert isinstance(made.network, GivenNetwork)
    assert made.interface_endpoints == known.interface_endpoints
    assert made.gateway_endpoint == known.gateway_endpoint
    assert made.client_cidrs == ("10.0.1.0/24",)
    assert unknown.words(made.network.vpc_id) == "network.vpcId"
    assert [*map(unknown.words, made.network.route_table_ids)] == ["network.nodeSubnets[0].routeTableId"]

    async def promised(id: str) -> tuple[bool, set[str | None]]:
        promise = pulumi.Output.from_input(unknown.ids[id])
        return await promise.is_known(), {await each.urn.future() for each in await promise.resources()}

    assert finished(promised(made.network.vpc_id)) == (False, {VPC})
    assert finished(promised(made.network.endpoint_subnet_ids[0])) == (False, {SUBNET})


def test_ids_that_are_known_keep_what_they_depend_on() -> None:
    found = given({"network": network(output("vpc-0000000b", VPC))})

    async def resolved() -> tuple[Any, set[str | None]]:
        id = pulumi.Output.from_input(found.ids["vpc-0000000b"])
        return await id.future(), {await each.urn.future() for each in await id.resources()}

    assert finished(resolved()) == ("vpc-0000000b", {VPC})
    assert found.words("vpc-0000000b") == "vpc-0000000b"


def test_ids_of_an_sdk_that_sends_no_outputs_are_promised_too() -> None:
    """Such an SDK sends a word for what is not known, and says of a whole input what it depends on."""
    found = given({"network": network(rpc.UNKNOWN)}, network=[VPC])
    made = checks.plan(found, name="ssm", stack_region="eu-west-1", own_provider=False)
    assert isinstance(made.network, GivenNetwork)

    async def told(id: str) -> tuple[bool, str | None, set[str | None]]:
        given_id = pulumi.Output.from_input(found.ids[id])
        depends = {await each.urn.future() for each in await given_id.resources()}
        return await given_id.is_known(), await given_id.future(), depends

    assert finished(told(made.network.vpc_id)) == (False, None, {VPC})
    assert finished(told("rtb-0000000a")) == (True, "rtb-0000000a", {VPC})


def test_two_subnets_that_nobody_knows_yet_are_two() -> None:
    nodes = [
        {**network()["nodeSubnets"][0], "id": output(None, SUBNET)},
        {**network()["nodeSubnets"][0], "id": output(None, SUBNET), "cidr": "10.0.2.0/24"},
    ]
    nodes[1]["availabilityZone"] = "eu-west-1b"
    made = plan({"network": {"vpcId": output(None, VPC), "nodeSubnets": nodes}}).network
    assert isinstance(made, GivenNetwork)
    assert len(set(made.endpoint_subnet_ids)) == 2


def test_a_wrong_id_that_is_known_is_told_of_although_it_is_an_output() -> None:
    (problem,) = refused({"network": network(output("subnet-0000000a", SUBNET))})
    assert (problem.key, problem.value) == ("network.vpcId", '"subnet-0000000a"')


@pytest.mark.parametrize(
    ("inputs", "place"),
    [
        ({"network": network(cidr=output(None, SUBNET))}, "network.nodeSubnets[0].cidr"),
        ({"network": network(availabilityZone=output())}, "network.nodeSubnets[0].availabilityZone"),
        ({"network": output()}, "network"),
        (
            {"network": network(), "buckets": {"own": [{"name": output(), "access": "read"}]}},
            "buckets.own[0].name",
        ),
        ({"network": network(), "tags": {"owner": output()}}, "tags.owner"),
        ({"network": network(), "features": output()}, "features"),
    ],
)
def test_what_decides_names_or_policies_has_to_be_known_in_a_preview(
    inputs: dict[str, Any], place: str
) -> None:
    (problem,) = refused(inputs)
    assert problem.key == place
    assert problem.value == "(not known)"
    assert "only vpcId and the id and routeTableId of a node subnet may be promised" in problem.message


def test_a_block_that_the_program_knows_may_come_out_of_its_subnet() -> None:
    assert plan({"network": network(cidr=output("10.0.1.0/24", SUBNET))}).client_cidrs == ("10.0.1.0/24",)


@pytest.mark.parametrize("place", [*checks.LEFT_OUT], ids=".".join)
def test_a_setting_that_is_no_input_is_refused_with_what_to_do_instead(place: tuple[str, ...]) -> None:
    inputs: dict[str, Any] = {"network": network()}
    group = inputs if len(place) == 1 else inputs.setdefault(place[0], {})
    group[place[-1]] = {"anything": True}
    (problem,) = refused(inputs)
    assert problem.key == ".".join(place)
    assert checks.LEFT_OUT[place] in problem.message


def test_what_is_left_out_is_a_setting() -> None:
    for place in checks.LEFT_OUT:
        assert field_at(place, Settings) is not None, place


def test_a_misspelt_input_is_told_the_inputs_alone() -> None:
    (problem,) = refused({"network": network(), "fetures": {}})
    assert (problem.key, problem.nearest) == ("fetures", "features")
    assert "allowed: region, network, features" in problem.message
    assert "nodes" not in problem.message


@pytest.mark.parametrize(
    "inputs", [{"accountId": output("123456789012", secret=True)}, {"nodes": output("x", secret=True)}]
)
def test_a_secret_is_refused_and_not_told(inputs: dict[str, Any]) -> None:
    (problem,) = refused({"network": network(), **inputs})
    assert problem.value == SECRET
    assert "123456789012" not in str(problem)


def test_the_region_is_the_stacks_own_unless_it_is_said() -> None:
    assert plan({"network": network()}).region == "eu-west-1"
    (missing,) = refused({"network": network()}, stack_region="")
    assert missing.key == "region"
    assert "the stack's configuration has no aws:region" in missing.message


def test_another_region_than_the_stacks_needs_a_provider_of_that_region() -> None:
    elsewhere = {"region": "eu-central-1", "network": network(availabilityZone="eu-central-1a")}
    (problem,) = refused(elsewhere)
    assert problem.key == "region"
    assert "resource option providers" in problem.message
    assert plan(elsewhere, own_provider=True).region == "eu-central-1"


def test_the_right_settings_are_right_inputs() -> None:
    values = {"region" if key == REGION_KEY else key: value for key, value in RIGHT.items()}
    assert plan(values).region == "eu-west-1"
