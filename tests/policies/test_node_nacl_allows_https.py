"""Network ACLs keep no state: HTTPS goes out and in, and its answers on ephemeral ports the other way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.conftest import Judge
from tests.support import flat
from tests.support.graph import UNKNOWN_STRING, JsonObject

VPC: JsonObject = {"Vpc": "net", "cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}
NODES: JsonObject = {
    "Subnet": "nodes",
    "vpcId": "${net}",
    "cidrBlock": "10.0.1.0/24",
    "availabilityZone": "eu-west-1a",
}
ENDS: JsonObject = {
    "Subnet": "ends",
    "vpcId": "${net}",
    "cidrBlock": "10.0.2.0/24",
    "availabilityZone": "eu-west-1b",
}
SSM: JsonObject = {
    "VpcEndpoint": "ssm",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.ssm",
    "vpcEndpointType": "Interface",
    "subnetIds": ["${ends}"],
}
S3: JsonObject = {
    "VpcEndpoint": "s3",
    "vpcId": "${net}",
    "serviceName": "com.amazonaws.eu-west-1.s3",
    "routeTableIds": ["${net}"],
}
WEB: JsonObject = {"Instance": "web", "subnetId": "${nodes}"}
NETWORK = (VPC, NODES, ENDS, SSM, WEB)
ANY = "0.0.0.0/0"


def entry(
    number: int, block: str, ports: tuple[int, int] = (0, 0), action: str = "allow", **more: object
) -> JsonObject:
    protocol = "-1" if ports == (0, 0) else "tcp"
    first, last = ports
    own = {"ruleNo": number, "protocol": protocol, "action": action, "cidrBlock": block}
    return {**own, "fromPort": first, "toPort": last, **more}


def acl(name: str, subnet: str, ingress: list[JsonObject], egress: list[JsonObject]) -> JsonObject:
    where = {"vpcId": "${net}", "subnetIds": [f"${{{subnet}}}"]}
    return {"NetworkAcl": name, **where, "ingress": ingress, "egress": egress}


HTTPS, ANSWERS = (443, 443), (1024, 65535)
OPEN = [entry(100, ANY)]
GOOD = acl("nodes-acl", "nodes", [entry(100, "10.0.2.0/24", ANSWERS)], [entry(100, "10.0.2.0/24", HTTPS)])
GOOD_ENDS = acl("ends-acl", "ends", [entry(100, "10.0.1.0/24", HTTPS)], [entry(100, "10.0.1.0/24", ANSWERS)])


def later(judge: Judge, *resources: JsonObject) -> list[str]:
    return judge.graph(flat.known(flat.build(list(resources))))


def test_exactly_what_is_needed_is_enough_first_and_later(judge: Judge) -> None:
    resources = (*NETWORK, GOOD, GOOD_ENDS)
    assert judge.resources(*resources) == []
    assert later(judge, *resources) == []


def test_no_network_acl_in_the_stack_lets_everything_pass(judge: Judge) -> None:
    assert judge.resources(*NETWORK) == []


def test_one_without_rules_denies_everything_both_ways(judge: Judge) -> None:
    for said in (
        judge.resources(*NETWORK, acl("nodes-acl", "nodes", [], [])),
        later(judge, *NETWORK, acl("nodes-acl", "nodes", [], [])),
    ):
        assert len(said) == 2
        assert any(
            "network ACL 'nodes-acl' does not let tcp/443 out of 'nodes' to 'ends' (10.0.2.0/24)" in text
            for text in said
        )
        assert any(
            "does not let tcp/32768-65535 (answers) into 'nodes' from 'ends' (10.0.2.0/24)" in text
            for text in said
        )


@pytest.mark.parametrize(
    ("name", "direction", "rules", "said"),
    [
        ("nodes-acl", "egress", [entry(100, "10.0.2.0/24", (80, 80))], "tcp/443 out of 'nodes'"),
        ("nodes-acl", "egress", [entry(100, "10.0.3.0/24", HTTPS)], "tcp/443 out of 'nodes'"),
        ("nodes-acl", "egress", [entry(100, "10.0.2.0/25", HTTPS)], "tcp/443 out of 'nodes'"),
        ("nodes-acl", "egress", [entry(100, ANY, HTTPS, "deny"), entry(200, ANY)], "tcp/443 out of 'nodes'"),
        ("nodes-acl", "ingress", [entry(100, ANY, HTTPS)], "tcp/32768-65535 (answers) into 'nodes'"),
        ("nodes-acl", "ingress", [entry(100, ANY, (1024, 40000))], "tcp/32768-65535 (answers) into 'nodes'"),
        (
            "ends-acl",
            "ingress",
            [entry(100, "10.0.1.128/25", HTTPS)],
            "tcp/443 into 'ends' from 'nodes' (10.0.1.0/24)",
        ),
        (
            "ends-acl",
            "egress",
            [entry(100, ANY, (0, 1024))],
            "tcp/32768-65535 (answers) out of 'ends' to 'nodes'",
        ),
        ("ends-acl", "ingress", [entry(100, ANY, HTTPS, protocol="udp")], "tcp/443 into 'ends'"),
    ],
)
def test_each_leg_is_looked_at(
    judge: Judge, name: str, direction: str, rules: list[JsonObject], said: str
) -> None:
    acls = [{**each, direction: rules} if each["NetworkAcl"] == name else each for each in (GOOD, GOOD_ENDS)]
    (message,) = judge.resources(*NETWORK, *acls)
    assert f"network ACL '{name}' does not let {said}" in message


@pytest.mark.parametrize(
    "egress",
    [
        [entry(100, "10.0.2.0/25", HTTPS), entry(110, "10.0.2.128/25", HTTPS)],
        [entry(100, ANY, (80, 80), "deny"), entry(200, ANY)],
        [entry(200, ANY, HTTPS, "deny"), entry(100, ANY, HTTPS)],
        [entry(100, "10.0.3.0/24", HTTPS, "deny"), entry(200, "10.0.0.0/16", HTTPS)],
        [entry(100, ANY, (0, 443)), entry(101, ANY, (443, 443), "deny")],
        [entry(100, ANY, HTTPS, protocol="6")],
        [entry(100, ANY, HTTPS, protocol=6)],
        [entry(100, ANY, HTTPS, action="ALLOW")],
    ],
)
def test_the_first_rule_that_fits_decides(judge: Judge, egress: list[JsonObject]) -> None:
    assert judge.resources(*NETWORK, {**GOOD, "egress": egress}) == []


def test_inside_of_one_subnet_no_network_acl_is_passed(judge: Judge) -> None:
    shut = acl("shut", "ends", [], [])
    same = (VPC, ENDS, SSM, {**WEB, "subnetId": "${ends}"})
    assert judge.resources(*same, shut) == []


def rule(
    number: int, *, egress: bool, ports: tuple[int, int], acl: str = "${nodes-acl}", **more: object
) -> JsonObject:
    own = {
        "networkAclId": acl,
        "ruleNumber": number,
        "egress": egress,
        "protocol": "tcp",
        "ruleAction": "allow",
    }
    where = {"cidrBlock": "10.0.2.0/24", "fromPort": ports[0], "toPort": ports[1]}
    return {"NetworkAclRule": f"{'out' if egress else 'in'}-{number}", **own, **where, **more}


def test_detached_rules_and_associations_count(judge: Judge) -> None:
    bare = {"NetworkAcl": "nodes-acl", "vpcId": "${net}"}
    joined = {"NetworkAclAssociation": "a", "networkAclId": "${nodes-acl}", "subnetId": "${nodes}"}
    rules = (rule(100, egress=True, ports=HTTPS), rule(100, egress=False, ports=ANSWERS))
    for resources, count in (
        ((bare, joined), 2),
        ((bare, joined, *rules), 0),
        ((bare, joined, rules[0]), 1),
        ((bare,), 0),
    ):
        assert len(judge.resources(*NETWORK, *resources)) == count
        assert len(later(judge, *NETWORK, *resources)) == count


def test_the_default_network_acl_is_that_of_subnets_with_none_of_their_own(judge: Judge) -> None:
    default = {"DefaultNetworkAcl": "default", "defaultNetworkAclId": "${net}"}
    assert len(judge.resources(*NETWORK, default)) == 4
    assert len(judge.resources(*NETWORK, default, GOOD)) == 2
    assert judge.resources(*NETWORK, default, GOOD, GOOD_ENDS) == []
    assert judge.resources(*NETWORK, {**default, "ingress": OPEN, "egress": OPEN}) == []


DEFAULT: JsonObject = {"DefaultNetworkAcl": "default", "defaultNetworkAclId": "${net}"}
ID = "acl-0123456789abcdef0"


@pytest.mark.parametrize("other", [ID, UNKNOWN_STRING])
def test_a_subnet_with_a_network_acl_from_elsewhere_does_not_have_the_default_one(
    judge: Judge, other: str
) -> None:
    own = {"NetworkAclAssociation": "a", "networkAclId": other, "subnetId": "${nodes}"}
    said = judge.resources(*NETWORK, DEFAULT, own)
    assert [("into 'ends'" in text, "out of 'ends'" in text) for text in said] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    "own",
    [
        {"NetworkAclAssociation": "a", "networkAclId": ID, "subnetId": "${?}"},
        {"NetworkAcl": "own", "vpcId": "${net}", "subnetIds": ["${?}"]},
        {"NetworkAcl": "own", "vpcId": "${net}", "subnetIds": "${?}"},
    ],
)
def test_a_network_acl_of_subnets_that_cannot_be_told_may_be_that_of_these(
    judge: Judge, own: JsonObject
) -> None:
    said = judge.resources(*NETWORK, DEFAULT, own)
    assert len(said) == 4
    assert all("is not known to let" in text for text in said)
    # What has one of its own has no other.
    said = judge.resources(*NETWORK, acl("nodes-acl", "nodes", [], []), own)
    assert all("'nodes-acl' does not let" in text for text in said)


def test_the_default_network_acl_may_be_known_by_its_id(judge: Judge) -> None:
    vpc, rest = {**VPC, "defaultNetworkAclId": ID}, NETWORK[1:]
    by_id = {"DefaultNetworkAcl": "default", "defaultNetworkAclId": ID}
    assert len(judge.resources(vpc, *rest, by_id)) == 4
    assert judge.resources(vpc, *rest, {**by_id, "defaultNetworkAclId": "acl-0fedcba9876543210"}) == []
    assert judge.resources(vpc, *rest, {**by_id, "defaultNetworkAclId": UNKNOWN_STRING}) == []
    deny = rule(50, egress=True, ports=HTTPS, acl=ID, ruleAction="deny")
    (said,) = judge.resources(vpc, *rest, deny)
    assert "the default network ACL of 'net' does not let tcp/443 out of 'nodes'" in said
    assert judge.resources(vpc, *rest, {**deny, "networkAclId": "acl-0fedcba9876543210"}) == []
    opened = {**by_id, "ingress": OPEN, "egress": OPEN}
    (said,) = judge.resources(vpc, *rest, opened, deny)
    assert "network ACL 'default' does not let tcp/443 out of 'nodes'" in said


def test_the_default_network_acl_of_another_vpc_is_not_this_ones(judge: Judge) -> None:
    far = {"Vpc": "far", "cidrBlock": "10.9.0.0/16", "enableDnsHostnames": True}
    assert judge.resources(*NETWORK, far, {**DEFAULT, "defaultNetworkAclId": "${far}"}) == []
    here = [{**each, "vpcId": "vpc-0123456789abcdef0"} for each in (NODES, ENDS, SSM)]
    assert judge.resources(*here, WEB, {**DEFAULT, "defaultNetworkAclId": ID}) == []


def test_rules_added_to_the_default_network_acl_stand_before_or_behind_awss_own(judge: Judge) -> None:
    """AWS gives it a rule 100 that lets everything pass."""
    deny = rule(99, egress=True, ports=HTTPS, acl="${net}", ruleAction="deny")
    (said,) = judge.resources(*NETWORK, deny)
    assert "the default network ACL of 'net' does not let tcp/443 out of 'nodes'" in said
    assert judge.resources(*NETWORK, {**deny, "ruleNumber": 110}) == []
    assert judge.resources(*NETWORK, {**deny, "cidrBlock": "10.0.3.0/24"}) == []
    six = {**SSM, "ipAddressType": "ipv6"}
    both = [{**each, "ipv6CidrBlock": f"2001:db8:0:{n}::/64"} for n, each in enumerate((NODES, ENDS))]
    assert judge.resources(VPC, *both, six, WEB, deny) == []
    later = {**deny, "cidrBlock": None, "ipv6CidrBlock": "::/0"}
    (said,) = judge.resources(VPC, *both, six, WEB, later)
    assert "to 'ends' (2001:db8:0:1::/64)" in said


@pytest.mark.parametrize("inward", [{"egress": False}, {"egress": None}, {}])
def test_a_rule_that_does_not_say_egress_is_for_what_comes_in(judge: Judge, inward: JsonObject) -> None:
    bare = {"NetworkAcl": "nodes-acl", "vpcId": "${net}", "subnetIds": ["${nodes}"]}
    answers = rule(100, egress=False, ports=ANSWERS)
    answers = {key: value for key, value in answers.items() if key != "egress"} | inward
    assert judge.resources(*NETWORK, bare, rule(100, egress=True, ports=HTTPS), answers) == []
    denied = {**answers, "NetworkAclRule": "x", "ruleNumber": 50, "ruleAction": "deny"}
    (said,) = judge.resources(*NETWORK, GOOD, denied)
    assert "does not let tcp/32768-65535 (answers) into 'nodes'" in said


def test_a_rule_of_an_unknown_direction_proves_nothing_either_way(judge: Judge) -> None:
    both = {**rule(50, egress=True, ports=(0, 65535)), "egress": UNKNOWN_STRING}
    assert judge.resources(*NETWORK, GOOD, both) == []
    said = judge.resources(*NETWORK, GOOD, {**both, "ruleAction": "deny"})
    assert len(said) == 2
    assert all("is not known to let" in text for text in said)


@pytest.mark.parametrize("inline", [[UNKNOWN_STRING], ["allow"]])
def test_an_entry_that_cannot_be_read_may_be_anything(judge: Judge, inline: list[str]) -> None:
    (said,) = judge.resources(*NETWORK, {**GOOD, "egress": [*inline, *OPEN]})
    assert "is not known to let tcp/443 out of 'nodes'" in said


def test_blocks_that_the_provider_reads_back_empty_are_none(judge: Judge) -> None:
    egress = [entry(50, "", HTTPS, "deny", ipv6CidrBlock=""), *OPEN]
    assert judge.resources(*NETWORK, {**GOOD, "egress": egress}) == []


@pytest.mark.parametrize("protocol", ["-1", -1, "all", "ALL"])
def test_a_rule_for_every_protocol_is_for_every_port(judge: Judge, protocol: object) -> None:
    (said,) = judge.resources(
        *NETWORK, {**GOOD, "egress": [entry(100, ANY, (22, 22), "deny", protocol=protocol), *OPEN]}
    )
    assert "does not let tcp/443 out of 'nodes'" in said


@pytest.mark.parametrize("protocol", ["udp", "17", 17, "icmp", 1])
def test_a_rule_for_another_protocol_is_not_for_https(judge: Judge, protocol: object) -> None:
    denied = [entry(50, ANY, (0, 65535), "deny", protocol=protocol), *OPEN]
    assert judge.resources(*NETWORK, {**GOOD, "egress": denied}) == []


def test_s3_that_another_stack_has_put_into_the_vpc_needs_a_way_too(judge: Judge) -> None:
    there = {"existingEndpoints": [{"vpc": "*", "services": ["s3"], "where": "the network stack"}]}
    said = judge.resources(*NETWORK, GOOD, GOOD_ENDS, config=there)
    assert [("443 out of 'nodes' to S3" in text, "into 'nodes' from S3" in text) for text in said] == [
        (True, False),
        (False, True),
    ]


def test_s3_needs_public_addresses(judge: Judge) -> None:
    """A network ACL cannot name S3's prefix list."""
    private = [entry(100, "10.0.0.0/8")]
    said = judge.resources(*NETWORK, S3, acl("nodes-acl", "nodes", private, private))
    assert len(said) == 2
    assert any("does not let tcp/443 out of 'nodes' to S3" in text for text in said)
    assert judge.resources(*NETWORK, S3, acl("nodes-acl", "nodes", OPEN, OPEN)) == []
    denied = [entry(90, "203.0.113.0/24", action="deny"), *OPEN]
    assert judge.resources(*NETWORK, S3, acl("nodes-acl", "nodes", denied, denied)) == []


