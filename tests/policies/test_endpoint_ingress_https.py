from typing import Any

import pytest

from tests.policies.conftest import Judge


def ssm(group: str, **props: object) -> list[dict[str, Any]]:
    """A VPC with one endpoint that has one security group."""
    endpoint = {
        "VpcEndpoint": "ssm",
        "vpcId": "${net}",
        "serviceName": "com.amazonaws.eu-west-1.ssm",
        "vpcEndpointType": "Interface",
        "subnetIds": ["subnet-0123456789abcdef0"],
        "securityGroupIds": [group],
    }
    return [{"Vpc": "net"}, {"SecurityGroup": "https", "vpcId": "${net}", **props}, endpoint]


def inline(**rule: object) -> list[dict[str, Any]]:
    base = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.1.0/24"]}
    return ssm(
        "${https}", ingress=[{key: value for key, value in {**base, **rule}.items() if value is not None}]
    )


def test_a_rule_from_everywhere_is_named(judge: Judge) -> None:
    (said,) = judge.fixture("fail-from-everywhere")
    assert (
        "'ssm', 'ssmmessages', 'ec2messages', 'ec2' with 'https': ingress[0] of 'https' admits every address"
        in said
    )


def test_endpoints_that_share_a_group_share_the_finding(judge: Judge) -> None:
    (said,) = judge.fixture("fail-egress-only")
    assert (
        "VPC 'net': 'ssm', 'ssmmessages', 'ec2messages', 'ec2' with 'https': no rule admits tcp/443" in said
    )


def test_a_group_known_only_by_id_is_taken_on_a_declaration_only(judge: Judge) -> None:
    (said,) = judge.fixture("fail-known-only-by-id")
    assert '{"trustedSecurityGroups": ["sg-0123456789abcdef0"]}' in said
    assert judge.fixture("fail-known-only-by-id", {"trustedSecurityGroups": ["sg-0123456789abcdef0"]}) == []
    assert judge.fixture("fail-known-only-by-id", {"trustedSecurityGroups": ["sg-00000000000000000"]}) != []


@pytest.mark.parametrize(
    "rule",
    [
        {"protocol": "-1", "fromPort": 0, "toPort": 0},
        {"protocol": "6"},
        {"protocol": "TCP"},
        {"fromPort": 0, "toPort": 65535},
        {"cidrBlocks": None, "ipv6CidrBlocks": ["2001:db8::/64"]},
        {"cidrBlocks": None, "prefixListIds": ["${?}"]},
        {"cidrBlocks": None, "securityGroups": ["${?}"]},
    ],
)
def test_every_way_of_admitting_https_counts(judge: Judge, rule: dict[str, object]) -> None:
    assert judge.resources(*inline(**rule)) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"protocol": "udp"},
        {"fromPort": 444, "toPort": 500},
        {"cidrBlocks": []},
        {"cidrBlocks": ["${?}"]},
        {"cidrBlocks": "${?}"},
        {"protocol": "${?}"},
        {"fromPort": "${?}"},
        {"cidrBlocks": ["10.0.1.0/24", "0.0.0.0/0"]},
        {"ipv6CidrBlocks": ["::/0"]},
    ],
)
def test_a_rule_that_does_not_surely_admit_https_from_somewhere_is_blocked(
    judge: Judge, rule: dict[str, object]
) -> None:
    assert len(judge.resources(*inline(**rule))) >= 1


def test_rules_of_another_group_do_not_count(judge: Judge) -> None:
    other = {
        "SecurityGroup": "other",
        "ingress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["10.0.0.0/8"]}],
    }
    assert len(judge.resources(*ssm("${https}"), other)) == 1


@pytest.mark.parametrize("protocol", [6, -1])
def test_a_protocol_may_be_a_number(judge: Judge, protocol: int) -> None:
    assert judge.resources(*inline(protocol=protocol)) == []


@pytest.mark.parametrize("detached", [False, True])
def test_a_prefix_list_that_holds_every_address_is_everywhere(judge: Judge, detached: bool) -> None:
    block = {"cidr": "0.0.0.0/0"}
    entry = {"ManagedPrefixListEntry": "all", "prefixListId": "${list}", **block}
    own = {"ManagedPrefixList": "list", "entries": [] if detached else [block]}
    more = [entry] if detached else []
    (said,) = judge.resources(*inline(cidrBlocks=None, prefixListIds=["${list}"]), own, *more)
    assert "ingress[0] of 'https' admits every address" in said


def test_a_rule_and_a_prefix_list_may_together_be_everywhere(judge: Judge) -> None:
    own = {"ManagedPrefixList": "list", "entries": [{"cidr": "128.0.0.0/1"}]}
    (said,) = judge.resources(*inline(cidrBlocks=["0.0.0.0/1"], prefixListIds=["${list}"]), own)
    assert "ingress[0] of 'https' admits every address" in said
    rule = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
    halves = [{**rule, "cidrBlocks": ["0.0.0.0/1"]}, {**rule, "prefixListIds": ["${list}"]}]
    (said,) = judge.resources(*ssm("${https}", ingress=halves), own)
    assert "its rules together admit every address" in said


