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
