"""References are joined: by dependency first, by id second, and never by a guess."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from policies import tokens
from policies.graph import UNKNOWN, Graph, References, Resource, in_scope

SUBNETS = tokens.SUBNETS


def resource(
    type_: str, name: str, /, *, refs: dict[str, tuple[str, ...]] | None = None, **props: Any
) -> Resource:
    return Resource(f"urn:{name}", type_, name, props, "eu-west-1", refs or {})


def vpc(name: str, /, **props: Any) -> Resource:
    return resource(tokens.VPC, name, **props)


def subnet(name: str, /, **props: Any) -> Resource:
    return resource(tokens.SUBNET, name, **props)


def endpoint(*sources: str, **props: Any) -> Resource:
    refs = {key: tuple(f"urn:{source}" for source in sources) for key in props}
    return resource(tokens.ENDPOINT, "endpoint", refs=refs, **props)


def subnets_of(where: Resource, *others: Resource) -> References:
    return Graph([where, *others]).refer_to(where, "subnetIds", SUBNETS)


# --- Values -------------------------------------------------------------------------------------------------
def test_text_is_text_or_absent_or_unknown_and_nothing_else() -> None:
    given = resource(tokens.VPC, "v", text="x", empty="", none=None, unknown=UNKNOWN, number=1, many=["x"])
    assert [given.text(key) for key in ("text", "empty", "none", "absent")] == ["x", "", None, None]
    assert [given.text(key) for key in ("unknown", "number", "many")] == [UNKNOWN] * 3


def test_references_add_up_without_repeating_themselves() -> None:
    both = References(("a", "b")) + References(("b", "c"))
    assert both == References(("a", "b", "c"), more=False)
    assert (References(more=True) + References()).more
    assert (References() + References(more=True)).more


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))))
def test_the_order_of_resources_never_matters(order: tuple[int, ...]) -> None:
    three = [subnet("b", id="subnet-1"), vpc("a", id="vpc-1"), subnet("c", id="subnet-1")]
    graph = Graph(three[number] for number in order)
    assert list(graph.resources) == ["urn:a", "urn:b", "urn:c"]
    assert [each.name for each in graph.of_type(*SUBNETS)] == ["b", "c"]
    assert graph.canonical(three[0]) == graph.canonical(three[2])


def test_resources_come_by_the_types_that_are_asked_for() -> None:
    graph = Graph([vpc("v"), subnet("s"), resource(tokens.DEFAULT_SUBNET, "d")])
    assert [each.name for each in graph.of_type(tokens.DEFAULT_SUBNET, tokens.SUBNET)] == ["d", "s"]
    assert list(graph.of_type(tokens.ENDPOINT)) == []


def test_what_is_made_once_is_made_once_for_each_name() -> None:
    graph, made = Graph([]), []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [graph.once("a", make), graph.once("a", make), graph.once(("a", 1), make)] == [1, 1, 2]
    assert graph.once("none", lambda: None) is None


# --- One id, one thing --------------------------------------------------------------------------------------
def test_what_was_read_twice_goes_by_one_urn() -> None:
    twins = [vpc("one", id="vpc-1"), vpc("two", id="vpc-1")]
    graph = Graph(twins)
    (one,) = {graph.canonical(each) for each in twins}
    assert one in ("urn:one", "urn:two")


@pytest.mark.parametrize("id", [None, "", UNKNOWN])
def test_what_has_told_no_id_stands_for_itself_alone(id: object) -> None:
    twins = [vpc("one", id=id), vpc("two", id=id)]
    graph = Graph(twins)
    assert [graph.canonical(each) for each in twins] == ["urn:one", "urn:two"]


def test_an_id_means_a_type_too() -> None:
    """A VpcEndpointPolicy has the id of its endpoint."""
    policy = resource(tokens.ENDPOINT_POLICY, "policy", id="vpce-1", vpcEndpointId="vpce-1")
    own = endpoint(id="vpce-1")
    graph = Graph([policy, own])
    assert graph.canonical(policy) == "urn:policy"
    assert graph.refers_to(policy, "vpcEndpointId", (tokens.ENDPOINT,)) == "urn:endpoint"


def test_iam_and_launch_templates_are_known_by_name_and_arn_too_and_others_are_not() -> None:
    role = resource(tokens.ROLE, "role", id="r-1", name="node", arn="arn:aws:iam::111122223333:role/node")
    template = resource(tokens.LAUNCH_TEMPLATE, "lt", id="lt-1", name="node")
    group = resource(tokens.SECURITY_GROUP, "sg", id="sg-1", name="node")
    user = resource("x:y:Z", "user", role="node", by_arn=role.props["arn"], template="node", group="node")
    graph = Graph([role, template, group, user])
    assert graph.refers_to(user, "role", (tokens.ROLE,)) == "urn:role"
    assert graph.refers_to(user, "by_arn", (tokens.ROLE,)) == "urn:role"
    assert graph.refers_to(user, "template", (tokens.LAUNCH_TEMPLATE,)) == "urn:lt"
    assert graph.refers_to(user, "group", (tokens.SECURITY_GROUP,)) == "node"


# --- Many ids -----------------------------------------------------------------------------------------------
def test_known_ids_of_this_stack_are_its_resources_and_others_stay_ids() -> None:
    where = endpoint(subnetIds=["subnet-1", "subnet-9"])
    found = subnets_of(where, subnet("s", id="subnet-1"), vpc("v", id="subnet-9"))
    assert found == References(("urn:s", "subnet-9"))


def test_unknown_ids_are_those_of_what_they_were_computed_from() -> None:
    where = endpoint("a", "b", subnetIds=[UNKNOWN, UNKNOWN])
    assert subnets_of(where, subnet("a", id=UNKNOWN), subnet("b", id=UNKNOWN)) == References(
        ("urn:a", "urn:b")
    )


def test_a_known_id_beside_an_unknown_one_leaves_the_other_source() -> None:
    where = endpoint("a", "b", subnetIds=["subnet-1", UNKNOWN])
    found = subnets_of(where, subnet("a", id="subnet-1"), subnet("b", id=UNKNOWN))
    assert found == References(("urn:a", "urn:b"))


def test_more_unknown_ids_than_sources_are_more_than_can_be_read() -> None:
    where = endpoint("a", subnetIds=[UNKNOWN, UNKNOWN])
    assert subnets_of(where, subnet("a", id=UNKNOWN)) == References(("urn:a",), more=True)
    assert subnets_of(endpoint(subnetIds=[UNKNOWN])) == References(more=True)


def test_a_source_of_another_type_or_of_no_resource_is_none() -> None:
    where = endpoint("v", "gone", subnetIds=[UNKNOWN])
    assert subnets_of(where, vpc("v")) == References(more=True)


def test_a_list_that_is_not_known_as_a_whole_is_one_unknown_id() -> None:
    assert subnets_of(endpoint("a", subnetIds=UNKNOWN), subnet("a", id=UNKNOWN)) == References(("urn:a",))
    assert subnets_of(endpoint(subnetIds=UNKNOWN)) == References(more=True)


def test_no_list_and_an_empty_one_refer_to_nothing() -> None:
    assert subnets_of(endpoint("a", subnetIds=None), subnet("a")) == References()
    assert subnets_of(endpoint("a", subnetIds=[]), subnet("a")) == References()


@pytest.mark.parametrize("value", ["", None, 1, {"id": "subnet-1"}])
def test_what_is_no_id_cannot_be_read(value: object) -> None:
    assert subnets_of(endpoint(subnetIds=["subnet-1", value])) == References(("subnet-1",), more=True)


def test_an_id_twice_is_one() -> None:
    assert subnets_of(endpoint(subnetIds=["subnet-1", "subnet-1"])) == References(("subnet-1",))


def test_as_many_known_ids_as_sources_that_have_told_none_are_theirs() -> None:
    """Subnets whose ids nothing shows: in a later preview of a stack that was not refreshed, say."""
    where = endpoint("a", "b", subnetIds=["subnet-1", "subnet-2", "subnet-2"])
    assert subnets_of(where, subnet("a"), subnet("b")) == References(("urn:a", "urn:b"))


def test_more_known_ids_than_nameless_sources_stay_ids() -> None:
    where = endpoint("a", subnetIds=["subnet-1", "subnet-2"])
    assert subnets_of(where, subnet("a")) == References(("subnet-1", "subnet-2"))
    # A source that has told another id is not meant by these.
    where = endpoint("a", subnetIds=["subnet-1"])
    assert subnets_of(where, subnet("a", id="subnet-2")) == References(("subnet-1",))


def test_a_value_from_inside_of_a_property_is_joined_by_what_the_property_came_from() -> None:
    where = endpoint("a", nested=[{"subnetId": UNKNOWN}])
    graph = Graph([where, subnet("a", id=UNKNOWN)])
    assert graph.refer_to(where, "nested", SUBNETS, [UNKNOWN]) == References(("urn:a",))
    assert graph.refer_to(where, "nested", SUBNETS, "subnet-1") == References(("subnet-1",))


# --- One id -------------------------------------------------------------------------------------------------
def test_one_id_is_one_thing_or_cannot_be_told() -> None:
    two = (subnet("a", id=UNKNOWN), subnet("b", id=UNKNOWN))

    def told(where: Resource) -> object:
        return Graph([where, *two]).refers_to(where, "subnetId", SUBNETS)

    assert told(endpoint()) is None
    assert told(endpoint(subnetId="subnet-1")) == "subnet-1"
    assert told(endpoint("a", subnetId=UNKNOWN)) == "urn:a"
    assert told(endpoint("a", "b", subnetId=UNKNOWN)) is UNKNOWN
    assert told(endpoint(subnetId=UNKNOWN)) is UNKNOWN


def test_satellites_are_kept_by_what_they_point_at() -> None:
    graph = Graph(
        [
            endpoint(id=UNKNOWN),
            resource(
                tokens.ENDPOINT_SUBNET,
                "here",
                refs={"vpcEndpointId": ("urn:endpoint",)},
                vpcEndpointId=UNKNOWN,
            ),
            resource(tokens.ENDPOINT_SUBNET, "there", vpcEndpointId="vpce-1"),
            resource(tokens.ENDPOINT_SUBNET, "untold", vpcEndpointId=UNKNOWN),
            resource(tokens.ENDPOINT_SUBNET, "of nothing"),
            resource(tokens.ENDPOINT_SUBNET, "another key", subnetId="subnet-1"),
        ]
    )
    found = graph.satellites(tokens.ENDPOINT_SUBNET, "vpcEndpointId", (tokens.ENDPOINT,))
    names = {target: [each.name for each in those] for target, those in found.of.items()}
    assert names == {"urn:endpoint": ["here"], "vpce-1": ["there"]}
    assert [each.name for each in found.untold] == ["untold"]
    other = graph.satellites(tokens.ENDPOINT_SUBNET, "subnetId", SUBNETS)
    assert {target: [each.name for each in those] for target, those in other.of.items()} == {
        "subnet-1": ["another key"]
    }


# --- In which VPC -------------------------------------------------------------------------------------------
def vpc_of(where: Resource, *others: Resource) -> object:
    return Graph([where, *others]).vpc_of(where)


def in_vpc(name: str, *sources: str, type_: str = tokens.SUBNET) -> Resource:
    refs = {"vpcId": tuple(f"urn:{source}" for source in sources)}
    return resource(type_, name, refs=refs, vpcId=UNKNOWN)


def test_a_vpc_is_told_by_id_or_by_where_the_id_was_taken_from() -> None:
    assert vpc_of(subnet("s")) is None
    assert vpc_of(subnet("s", vpcId="vpc-1")) == "vpc-1"
    assert vpc_of(subnet("s", vpcId="vpc-1"), vpc("v", id="vpc-1")) == "urn:v"
    assert vpc_of(in_vpc("s", "v"), vpc("v", id=UNKNOWN)) == "urn:v"
    assert vpc_of(in_vpc("s")) is UNKNOWN


def test_a_vpc_is_followed_through_what_is_in_it() -> None:
    chain = (in_vpc("table", "s", type_=tokens.ROUTE_TABLE), in_vpc("s", "v"), vpc("v", id=UNKNOWN))
    assert vpc_of(in_vpc("e", "table", type_=tokens.ENDPOINT), *chain) == "urn:v"
    assert vpc_of(in_vpc("e", "s"), subnet("s", vpcId="vpc-1")) == "vpc-1"


def test_what_is_in_no_vpc_tells_none() -> None:
    stranger = resource("aws:ec2/keyPair:KeyPair", "key", vpcId="vpc-1")
    assert vpc_of(in_vpc("e", "key"), stranger) is UNKNOWN
    assert vpc_of(in_vpc("e", "key", "gone", "s"), stranger, subnet("s", vpcId="vpc-2")) == "vpc-2"


def test_two_vpcs_are_none_and_twice_the_same_is_one() -> None:
    two = (subnet("a", vpcId="vpc-1"), subnet("b", vpcId="vpc-2"), subnet("c", vpcId="vpc-1"))
    assert vpc_of(in_vpc("e", "a", "b"), *two) is UNKNOWN
    assert vpc_of(in_vpc("e", "a", "c"), *two) == "vpc-1"


def test_a_circle_leads_to_no_vpc_and_ends() -> None:
    one, two = in_vpc("one", "two"), in_vpc("two", "one")
    graph = Graph([one, two])
    assert graph.vpc_of(one) is UNKNOWN
    assert graph.vpc_of(two) is UNKNOWN


# --- What is judged -----------------------------------------------------------------------------------------
def test_what_runs_in_a_vpc_or_builds_one_is_in_scope() -> None:
    inside = (tokens.COMPONENT, tokens.VPC, tokens.SECURITY_GROUP_INGRESS_RULE, tokens.AUTO_SCALING_GROUP)
    outside = (
        tokens.STACK,
        "aws:ec2/keyPair:KeyPair",
        tokens.ROLE,
        "aws:s3/bucket:Bucket",
        "aws-native:ec2:Vpc",
    )
    assert [in_scope(resource(type_, "x")) for type_ in inside] == [True] * 4
    assert [in_scope(resource(type_, "x")) for type_ in outside] == [False] * 5