def test_s3_is_where_most_public_addresses_are(judge: Judge) -> None:
    """The upper half holds 43 % of them: all from 224.0.0.0 on are none."""
    upper, lower = ([entry(100, block)] for block in ("128.0.0.0/1", "0.0.0.0/1"))
    said = judge.resources(VPC, NODES, S3, WEB, acl("nodes-acl", "nodes", upper, lower))
    assert ["is not known to let tcp/32768-65535 (answers) into" in text for text in said] == [True]


def test_a_list_of_some_public_addresses_proves_nothing(judge: Judge) -> None:
    some = [entry(100, "10.0.0.0/8"), entry(110, "52.218.0.0/16")]
    said = judge.resources(*NETWORK, S3, acl("nodes-acl", "nodes", some, some))
    assert said
    assert all("is not known to let" in text and "S3" in text for text in said)
    lenient = {"onUnknown": "warn"}
    assert judge.resources(*NETWORK, S3, acl("nodes-acl", "nodes", some, some), config=lenient) == []


@pytest.mark.parametrize(
    "change", [{"cidrBlock": UNKNOWN_STRING}, {"action": UNKNOWN_STRING}, {"protocol": UNKNOWN_STRING}]
)
def test_a_rule_that_cannot_be_read_proves_nothing(judge: Judge, change: JsonObject) -> None:
    (said,) = judge.resources(*NETWORK, {**GOOD, "egress": [{**entry(100, ANY, HTTPS), **change}]})
    assert "is not known to let tcp/443 out of 'nodes'" in said
    # Behind a rule that decides, it decides nothing.
    after = [entry(50, ANY, HTTPS), {**entry(100, ANY, HTTPS), **change}]
    assert judge.resources(*NETWORK, {**GOOD, "egress": after}) == []


