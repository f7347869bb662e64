"""Nodes get out on 443, to the endpoints and to S3."""

from __future__ import annotations

import copy

import pytest

from tests.policies.conftest import Judge
from tests.support import flat
from tests.support.graph import UNKNOWN_STRING, JsonObject, RecordedGraph

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}
SUBNET: JsonObject = {
    "Subnet": "a",
    "vpcId": "${net}",
    "cidrBlock": "10.0.1.0/24",
    "availabilityZone": "eu-west-1a",
}
SSM: JsonObject = {
    "VpcEndpoint": "ssm",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.ssm",
    "vpcEndpointType": "Interface",
    "subnetIds": ["${a}"],
    "securityGroupIds": ["${https}"],
}
S3: JsonObject = {
    "VpcEndpoint": "s3",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.s3",
    "routeTableIds": ["${net}"],
}
ENDS: JsonObject = {"SecurityGroup": "https", "vpcId": "${net}"}
WEB: JsonObject = {"Instance": "web", "subnetId": "${a}", "vpcSecurityGroupIds": ["${node}"]}
NETWORK = (VPC, SUBNET, SSM, S3, ENDS)
HTTPS = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
ANY = "0.0.0.0/0"


def node(*egress: JsonObject) -> JsonObject:
    rules = {"egress": [{**HTTPS, **each} for each in egress]} if egress else {}
    return {"SecurityGroup": "node", "vpcId": "${net}", **rules}


