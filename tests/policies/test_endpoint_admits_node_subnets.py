"""Every node subnet is admitted by the endpoints' security groups, over every way of writing their rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.conftest import Judge
from tests.support import flat
from tests.support.graph import UNKNOWN_STRING, JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}
A: JsonObject = {
    "Subnet": "a",
    "vpcId": "${net}",
    "cidrBlock": "10.0.1.0/24",
    "availabilityZone": "eu-west-1a",
}
B: JsonObject = {
    "Subnet": "b",
    "vpcId": "${net}",
    "cidrBlock": "10.0.2.0/24",
    "availabilityZone": "eu-west-1b",
}
GROUP: JsonObject = {"SecurityGroup": "https", "vpcId": "${net}"}
NODES: JsonObject = {"SecurityGroup": "nodes", "vpcId": "${net}"}
SSM: JsonObject = {
    "VpcEndpoint": "ssm",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.ssm",
    "vpcEndpointType": "Interface",
    "subnetIds": ["${a}"],
    "securityGroupIds": ["${https}"],
}
WEB: JsonObject = {"Instance": "web", "subnetId": "${a}", "vpcSecurityGroupIds": ["${nodes}"]}
HTTPS: JsonObject = {"fromPort": 443, "toPort": 443}
# Both subnets are their nodes': nothing starts machines here, and neither has a route to an internet gateway.
NETWORK = (VPC, A, B, SSM)


def inline(*rules: JsonObject) -> JsonObject:
    return {**GROUP, "ingress": [{"protocol": "tcp", **HTTPS, **rule} for rule in rules]}


def single(name: str, **source: Any) -> JsonObject:
    own = {"securityGroupId": "${https}", "ipProtocol": "tcp", **HTTPS}
    return {"SecurityGroupIngressRule": f"in-{name}", **own, **source}


def older(name: str, **source: Any) -> JsonObject:
    own = {"type": "ingress", "securityGroupId": "${https}", "protocol": "tcp", **HTTPS}
    return {"SecurityGroupRule": f"in-{name}", **own, **source}


def both(judge: Judge, *resources: JsonObject, config: JsonObject | None = None) -> list[str]:
    """The findings, which are the same in a first preview and in a later one."""
    first = judge.resources(*resources, config=config)
    assert judge.graph(flat.known(flat.build(list(resources))), config) == first
    return first


@pytest.mark.parametrize(
    "rules",
    [
        (inline({"cidrBlocks": ["10.0.1.0/24", "10.0.2.0/24"]}),),
        (inline({"cidrBlocks": ["10.0.0.0/16"]}),),
        (inline({"cidrBlocks": ["10.0.1.0/25", "10.0.1.128/25"]}, {"cidrBlocks": ["10.0.2.0/23"]}),),
        (inline({"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["10.0.0.0/16"]}),),
        (GROUP, single("a", cidrIpv4="10.0.1.0/24"), single("b", cidrIpv4="10.0.2.0/24")),
        (GROUP, single("all", cidrIpv4="10.0.0.0/8")),
        (GROUP, older("both", cidrBlocks=["10.0.1.0/24", "10.0.2.0/24"])),
        (GROUP, older("a", cidrBlocks=["10.0.1.0/24"]), single("b", cidrIpv4="10.0.2.0/24")),
        (inline({"cidrBlocks": ["10.0.1.77/24", "10.0.2.0/24"]}),),
    ],
)
def test_blocks_that_together_hold_every_node_subnet_are_enough(
    judge: Judge, rules: tuple[JsonObject, ...]
) -> None:
    assert both(judge, *NETWORK, *rules) == []


@pytest.mark.parametrize(
    "rules",
    [
        (inline({"cidrBlocks": ["10.0.1.0/24"]}),),
        (
            inline(
                {"cidrBlocks": ["10.0.1.0/24"]}, {"cidrBlocks": ["10.0.2.0/24"], "toPort": 442, "fromPort": 1}
            ),
        ),
        (inline({"cidrBlocks": ["10.0.1.0/24", "10.0.2.0/25"]}),),
        (inline({"cidrBlocks": ["10.0.1.0/24", "10.0.2.0"]}),),
        (GROUP, single("a", cidrIpv4="10.0.1.0/24"), single("b", cidrIpv4="10.0.2.0/24", ipProtocol="udp")),
        (
            GROUP,
            older("a", cidrBlocks=["10.0.1.0/24"]),
            older("b", cidrBlocks=["10.0.2.0/24"], type="egress"),
        ),
        (inline({"cidrBlocks": ["10.0.1.0/24"]}, {"cidrBlocks": [], "ipv6CidrBlocks": ["2001:db8::/56"]}),),
    ],
)
def test_one_subnet_outside_is_named_with_the_rule_that_lets_it_in(
    judge: Judge, rules: tuple[JsonObject, ...]
) -> None:
    (said,) = both(judge, *NETWORK, *rules)
    assert (
        "VPC 'net': 'ssm' with 'https' does not admit tcp/443 from 10.0.2.0/24 of 'b', where nodes live"
        in said
    )
    assert "10.0.1.0/24" not in said
    assert (
        'aws.vpc.SecurityGroupIngressRule("https-10.0.2.0/24", security_group_id=<\'https\'>, ip_protocol="tcp", '
        'from_port=443, to_port=443, cidr_ipv4="10.0.2.0/24")'
    ) in said


@pytest.mark.parametrize(
    "world",
    [
        ({"cidrBlocks": ["0.0.0.0/0"]},),
        ({"cidrBlocks": ["0.0.0.0/1"]}, {"cidrBlocks": ["128.0.0.0/1"]}),
    ],
)
def test_who_is_admitted_on_other_ports_is_not_admitted_on_this(
    judge: Judge, world: tuple[JsonObject, ...]
) -> None:
    ssh = [{"fromPort": 22, "toPort": 22, **each} for each in world]
    (said,) = both(judge, *NETWORK, inline({"cidrBlocks": ["10.0.1.0/24"]}, *ssh))
    assert "does not admit tcp/443 from 10.0.2.0/24 of 'b'" in said


def test_a_prefix_list_stands_beside_blocks(judge: Judge) -> None:
    own = {**LIST, "entries": [{"cidr": "10.0.2.0/24"}]}
    rules = inline({"cidrBlocks": ["10.0.1.0/24"]}, {"prefixListIds": ["${list}"]})
    assert both(judge, *NETWORK, own, rules) == []


def test_several_groups_are_a_union(judge: Judge) -> None:
    other = {
        "SecurityGroup": "other",
        "vpcId": "${net}",
        "ingress": [{"protocol": "tcp", **HTTPS, "cidrBlocks": ["10.0.2.0/24"]}],
    }
    first = inline({"cidrBlocks": ["10.0.1.0/24"]})
    two = {**SSM, "securityGroupIds": ["${https}", "${other}"]}
    assert both(judge, VPC, A, B, two, first, other) == []
    assert len(both(judge, *NETWORK, first, other)) == 1


def test_endpoints_alike_share_a_finding(judge: Judge) -> None:
    more = {**SSM, "VpcEndpoint": "messages", "serviceName": "com.amazonaws.eu-west-1.ssmmessages"}
    (said,) = judge.resources(*NETWORK, more, inline({"cidrBlocks": ["10.0.9.0/24"]}))
    assert (
        "'ssm', 'messages' with 'https' do not admit tcp/443 from 10.0.1.0/24 of 'a', 10.0.2.0/24 of 'b'"
        in said
    )


def test_endpoints_that_no_node_needs_are_not_judged(judge: Judge) -> None:
    other = {**SSM, "VpcEndpoint": "ecr", "serviceName": "com.amazonaws.eu-west-1.ecr.api"}
    assert judge.resources(VPC, A, B, other, inline({"cidrBlocks": ["10.0.9.0/24"]})) == []


def test_where_nothing_is_admitted_or_readable_the_other_policy_speaks(judge: Judge) -> None:
    for rules in ((GROUP,), (inline({"cidrBlocks": ["${?}"]}),), (inline({"fromPort": "${?}"}),)):
        assert judge.resources(*NETWORK, *rules) == []
        blocked = judge.pack.blocked_by(flat.build([*NETWORK, *rules]))
        assert blocked["endpoint-ingress-https"]
    by_id = {**SSM, "securityGroupIds": ["sg-0123456789abcdef0"]}
    assert judge.resources(VPC, A, B, by_id) == []
    assert judge.pack.blocked_by(flat.build([VPC, A, B, by_id]))["endpoint-ingress-https"]


def test_a_trusted_group_admits_everybody(judge: Judge) -> None:
    config = {"trustedSecurityGroups": ["sg-0123456789abcdef0"]}
    groups = {**SSM, "securityGroupIds": ["${https}", "sg-0123456789abcdef0"]}
    rules = inline({"cidrBlocks": ["10.0.1.0/24"]})
    assert judge.resources(VPC, A, B, groups, rules, config=config) == []


# --- Prefix lists -----------------------------------------------------------------------------------------------------
LIST: JsonObject = {"ManagedPrefixList": "list", "addressFamily": "IPv4", "maxEntries": 5}


@pytest.mark.parametrize(
    "rule", [{"prefixListIds": ["${list}"]}, {"cidrBlocks": [], "prefixListIds": ["${list}"]}]
)
def test_the_stacks_own_prefix_lists_are_read(judge: Judge, rule: JsonObject) -> None:
    entries = [{"cidr": "10.0.1.0/24"}, {"cidr": "10.0.2.0/24"}]
    assert both(judge, *NETWORK, {**LIST, "entries": entries}, inline(rule)) == []
    (said,) = both(judge, *NETWORK, {**LIST, "entries": entries[:1]}, inline(rule))
    assert "does not admit tcp/443 from 10.0.2.0/24 of 'b'" in said


def test_entries_of_a_prefix_list_may_be_resources_of_their_own(judge: Judge) -> None:
    own = [
        {"ManagedPrefixListEntry": name, "prefixListId": "${list}", "cidr": cidr}
        for name, cidr in (("e1", "10.0.1.0/24"), ("e2", "10.0.2.0/24"))
    ]
    rule = single("list-in", prefixListId="${list}")
    assert both(judge, *NETWORK, LIST, *own, GROUP, rule) == []
    (said,) = both(judge, *NETWORK, LIST, own[0], GROUP, rule)
    assert "does not admit tcp/443 from 10.0.2.0/24 of 'b'" in said


def test_an_entry_of_a_prefix_list_that_cannot_be_told_may_be_one_of_this(judge: Judge) -> None:
    stray = {"ManagedPrefixListEntry": "e", "prefixListId": "${?}", "cidr": "10.0.0.0/16"}
    (said,) = judge.resources(*NETWORK, LIST, stray, GROUP, single("list", prefixListId="${list}"))
    assert "cannot be shown to admit" in said


def test_a_prefix_list_known_only_by_id_proves_nothing(judge: Judge) -> None:
    (said,) = judge.resources(*NETWORK, inline({"prefixListIds": ["pl-0123456789abcdef0"]}))
    assert "cannot be shown to admit tcp/443 from 10.0.1.0/24 of 'a', 10.0.2.0/24 of 'b'" in said
    lenient = {"onUnknown": "warn"}
    assert (
        judge.resources(*NETWORK, inline({"prefixListIds": ["pl-0123456789abcdef0"]}), config=lenient) == []
    )
    blocks = {"cidrBlocks": ["10.0.0.0/16"], "prefixListIds": ["pl-0123456789abcdef0"]}
    assert judge.resources(*NETWORK, inline(blocks)) == []


# --- Security groups as sources ---------------------------------------------------------------------------------------
SOURCES = [
    (inline({"securityGroups": ["${nodes}"]}),),
    (GROUP, older("nodes-in", sourceSecurityGroupId="${nodes}")),
    (GROUP, single("nodes-in", referencedSecurityGroupId="${nodes}")),
]


@pytest.mark.parametrize("rules", SOURCES)
def test_a_rule_that_names_the_nodes_group_admits_them(judge: Judge, rules: tuple[JsonObject, ...]) -> None:
    assert both(judge, *NETWORK, NODES, WEB, *rules) == []


@pytest.mark.parametrize("rules", SOURCES)
def test_nodes_in_another_group_are_not_admitted(judge: Judge, rules: tuple[JsonObject, ...]) -> None:
    other = {"SecurityGroup": "other", "vpcId": "${net}"}
    stray = {"Instance": "stray", "subnetId": "${b}", "vpcSecurityGroupIds": ["${other}"]}
    (said,) = both(judge, *NETWORK, NODES, WEB, other, stray, *rules)
    assert "does not admit tcp/443 from 10.0.2.0/24 of 'b'" in said
    # One node of a subnet that is admitted does not speak for the other.
    beside = {**stray, "subnetId": "${a}"}
    (said,) = both(judge, VPC, A, SSM, NODES, WEB, other, beside, *rules)
    assert "does not admit tcp/443 from 10.0.1.0/24 of 'a'" in said


def test_a_node_in_two_groups_is_admitted_by_one(judge: Judge) -> None:
    other = {"SecurityGroup": "other", "vpcId": "${net}"}
    web = {**WEB, "vpcSecurityGroupIds": ["${other}", "${nodes}"]}
    assert both(judge, *NETWORK, NODES, other, web, *SOURCES[0]) == []


@pytest.mark.parametrize("rules", SOURCES)
def test_nodes_of_another_stack_may_be_admitted_by_a_group(
    judge: Judge, rules: tuple[JsonObject, ...]
) -> None:
    """Nothing here starts machines: the group that the rule names is theirs."""
    assert both(judge, *NETWORK, NODES, *rules) == []
    assert both(judge, *NETWORK, inline({"securityGroups": ["sg-0123456789abcdef0"]})) == []


def test_a_group_of_another_vpc_is_not_the_nodes(judge: Judge) -> None:
    far = ({"Vpc": "far", "cidrBlock": "10.9.0.0/16"}, {"SecurityGroup": "nodes", "vpcId": "${far}"})
    (said,) = both(judge, *NETWORK, *far, *SOURCES[0])
    assert "does not admit tcp/443 from 10.0.1.0/24 of 'a', 10.0.2.0/24 of 'b'" in said


def test_self_admits_nodes_that_share_the_endpoints_group(judge: Judge) -> None:
    shared = {**WEB, "vpcSecurityGroupIds": ["${https}"]}
    itself = inline({"self": True})
    assert both(judge, VPC, A, SSM, shared, itself) == []
    (said,) = both(judge, VPC, A, SSM, NODES, WEB, shared | {"Instance": "second"}, itself)
    assert "does not admit tcp/443 from 10.0.1.0/24 of 'a'" in said


def test_a_rule_may_name_itself_and_others(judge: Judge) -> None:
    shared: JsonObject = {**WEB, "Instance": "second", "vpcSecurityGroupIds": ["${https}"]}
    assert (
        both(judge, VPC, A, SSM, NODES, WEB, shared, inline({"self": True, "securityGroups": ["${nodes}"]}))
        == []
    )


def test_a_declared_subnet_is_not_that_of_a_group_which_a_node_here_is_not_in(judge: Judge) -> None:
    entry = {"vpcId": "*", "id": "subnet-0123456789abcdef0", "cidr": "10.0.7.0/24"}
    other = {"SecurityGroup": "other", "vpcId": "${net}"}
    stack = (
        VPC,
        A,
        SSM,
        NODES,
        other,
        inline({"cidrBlocks": ["10.0.1.0/24"], "securityGroups": ["${nodes}"]}),
    )
    elsewhere = {**WEB, "vpcSecurityGroupIds": ["${other}"]}
    (said,) = both(judge, *stack, elsewhere, config={"nodeSubnets": [entry]})
    assert "does not admit tcp/443 from 10.0.7.0/24 of subnet-0123456789abcdef0" in said
    assert both(judge, *stack, WEB, config={"nodeSubnets": [entry]}) == []


def test_a_node_in_a_group_that_is_not_known_may_be_admitted(judge: Judge) -> None:
    web = {**WEB, "vpcSecurityGroupIds": ["${?}"]}
    (said,) = judge.resources(VPC, A, SSM, NODES, web, *SOURCES[0])
    assert "cannot be shown to admit tcp/443 from 10.0.1.0/24 of 'a'" in said


# --- What is not known ------------------------------------------------------------------------------------------------
def test_an_unknown_block_of_a_subnet_is_held_by_the_whole_vpc_or_by_reference(judge: Judge) -> None:
    unread = (VPC, A, {**B, "cidrBlock": UNKNOWN_STRING}, SSM)
    for rules in (
        (inline({"cidrBlocks": ["10.0.0.0/16"]}),),
        (GROUP, single("a", cidrIpv4="10.0.1.0/24"), single("b", cidrIpv4="${b}")),
        (inline({"cidrBlocks": ["10.0.1.0/24", "${b}"]}),),
        (GROUP, single("all", cidrIpv4="${net}")),
    ):
        assert judge.resources(*unread, *rules) == []
        # Whoever takes the block from a subnet or a VPC admits no stranger.
        assert not judge.pack.blocked_by(flat.build([*unread, *rules]))["endpoint-ingress-https"]
    (said,) = judge.resources(*unread, inline({"cidrBlocks": ["10.0.0.0/17"]}))
    assert "cannot be shown to admit tcp/443 from the unknown block of 'b'" in said


def test_a_second_block_of_the_vpc_may_be_the_subnets(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = "VpcIpv4CidrBlockAssociation"
    monkeypatch.setitem(flat.MODULES, kind, "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation")
    second = {kind: "second", "vpcId": "${net}", "cidrBlock": "10.1.0.0/16"}
    unread = (VPC, A, {**B, "cidrBlock": UNKNOWN_STRING}, SSM, second)
    (said,) = judge.resources(*unread, inline({"cidrBlocks": ["10.0.0.0/16"]}))
    assert "cannot be shown to admit tcp/443 from the unknown block of 'b'" in said
    assert judge.resources(*unread, inline({"cidrBlocks": ["10.0.0.0/15"]})) == []


@pytest.mark.parametrize("more", [{"vpcId": "${?}", "cidrBlock": "10.1.0.0/16"}, {"vpcId": "${net}"}])
def test_a_block_that_may_be_the_vpcs_may_be_the_subnets(judge: Judge, more: JsonObject) -> None:
    """One from an address pool says no more than how long its prefix is."""
    second = {"VpcIpv4CidrBlockAssociation": "second", "ipv4NetmaskLength": 20, **more}
    unread = (VPC, A, {**B, "cidrBlock": UNKNOWN_STRING}, SSM, second)
    (said,) = judge.resources(*unread, inline({"cidrBlocks": ["10.0.0.0/16"]}))
    assert "cannot be shown to admit tcp/443 from the unknown block of 'b'" in said
    first = single("a", cidrIpv4="10.0.1.0/24")
    assert judge.resources(*unread, GROUP, first, single("b", cidrIpv4="${b}")) == []
    assert len(judge.resources(*unread, GROUP, first, single("vpc", cidrIpv4="${net}"))) == 1
    # Of another VPC it is not.
    far = {"Vpc": "far", "cidrBlock": "10.9.0.0/16"}
    assert (
        judge.resources(
            *unread[:-1], far, {**second, "vpcId": "${far}"}, inline({"cidrBlocks": ["10.0.0.0/16"]})
        )
        == []
    )


def test_a_vpc_with_a_block_that_is_not_known_either_proves_nothing(judge: Judge) -> None:
    vpc = {**VPC, "cidrBlock": UNKNOWN_STRING}
    unread = {**A, "cidrBlock": UNKNOWN_STRING}
    (said,) = judge.resources(vpc, unread, SSM, inline({"cidrBlocks": ["10.0.0.0/8"]}))
    assert "cannot be shown to admit" in said


def test_a_subnet_known_only_by_id_is_declared(judge: Judge) -> None:
    web = {"Instance": "web", "subnetId": "subnet-0123456789abcdef0", "vpcSecurityGroupIds": ["${nodes}"]}
    stack = (VPC, A, SSM, NODES, web, inline({"cidrBlocks": ["10.0.1.0/24"]}))
    (said,) = judge.resources(*stack)
    assert '"id": "subnet-0123456789abcdef0", "cidr": "<its block>"' in said
    entry = {"vpcId": "*", "id": "subnet-0123456789abcdef0", "cidr": "10.0.7.0/24"}
    (said,) = judge.resources(*stack, config={"nodeSubnets": [entry]})
    assert "does not admit tcp/443 from 10.0.7.0/24 of subnet-0123456789abcdef0" in said
    entry["cidr"] = "10.0.1.128/25"
    assert judge.resources(*stack, config={"nodeSubnets": [entry]}) == []


def test_a_vpc_known_only_by_id_without_node_subnets_has_nothing_to_check(judge: Judge) -> None:
    here = {"vpcId": "vpc-0123456789abcdef0"}
    endpoint = {**SSM, **here, "subnetIds": ["subnet-0123456789abcdef0"]}
    group = {**inline({"cidrBlocks": ["10.0.1.0/24"]}), **here}
    assert judge.resources(endpoint, group) == []
    declared = {"nodeSubnets": [{**here, "id": "subnet-0123456789abcdef0", "cidr": "10.0.2.0/24"}]}
    assert len(judge.resources(endpoint, group, config=declared)) == 1


# --- IPv6 -------------------------------------------------------------------------------------------------------------
def test_ipv6_counts_where_the_endpoint_speaks_it(judge: Judge) -> None:
    subnet = {**A, "ipv6CidrBlock": "2001:db8:0:1::/64"}
    v4, v6 = {"cidrBlocks": ["10.0.1.0/24"]}, {"ipv6CidrBlocks": ["2001:db8::/56"]}
    dual = {**SSM, "ipAddressType": "dualstack"}
    assert both(judge, VPC, subnet, SSM, inline(v4)) == []
    assert both(judge, VPC, subnet, dual, inline(v4 | v6)) == []
    (said,) = both(judge, VPC, subnet, dual, inline(v4))
    assert 'cidr_ipv6="2001:db8:0:1::/64"' in said
    only = {**dual, "dnsOptions": {"dnsRecordIpType": "ipv4"}}
    assert both(judge, VPC, subnet, only, inline(v4)) == []
    assert both(judge, VPC, subnet, {**SSM, "ipAddressType": "ipv6"}, inline(v6)) == []
    odd = {**SSM, "dnsOptions": {"dnsRecordIpType": "ipv6"}}
    assert both(judge, VPC, subnet, odd, inline(v4)) == []


@pytest.mark.parametrize(
    ("said_of_it", "versions"),
    [
        ({}, 4),
        ({"ipAddressType": ""}, 4),
        ({"ipAddressType": "ipv4"}, 4),
        ({"ipAddressType": "ipv6"}, 6),
        ({"ipAddressType": "dualstack"}, 46),
        ({"ipAddressType": UNKNOWN_STRING}, 46),
        ({"ipAddressType": "dualstack", "dnsOptions": {"dnsRecordIpType": "ipv4"}}, 4),
        ({"ipAddressType": "dualstack", "dnsOptions": {"dnsRecordIpType": "ipv6"}}, 6),
        ({"ipAddressType": "dualstack", "dnsOptions": {"dnsRecordIpType": "dualstack"}}, 46),
        ({"ipAddressType": "dualstack", "dnsOptions": {"dnsRecordIpType": "service-defined"}}, 46),
        ({"ipAddressType": "dualstack", "dnsOptions": {}}, 46),
        ({"ipAddressType": "dualstack", "dnsOptions": UNKNOWN_STRING}, 46),
        ({"ipAddressType": UNKNOWN_STRING, "dnsOptions": {"dnsRecordIpType": "ipv4"}}, 4),
    ],
)
def test_the_ip_versions_of_an_endpoint_are_those_of_its_addresses_and_names(
    judge: Judge, said_of_it: JsonObject, versions: int
) -> None:
    subnet = {**A, "ipv6CidrBlock": "2001:db8:0:1::/64"}
    stack = (VPC, subnet, {**SSM, **said_of_it})
    v4, v6 = inline({"cidrBlocks": ["10.0.1.0/24"]}), inline({"ipv6CidrBlocks": ["2001:db8::/56"]})
    assert (judge.resources(*stack, v4) == []) is (versions == 4)
    assert (judge.resources(*stack, v6) == []) is (versions == 6)


def test_an_ipv6_block_that_is_not_known_is_held_like_an_ipv4_one(judge: Judge) -> None:
    vpc, subnet = {**VPC, "ipv6CidrBlock": "2001:db8::/56"}, {**A, "ipv6CidrBlock": UNKNOWN_STRING}
    stack = (vpc, subnet, {**SSM, "ipAddressType": "dualstack"})
    v4 = single("v4", cidrIpv4="10.0.1.0/24")
    for block in ("2001:db8::/56", "2001:db8::/55", "${net}", "${a}"):
        assert judge.resources(*stack, GROUP, v4, single("v6", cidrIpv6=block)) == []
        assert (
            judge.resources(*stack, inline({"cidrBlocks": ["10.0.1.0/24"], "ipv6CidrBlocks": [block]})) == []
        )
    for rule in (single("v6", cidrIpv6="2001:db8::/57"), single("more", cidrIpv4="${net}")):
        (said,) = judge.resources(*stack, GROUP, v4, rule)
        assert "cannot be shown to admit tcp/443 from the unknown block of 'a'" in said
    # The block of the VPC's other IP version admits nobody of this one.
    (said,) = judge.resources(*stack, GROUP, single("v6", cidrIpv6="${net}"))
    assert "does not admit tcp/443 from 10.0.1.0/24 of 'a'" in said


def test_the_unknown_block_of_a_subnet_with_ipv6_alone_is_an_ipv6_block(judge: Judge) -> None:
    subnet = {"Subnet": "a", "vpcId": "${net}", "ipv6Native": True, "ipv6CidrBlock": UNKNOWN_STRING}
    v4, v6 = inline({"cidrBlocks": ["10.0.0.0/16"]}), inline({"ipv6CidrBlocks": ["${a}"]})
    assert judge.resources(VPC, subnet, {**SSM, "ipAddressType": "ipv6"}, v6) == []
    (said,) = judge.resources(VPC, subnet, SSM, v4)
    assert "'a' (which has no address of the endpoints' IP version)" in said


def test_a_subnet_of_the_other_ip_version_cannot_reach_the_endpoint(judge: Judge) -> None:
    subnet = {"Subnet": "a", "vpcId": "${net}", "ipv6Native": True, "ipv6CidrBlock": "2001:db8:0:1::/64"}
    (said,) = both(judge, VPC, subnet, SSM, inline({"cidrBlocks": ["10.0.0.0/16"]}))
    assert "'a' (which has no address of the endpoints' IP version)" in said
    assert 'fix: ip_address_type="dualstack"' in said


def test_a_group_admits_no_node_of_the_other_ip_version(judge: Judge) -> None:
    subnet = {"Subnet": "a", "vpcId": "${net}", "ipv6Native": True, "ipv6CidrBlock": "2001:db8:0:1::/64"}
    (said,) = both(judge, VPC, subnet, SSM, NODES, WEB, *SOURCES[0])
    assert "'a' (which has no address of the endpoints' IP version)" in said


def test_a_subnet_whose_blocks_are_not_known_is_not_surely_of_the_other_ip_version(judge: Judge) -> None:
    declared = {"nodeSubnets": [{"vpcId": "*", "id": "subnet-0123456789abcdef0"}]}
    v6 = inline({"ipv6CidrBlocks": ["2001:db8::/56"]})
    (said,) = judge.resources(VPC, A, {**SSM, "ipAddressType": "ipv6"}, v6, config=declared)
    assert "cannot be shown to admit tcp/443 from subnet-0123456789abcdef0" in said


# --- Ways past it, and ways to block a good stack ---------------------------------------------------------------------
def test_self_admits_nobody_where_only_rules_of_another_group_name_the_endpoints(judge: Judge) -> None:
    """A rule that names a group puts no machine into it."""
    out = [{"protocol": "tcp", **HTTPS, "securityGroups": ["${https}"]}]
    stack = (*NETWORK, {**NODES, "egress": out}, inline({"self": True}))
    for graph in (flat.build(list(stack)), flat.known(flat.build(list(stack)))):
        assert judge.pack.blocked_by(graph)["endpoint-ingress-https"]


def test_the_groups_of_a_nodes_network_interface_are_the_nodes(judge: Judge) -> None:
    card = {"NetworkInterface": "card", "subnetId": "${a}", "securityGroups": ["${nodes}"]}
    attached = [{"networkInterfaceId": "${card}", "deviceIndex": 0}]
    web = {"Instance": "web", "subnetId": "${a}", "networkInterfaces": attached}
    other = {"SecurityGroup": "other", "vpcId": "${net}"}
    assert both(judge, VPC, A, SSM, NODES, other, card, web, *SOURCES[0]) == []
    (said,) = both(
        judge, VPC, A, SSM, NODES, other, {**card, "securityGroups": ["${other}"]}, web, *SOURCES[0]
    )
    assert "does not admit tcp/443 from 10.0.1.0/24 of 'a'" in said


def test_nodes_without_a_group_are_in_the_default_one(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = "DefaultSecurityGroup"
    monkeypatch.setitem(flat.MODULES, kind, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    default = {kind: "nodes", "vpcId": "${net}"}
    bare = {"Instance": "web", "subnetId": "${a}"}
    assert both(judge, VPC, A, SSM, default, bare, *SOURCES[0]) == []
    (said,) = both(
        judge,
        VPC,
        A,
        SSM,
        default,
        bare,
        {**NODES, "SecurityGroup": "x"},
        inline({"securityGroups": ["${x}"]}),
    )
    assert "does not admit tcp/443 from 10.0.1.0/24 of 'a'" in said


@pytest.mark.parametrize("protocol", [6, "6", "TCP", -1, "all"])
def test_numbers_and_capitals_are_read(judge: Judge, protocol: object) -> None:
    assert both(judge, *NETWORK, inline({"protocol": protocol, "cidrBlocks": ["10.0.0.0/16"]})) == []


@pytest.mark.parametrize(
    "entries", [UNKNOWN_STRING, [UNKNOWN_STRING], [{"cidr": UNKNOWN_STRING}], [{}], ["10.0.0.0/8"]]
)
def test_entries_that_cannot_be_read_prove_nothing(judge: Judge, entries: object) -> None:
    rule = inline({"prefixListIds": ["${list}"]})
    (said,) = judge.resources(*NETWORK, {**LIST, "entries": entries}, rule)
    assert "cannot be shown to admit" in said


def test_a_rule_that_names_a_group_of_a_vpc_that_is_not_known_admits_nobody(judge: Judge) -> None:
    assert judge.resources(*NETWORK, {**NODES, "vpcId": "${?}"}, *SOURCES[0])


def test_a_node_is_admitted_by_its_group_whatever_that_says_of_its_vpc(judge: Judge) -> None:
    """A group that says no VPC is one of the default VPC, where its node is."""
    bare = {"SecurityGroup": "nodes"}
    assert both(judge, VPC, A, SSM, bare, WEB, *SOURCES[0]) == []


def test_a_rule_of_a_group_with_a_like_name_does_not_count(judge: Judge) -> None:
    twin = {"SecurityGroup": "https-", "vpcId": "${net}"}
    stray = single("b", cidrIpv4="10.0.2.0/24", securityGroupId="${https-}")
    (said,) = both(judge, *NETWORK, twin, stray, inline({"cidrBlocks": ["10.0.1.0/24"]}))
    assert "10.0.2.0/24 of 'b'" in said


@pytest.mark.parametrize(
    "unread",
    [
        single("unread", cidrIpv4="10.9.0.0/16", fromPort=UNKNOWN_STRING),
        single("unread", cidrIpv4="10.9.0.0/16", securityGroupId="${?}"),
        single("unread", referencedSecurityGroupId="${nodes}", securityGroupId="${?}"),
        older("unread", cidrBlocks=["10.9.0.0/16"], type=UNKNOWN_STRING),
    ],
)
@pytest.mark.parametrize("nodes", [(), (NODES, {**WEB, "subnetId": "${b}"})])
def test_a_rule_that_cannot_be_read_admits_nobody_for_sure(
    judge: Judge, unread: JsonObject, nodes: tuple[JsonObject, ...]
) -> None:
    """Also where another stack starts the machines."""
    stack = (*NETWORK, *(nodes or (NODES,)), inline({"cidrBlocks": ["10.0.1.0/24"]}), unread)
    (said,) = judge.resources(*stack)
    assert "cannot be shown to admit tcp/443 from 10.0.2.0/24 of 'b'" in said
    assert judge.resources(*stack, config={"onUnknown": "warn"}) == []


def test_the_fixtures_say_why(judge: Judge) -> None:
    (said,) = judge.fixture("fail-second-subnet-outside")
    assert "10.0.2.0/24 of 'b'" in said
    assert judge.fixture("pass-nodes-group") == []