def test_a_rule_of_a_network_acl_that_cannot_be_told_may_be_one_of_this(judge: Judge) -> None:
    stray = {**rule(50, egress=True, ports=HTTPS, acl="${?}"), "ruleAction": "deny"}
    (said,) = judge.resources(*NETWORK, GOOD, stray)
    assert "is not known to let tcp/443 out of 'nodes'" in said
    assert judge.resources(*NETWORK, GOOD, {**stray, "ruleNumber": 500}) == []
    for elsewhere in ({"fromPort": 22, "toPort": 22}, {"cidrBlock": "10.0.3.0/24"}, {"egress": False}):
        assert judge.resources(*NETWORK, GOOD, {**stray, **elsewhere}) == []


def test_a_denial_of_an_unknown_protocol_may_be_of_every_port(judge: Judge) -> None:
    """AWS does not look at the ports of a rule for every protocol."""
    deny = {**entry(50, ANY, (22, 22), "deny"), "protocol": UNKNOWN_STRING}
    (said,) = judge.resources(*NETWORK, {**GOOD, "egress": [deny, *OPEN]})
    assert "is not known to let tcp/443 out of 'nodes'" in said


@pytest.mark.parametrize(
    "unread", [{**entry(1, ANY, HTTPS, "deny"), "ruleNo": UNKNOWN_STRING}, UNKNOWN_STRING]
)
def test_a_rule_of_unknown_place_may_come_before_the_first(judge: Judge, unread: Any) -> None:
    (said,) = judge.resources(*NETWORK, {**GOOD, "egress": [entry(1, ANY), unread]})
    assert "is not known to let tcp/443 out of 'nodes'" in said