def out(name: str, **more: object) -> JsonObject:
    own = {"securityGroupId": "${node}", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    return {"SecurityGroupEgressRule": name, **own, **more}


TO_ENDS = out("ends", referencedSecurityGroupId="${https}")
TO_S3 = out("to-s3", prefixListId="${s3}")
GOOD: dict[str, tuple[JsonObject, ...]] = {
    "everything": (node({"cidrBlocks": [ANY], "protocol": "-1", "fromPort": 0, "toPort": 0}),),
    "443 to everywhere": (node({"cidrBlocks": [ANY]}),),
    "group and prefix list": (node(), TO_ENDS, TO_S3),
    "the endpoints' subnet and the prefix list": (node(), out("ends", cidrIpv4="10.0.1.0/24"), TO_S3),
    "the whole VPC and the prefix list": (node(), out("ends", cidrIpv4="10.0.0.0/16"), TO_S3),
    "the block of the VPC": (node(), out("ends", cidrIpv4="${net}"), TO_S3),
    "a prefix list that was looked up": (node(), TO_ENDS, out("to-s3", prefixListId="pl-6da54004")),
    "old rules": (
        node(),
        {
            "SecurityGroupRule": "o",
            "type": "egress",
            "securityGroupId": "${node}",
            **HTTPS,
            "cidrBlocks": [ANY],
        },
    ),
    "inline group and prefix list": (
        node({"securityGroups": ["${https}"]}, {"prefixListIds": ["pl-6da54004"]}),
    ),
    "a range": (node({"cidrBlocks": [ANY], "fromPort": 1, "toPort": 65535}),),
}
BAD: dict[str, tuple[tuple[JsonObject, ...], str]] = {
    "no rule at all": ((node(),), "'ssm', S3"),
    "no way to S3": ((node(), TO_ENDS), "S3"),
    "no way to the endpoints": ((node(), TO_S3), "'ssm'"),
    "another port": ((node({"cidrBlocks": [ANY], "fromPort": 80, "toPort": 80}),), "'ssm', S3"),
    "UDP": ((node({"cidrBlocks": [ANY], "protocol": "udp"}),), "'ssm', S3"),
    "private addresses alone": ((node({"cidrBlocks": ["10.0.0.0/8"]}),), "S3"),
    "a rule into the nodes": (
        (
            node(),
            {
                "SecurityGroupRule": "i",
                "type": "ingress",
                "securityGroupId": "${node}",
                **HTTPS,
                "cidrBlocks": [ANY],
            },
        ),
        "'ssm', S3",
    ),
    "a rule out of the endpoints": (
        (node(), out("x", cidrIpv4=ANY, securityGroupId="${https}")),
        "'ssm', S3",
    ),
    "another group": (
        (
            node(),
            {"SecurityGroup": "db", "vpcId": "${net}"},
            out("x", referencedSecurityGroupId="${db}"),
            TO_S3,
        ),
        "'ssm'",
    ),
}


def later(judge: Judge, *resources: JsonObject) -> list[str]:
    return judge.graph(flat.known(flat.build(list(resources))))


@pytest.mark.parametrize("how", GOOD)
def test_every_way_out_passes(judge: Judge, how: str) -> None:
    assert judge.resources(*NETWORK, *GOOD[how], WEB) == []


@pytest.mark.parametrize("how", BAD)
def test_what_is_shut_off_is_named(judge: Judge, how: str) -> None:
    resources, what = BAD[how]
    (message,) = judge.resources(*NETWORK, *resources, WEB)
    assert f"the security groups of Instance 'web' ('node') do not let tcp/443 out to {what}." in message
    (message,) = later(judge, *NETWORK, *resources, WEB)
    assert f"do not let tcp/443 out to {what.split(',')[0]}" in message


def test_the_fix_names_the_endpoints_group_and_the_prefix_list(judge: Judge) -> None:
    (said,) = judge.resources(*NETWORK, node(), WEB)
    assert "security_group_id=<'node'>" in said
    assert "referenced_security_group_id=<'https'>" in said
    assert "prefix_list_id=<the S3 gateway endpoint>.prefix_list_id" in said


def test_a_stack_that_starts_nothing_is_not_judged(judge: Judge) -> None:
    assert judge.resources(*NETWORK, node()) == []


def test_two_groups_of_a_machine_are_a_union(judge: Judge) -> None:
    other = {"SecurityGroup": "other", "vpcId": "${net}", "egress": [{**HTTPS, "cidrBlocks": [ANY]}]}
    both = {**WEB, "vpcSecurityGroupIds": ["${node}", "${other}"]}
    assert judge.resources(*NETWORK, node(), other, both) == []


def test_a_machine_without_a_group_is_in_the_default_one(judge: Judge) -> None:
    bare = {"Instance": "web", "subnetId": "${a}"}
    assert judge.resources(*NETWORK, bare) == []


@pytest.mark.parametrize("kind", ["template", "group"])
def test_launch_templates_and_auto_scaling_groups_are_judged(judge: Judge, kind: str) -> None:
    template: JsonObject = {"LaunchTemplate": "t", "vpcSecurityGroupIds": ["${node}"]}
    interface = [{"subnetId": "${a}", "securityGroups": ["${node}"]}]
    starts: tuple[JsonObject, ...] = ({"LaunchTemplate": "t", "networkInterfaces": interface},)
    if kind == "group":
        starts = (
            template,
            {"AutoScalingGroup": "g", "vpcZoneIdentifiers": ["${a}"], "launchTemplate": {"id": "${t}"}},
        )
    (said,) = judge.resources(*NETWORK, node(), *starts)
    assert "do not let tcp/443 out" in said
    assert judge.resources(*NETWORK, *GOOD["443 to everywhere"], *starts) == []


def test_machines_with_the_same_groups_are_one_finding(judge: Judge) -> None:
    (said,) = judge.resources(*NETWORK, node(), WEB, {**WEB, "Instance": "api"})
    assert "Instance 'api', Instance 'web'" in said


@pytest.mark.parametrize("change", [{"ipProtocol": UNKNOWN_STRING}, {"cidrIpv4": UNKNOWN_STRING}])
def test_a_rule_that_cannot_be_read_proves_nothing(judge: Judge, change: JsonObject) -> None:
    (said,) = judge.resources(*NETWORK, node(), out("x", **{"cidrIpv4": ANY, **change}), WEB)
    assert "cannot be shown to let" in said
    assert (
        judge.resources(
            *NETWORK, node(), out("x", **{"cidrIpv4": ANY, **change}), out("y", cidrIpv4=ANY), WEB
        )
        == []
    )


def test_a_group_known_by_id_is_taken_on_a_word(judge: Judge) -> None:
    stranger = {**WEB, "vpcSecurityGroupIds": ["sg-0123456789abcdef0"]}
    (said,) = judge.resources(*NETWORK, stranger)
    assert '{"trustedSecurityGroups": ["sg-0123456789abcdef0"]}' in said
    assert (
        judge.resources(*NETWORK, stranger, config={"trustedSecurityGroups": ["sg-0123456789abcdef0"]}) == []
    )


def test_a_machine_is_judged_in_its_own_vpc_alone(judge: Judge) -> None:
    far = [{**each, next(iter(each)): f"far-{n}"} for n, each in enumerate((VPC, SUBNET, ENDS))]
    far = [{**each, **({"vpcId": "${far-0}"} if n else {})} for n, each in enumerate(far)]
    web = {"Instance": "far-web", "subnetId": "${far-1}", "vpcSecurityGroupIds": ["${far-2}"]}
    assert judge.resources(*NETWORK, *far, web) == []
    (said,) = judge.resources(*NETWORK, *far, web, node(), WEB)
    assert "VPC 'net': the security groups of Instance 'web' ('node') do not let" in said


def test_an_endpoint_with_groups_that_nobody_knows_may_be_reached(judge: Judge) -> None:
    unknown = {**SSM, "securityGroupIds": ["${?}"]}
    (said,) = judge.resources(VPC, SUBNET, unknown, S3, node(), TO_S3, WEB)
    assert "cannot be shown to let tcp/443 out to 'ssm'" in said
    # So may one through a group that nobody knows.
    (said,) = judge.resources(*NETWORK, node(), TO_S3, out("x", referencedSecurityGroupId="${?}"), WEB)
    assert "cannot be shown to let tcp/443 out to 'ssm'" in said
    # One with no group of its own has the VPC's, and there is none to name here.
    bare = {key: value for key, value in SSM.items() if key != "securityGroupIds"}
    (said,) = judge.resources(VPC, SUBNET, bare, S3, node(), TO_S3, WEB)
    assert "do not let tcp/443 out to 'ssm'" in said
    assert "referenced_security_group_id=<the endpoints' security group>)" in said


def test_an_unknown_block_of_an_endpoint_is_not_held_by_no_rule(judge: Judge) -> None:
    stack = (VPC, {**SUBNET, "cidrBlock": UNKNOWN_STRING}, SSM, S3, ENDS, node(), WEB)
    (said,) = judge.resources(*stack)
    assert "do not let tcp/443 out to 'ssm', S3" in said
    for target in (
        {"cidrIpv4": "10.0.5.0/24"},
        {"prefixListId": "pl-0123456789abcdef0"},
        {"cidrIpv4": "${b}"},
    ):
        other = {"Subnet": "b", "vpcId": "${net}", "cidrBlock": UNKNOWN_STRING}
        found = judge.resources(*stack, other, out("some", **target))
        assert any("cannot be shown to let tcp/443 out to 'ssm'" in text for text in found)


def test_a_group_known_by_id_may_lead_to_a_hub(judge: Judge) -> None:
    hub = {"sharedEndpoints": [{"vpc": "*", "services": ["ssm"], "where": "hub"}]}
    for groups in (["sg-0123456789abcdef0"], ["${node}", "sg-0123456789abcdef0"], ["${?}"]):
        (said,) = judge.resources(VPC, SUBNET, node(), {**WEB, "vpcSecurityGroupIds": groups}, config=hub)
        assert "cannot be shown to let tcp/443 out to ssm" in said


def test_endpoints_in_a_hub_need_some_way_out(judge: Judge) -> None:
    hub = {"sharedEndpoints": [{"vpc": "*", "services": ["ssm"], "where": "hub"}]}
    network = (VPC, SUBNET, S3)
    (said,) = judge.resources(*network, node(), WEB, config=hub)
    assert "to S3, ssm" in said
    far = out("hub", cidrIpv4="10.9.0.0/16")
    assert judge.resources(*network, node(), far, TO_S3, WEB, config=hub) == []


PREFIX_LIST = "pl-0123456789abcdef0"


def told(*resources: JsonObject) -> RecordedGraph:
    """The stack in a later preview, in which the gateway endpoint has told the id of its prefix list."""
    graph = flat.known(flat.build(list(resources)))
    graph.resource("s3")["properties"]["prefixListId"] = PREFIX_LIST
    return graph


def retyped(token: str, *resources: JsonObject) -> RecordedGraph:
    """The stack in a first preview, with the group of the nodes as a resource of another type."""
    graph = flat.build(list(resources))
    old, new = "aws:ec2/securityGroup:SecurityGroup::node", f"{token}::node"
    for items in (graph.inputs, graph.resources):
        (group,) = (item for item in items if item["name"] == "node")
        group.update(type=token.rpartition("$")[2], urn=group["urn"].replace(old, new))
    for resource in graph.resources:
        for sources in resource.get("propertyDependencies", {}).values():
            sources["urns"] = [urn.replace(old, new) for urn in sources["urns"]]
    return graph


def test_once_the_gateway_endpoint_has_told_its_prefix_list_only_that_one_counts(judge: Judge) -> None:
    own, other = out("to-s3", prefixListId=PREFIX_LIST), out("to-s3", prefixListId="pl-0fedcba9876543210")
    assert judge.resources(*NETWORK, node(), TO_ENDS, other, WEB) == []
    assert judge.graph(told(*NETWORK, node(), TO_ENDS, own, WEB)) == []
    (said,) = judge.graph(told(*NETWORK, node(), TO_ENDS, other, WEB))
    assert "do not let tcp/443 out to S3" in said
    # It holds no address of an endpoint's.
    (said,) = judge.graph(told(*NETWORK, node(), own, WEB))
    assert "do not let tcp/443 out to 'ssm'" in said


@pytest.mark.parametrize("target", ["${list}", "${VpcEndpoint.ssm}"])
def test_another_prefix_list_of_the_stack_is_not_that_of_s3(judge: Judge, target: str) -> None:
    own = {"ManagedPrefixList": "list", "addressFamily": "IPv4", "entries": [{"cidr": "10.0.0.0/8"}]}
    (said,) = judge.resources(*NETWORK, own, node(), TO_ENDS, out("x", prefixListId=target), WEB)
    assert "do not let tcp/443 out to S3" in said


def test_a_prefix_list_of_the_stack_may_hold_the_endpoints(judge: Judge) -> None:
    own = {"ManagedPrefixList": "list", "addressFamily": "IPv4", "entries": [{"cidr": "10.0.1.0/24"}]}
    assert judge.resources(*NETWORK, own, node(), TO_S3, out("x", prefixListId="${list}"), WEB) == []


def test_some_public_addresses_may_be_those_of_s3(judge: Judge) -> None:
    stack = (*NETWORK, node(), TO_ENDS, out("some", cidrIpv4="52.218.0.0/17"), WEB)
    (said,) = judge.resources(*stack)
    assert "cannot be shown to let tcp/443 out to S3" in said
    assert judge.resources(*stack, config={"onUnknown": "warn"}) == []
    halves = (out("low", cidrIpv4="0.0.0.0/1"), out("high", cidrIpv4="128.0.0.0/1"))
    assert judge.resources(*NETWORK, node(), *halves, WEB) == []


def test_every_subnet_of_an_endpoint_has_to_be_reached(judge: Judge) -> None:
    """DNS answers with the address of any of its network interfaces."""
    second = {"Subnet": "b", "vpcId": "${net}", "cidrBlock": "10.0.2.0/24"}
    stack = (VPC, SUBNET, second, {**SSM, "subnetIds": ["${a}", "${b}"]}, S3, ENDS, node(), TO_S3, WEB)
    (said,) = judge.resources(*stack, out("to-a", cidrIpv4="10.0.1.0/24"))
    assert "do not let tcp/443 out to 'ssm'" in said
    assert (
        judge.resources(*stack, out("to-a", cidrIpv4="10.0.1.0/24"), out("to-b", cidrIpv4="10.0.2.0/24"))
        == []
    )


def test_a_subnet_of_an_endpoint_that_is_not_known_is_reached_by_everything_only(judge: Judge) -> None:
    perhaps = {**SSM, "subnetIds": ["${a}", "${?}"]}
    (said,) = judge.resources(
        VPC, SUBNET, perhaps, S3, ENDS, node(), TO_S3, out("vpc", cidrIpv4="10.0.0.0/16"), WEB
    )
    assert "cannot be shown to let tcp/443 out to 'ssm'" in said
    by_id = {**SSM, "subnetIds": ["subnet-0123456789abcdef0"], "securityGroupIds": ["sg-0123456789abcdef0"]}
    here = {**VPC, "cidrBlock": UNKNOWN_STRING}
    assert judge.resources(here, SUBNET, by_id, S3, *GOOD["443 to everywhere"], WEB) == []


def test_several_inline_rules_whose_groups_are_not_known_yet_are_believed(judge: Judge) -> None:
    data = {"SecurityGroup": "data", "vpcId": "${net}"}
    rules = node(
        {"securityGroups": ["${https}"]}, {"securityGroups": ["${data}"], "fromPort": 5432, "toPort": 5432}
    )
    assert judge.resources(*NETWORK, data, rules, TO_S3, WEB) == []
    assert later(judge, *NETWORK, data, rules, TO_S3, WEB) == []


def test_a_network_interface_says_the_groups(judge: Judge) -> None:
    card = {"NetworkInterface": "card", "subnetId": "${a}", "securityGroups": ["${node}"]}
    attached = [{"networkInterfaceId": "${card}", "deviceIndex": 0}]
    web = {"Instance": "web", "subnetId": "${a}", "networkInterfaces": attached}
    (said,) = judge.resources(*NETWORK, node(), card, web)
    assert "Instance 'web' ('node') do not let" in said
    assert judge.resources(*NETWORK, node(), TO_ENDS, TO_S3, card, web) == []


@pytest.mark.parametrize("id", ["eni-0123456789abcdef0", "${?}"])
@pytest.mark.parametrize("key", ["networkInterfaces", "primaryNetworkInterface"])
def test_a_network_interface_that_nobody_can_see_has_groups_that_nobody_knows(
    judge: Judge, key: str, id: str
) -> None:
    card = {"networkInterfaceId": id}
    web = {"Instance": "web", "subnetId": "${a}", key: card if key.startswith("primary") else [card]}
    (said,) = judge.resources(*NETWORK, web)
    assert "(a security group that the preview does not know) cannot be shown to let" in said


def test_one_of_two_unknown_network_interfaces_is_of_this_stack(judge: Judge) -> None:
    """The other one's groups may let out what this one's do not."""
    card = {"NetworkInterface": "card", "subnetId": "${a}", "securityGroups": ["${node}"]}
    cards = [{"networkInterfaceId": "${card}"}, {"networkInterfaceId": "${?}"}]
    web = {"Instance": "web", "subnetId": "${a}", "networkInterfaces": cards}
    (said,) = judge.resources(*NETWORK, node(), card, web)
    assert "Instance 'web' ('node') cannot be shown to let" in said
    unnamed = {"NetworkInterface": "card", "subnetId": "${a}"}
    (said,) = judge.resources(*NETWORK, node(), unnamed, web)
    assert "(a security group that the preview does not know) cannot be shown to let" in said


def test_a_primary_network_interface_of_which_nothing_is_known_has_groups_that_nobody_knows(
    judge: Judge,
) -> None:
    (said,) = judge.resources(*NETWORK, {**WEB, "vpcSecurityGroupIds": [], "primaryNetworkInterface": "${?}"})
    assert "(a security group that the preview does not know) cannot be shown to let" in said


def test_the_primary_network_interface_says_the_groups_too(judge: Judge) -> None:
    card = {"NetworkInterface": "card", "subnetId": "${a}", "securityGroups": ["${node}"]}
    web = {
        "Instance": "web",
        "subnetId": "${a}",
        "primaryNetworkInterface": {"networkInterfaceId": "${card}"},
    }
    (said,) = judge.resources(*NETWORK, node(), card, web)
    assert "Instance 'web' ('node') do not let" in said


def test_a_network_interface_that_is_made_at_launch_hides_none_that_is_there(judge: Judge) -> None:
    card = {"NetworkInterface": "card", "subnetId": "${a}", "securityGroups": ["${node}"]}
    made = {"deviceIndex": 1, "subnetId": "${a}", "securityGroups": ["${node}"]}
    template = {"LaunchTemplate": "t", "networkInterfaces": [{"networkInterfaceId": "${card}"}, made]}
    (said,) = judge.resources(*NETWORK, node(), card, template)
    assert "LaunchTemplate 't' ('node') do not let" in said


def test_groups_of_all_network_interfaces_and_those_attached_later_are_a_union(judge: Judge) -> None:
    bare = {"SecurityGroup": "bare", "vpcId": "${net}"}
    cards = [
        {"NetworkInterface": name, "subnetId": "${a}", "securityGroups": [f"${{{group}}}"]}
        for name, group in (("first", "bare"), ("second", "node"))
    ]
    attached = [{"networkInterfaceId": "${first}"}, {"networkInterfaceId": "${second}"}]
    web = {"Instance": "web", "subnetId": "${a}", "networkInterfaces": attached}
    assert judge.resources(*NETWORK, bare, *GOOD["443 to everywhere"], *cards, web) == []
    (said,) = judge.resources(*NETWORK, bare, node(), *cards, web)
    assert "('bare', 'node') do not let" in said
    alone = {"Instance": "web", "subnetId": "${a}", "vpcSecurityGroupIds": ["${bare}"]}
    other = {**alone, "Instance": "other"}
    # `primary_network_interface_id` is an output of the instance.
    more = {
        "NetworkInterfaceSecurityGroupAttachment": "more",
        "securityGroupId": "${node}",
        "networkInterfaceId": "${web}",
    }
    (said,) = judge.resources(*NETWORK, bare, *GOOD["443 to everywhere"], alone, other, more)
    assert "Instance 'other' ('bare') do not let" in said
    opened, closed = {**alone, "vpcSecurityGroupIds": ["${node}"]}, {**more, "securityGroupId": "${bare}"}
    assert judge.resources(*NETWORK, bare, *GOOD["443 to everywhere"], opened, closed) == []
    (said,) = judge.resources(
        *NETWORK, bare, *GOOD["443 to everywhere"], alone, {**more, "securityGroupId": "${?}"}
    )
    assert "cannot be shown to let" in said


def test_the_default_group_of_another_vpc_is_not_the_machines(judge: Judge) -> None:
    bare = {"Instance": "web", "subnetId": "${a}"}
    default = {"DefaultSecurityGroup": "default", "vpcId": "${far}"}
    assert judge.resources(*NETWORK, {"Vpc": "far", "cidrBlock": "10.9.0.0/16"}, default, bare) == []
    # Where the machine's own is here, that of another VPC is nothing to wonder about.
    both = (default | {"vpcId": UNKNOWN_STRING}, {"DefaultSecurityGroup": "own", "vpcId": "${net}"})
    (said,) = judge.resources(*NETWORK, *both, bare)
    assert "Instance 'web' ('own') do not let tcp/443 out" in said


def test_a_group_that_the_preview_does_not_know_proves_nothing(judge: Judge) -> None:
    (said,) = judge.resources(*NETWORK, {**WEB, "vpcSecurityGroupIds": ["${?}"]})
    assert "cannot be shown to let tcp/443 out to 'ssm', S3" in said
    both = {**WEB, "vpcSecurityGroupIds": ["${?}", "${node}"]}
    assert judge.resources(*NETWORK, *GOOD["443 to everywhere"], both) == []


def test_a_default_group_that_the_stack_manages_has_only_the_rules_it_is_given(judge: Judge) -> None:
    token, bare = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", {"Instance": "web", "subnetId": "${a}"}
    (said,) = judge.graph(retyped(token, *NETWORK, node(), bare))
    assert "Instance 'web' ('node') do not let tcp/443 out to 'ssm', S3" in said
    assert judge.graph(retyped(token, *NETWORK, *GOOD["443 to everywhere"], bare)) == []


def test_a_group_of_cloud_control_keeps_the_rule_that_aws_gives_it(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    native = "aws-native:ec2:SecurityGroup"
    assert judge.graph(retyped(native, *NETWORK, node(), WEB)) == []
    # Once it is given a rule, also as a resource of its own, it has only those.
    given = {
        **node(),
        "securityGroupEgress": [{"ipProtocol": "tcp", "fromPort": 80, "toPort": 80, "cidrIp": ANY}],
    }
    (said,) = judge.graph(retyped(native, *NETWORK, given, WEB))
    assert "do not let tcp/443 out to 'ssm', S3" in said
    monkeypatch.setitem(flat.MODULES, "NativeEgress", "aws-native:ec2:SecurityGroupEgress")
    rule = {"NativeEgress": "rule", "groupId": "${node}", "ipProtocol": "-1", "cidrIp": "10.0.0.0/8"}
    (said,) = judge.graph(retyped(native, *NETWORK, node(), rule, WEB))
    assert "do not let tcp/443 out to 'ssm', S3" in said
    # A classic group stays one in a component whose name begins in the same way.
    (said,) = judge.graph(
        retyped("aws-native:index:Net$aws:ec2/securityGroup:SecurityGroup", *NETWORK, node(), WEB)
    )
    assert "do not let tcp/443 out to 'ssm', S3" in said


# --- Ways past it, and ways to block a good stack ---------------------------------------------------------------------
@pytest.mark.parametrize(
    "rule",
    [
        {"protocol": 6},
        {"protocol": "6"},
        {"protocol": "TCP"},
        {"protocol": -1, "fromPort": 0, "toPort": 0},
        {"protocol": "all", "fromPort": 0, "toPort": 0},
        {"fromPort": "443", "toPort": "443"},
    ],
)
def test_numbers_and_texts_mean_the_same(judge: Judge, rule: JsonObject) -> None:
    """The engine shows every number as a float."""
    assert judge.resources(*NETWORK, node({"cidrBlocks": [ANY], **rule}), WEB) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"fromPort": 65535, "toPort": 0},
        {"fromPort": 0, "toPort": 0},
        {"fromPort": None, "toPort": None},
        {"fromPort": -1, "toPort": -1},
        {"fromPort": 1e308, "toPort": 1e308},
        {"protocol": 17},
        {"protocol": True},
        {"protocol": ["tcp"]},
    ],
)
def test_ports_and_protocols_without_https_let_nothing_out(judge: Judge, rule: JsonObject) -> None:
    (said,) = judge.resources(*NETWORK, node({"cidrBlocks": [ANY], **rule}), WEB)
    assert "do not let tcp/443 out to 'ssm', S3" in said


