"""The gateway endpoint is where nodes route."""

import pytest

from tests.policies.conftest import Judge
from tests.support import flat
from tests.support.graph import UNKNOWN_STRING, JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}
TABLES = tuple({"RouteTable": name, "vpcId": "${net}"} for name in ("one", "two"))
SUBNETS = tuple(
    {
        "Subnet": zone,
        "vpcId": "${net}",
        "cidrBlock": f"10.0.{ord(zone)}.0/24",
        "availabilityZone": f"eu-west-1{zone}",
    }
    for zone in "ab"
)
JOINED = tuple(
    {"RouteTableAssociation": zone, "subnetId": f"${{Subnet.{zone}}}", "routeTableId": f"${{{table}}}"}
    for zone, table in (("a", "one"), ("b", "two"))
)
NETWORK = (VPC, *TABLES, *SUBNETS, *JOINED)


def s3(*tables: str, **more: object) -> JsonObject:
    return {
        "VpcEndpoint": "s3",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-1.s3",
        "routeTableIds": [t if t.startswith("rtb-") else f"${{{t}}}" for t in tables],
        **more,
    }


def later(judge: Judge, *resources: JsonObject) -> list[str]:
    return judge.graph(flat.known(flat.build(list(resources))))


def test_the_table_that_is_left_out_is_named_with_its_subnet(judge: Judge) -> None:
    for said in (judge.resources(*NETWORK, s3("one")), later(judge, *NETWORK, s3("one"))):
        (message,) = said
        assert "S3 gateway endpoint 's3' is not on 'two', the route table of 'b', where nodes live" in message
        assert "fix: add 'two' to route_table_ids of 's3'" in message


def test_both_tables_inline_or_associated_are_right(judge: Judge) -> None:
    detached = {"VpcEndpointRouteTableAssociation": "x", "vpcEndpointId": "${s3}", "routeTableId": "${two}"}
    for resources in ((*NETWORK, s3("one", "two")), (*NETWORK, s3("one"), detached)):
        assert judge.resources(*resources) == []
        assert later(judge, *resources) == []


def test_two_gateway_endpoints_may_share_the_tables(judge: Judge) -> None:
    assert judge.resources(*NETWORK, s3("one"), {**s3("two"), "VpcEndpoint": "second"}) == []


def test_a_subnet_without_an_association_uses_the_main_table(judge: Judge) -> None:
    network = (VPC, *TABLES, *SUBNETS, JOINED[0])
    (said,) = judge.resources(*network, s3("one", "two"))
    assert "is not on the main route table of 'net', the route table of 'b'" in said
    assert judge.resources(*network, s3("one", "net")) == []


def test_the_main_table_goes_by_several_names(judge: Judge) -> None:
    default = {"DefaultRouteTable": "main", "defaultRouteTableId": "${net}"}
    assert judge.resources(VPC, *SUBNETS, default, s3("main")) == []
    assert judge.resources(VPC, *SUBNETS, default, s3("net")) == []
    assert judge.resources(VPC, *SUBNETS, default, {**JOINED[0], "routeTableId": "${main}"}, s3("net")) == []


def test_a_main_table_that_was_replaced_is_the_new_one(judge: Judge) -> None:
    replaced = {"MainRouteTableAssociation": "m", "vpcId": "${net}", "routeTableId": "${one}"}
    assert judge.resources(VPC, *TABLES, *SUBNETS, replaced, s3("one")) == []
    assert len(judge.resources(VPC, *TABLES, *SUBNETS, replaced, s3("two"))) == 2


def test_only_where_machines_start_counts_where_any_do(judge: Judge) -> None:
    node = {"Instance": "web", "subnetId": "${Subnet.a}"}
    assert judge.resources(*NETWORK, s3("one"), node) == []
    assert len(judge.resources(*NETWORK, s3("two"), node)) == 1