@pytest.mark.parametrize("key", ["ruleNo", "fromPort", "toPort"])
@pytest.mark.parametrize("value", [UNKNOWN_STRING, None])
def test_a_number_that_is_not_known_may_be_any(judge: Judge, key: str, value: object) -> None:
    for action, others in (("deny", OPEN), ("allow", [])):
        rule = {**entry(50, ANY, HTTPS, action), key: value}
        (said,) = judge.resources(*NETWORK, {**GOOD, "egress": [*others, rule]})
        assert "is not known to let tcp/443 out of 'nodes'" in said
    # What is known of it still tells what it is not about.
    for known in ({"toPort": 442}, {"fromPort": 444}, {"cidrBlock": "10.0.3.0/24"}, {"protocol": "udp"}):
        if key not in known:
            rule = {**entry(50, ANY, HTTPS, "deny"), key: value, **known}
            assert judge.resources(*NETWORK, {**GOOD, "egress": [*OPEN, rule]}) == []


@pytest.mark.parametrize("ports", [(1024, 50000), (32768, 49151), (40000, 65535)])
def test_answers_of_s3_need_every_ephemeral_port(judge: Judge, ports: tuple[int, int]) -> None:
    """Windows takes ports from 49152 on, Linux from 32768 on."""
    (said,) = judge.resources(VPC, NODES, S3, WEB, acl("nodes-acl", "nodes", [entry(100, ANY, ports)], OPEN))
    assert "does not let tcp/32768-65535 (answers) into 'nodes' from S3" in said
    rest = [entry(100, ANY, ports), entry(110, ANY, ANSWERS)]
    assert judge.resources(VPC, NODES, S3, WEB, acl("nodes-acl", "nodes", rest, OPEN)) == []