@pytest.mark.parametrize("change", [{"ipProtocol": UNKNOWN_STRING}, {"fromPort": UNKNOWN_STRING}])
def test_a_way_out_to_a_hub_that_cannot_be_read_proves_nothing(judge: Judge, change: JsonObject) -> None:
    hub = {"sharedEndpoints": [{"vpc": "*", "services": ["ssm"], "where": "hub"}]}
    network, far = (VPC, SUBNET), {"cidrIpv4": "10.9.0.0/16"}
    (said,) = judge.resources(*network, node(), out("hub", **far, **change), WEB, config=hub)
    assert "cannot be shown to let tcp/443 out to ssm" in said
    unread: list[object] = [UNKNOWN_STRING, [UNKNOWN_STRING]]
    for egress in unread:
        (said,) = judge.resources(*network, {**node(), "egress": egress}, WEB, config=hub)
        assert "cannot be shown to let tcp/443 out to ssm" in said
    (said,) = judge.resources(*network, node({"cidrBlocks": []}), WEB, config=hub)
    assert "do not let tcp/443 out to ssm" in said
    # Where a rule leads to may be unknown: that it leads out is not.
    for target in (
        {"cidrIpv4": UNKNOWN_STRING},
        {"prefixListId": "${?}"},
        {"referencedSecurityGroupId": "${?}"},
    ):
        assert judge.resources(*network, node(), out("hub", **target), WEB, config=hub) == []