def test_whether_a_group_admits_itself_has_to_be_known(judge: Judge) -> None:
    web = {"Instance": "web", "vpcSecurityGroupIds": ["${https}"]}
    assert judge.resources(*inline(cidrBlocks=None, self=True), web) == []
    assert judge.resources(*inline(cidrBlocks=None, self="${?}"), web)
    rule = {"SecurityGroupRule": "own", "type": "ingress", "securityGroupId": "${https}", "self": True}
    ports = {"protocol": "tcp", "fromPort": 443, "toPort": 443}
    assert judge.resources(*ssm("${https}"), web, {**rule, **ports}) == []
    assert len(judge.resources(*ssm("${https}"), web, {**rule, **ports, "self": False})) == 1


def stray(kind: str, block: str, **more: object) -> dict[str, Any]:
    """A rule of a group that nobody can tell."""
    own = {"type": "ingress", "protocol": "tcp", "cidrBlocks": [block]}
    own = own if kind == "SecurityGroupRule" else {"ipProtocol": "tcp", "cidrIpv4": block}
    return {kind: "stray", "securityGroupId": "${?}", "fromPort": 443, "toPort": 443, **own, **more}


@pytest.mark.parametrize("kind", ["SecurityGroupRule", "SecurityGroupIngressRule"])
def test_a_rule_of_a_group_that_nobody_can_tell_may_open_this_one(judge: Judge, kind: str) -> None:
    (said,) = judge.resources(*inline(), stray(kind, "0.0.0.0/0"))
    assert "with 'https': 'stray' admits a source that is not known" in said
    assert judge.resources(*inline(), stray(kind, "0.0.0.0/0"), config={"onUnknown": "warn"}) == []
    assert judge.resources(*inline(), stray(kind, "10.0.0.0/8")) == []
    # It proves nothing that has to be proven, and not that nobody is admitted.
    (said,) = judge.resources(*ssm("${https}"), stray(kind, "10.0.0.0/8"))
    assert "no rule surely admits tcp/443" in said
    (said,) = judge.resources(*ssm("${https}"), stray(kind, "10.0.0.0/8", toPort=22))
    assert "no rule admits tcp/443" in said


def test_a_rule_of_an_unknown_direction_may_be_one_that_lets_in(judge: Judge) -> None:
    rule = stray("SecurityGroupRule", "10.0.0.0/8", type="${?}", securityGroupId="${https}")
    (said,) = judge.resources(*ssm("${https}"), rule)
    assert "no rule surely admits tcp/443" in said
    everybody = {**rule, "cidrBlocks": ["0.0.0.0/0"]}
    (said,) = judge.resources(*inline(), everybody)
    assert "'stray' admits a source that is not known" in said
    assert judge.resources(*inline(), {**rule, "type": "egress"}) == []


@pytest.mark.parametrize("ingress", ["${?}", ["${?}"], ["tcp"]])
def test_rules_that_cannot_be_read_may_admit_everybody_and_nobody(judge: Judge, ingress: object) -> None:
    said = judge.resources(*ssm("${https}", ingress=ingress))
    assert len(said) == 2
    assert "of 'https' admits a source that is not known" in said[0]
    assert "no rule surely admits tcp/443" in said[1]
    assert judge.resources(*ssm("${https}", ingress=ingress), config={"onUnknown": "warn"}) == []


def test_whoever_is_admitted_on_other_ports_does_not_matter_but_for_everybody(judge: Judge) -> None:
    ssh = {"protocol": "tcp", "fromPort": 22, "toPort": 22}
    https = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/16"]}
    assert judge.resources(*ssm("${https}", ingress=[https, {**ssh, "cidrBlocks": ["10.0.0.0/8"]}])) == []
    (said,) = judge.resources(*ssm("${https}", ingress=[https, {**ssh, "cidrBlocks": ["0.0.0.0/0"]}]))
    assert "ingress[1] of 'https' admits every address" in said


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"cidrIpv4": "${net}"}, True),
        ({"cidrIpv4": "${Subnet.a}"}, True),
        ({"cidrIpv4": "${?}"}, False),
        ({"referencedSecurityGroupId": "${?}"}, True),
        ({"referencedSecurityGroupId": "sg-0123456789abcdef0"}, True),
        ({"prefixListId": "${?}"}, True),
        ({"prefixListId": "pl-0123456789abcdef0"}, True),
    ],
)
def test_a_group_or_list_is_a_source_and_an_unknown_block_may_be_every_address(
    judge: Judge, source: dict[str, str], told: bool
) -> None:
    subnet = {"Subnet": "a", "vpcId": "${net}", "cidrBlock": "${?}"}
    own = {"securityGroupId": "${https}", "ipProtocol": "tcp", "fromPort": 443, "toPort": 443}
    said = judge.resources(*ssm("${https}"), subnet, {"SecurityGroupIngressRule": "in", **own, **source})
    assert (said == []) is told


def test_a_group_that_is_trusted_speaks_for_the_endpoint(judge: Judge) -> None:
    config = {"trustedSecurityGroups": ["sg-0123456789abcdef0"]}
    net, group, endpoint = ssm("${https}")
    both = {**endpoint, "securityGroupIds": ["${https}", "sg-0123456789abcdef0"]}
    assert judge.resources(net, group, both, config=config) == []
    (said,) = judge.resources(net, group, both)
    assert "with sg-0123456789abcdef0, whose rules are not in this stack" in said
    assert judge.resources(net, group, both, config={"onUnknown": "warn"}) == []
    # What it lets in is its owner's to answer for; what the other does is not.
    world = {
        **group,
        "ingress": [{"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}],
    }
    (said,) = judge.resources(net, world, both, config=config)
    assert "admits every address" in said