def test_a_denial_that_cannot_be_read_may_shut_s3_off(judge: Judge) -> None:
    perhaps = [{**entry(50, UNKNOWN_STRING, HTTPS), "action": "deny"}, *OPEN]
    (said,) = judge.resources(VPC, NODES, S3, WEB, acl("nodes-acl", "nodes", OPEN, perhaps))
    assert "is not known to let tcp/443 out of 'nodes' to S3" in said


def test_unknown_rules_altogether_prove_nothing(judge: Judge) -> None:
    (said,) = judge.resources(*NETWORK, {**GOOD, "egress": UNKNOWN_STRING})
    assert "is not known to let" in said


def test_an_unknown_block_of_an_unknown_vpc_may_be_any(judge: Judge) -> None:
    network = ({**VPC, "cidrBlock": UNKNOWN_STRING}, {**NODES, "cidrBlock": UNKNOWN_STRING}, ENDS, SSM, WEB)
    assert judge.resources(*network, acl("ends-acl", "ends", OPEN, OPEN)) == []
    private = [entry(100, "10.0.0.0/8")]
    said = judge.resources(*network, acl("ends-acl", "ends", private, private))
    assert ["is not known to let" in text for text in said] == [True, True]
    said = judge.resources(*network, acl("ends-acl", "ends", [], []))
    assert ["does not let" in text for text in said] == [True, True]