@pytest.mark.parametrize("shut", [0, 1])
def test_two_endpoints_of_one_name_are_both_judged(judge: Judge, shut: int) -> None:
    """Names are unique in a component only."""
    graph = flat.build([*NETWORK, node(), TO_ENDS, TO_S3, WEB])
    for items in (graph.inputs, graph.resources):
        first = graph.resource("ssm") if items is graph.resources else graph.input("ssm")
        twin = copy.deepcopy(first)
        twin["urn"] = first["urn"].replace("::flat::", "::flat::my:index:Endpoints$")
        twin["properties"]["serviceName"] = "com.amazonaws.eu-west-1.ssmmessages"
        far = (first, twin)[shut]
        far["properties"]["securityGroupIds"] = ["sg-0123456789abcdef0"]
        far.get("propertyDependencies", {}).pop("securityGroupIds", None)
        items.append(twin)
    (said,) = judge.graph(graph)
    assert "do not let tcp/443 out to 'ssm'." in said
    assert "referenced_security_group_id=<sg-0123456789abcdef0>" in said
    assert "'https'" not in said


def test_nodes_without_ipv6_need_no_way_out_over_it(judge: Judge) -> None:
    both = {**SUBNET, "ipv6CidrBlock": "2001:db8:0:1::/64"}
    old = {"Subnet": "old", "vpcId": "${net}", "cidrBlock": "10.0.3.0/24"}
    ssm = {**SSM, "ipAddressType": "dualstack"}
    stack = (VPC, both, old, ssm, S3, ENDS, node(), out("v4", cidrIpv4="10.0.1.0/24"), TO_S3)
    assert judge.resources(*stack, {**WEB, "subnetId": "${old}"}) == []
    (said,) = judge.resources(*stack, WEB)
    assert "do not let tcp/443 out to 'ssm'" in said
    assert judge.resources(*stack, out("v6", cidrIpv6="2001:db8::/56"), WEB) == []