@pytest.mark.parametrize("table", [None, "rtb-0123456789abcdef1"])
def test_a_subnet_known_by_id_needs_a_word_on_its_table(judge: Judge, table: str | None) -> None:
    ids = {"vpcId": "vpc-0123456789abcdef0"}
    node = {**ids, "id": "subnet-0123456789abcdef0", **({"routeTableId": table} if table else {})}
    endpoint = s3("rtb-0123456789abcdef0", **ids)
    (said,) = judge.resources(endpoint, config={"nodeSubnets": [node]})
    if table:
        assert f"is not on {table}, the route table of subnet-0123456789abcdef0" in said
    else:
        assert "nothing here tells the route table of subnet-0123456789abcdef0" in said
        assert '{"nodeSubnets": [{"vpcId": "vpc-0123456789abcdef0", "id": "subnet-0123456789abcdef0"' in said
    right = {**node, "routeTableId": "rtb-0123456789abcdef0"}
    assert judge.resources(endpoint, config={"nodeSubnets": [right]}) == []


def test_unknown_tables_are_not_proven(judge: Judge) -> None:
    (said,) = judge.resources(*NETWORK, s3("one", routeTableIds=["${one}", UNKNOWN_STRING]))
    assert "is not known to be on 'two'" in said
    unread = {**JOINED[1], "routeTableId": UNKNOWN_STRING}
    (said,) = judge.resources(VPC, *TABLES, *SUBNETS, JOINED[0], unread, s3("one", "two"))
    assert "nothing here tells the route table of 'b'" in said


def test_no_gateway_at_all_is_another_policys_word(judge: Judge) -> None:
    assert judge.resources(*NETWORK) == []


def test_what_the_owner_says_of_a_subnet_here_counts_where_the_stack_does_not_tell(judge: Judge) -> None:
    unread = {**JOINED[1], "routeTableId": UNKNOWN_STRING}
    network = (VPC, *TABLES, *SUBNETS, JOINED[0], unread)
    said = {"vpcId": "*", "id": "urn:*::b", "routeTableId": "rtb-0123456789abcdef0"}
    endpoint = s3("one", routeTableIds=["${one}", "rtb-0123456789abcdef0"])
    assert judge.resources(*network, endpoint, config={"nodeSubnets": [said]}) == []


def test_a_vpc_that_a_table_was_computed_from_is_not_its_main_route_table(judge: Judge) -> None:
    """What a component gives out was computed from its VPC, too. Only where no route table is meant is it the main one."""
    unrouted = (VPC, *TABLES, *SUBNETS, JOINED[0])
    for tables in (["${one|net}"], ["${one|two|net}", "${one|two|net}"]):
        (said,) = judge.resources(*unrouted, s3(routeTableIds=tables))
        assert "the main route table of 'net'" in said
    assert judge.resources(*NETWORK, s3(routeTableIds=["${one|two|net}", "${one|two|net}"])) == []
    assert judge.resources(*unrouted, s3(routeTableIds=["${one}", "${net}"])) == []
    assert judge.resources(VPC, *SUBNETS, s3(routeTableIds=["${net}"])) == []


def test_a_whole_list_from_tables_and_their_vpc_may_hold_the_main_one(judge: Judge) -> None:
    unrouted = (VPC, *TABLES, *SUBNETS, JOINED[0])
    (said,) = judge.resources(*unrouted, s3(routeTableIds="${one|net}"))
    assert "'s3' is not known to be on the main route table of 'net'" in said
    assert judge.resources(*unrouted, s3(routeTableIds="${one|net}"), config={"onUnknown": "warn"}) == []
    assert judge.resources(*NETWORK, s3(routeTableIds="${one|two|net}")) == []


def test_a_declared_table_is_the_one_of_this_stack_that_has_told_that_id(judge: Judge) -> None:
    table = {"RouteTable": "one", "vpcId": "vpc-0123456789abcdef0", "id": "rtb-0123456789abcdef0"}
    node = {
        "vpcId": "vpc-0123456789abcdef0",
        "id": "subnet-0123456789abcdef0",
        "routeTableId": "rtb-0123456789abcdef0",
    }
    endpoint = s3("one", vpcId="vpc-0123456789abcdef0")
    assert judge.resources(table, endpoint, config={"nodeSubnets": [node]}) == []
    other = {**node, "routeTableId": "rtb-0123456789abcdef1"}
    assert len(judge.resources(table, endpoint, config={"nodeSubnets": [other]})) == 1