def test_a_node_subnet_with_an_unknown_block_is_judged_by_the_vpcs(judge: Judge) -> None:
    unread = {**NODES, "cidrBlock": UNKNOWN_STRING}
    network = (VPC, unread, ENDS, SSM, WEB)
    whole = {
        **GOOD_ENDS,
        "ingress": [entry(100, "10.0.0.0/16", HTTPS)],
        "egress": [entry(100, "10.0.0.0/16", ANSWERS)],
    }
    assert judge.resources(*network, whole) == []
    assert len(judge.resources(*network, GOOD_ENDS)) == 2


def test_an_unknown_block_may_be_in_a_second_block_of_the_vpc(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = "VpcIpv4CidrBlockAssociation"
    monkeypatch.setitem(flat.MODULES, kind, "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation")
    second = {kind: "second", "vpcId": "${net}", "cidrBlock": "10.1.0.0/16"}
    network = (VPC, second, {**NODES, "cidrBlock": UNKNOWN_STRING}, ENDS, SSM, WEB)
    for block, verb in (("10.1.0.0/16", "is not known to let"), ("10.2.0.0/16", "does not let")):
        ends = acl("ends-acl", "ends", [entry(100, block)], [entry(100, block)])
        said = judge.resources(*network, ends)
        assert len(said) == 2
        assert all(verb in text for text in said)
    ends = acl("ends-acl", "ends", [entry(100, "10.0.0.0/15")], [entry(100, "10.0.0.0/15")])
    assert judge.resources(*network, ends) == []


def test_the_rule_to_paste_is_of_the_form_that_the_network_acl_has(judge: Judge) -> None:
    """A network ACL with rules of its own takes out all others."""
    shut = {"NetworkAcl": "nodes-acl", "vpcId": "${net}", "subnetIds": ["${nodes}"]}
    only = 'protocol="tcp", rule_action="allow", cidr_block="10.0.2.0/24", from_port=443, to_port=443)'
    (said,) = judge.resources(*NETWORK, shut, rule(100, egress=False, ports=ANSWERS))
    assert f"rule_number=<before any deny>, egress=True, {only}" in said
    assert 'aws.ec2.NetworkAclRule("nodes-acl-egress-443-10.0.2.0/24", network_acl_id=<nodes-acl>,' in said
    (said,) = judge.resources(*NETWORK, {**GOOD, "egress": []})
    assert "fix: egress of 'nodes-acl': aws.ec2.NetworkAclEgressArgs(rule_no=" in said
    (said,) = judge.resources(*NETWORK, {key: value for key, value in GOOD.items() if key != "egress"})
    assert "fix: egress of 'nodes-acl': aws.ec2.NetworkAclEgressArgs(rule_no=" in said
    (said,) = judge.resources(*NETWORK, {key: value for key, value in GOOD.items() if key != "ingress"})
    assert "fix: ingress of 'nodes-acl': aws.ec2.NetworkAclIngressArgs(rule_no=" in said


def test_the_nodes_of_the_fixture_are_cut_off(judge: Judge) -> None:
    assert judge.fixture("fail-no-answers")
    assert judge.fixture("pass-both-ways") == []