def test_a_machine_in_a_subnet_from_elsewhere_may_speak_both_ip_versions(judge: Judge) -> None:
    both = {**SUBNET, "ipv6CidrBlock": "2001:db8:0:1::/64"}
    ssm = {**SSM, "ipAddressType": "dualstack"}
    stack = (VPC, both, ssm, S3, ENDS, node(), TO_S3)
    urn, id = "urn:pulumi:dev::flat::aws:ec2/vpc:Vpc::net", "subnet-0123456789abcdef0"
    config = {"nodeSubnets": [{"vpcId": urn, "id": id, "cidr": "10.0.9.0/24"}]}
    web = {**WEB, "subnetId": id}
    v4, v6 = out("v4", cidrIpv4="10.0.1.0/24"), out("v6", cidrIpv6="2001:db8::/56")
    for rules, count in (((v4,), 1), ((v6,), 1), ((v4, v6), 0)):
        assert len(judge.resources(*stack, *rules, web, config=config)) == count
    # So may one in an Auto Scaling group whose subnets are not all known.
    group = {
        "AutoScalingGroup": "g",
        "vpcZoneIdentifiers": ["${old}", "${?}"],
        "launchTemplate": {"id": "${t}"},
    }
    template = {"LaunchTemplate": "t", "vpcSecurityGroupIds": ["${node}"]}
    old = {"Subnet": "old", "vpcId": "${net}", "cidrBlock": "10.0.3.0/24"}
    assert len(judge.resources(*stack, old, v4, template, group)) == 1
    assert judge.resources(*stack, old, v4, v6, template, group) == []


def test_a_machine_without_the_endpoints_ip_version_is_not_waved_through(judge: Judge) -> None:
    both = {**SUBNET, "ipv6CidrBlock": "2001:db8:0:1::/64"}
    old = {"Subnet": "old", "vpcId": "${net}", "cidrBlock": "10.0.3.0/24"}
    stack = (VPC, both, old, {**SSM, "ipAddressType": "ipv6"}, S3, ENDS, node(), TO_S3)
    (said,) = judge.resources(*stack, {**WEB, "subnetId": "${old}"})
    assert "do not let tcp/443 out to 'ssm'" in said


def test_the_first_block_of_a_vpc_with_two_is_not_surely_the_endpoints(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = "VpcIpv4CidrBlockAssociation"
    monkeypatch.setitem(flat.MODULES, kind, "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation")
    second = {kind: "second", "vpcId": "${net}", "cidrBlock": "100.64.0.0/16"}
    vpc, subnet = {**VPC, "cidrBlock": UNKNOWN_STRING}, {**SUBNET, "cidrBlock": "100.64.1.0/24"}
    stack = (subnet, SSM, S3, ENDS, node(), out("ends", cidrIpv4="${net}"), TO_S3, WEB)
    assert judge.resources(vpc, *stack) == []
    assert len(judge.resources(vpc, second, *stack)) == 1


def test_a_default_group_of_a_vpc_that_is_not_known_may_be_this_ones(judge: Judge) -> None:
    group = {**node(), "vpcId": "${?}"}
    bare = {"Instance": "web", "subnetId": "${a}"}
    (said,) = judge.graph(retyped("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", *NETWORK, group, bare))
    assert "a security group that the preview does not know) cannot be shown to let tcp/443 out" in said


def test_the_fixtures(judge: Judge) -> None:
    assert judge.fixture("pass-to-the-group-and-the-prefix-list") == []
    assert len(judge.fixture("fail-no-way-to-s3")) == 1


def test_a_launch_template_of_another_stack_may_have_groups_that_let_nothing_out(judge: Judge) -> None:
    group = {"AutoScalingGroup": "g", "vpcZoneIdentifiers": ["${a}"], "launchTemplate": {"id": "lt-1"}}
    (said,) = judge.resources(*NETWORK, group)
    assert "Group 'g' (a security group that the preview does not know) cannot be shown to let" in said
    assert "fix: take the launch template from this stack" in said
    assert judge.resources(*NETWORK, group, config={"onUnknown": "warn"}) == []
